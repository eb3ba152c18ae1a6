use anyhow::{Result, bail};
use serde::Deserialize;
use sms::{AliyunSettings, TencentSettings};

/// `[sms]`
#[derive(Clone, Debug, Deserialize)]
pub struct Sms {
    pub order: String,
    pub aliyun: AliyunSettings,
    pub tencent: TencentSettings,
}

/// A vendor of SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsVendor {
    /// Alibaba Cloud.
    Aliyun,
    /// Tencent Cloud.
    Tencent,
}

impl Sms {
    /// The vendors in their order.
    ///
    /// # Errors
    /// When one is unknown.
    pub fn vendors(&self) -> Result<Vec<SmsVendor>> {
        let listed = self.order.split(',').map(str::trim).filter(|one| !one.is_empty());
        listed
            .map(|one| match one {
                "aliyun" => Ok(SmsVendor::Aliyun),
                "tencent" => Ok(SmsVendor::Tencent),
                other => bail!("sms.order: {other:?} is neither aliyun nor tencent"),
            })
            .collect()
    }
}
