use secrecy::SecretString;
use serde::Deserialize;

/// `[database]`
#[derive(Clone, Deserialize)]
pub struct Database {
    /// Its URL; empty: the built-in one. May hold a password.
    pub url: SecretString,
    /// Longest a request waits for a free connection, milliseconds.
    pub connection_wait_ms: u64,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Database(..)")
    }
}
