use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use edge::Caller;
use kernel::{AccountId, Clock, PolicyId, Result, SiteId, Timestamp, port::CardKind};
use moka::future::Cache;
use pinyin::ToPinyin;
use store::{Belongings, Db, Tx};

use crate::{
    rows,
    site::{AccessPolicy, CacheLoss, NewDoor, NewSite, Plan, SITE_NOT_FOUND, Site},
};

/// What is read of sites may be so old: they change by the month and are read by the millisecond.
const FRESH: Duration = Duration::from_secs(1);
const PAGES: u64 = 1_000;
const KNOWN: u64 = 10_000;

/// A place in the list of sites.
pub type SiteKey = (String, SiteId);

/// Sites, their doors and their policies.
#[derive(Clone)]
pub struct Sites {
    pages: Cache<(Option<SiteKey>, usize), Arc<[Site]>>,
    known: Cache<SiteId, Arc<Site>>,
    db: Db,
    clock: Arc<dyn Clock>,
    announced: Arc<RwLock<HashMap<SiteId, u64>>>,
}

/// The name in pinyin, so that the list is in the order its readers expect; what is no Chinese keeps its letters.
fn sort_key(name: &str) -> String {
    let mut key = String::new();
    for c in name.chars() {
        match c.to_pinyin() {
            Some(pinyin) => key.push_str(pinyin.plain()),
            None => key.extend(c.to_lowercase()),
        }
        if key.len() > 150 {
            break;
        }
    }
    key
}

impl Sites {
    /// Sites in this database.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        let pages = Cache::builder().max_capacity(PAGES).time_to_live(FRESH).build();
        let known = Cache::builder().max_capacity(KNOWN).time_to_live(FRESH).build();
        Self { db, clock, announced: Arc::default(), pages, known }
    }

    /// So many sites after that place in the list, in the order of the names' pinyin.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn list(&self, after: Option<SiteKey>, limit: usize) -> Result<Arc<[Site]>> {
        let key = (after, limit);
        if let Some(page) = self.pages.get(&key).await {
            return Ok(page);
        }
        let after = key.0.clone();
        let page: Arc<[Site]> = self.db.read(|db| async move { rows::list(&db, after, limit).await }).await?.into();
        self.pages.insert(key, page.clone()).await;
        Ok(page)
    }

    /// One site.
    ///
    /// # Errors
    /// `site-not-found`.
    pub async fn find(&self, id: SiteId) -> Result<Arc<Site>> {
        if let Some(site) = self.known.get(&id).await {
            return Ok(site);
        }
        let site = self.db.read(|db| async move { rows::find(&db, id).await }).await?.ok_or(SITE_NOT_FOUND)?;
        let site = Arc::new(site);
        self.known.insert(id, site.clone()).await;
        Ok(site)
    }

    /// Makes a site the caller's current one.
    ///
    /// # Errors
    /// `site-not-found`.
    pub async fn choose(&self, caller: Caller, id: SiteId) -> Result<Site> {
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
    ///
    /// # Errors
    /// When the database is away.
    pub async fn current(&self, caller: Caller) -> Result<Option<Site>> {
        self.db
            .read(|db| async move {
                match rows::chosen(&db, caller.account).await? {
                    Some(id) => rows::find(&db, id).await,
                    None => Ok(None),
                }
            })
            .await
    }

    /// All of a site that its doors must know, and the revision it is of.
    ///
    /// # Errors
    /// `site-not-found`.
    pub async fn plan(&self, id: SiteId) -> Result<(Plan, i64)> {
        self.db
            .read(|db| async move {
                // the revision first: a change in between makes it too old and never too new
                let revision = rows::revision(&db, id).await?;
                let site = rows::find(&db, id).await?.ok_or(SITE_NOT_FOUND)?;
                let plan = Plan { site, doors: rows::doors(&db, id).await?, policies: rows::policies(&db, id).await? };
                Ok((plan, revision))
            })
            .await
    }

    /// The revisions of the sites that changed since then.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn changed_since(&self, since: Timestamp) -> Result<Vec<(SiteId, i64)>> {
        self.db.read(|db| async move { rows::changed_since(&db, since).await }).await
    }

    /// Counts a change of the site inside the write that makes it; [`Sites::announce`] follows the commit.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn touch(&self, tx: &Tx, site: SiteId, now: Timestamp) -> Result<()> {
        rows::bump(tx, site, now).await
    }

    /// Tells this process at once that a site has changed. Others see its revision within half a second.
    pub fn announce(&self, site: SiteId) {
        *self.announced.write().unwrap_or_else(PoisonError::into_inner).entry(site).or_default() += 1;
    }

    /// How often a change of the site was announced in this process.
    pub fn announced(&self, site: SiteId) -> u64 {
        self.announced.read().unwrap_or_else(PoisonError::into_inner).get(&site).copied().unwrap_or_default()
    }

    /// Whether there is any site yet.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn any(&self) -> Result<bool> {
        self.db.read(|db| async move { rows::any(&db).await }).await
    }

    /// Adds a site.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add(&self, tx: &Tx, new: &NewSite, now: Timestamp) -> Result<()> {
        let site = Site {
            id: new.id,
            name: new.name.clone(),
            address: new.address.clone(),
            entry_notice: new.entry_notice.clone(),
            sort_key: sort_key(&new.name),
            key_version: 1,
            cache_loss: CacheLoss::Degrade,
        };
        rows::insert(tx, &site, now).await?;
        rows::bump(tx, new.id, now).await
    }

    /// Adds a door.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_door(&self, tx: &Tx, new: &NewDoor, now: Timestamp) -> Result<()> {
        rows::insert_door(tx, new.site, &new.door).await?;
        rows::bump(tx, new.site, now).await
    }

    /// Lets holders of a kind of card (any, when not said) through every door of a site.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn allow(&self, tx: &Tx, site: SiteId, card_kind: Option<CardKind>, now: Timestamp) -> Result<()> {
        rows::insert_policy(tx, site, &AccessPolicy { id: PolicyId::new(now), card_kind, door: None }).await?;
        rows::bump(tx, site, now).await
    }
}

#[async_trait]
impl Belongings for Sites {
    fn name(&self) -> &'static str {
        "sites"
    }

    /// The current site stays what it was, unless there was none.
    async fn merge(&self, tx: &Tx, from: AccountId, to: AccountId, _: Timestamp) -> Result<Vec<SiteId>> {
        let known: Vec<_> = rows::choices(tx, to).await?.into_iter().map(|(site, _)| site).collect();
        for (site, at) in rows::choices(tx, from).await? {
            if !known.contains(&site) {
                let at = if known.is_empty() { at } else { Timestamp::from_millis(0) };
                rows::choose(tx, to, site, at).await?;
            }
        }
        rows::forget_choices(tx, from).await?;
        Ok(Vec::new())
    }

    async fn erase(&self, tx: &Tx, account: AccountId, _: Timestamp) -> Result<Vec<SiteId>> {
        rows::forget_choices(tx, account).await?;
        Ok(Vec::new())
    }

    async fn export(&self, account: AccountId) -> Result<serde_json::Value> {
        let choices = self.db.read(|db| async move { rows::choices(&db, account).await }).await?;
        Ok(choices.into_iter().map(|(site, at)| serde_json::json!({ "siteId": site, "chosenAt": at })).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::sort_key;

    #[test]
    fn the_list_is_in_the_order_of_pinyin() {
        assert_eq!(sort_key("测试Z停车场"), "ceshiztingchechang");
        assert!(sort_key("长沙") < sort_key("株洲"));
    }
}
