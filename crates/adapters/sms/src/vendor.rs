use async_trait::async_trait;
use kernel::Phone;
use secrecy::SecretString;

use crate::Failure;

/// A company that sends messages for us.
#[async_trait]
pub trait Vendor: Send + Sync {
    /// In settings, logs and metrics: `aliyun`, `tencent`.
    fn name(&self) -> &'static str;

    /// One call to the vendor, never repeated; its number for the message.
    ///
    /// # Errors
    /// A [`Failure`], whose kind tells whether the message may have gone out and whether to ask another vendor.
    async fn send(&self, phone: &Phone, code: &SecretString, reference: &str) -> Result<String, Failure>;
}
