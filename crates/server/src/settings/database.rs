use secrecy::SecretString;
use serde::Deserialize;

/// `[database]`
#[derive(Clone, Deserialize)]
pub struct Database {
    /// Its URL; empty: the built-in one. May hold a password.
    pub url: SecretString,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Database(..)")
    }
}
