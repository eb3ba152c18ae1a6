//! Snapshots of sites, kept in memory so that a scan costs no query. A snapshot is as new as the last
//! change announced in this process or published in the shared cache, and at most half a second older than any other
//! change made elsewhere.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use cards::Cards;
use kernel::{Clock, Result, SiteId, km1::RootKey};
use sites::Sites;
use tokio::sync::Mutex;

use crate::snapshot::Snapshot;

const REFRESH: Duration = Duration::from_millis(500);
/// Changes are looked for so far back: a commit may come long after its own time.
const OVERLAP: Duration = Duration::from_secs(60);
/// A site that nobody scanned at for so long is forgotten.
const IDLE: Duration = Duration::from_secs(600);

/// A snapshot, and what it is known to be as new as.
struct Held {
    snapshot: Arc<Snapshot>,
    revision: i64,
    announced: u64,
    published: Option<String>,
    used_at: AtomicI64,
}

#[derive(Clone)]
pub(crate) struct Snapshots(Arc<Inner>);

struct Inner {
    sites: Sites,
    cards: Cards,
    root: Arc<RootKey>,
    clock: Arc<dyn Clock>,
    held: RwLock<HashMap<SiteId, Arc<Held>>>,
    loading: Mutex<()>,
}

impl Snapshots {
    pub(crate) fn new(sites: Sites, cards: Cards, root: Arc<RootKey>, clock: Arc<dyn Clock>) -> Self {
        let inner = Inner { sites, cards, root, clock, held: RwLock::default(), loading: Mutex::default() };
        let inner = Arc::new(inner);
        let weak = Arc::downgrade(&inner);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(REFRESH).await;
                let Some(inner) = weak.upgrade() else { break };
                Self(inner).refresh().await;
            }
        });
        Self(inner)
    }

    fn held(&self, site: SiteId) -> Option<Arc<Held>> {
        self.0.held.read().unwrap_or_else(PoisonError::into_inner).get(&site).cloned()
    }

    /// The site as it is now.
    pub(crate) async fn get(&self, site: SiteId) -> Result<Arc<Snapshot>> {
        let published = self.0.sites.published(site).await;
        let current = |held: &Arc<Held>| {
            let told = published.is_none() || held.published == published;
            told && held.announced >= self.0.sites.announced(site)
        };
        if let Some(held) = self.held(site).filter(current) {
            held.used_at.store(self.0.clock.now().millis(), Ordering::Relaxed);
            return Ok(held.snapshot.clone());
        }
        let _one_at_a_time = self.0.loading.lock().await;
        match self.held(site).filter(current) {
            Some(held) => Ok(held.snapshot.clone()),
            None => self.load(site).await,
        }
    }

    async fn load(&self, id: SiteId) -> Result<Arc<Snapshot>> {
        // before the rows: a change in between makes the snapshot too old and never too new
        let (announced, published) = (self.0.sites.announced(id), self.0.sites.published(id).await);
        let (plan, revision) = self.0.sites.plan(id).await?;
        let credentials = self.0.cards.site_credentials(id).await?;
        let snapshot = Arc::new(Snapshot {
            key: self.0.root.site(id, plan.site.key_version),
            access: plan.access.ready(plan.site.time_zone(), &plan.doors),
            site: plan.site,
            doors: plan.doors.into_iter().map(|door| (door.id, door)).collect(),
            credentials: credentials.into_iter().map(|credential| (credential.handle, credential)).collect(),
        });
        let used_at = AtomicI64::new(self.0.clock.now().millis());
        let held = Arc::new(Held { snapshot: snapshot.clone(), revision, announced, published, used_at });
        self.0.held.write().unwrap_or_else(PoisonError::into_inner).insert(id, held);
        Ok(snapshot)
    }

    /// Loads again what another process has changed, and forgets what nobody uses.
    async fn refresh(&self) {
        let now = self.0.clock.now();
        let changed = match self.0.sites.changed_since(now.before(OVERLAP)).await {
            Ok(changed) => changed,
            Err(fault) => {
                tracing::warn!(%fault, "site revisions could not be read");
                return;
            }
        };
        for (site, revision) in changed {
            if self.held(site).is_some_and(|held| held.revision < revision) {
                let _one_at_a_time = self.0.loading.lock().await;
                if let Err(fault) = self.load(site).await {
                    tracing::warn!(%fault, "snapshot could not be refreshed");
                }
            }
        }
        let idle = now.before(IDLE).millis();
        let mut held = self.0.held.write().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, held| held.used_at.load(Ordering::Relaxed) >= idle);
    }
}
