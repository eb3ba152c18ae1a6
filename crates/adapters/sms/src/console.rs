use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use kernel::{
    Phone,
    port::{Health, SendOutcome, SmsSend},
};
use secrecy::SecretString;

/// Where no vendor is configured: sends nothing, refuses with `sms-not-configured`, and says so in the log, once as an
/// error and afterwards for debugging.
#[derive(Debug, Default)]
pub struct Console {
    complained: AtomicBool,
}

#[async_trait]
impl SmsSend for Console {
    async fn send_code(&self, phone: &Phone, _: &SecretString, reference: &str) -> SendOutcome {
        let phone = phone.masked();
        if self.complained.swap(true, Ordering::Relaxed) {
            tracing::debug!(sms.phone = %phone, message.reference = reference, "no SMS vendor is configured");
        } else {
            tracing::error!(sms.phone = %phone, message.reference = reference, "no SMS vendor is configured: no code by SMS will reach anybody");
        }
        SendOutcome::Refused("sms-not-configured".to_owned())
    }

    fn health(&self) -> Health {
        Health::NotConfigured
    }
}
