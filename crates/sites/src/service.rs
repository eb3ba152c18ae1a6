use std::{slice, sync::Arc, time::Duration};

use async_trait::async_trait;
use edge::Caller;
use kernel::{
    AccountId, Clock, Code, Kind, PolicyId, Result, SiteId, Timestamp,
    port::{SiteTies, Ties},
};
use store::{AccountData, Db, Memory, Shelf, Tx, audit, changes::Change};

use crate::{
    AccessDocument, Directory, Hit, Place, Position, SiteConfig, SiteFollower, SiteQuery, SiteSettings,
    listing::{LIST, Listing},
    rows,
    settings::branch_taken,
    site::{Door, NewDoor, SITE_NOT_FOUND, Site},
};

/// Whoever changes the settings waits so long for what depends on them.
const FOLLOW: Duration = Duration::from_secs(4);
/// So many sites count as recent.
const RECENT: u64 = 10;

/// Somebody else said anew who may open what.
const ACCESS_CHANGED: Code = Code::new(Kind::Conflict, "access-changed", "通行规则已被他人修改，请刷新后再改");

/// Somebody else said anew what the settings are.
const SETTINGS_CHANGED: Code = Code::new(Kind::Conflict, "settings-changed", "场区设置已被他人修改，请刷新后再改");

/// Sites, their doors and who may open them.
#[derive(Clone)]
pub struct Sites {
    known: Shelf<Site>,
    recent: Shelf<Vec<SiteId>>,
    listing: Arc<Listing>,
    db: Db,
    clock: Arc<dyn Clock>,
    ties: Arc<[Arc<dyn SiteTies>]>,
    followers: Arc<[Arc<dyn SiteFollower>]>,
}

/// What is looked for in the list of sites.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Words of a name or an address, or pinyin.
    pub text: Option<String>,
    /// Where the person stands.
    pub near: Option<Position>,
    /// The place in the list after which to go on.
    pub after: Option<Place>,
    pub limit: usize,
}

impl Sites {
    /// Sites in this database.
    pub fn new(db: Db, memory: &Memory, clock: Arc<dyn Clock>) -> Self {
        let listing = Arc::new(Listing::new(db.clone()));
        let (known, recent) = (
            memory.shelf("sites", Site::heap),
            memory.shelf("recent_sites", |sites: &Vec<SiteId>| sites.capacity() * size_of::<SiteId>()),
        );
        Self { db, clock, known, recent, listing, ties: Arc::new([]), followers: Arc::new([]) }
    }

    /// The sites a person has to do with are what these tell.
    #[must_use]
    pub fn with_ties(mut self, ties: impl IntoIterator<Item = Arc<dyn SiteTies>>) -> Self {
        self.ties = ties.into_iter().collect();
        self
    }

    /// Every change of the settings is followed by these.
    #[must_use]
    pub fn followed_by(mut self, followers: impl IntoIterator<Item = Arc<dyn SiteFollower>>) -> Self {
        self.followers = followers.into_iter().collect();
        self
    }

    async fn ties(&self, account: AccountId) -> Result<Ties> {
        let mut all = Ties::default();
        for tie in &*self.ties {
            let Ties { sites, everywhere } = tie.ties(account).await?;
            all.sites.extend(sites);
            all.everywhere |= everywhere;
        }
        Ok(all)
    }

    /// A part of the list as this person sees it: theirs, those they were at, the nearest, and all by pinyin.
    pub async fn search(&self, caller: Caller, search: &Search) -> Result<Vec<Hit>> {
        let directory: Arc<Directory> = self.listing.get().await?;
        let mine = self.ties(caller.account).await?.sites;
        let recent = self.recent(caller.account).await?;
        Ok(directory.list(&SiteQuery {
            text: search.text.as_deref(),
            near: search.near,
            mine: &mine,
            recent: &recent,
            after: search.after.as_ref(),
            limit: search.limit,
        }))
    }

    /// One site.
    ///
    /// # Errors
    /// `site-not-found`.
    pub async fn find(&self, id: SiteId) -> Result<Arc<Site>> {
        let read =
            async || Ok(self.db.read(|db| async move { rows::find(&db, id).await }).await?.ok_or(SITE_NOT_FOUND)?);
        self.known.get(id.uuid(), id, read).await
    }

    /// The sites that an account has chosen of late, the last first.
    async fn recent(&self, account: AccountId) -> Result<Arc<Vec<SiteId>>> {
        let read = async || self.db.read(|db| async move { rows::chosen(&db, account, RECENT).await }).await;
        self.recent.get(account.uuid(), account, read).await
    }

