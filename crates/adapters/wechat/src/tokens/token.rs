use kernel::Timestamp;
use secrecy::{ExposeSecret, SecretString};

/// An access token. Whoever has it acts as the app until it ends.
pub(crate) struct Token {
    pub(crate) value: SecretString,
    pub(super) expires_at: Timestamp,
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.value.expose_secret() == other.value.expose_secret()
    }
}
