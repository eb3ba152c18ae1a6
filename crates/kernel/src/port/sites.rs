use async_trait::async_trait;

use crate::{AccountId, Result, SiteId};

/// The sites a person has to do with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    pub sites: Vec<SiteId>,
    /// Every one: whoever runs the platform.
    pub everywhere: bool,
}

/// Tells which sites a person has to do with: they are shown first, and hidden ones to nobody else.
#[async_trait]
pub trait SiteTies: Send + Sync {
    /// They, as far as this feature knows.
    async fn ties(&self, account: AccountId) -> Result<Ties>;
}
