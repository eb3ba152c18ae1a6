use async_trait::async_trait;
use kernel::{AccountId, Result, SiteId, Timestamp};

use crate::Tx;

/// What a feature keeps of people. Accounts know none of their features; each that keeps something is told when accounts
/// merge, when a sign-in is no longer to be trusted, and when an account is erased, inside the transaction that does it.
#[async_trait]
pub trait AccountData: Send + Sync {
    /// Its part in the export.
    fn name(&self) -> &'static str;

    /// Everything of `from` is now `to`'s. The sites that changed by it.
    ///
    /// # Errors
    /// When the database refuses.
    async fn merge(&self, tx: &Tx, from: AccountId, to: AccountId, now: Timestamp) -> Result<Vec<SiteId>>;

    /// What phones of this account hold opens nothing any more; those still signed in fetch it anew. The sites that
    /// changed by it; none where phones hold nothing of this feature's.
    ///
    /// # Errors
    /// When the database refuses.
    async fn renew(&self, _tx: &Tx, _account: AccountId, _now: Timestamp) -> Result<Vec<SiteId>> {
        Ok(Vec::new())
    }

    /// Nothing of `account` stays. The sites that changed by it.
    ///
    /// # Errors
    /// When the database refuses.
    async fn erase(&self, tx: &Tx, account: AccountId, now: Timestamp) -> Result<Vec<SiteId>>;

    /// All that is kept of `account`, as its owner may have it.
    ///
    /// # Errors
    /// When the database is away.
    async fn export(&self, account: AccountId) -> Result<serde_json::Value>;

    /// The changes of these sites are committed: tells whoever must know before the caller is answered.
    async fn announce(&self, _sites: &[SiteId]) {}
}
