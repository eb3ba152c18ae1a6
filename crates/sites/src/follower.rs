use async_trait::async_trait;

use crate::Site;

/// Keeps something that depends on the settings of sites: what printed card numbers mean, for example.
#[async_trait]
pub trait SiteFollower: Send + Sync {
    /// Brings up to date what depends on the settings of this site. Called after every change of them, also of ones that
    /// it does not depend on, so that work that was cut short is made good.
    async fn site_changed(&self, site: &Site);
}
