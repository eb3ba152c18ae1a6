use std::path::PathBuf;

use serde::Deserialize;

/// `[vault]`
#[derive(Clone, Debug, Deserialize)]
pub struct Vault {
    /// The root key's file.
    pub root_key_file: PathBuf,
}
