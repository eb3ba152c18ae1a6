use async_trait::async_trait;
use kernel::{AccountId, Result, Timestamp};

use crate::Tx;

/// What a feature keeps of people. Accounts know none of their features; each that keeps something is told when accounts
/// merge, when a sign-in is no longer to be trusted, and when an account is erased, inside the transaction that does it.
#[async_trait]
pub trait AccountData: Send + Sync {
    /// Its part in the export.
    fn name(&self) -> &'static str;

    /// Everything of `from` is now `to`'s.
    ///
    /// # Errors
    /// When the database refuses.
    async fn merge(&self, tx: &Tx, from: AccountId, to: AccountId, now: Timestamp) -> Result<()>;

    /// What phones of this account hold opens nothing any more; those still signed in fetch it anew.
    ///
    /// # Errors
    /// When the database refuses.
    async fn renew(&self, _tx: &Tx, _account: AccountId, _now: Timestamp) -> Result<()> {
        Ok(())
    }

    /// Nothing of `account` stays.
    ///
    /// # Errors
    /// When the database refuses.
    async fn erase(&self, tx: &Tx, account: AccountId, now: Timestamp) -> Result<()>;

    /// All that is kept of `account`, as its owner may have it.
    ///
    /// # Errors
    /// When the database is away.
    async fn export(&self, account: AccountId) -> Result<serde_json::Value>;
}
