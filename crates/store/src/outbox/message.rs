use serde::{Serialize, de::DeserializeOwned};

/// Something to be done after a commit. Holds ids, or personal data sealed by the vault. The type belongs to the feature
/// whose [`super::OutboxHandler`] carries it out.
pub trait OutboxMessage: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// `noun.past-participle`; in the column `topic`, so it stays when the type is renamed.
    const TOPIC: &'static str;
}
