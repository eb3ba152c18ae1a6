use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use kernel::port::{Health, Mail, MailSend, SendOutcome};

/// Where no mail server is configured: sends nothing, refuses with `mail-not-configured`, and says so in the log, once
/// as an error and afterwards for debugging.
#[derive(Debug, Default)]
pub struct Console {
    complained: AtomicBool,
}

#[async_trait]
impl MailSend for Console {
    async fn send(&self, mail: &Mail) -> SendOutcome {
        let reference = &mail.reference;
        if self.complained.swap(true, Ordering::Relaxed) {
            tracing::debug!(message.reference = reference, "no mail server is configured");
        } else {
            tracing::error!(message.reference = reference, "no mail server configured, no mail is sent");
        }
        SendOutcome::Refused("mail-not-configured".to_owned())
    }

    fn health(&self) -> Health {
        Health::NotConfigured
    }
}