    /// One site, if the caller may know of it.
    ///
    /// # Errors
    /// `site-not-found`, also for a hidden one that the caller has nothing to do with.
    pub async fn see(&self, caller: Caller, id: SiteId) -> Result<Arc<Site>> {
        let site = self.find(id).await?;
        if site.hidden {
            let ties = self.ties(caller.account).await?;
            let (account, known) = (caller.account, ties.everywhere || ties.sites.contains(&id));
            if !known && !self.db.read(|db| async move { rows::was_chosen(&db, account, id).await }).await? {
                return Err(SITE_NOT_FOUND.into());
            }
        }
        Ok(site)
    }

    /// Makes a site the caller's current one.
    ///
    /// # Errors
    /// `site-not-found`.
    pub async fn choose(&self, caller: Caller, id: SiteId) -> Result<Site> {
        self.see(caller, id).await?;
        let (account, now) = (caller.account, self.clock.now());
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let site = rows::find(tx, id).await?.ok_or(SITE_NOT_FOUND)?;
                    rows::choose(tx, account, id, now).await?;
                    Ok(site)
                })
            })
            .await
    }

    /// The caller's current site, once one was chosen.
    pub async fn current(&self, caller: Caller) -> Result<Option<Arc<Site>>> {
        let recent = self.recent(caller.account).await?;
        let Some(id) = recent.first() else { return Ok(None) };
        match self.find(*id).await {
            Err(fault) if fault.code() == SITE_NOT_FOUND => Ok(None),
            found => found.map(Some),
        }
    }

    /// All of a site that its doors must know, but for credentials.
    ///
    /// # Errors
    /// `site-not-found`.
    pub async fn config(&self, id: SiteId) -> Result<SiteConfig> {
        self.db
            .read(|db| async move {
                let site = rows::find(&db, id).await?.ok_or(SITE_NOT_FOUND)?;
                let doors = rows::doors(&db, id, site.branch.as_deref()).await?;
                let (access, _) = rows::access(&db, id).await?;
                Ok(SiteConfig { site, doors, access })
            })
            .await
    }

    /// The doors of a site.
    ///
    /// # Errors
    /// `site-not-found`.
    pub async fn doors(&self, id: SiteId) -> Result<Vec<Door>> {
        let site = self.find(id).await?;
        self.db.read(|db| async move { rows::doors(&db, id, site.branch.as_deref()).await }).await
    }

    /// Every site whose cards an installed card system keeps, and its branch there.
    pub async fn branches(&self) -> Result<Vec<(SiteId, String)>> {
        self.db.read(|db| async move { rows::branches(&db).await }).await
    }

    /// Who may open what at a site, and the version of that.
    ///
    /// # Errors
    /// `site-not-found`.
    pub async fn access(&self, site: SiteId) -> Result<(AccessDocument, i32)> {
        self.find(site).await?;
        self.db.read(|db| async move { rows::access(&db, site).await }).await
    }

    /// Says anew who may open what at a site; its doors know at once. The new version.
    ///
    /// # Errors
    /// `invalid`, `access-changed` when it is not the version that was seen any more.
    pub async fn set_access(&self, by: Caller, site: SiteId, seen: i32, document: AccessDocument) -> Result<i32> {
        let now = self.clock.now();
        let (before, _) = self.access(site).await?;
        document.ends_in_time(&before, now)?;
        let document = Arc::new(document.checked(&self.doors(site).await?)?);
        self.db
            .write(move |tx| {
                let document = document.clone();
                Box::pin(async move {
                    if !rows::set_access(tx, site, seen, &document, now).await? {
                        return Err(ACCESS_CHANGED.into());
                    }
                    tx.changes(site, Change::Site);
                    record(tx, by, site, "access.changed", now).await
                })
            })
            .await?;
        Ok(seen + 1)
    }

    /// Whether there is any site yet.
    pub async fn any(&self) -> Result<bool> {
        self.db.read(|db| async move { rows::any(&db).await }).await
    }

    /// How many people may share one card at a site.
    ///
    /// # Errors
    /// `site-not-found`.
    pub async fn household_limit(&self, tx: &Tx, id: SiteId) -> Result<u16> {
        Ok(rows::find(tx, id).await?.ok_or(SITE_NOT_FOUND)?.household_limit)
    }

    /// Adds a site at which every card opens every door at every hour, until somebody says otherwise.
    pub async fn add(&self, tx: &Tx, site: &Site, now: Timestamp) -> Result<()> {
        self.add_all(tx, slice::from_ref(site), now).await
    }

    /// The same with some hundreds of sites; it takes as many statements as one.
    pub async fn add_all(&self, tx: &Tx, sites: &[Site], now: Timestamp) -> Result<()> {
        let ids: Vec<_> = sites.iter().map(|site| site.id).collect();
        let open: Vec<_> = ids.iter().map(|_| AccessDocument::open(PolicyId::new(now))).collect();
        rows::insert(tx, sites, now).await?;
        rows::insert_access(tx, ids.iter().copied().zip(&open), now).await?;
        for site in ids {
            tx.changes(site, Change::Site);
        }
        tx.changes(LIST, Change::Site);
        Ok(())
    }

    /// The settings of a site, and the version of them.
    ///
    /// # Errors
    /// `site-not-found`.
    pub async fn settings(&self, id: SiteId) -> Result<(SiteSettings, i32)> {
        let (site, version) =
            self.db.read(|db| async move { rows::versioned(&db, id).await }).await?.ok_or(SITE_NOT_FOUND)?;
        Ok((site.into(), version))
    }

    /// Changes the settings of a site; the list and its doors know at once, and whoever follows sites soon. The settings
    /// as they are now, and the version of them.
    ///
    /// # Errors
    /// `site-not-found`; `invalid`; `settings-changed` when they are not of the version that was seen any more.
    pub async fn set_settings(
        &self,
        by: Caller,
        runs_the_platform: bool,
        id: SiteId,
        seen: i32,
        new: SiteSettings,
    ) -> Result<(SiteSettings, i32)> {
        let (new, now) = (new.checked()?, self.clock.now());
        let site = self
            .db
            .write(move |tx| {
                let new = new.clone();
                Box::pin(async move {
                    let (before, version) = rows::versioned(tx, id).await?.ok_or(SITE_NOT_FOUND)?;
                    if version != seen {
                        return Err(SETTINGS_CHANGED.into());
                    }
                    let site = new.applied_to(before, runs_the_platform)?;
                    if let Some(branch) = &site.branch
                        && rows::site_of_branch(tx, branch).await?.is_some_and(|other| other != id)
                    {
                        return Err(branch_taken());
                    }
                    if !rows::save(tx, &site, seen).await? {
                        return Err(SETTINGS_CHANGED.into());
                    }
                    record(tx, by, id, "site.changed", now).await?;
                    tx.changes(id, Change::Site);
                    tx.changes(LIST, Change::Site);
                    Ok(site)
                })
            })
            .await?;
        if let Err(fault) = self.listing.changed().await {
            // it is changed; the list is made anew when it is next asked for
            tracing::warn!(error.cause = %fault, "directory of sites could not be refreshed");
        }
        let (followers, changed) = (self.followers.clone(), site.clone());
        // a large site goes on without whoever asked
        let told = tokio::spawn(async move {
            for follower in &*followers {
                follower.site_changed(&changed).await;
            }
        });
        let _ = tokio::time::timeout(FOLLOW, told).await;
        Ok((site.into(), seen + 1))
    }

    /// Adds a door.
    pub async fn add_door(&self, tx: &Tx, new: &NewDoor) -> Result<()> {
        rows::insert_door(tx, new.site, &new.door).await?;
        tx.changes(new.site, Change::Site);
        Ok(())
    }
}

