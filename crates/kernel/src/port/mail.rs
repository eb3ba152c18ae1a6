use async_trait::async_trait;
use secrecy::SecretString;

use super::{Health, SendOutcome};
use crate::Email;

/// A mail to one person.
#[derive(Clone, Debug)]
pub struct Mail {
    pub to: Email,
    pub subject: String,
    /// Plain text; may hold a one-time code.
    pub text: SecretString,
    /// Ours for it; becomes its Message-ID, so that a repeat is recognised.
    pub reference: String,
}

#[async_trait]
pub trait MailSend: Send + Sync {
    /// Hands one mail to the mail server.
    async fn send(&self, mail: &Mail) -> SendOutcome;

    /// Whether the mail server takes what is sent. Makes no call.
    fn health(&self) -> Health {
        Health::Ok
    }
}
