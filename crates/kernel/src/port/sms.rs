use async_trait::async_trait;
use secrecy::SecretString;

use super::{Health, SendOutcome};
use crate::Phone;

/// Sends one-time codes by SMS.
#[async_trait]
pub trait SmsSend: Send + Sync {
    /// Sends `code` to `phone`; `reference` travels with it.
    async fn send_code(&self, phone: &Phone, code: &SecretString, reference: &str) -> SendOutcome;

    /// Whether the vendors take what is sent. Makes no call.
    fn health(&self) -> Health {
        Health::Ok
    }
}
