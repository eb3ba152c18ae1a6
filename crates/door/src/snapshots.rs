//! Snapshots of sites, kept in memory so that a scan costs no query. A snapshot is as new as the last change that was
//! committed in this process or published in the shared cache, and at most half a second older than any other change made
//! elsewhere ([`Db::heard`]). It is brought up to date by the steps of the change log, and loaded whole only when it is first wanted, or
//! when steps are missing.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwapOption;
use cards::Cards;
use kernel::{BindingId, CardId, Clock, Result, RootKey, SiteId};
use sites::Sites;
use store::{
    Db, Heard,
    changes::{self, Change, Since},
};
use tokio::sync::Mutex;

use crate::{
    credentials::Credentials,
    snapshot::{CompiledSite, Snapshot},
};

/// A site that nobody scanned at for so long is forgotten.
const IDLE: Duration = Duration::from_secs(600);
/// Credentials that are read at once when a site is loaded.
const PAGE: u64 = 5000;

/// A snapshot, and what it is known to be as new as.
struct Held {
    snapshot: Snapshot,
    revision: i64,
    heard: Heard,
}

/// One site.
struct Place {
    held: ArcSwapOption<Held>,
    /// Whoever brings it up to date; scans of other sites do not wait for it.
    renewing: Mutex<()>,
    used_at: AtomicI64,
}

#[derive(Clone)]
pub(crate) struct Snapshots(Arc<Inner>);

struct Inner {
    db: Db,
    sites: Sites,
    cards: Cards,
    root: Arc<RootKey>,
    clock: Arc<dyn Clock>,
    places: RwLock<HashMap<SiteId, Arc<Place>>>,
}

impl Snapshots {
    pub(crate) fn new(db: Db, sites: Sites, cards: Cards, root: Arc<RootKey>, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner { db, sites, cards, root, clock, places: RwLock::default() }))
    }

    fn known(&self, site: SiteId) -> Option<Arc<Place>> {
        self.0.places.read().unwrap_or_else(PoisonError::into_inner).get(&site).cloned()
    }

    fn place(&self, site: SiteId) -> Arc<Place> {
        if let Some(place) = self.known(site) {
            return place;
        }
        let mut places = self.0.places.write().unwrap_or_else(PoisonError::into_inner);
        let used_at = AtomicI64::new(self.0.clock.now().millis());
        let new = || Arc::new(Place { held: ArcSwapOption::empty(), renewing: Mutex::default(), used_at });
        places.entry(site).or_insert_with(new).clone()
    }

    /// The site as it is now.
    pub(crate) async fn get(&self, site: SiteId) -> Result<Snapshot> {
        self.0.db.heard().await?;
        let place = self.place(site);
        place.used_at.store(self.0.clock.now().millis(), Ordering::Relaxed);
        let current = |held: &Arc<Held>| self.0.db.is_current(site, held.heard);
        if let Some(held) = place.held.load_full().filter(current) {
            return Ok(held.snapshot.clone());
        }
        let _one_at_a_time = place.renewing.lock().await;
        if let Some(held) = place.held.load_full().filter(current) {
            return Ok(held.snapshot.clone());
        }
        let renewed = self.renew(site, &place).await;
        if renewed.is_err() && place.held.load().is_none() {
            // perhaps there is no such site: anybody may name one
            self.0.places.write().unwrap_or_else(PoisonError::into_inner).remove(&site);
        }
        renewed
    }

    /// Brings a site up to date. One at a time for each site.
    async fn renew(&self, site: SiteId, place: &Place) -> Result<Snapshot> {
        // before the rows: a change in between makes the snapshot too old and never too new
        let heard = self.0.db.heard().await?;
        let next = match place.held.load_full() {
            Some(held) => match self.since(site, held.revision).await? {
                Since::Steps(steps, revision) => {
                    let snapshot = self.apply(site, &held.snapshot, &steps).await?;
                    Held { snapshot, revision, heard }
                }
                Since::Unknown => self.load(site, heard).await?,
            },
            None => self.load(site, heard).await?,
        };
        let snapshot = next.snapshot.clone();
        place.held.store(Some(Arc::new(next)));
        Ok(snapshot)
    }

    /// The snapshot with these steps. Credentials change in place; doing it again does no harm.
    async fn apply(&self, site: SiteId, before: &Snapshot, steps: &[Change]) -> Result<Snapshot> {
        let (mut bindings, mut cards): (Vec<BindingId>, Vec<CardId>) = Default::default();
        let mut plan_changed = false;
        for step in steps {
            match step {
                Change::Site => plan_changed = true,
                Change::Binding(id) => bindings.push(*id),
                Change::Card(id) => cards.push(*id),
            }
        }
        let plan = if plan_changed { Arc::new(self.plan(site).await?) } else { before.plan.clone() };
        if !bindings.is_empty() {
            let found = self.0.cards.credentials_of_bindings(site, &bindings).await?;
            let there: HashSet<BindingId> = found.iter().map(|one| one.binding).collect();
            found.into_iter().for_each(|one| before.credentials.put(one));
            bindings.into_iter().filter(|id| !there.contains(id)).for_each(|id| before.credentials.remove(id));
        }
        if !cards.is_empty() {
            let found = self.0.cards.credentials_of_cards(site, &cards).await?;
            found.into_iter().for_each(|one| before.credentials.put(one));
        }
        Ok(Snapshot { plan, credentials: before.credentials.clone() })
    }

    async fn load(&self, site: SiteId, heard: Heard) -> Result<Held> {
        let revision = self.0.db.read(|db| async move { changes::revision(&db, site).await }).await?;
        let plan = Arc::new(self.plan(site).await?);
        let (credentials, mut after) = (Credentials::new(), None);
        loop {
            let page = self.0.cards.credentials_after(site, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.binding);
            page.into_iter().for_each(|one| credentials.put(one));
        }
        tracing::debug!(site.id = %site, credentials.count = credentials.len(), "site loaded");
        metrics::counter!("kaimen_snapshot_loads_total").increment(1);
        Ok(Held { snapshot: Snapshot { plan, credentials: Arc::new(credentials) }, revision, heard })
    }

    async fn plan(&self, id: SiteId) -> Result<CompiledSite> {
        let config = self.0.sites.config(id).await?;
        Ok(CompiledSite {
            key: self.0.root.site(id, config.site.key_version),
            access: config.access.ready(config.site.time_zone(), &config.doors),
            site: config.site,
            doors: config.doors.into_iter().map(|door| (door.id, door)).collect(),
        })
    }

    /// Whether what is held of a site is what a full load of it says now.
    #[cfg(feature = "testing")]
    pub(crate) async fn is_true(&self, site: SiteId) -> Result<bool> {
        let held = self.get(site).await?;
        let fresh = self.load(site, Heard::default()).await?.snapshot;
        // the maps in it have no order
        let plan = |snapshot: &Snapshot| {
            let text = format!("{:#?} {:#?} {:#?}", snapshot.site, snapshot.doors, snapshot.access);
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort_unstable();
            lines
        };
        Ok(plan(&held) == plan(&fresh) && held.credentials.all() == fresh.credentials.all())
    }

    /// Forgets sites that nobody uses.
    pub(crate) fn forget_idle(&self) {
        let idle = self.0.clock.now().before(IDLE).millis();
        let mut places = self.0.places.write().unwrap_or_else(PoisonError::into_inner);
        places.retain(|_, place| place.used_at.load(Ordering::Relaxed) >= idle);
    }

    async fn since(&self, site: SiteId, revision: i64) -> Result<Since> {
        self.0.db.read(|db| async move { changes::since(&db, site, revision).await }).await
    }
}
