use serde::Deserialize;

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
pub struct Log {
    pub filter: String,
    /// As JSON.
    pub json: bool,
}
