use secrecy::SecretString;
use serde::Deserialize;

/// `[cache]`
#[derive(Clone, Debug, Deserialize)]
pub struct Cache {
    /// Its URL; empty: in this process. May hold a password.
    pub url: SecretString,
    /// What every key begins with.
    pub prefix: String,
    /// Megabytes of what is kept in the memory of each process, sites at whose doors people scan aside.
    pub memory_mb: u64,
}
