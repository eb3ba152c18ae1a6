use std::{sync::Arc, time::Duration};

use edge::Address;
use kernel::{AccountId, Code, Kind, Result, SiteId};
use store::Marks;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);

const TOO_MANY_LOGINS: Code = Code::new(Kind::Throttled, "too-many-logins", "登录过于频繁，请一分钟后再试");
const TOO_MANY_CODES: Code = Code::new(Kind::Throttled, "too-many-codes", "验证码获取过于频繁，请稍后再试");

/// How often is too often.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Logins and refreshes of one address in a minute.
    pub logins_per_minute: u64,
    /// Codes to one phone in a minute, an hour, a day.
    pub codes_per_phone: [u64; 3],
    /// Codes one account may ask for in an hour.
    pub codes_per_account: u64,
    /// Codes one address may ask for in an hour.
    pub codes_per_address: u64,
    /// Codes of one site in an hour.
    pub codes_per_site: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            logins_per_minute: 60,
            codes_per_phone: [1, 5, 10],
            codes_per_account: 10,
            codes_per_address: 20,
            codes_per_site: 200,
        }
    }
}

/// Whose codes are counted.
pub(crate) struct Asker<'a> {
    pub(crate) phone_index: &'a [u8; 16],
    pub(crate) account: AccountId,
    pub(crate) address: Address,
    pub(crate) site: SiteId,
}

#[derive(Clone)]
pub(crate) struct Limiter {
    pub(crate) limits: Limits,
    pub(crate) marks: Arc<Marks>,
}

impl Limiter {
    async fn within(&self, key: String, span: Duration, most: u64, code: Code) -> Result<()> {
        if self.marks.count(&key, span).await > most {
            metrics::counter!("kaimen_limited_total", "code" => code.name).increment(1);
            return Err(code.retry_after(span.min(MINUTE)));
        }
        Ok(())
    }

    pub(crate) async fn login(&self, address: Address) -> Result<()> {
        self.within(format!("login:{}", address.0), MINUTE, self.limits.logins_per_minute, TOO_MANY_LOGINS).await
    }

    pub(crate) async fn code(&self, asker: &Asker<'_>) -> Result<()> {
        let phone = kernel::Bytes::encode(asker.phone_index);
        for (span, most) in [MINUTE, HOUR, DAY].into_iter().zip(self.limits.codes_per_phone) {
            self.within(format!("code:phone:{}:{phone}", span.as_secs()), span, most, TOO_MANY_CODES).await?;
        }
        let Limits { codes_per_account, codes_per_address, codes_per_site, .. } = self.limits;
        for (key, most) in [
            (format!("code:account:{}", asker.account), codes_per_account),
            (format!("code:address:{}", asker.address.0), codes_per_address),
            (format!("{{{}}}:codes", asker.site), codes_per_site),
        ] {
            self.within(key, HOUR, most, TOO_MANY_CODES).await?;
        }
        Ok(())
    }
}