async fn record(tx: &Tx, by: Caller, site: SiteId, action: &'static str, now: Timestamp) -> Result<()> {
    let (actor, object) = (format!("account:{}", by.account), format!("sites/{site}"));
    audit::record(tx, &audit::Entry { site: Some(site), at: now, actor, action, object }).await
}

#[async_trait]
impl AccountData for Sites {
    fn name(&self) -> &'static str {
        "sites"
    }

    /// The current site stays what it was, unless there was none.
    async fn merge(&self, tx: &Tx, from: AccountId, to: AccountId, _: Timestamp) -> Result<()> {
        let known: Vec<_> = rows::choices(tx, to).await?.into_iter().map(|(site, _)| site).collect();
        for (site, at) in rows::choices(tx, from).await? {
            if !known.contains(&site) {
                let at = if known.is_empty() { at } else { Timestamp::from_millis(0) };
                rows::choose(tx, to, site, at).await?;
            }
        }
        rows::forget_choices(tx, from).await?;
        Ok(())
    }

    async fn erase(&self, tx: &Tx, account: AccountId, _: Timestamp) -> Result<()> {
        rows::forget_choices(tx, account).await?;
        Ok(())
    }

    async fn export(&self, account: AccountId) -> Result<serde_json::Value> {
        let choices = self.db.read(|db| async move { rows::choices(&db, account).await }).await?;
        Ok(choices.into_iter().map(|(site, at)| serde_json::json!({ "siteId": site, "chosenAt": at })).collect())
    }
}
