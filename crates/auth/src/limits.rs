use std::{sync::Arc, time::Duration};

use edge::Address;
use kernel::{AccountId, ChallengeId, Code, Kind, Result, SessionId, SiteId, port::Claim};
use store::SharedCounters;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const QUARTER: Duration = Duration::from_secs(900);
const DAY: Duration = Duration::from_secs(86_400);

const TOO_MANY_LOGINS: Code = Code::new(Kind::Throttled, "too-many-logins", "登录过于频繁，请一分钟后再试");
/// Too many wrong passwords for one account or from one address.
pub const TOO_MANY_PASSWORDS: Code =
    Code::new(Kind::Throttled, "too-many-passwords", "密码输错次数过多，请 15 分钟后再试，或改用短信、微信登录");
const CODES_EXHAUSTED: Code =
    Code::new(Kind::Unavailable, "codes-exhausted", "验证码发送繁忙，请稍后再试或改用其他登录方式");
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
    /// Codes of the whole server in an hour; when they are used up an alarm is raised and none goes out.
    pub codes_in_all: u64,
    /// Wrong passwords for one account in 15 minutes.
    pub passwords_per_account: u64,
    /// Wrong passwords from one address in 15 minutes.
    pub passwords_per_address: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            logins_per_minute: 60,
            codes_per_phone: [1, 5, 10],
            codes_per_account: 10,
            codes_per_address: 20,
            codes_per_site: 200,
            codes_in_all: 5_000,
            passwords_per_account: 5,
            passwords_per_address: 5,
        }
    }
}

/// Whose codes are counted.
pub(crate) struct Asker<'a> {
    pub(crate) destination: &'a [u8; 16],
    pub(crate) account: Option<AccountId>,
    pub(crate) address: Address,
    pub(crate) site: Option<SiteId>,
}

#[derive(Clone)]
pub(crate) struct Limiter {
    pub(crate) limits: Limits,
    pub(crate) counters: Arc<SharedCounters>,
}

/// A password about to be tried. It is counted already, against the account and the address, so that many at once are no
/// more than one after another.
pub(crate) struct Guess {
    account: String,
    address: String,
}

impl Limiter {
    async fn within(&self, key: &str, span: Duration, most: u64, code: Code) -> Result<()> {
        if self.counters.count(key, span).await > most { Err(refused(code, span)) } else { Ok(()) }
    }

    pub(crate) async fn login(&self, address: Address) -> Result<()> {
        self.within(&format!("login:{}", address.0), MINUTE, self.limits.logins_per_minute, TOO_MANY_LOGINS).await
    }

    /// A refresh of a sign-in that is ours: counted against it, and not against everybody at its address.
    pub(crate) async fn refresh(&self, session: SessionId) -> Result<()> {
        self.within(&format!("refresh:{session}"), MINUTE, self.limits.logins_per_minute, TOO_MANY_LOGINS).await
    }

    /// Judges who asks before where it goes: who may not ask takes nothing from whom it would have gone to.
    pub(crate) async fn code(&self, asker: &Asker<'_>) -> Result<()> {
        let Limits { codes_per_account, codes_per_address, codes_per_site, codes_in_all, .. } = self.limits;
        let of_account = asker.account.map(|account| (format!("code:account:{account}"), codes_per_account));
        let of_site = asker.site.map(|site| (format!("{{{site}}}:codes"), codes_per_site));
        let of_address = (format!("code:address:{}", asker.address.0), codes_per_address);
        for (key, most) in [Some(of_address), of_account, of_site].into_iter().flatten() {
            self.within(&key, HOUR, most, TOO_MANY_CODES).await?;
        }
        if !self.destination("phone", asker.destination).await {
            return Err(refused(TOO_MANY_CODES, MINUTE));
        }
        let all = self.counters.count("code:all", HOUR).await;
        if all > codes_in_all {
            if all == codes_in_all + 1 {
                tracing::error!(limit.codes = codes_in_all, "hourly limit of one-time codes reached, no code is sent");
            }
            return Err(refused(CODES_EXHAUSTED, MINUTE));
        }
        Ok(())
    }

    async fn destination(&self, kind: &str, index: &[u8; 16]) -> bool {
        let to = kernel::Bytes::encode(index);
        for (span, most) in [MINUTE, HOUR, DAY].into_iter().zip(self.limits.codes_per_phone) {
            if self.counters.count(&format!("code:{kind}:{}:{to}", span.as_secs()), span).await > most {
                return false;
            }
        }
        true
    }

    /// Whether the code of this challenge may go to what is on file, however often the outbox worker asks. Counted apart from
    /// what is asked for by the phone itself: nobody learns from the one that it is the other's.
    pub(crate) async fn on_file(&self, challenge: ChallengeId, index: &[u8; 16]) -> bool {
        match self.counters.claim(&format!("code:on-file:{challenge}"), "counted", HOUR).await.value {
            Claim::Held(_) => true,
            Claim::Won => self.destination("file", index).await,
        }
    }

    /// Counts a password about to be tried; `of` names the account, or what was typed where there is none.
    pub(crate) async fn guess(&self, of: &str, address: Address) -> Result<Guess> {
        let guess = Guess { account: password_key(of), address: format!("password:address:{}", address.0) };
        let Limits { passwords_per_account, passwords_per_address, .. } = self.limits;
        self.within(&guess.address, QUARTER, passwords_per_address, TOO_MANY_PASSWORDS).await?;
        match self.within(&guess.account, QUARTER, passwords_per_account, TOO_MANY_PASSWORDS).await {
            Ok(()) => Ok(guess),
            Err(refusal) => {
                self.counters.uncount(&guess.address, 1).await; // it was not tried
                Err(refusal)
            }
        }
    }

    /// It was right: the account's count starts again, and the address has nothing against it.
    pub(crate) async fn right(&self, guess: Guess) {
        self.counters.uncount(&guess.account, u64::MAX).await;
        self.counters.uncount(&guess.address, 1).await;
    }

    /// It was not tried after all.
    pub(crate) async fn untried(&self, guess: Guess) {
        self.counters.uncount(&guess.account, 1).await;
        self.counters.uncount(&guess.address, 1).await;
    }

    /// The account has another password: wrong tries at the old one mean nothing any more.
    pub(crate) async fn forget(&self, of: AccountId) {
        self.counters.uncount(&password_key(&of.to_string()), u64::MAX).await;
    }
}

fn password_key(of: &str) -> String {
    format!("password:account:{of}")
}

fn refused(code: Code, wait: Duration) -> kernel::Fault {
    metrics::counter!("kaimen_limited_total", "code" => code.name).increment(1);
    code.retry_after(wait)
}
