//! The change log of sites: what doors must know of a site changes in numbered steps, and each step says what changed.
//!
//! Whoever changes a row that doors depend on says so with [`crate::Tx::changes`]. The steps are written when the write comes to
//! its end, in the same transaction, and announced after the commit, so neither can be forgotten. The row of a site in
//! `site_revisions` is locked last and until the commit: revisions become visible in their order and without holes.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use futures_util::future::join_all;
use kernel::{Result, SiteId, Timestamp, macros::uuid::Uuid};
use sea_orm::{ActiveValue::Set, ConnectionTrait, ExprTrait, QueryOrder, QuerySelect, entity::prelude::*};

pub use crate::change::Change;
use crate::{
    SharedCounters, Tx,
    change::{EVERYTHING, INCONSISTENT, Pending},
    insert::keep_existing,
};

mod revision {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "site_revisions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        pub revision: i64,
        pub changed_at: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod entry {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "site_changes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub revision: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: i16,
        #[sea_orm(primary_key, auto_increment = false)]
        pub object_id: Uuid,
        pub changed_at: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A write that changes more of a site than this is one step: everything.
const MANY: usize = 1000;
/// Rows and keys in one statement.
const CHUNK: usize = 500;
/// A snapshot that is further behind is loaded anew.
const FAR_BEHIND: u64 = 2000;
/// Longer than any process takes to see a revision.
const STAMPED: Duration = Duration::from_secs(60);
/// Steps are kept so long: whoever is further behind loads the site anew.
pub const KEPT: Duration = Duration::from_secs(3600);

/// What changed of a site since a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Since {
    /// These, up to this revision.
    Steps(Vec<Change>, i64),
    /// Too much, or steps are missing: the site must be loaded anew.
    Unknown,
}

/// Does a write and writes down what it changed of sites. Its value, and the sites.
pub(crate) async fn whole<T>(tx: &Tx, act: impl Future<Output = Result<T>>) -> Result<(T, Vec<SiteId>)> {
    let done = async {
        let value = act.await?;
        let sites = flush(tx, tx.take_changes()).await?;
        Ok((value, sites))
    };
    tx.whole(done.await)
}

/// Writes the steps of a write down, in the order of the sites' ids, whoever writes which at once. The sites.
async fn flush(tx: &Tx, Pending { at, sites: changed }: Pending) -> Result<Vec<SiteId>> {
    let Some(at) = at else { return Ok(Vec::new()) };
    let sites: Vec<SiteId> = changed.keys().copied().collect();
    let mut revisions = HashMap::with_capacity(sites.len());
    for chunk in sites.chunks(CHUNK) {
        revisions.extend(raise(tx, chunk, at).await?);
    }
    let mut rows = Vec::new();
    for (site, changes) in changed {
        let revision = *revisions.get(&site).ok_or(INCONSISTENT)?;
        let step = |(kind, object)| entry::ActiveModel {
            site_id: Set(site.uuid()),
            revision: Set(revision),
            kind: Set(kind),
            object_id: Set(object),
            changed_at: Set(at.millis()),
        };
        if changes.len() > MANY {
            rows.push(step(EVERYTHING));
        } else {
            rows.extend(changes.into_iter().map(Change::row).map(step));
        }
    }
    for chunk in rows.chunks(CHUNK) {
        entry::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(tx).await?;
    }
    Ok(sites)
}

/// Raises the revisions of these sites and locks them until the commit. What they are now.
async fn raise(tx: &Tx, sites: &[SiteId], at: Timestamp) -> Result<HashMap<SiteId, i64>> {
    let ids: Vec<Uuid> = sites.iter().map(|site| site.uuid()).collect();
    // one site that is there needs one statement; of several, which were there could not be told from the count
    if ids.len() > 1 || one_more(tx, &ids, at).await? == 0 {
        let row =
            |site: &Uuid| revision::ActiveModel { site_id: Set(*site), revision: Set(0), changed_at: Set(at.millis()) };
        revision::Entity::insert_many(ids.iter().map(row))
            .on_conflict(keep_existing(&[revision::Column::SiteId]))
            .exec_without_returning(tx)
            .await?;
        one_more(tx, &ids, at).await?;
    }
    read(tx, &ids).await
}

async fn one_more(tx: &Tx, ids: &[Uuid], at: Timestamp) -> Result<u64> {
    let done = revision::Entity::update_many()
        .col_expr(revision::Column::Revision, Expr::col(revision::Column::Revision).add(1))
        .col_expr(revision::Column::ChangedAt, Expr::value(at.millis()))
        .filter(revision::Column::SiteId.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    Ok(done.rows_affected)
}

async fn read(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<SiteId, i64>> {
    let rows = revision::Entity::find().filter(revision::Column::SiteId.is_in(ids.iter().copied())).all(db).await?;
    Ok(rows.into_iter().map(|row| (SiteId::from_uuid(row.site_id), row.revision)).collect())
}

/// How often a site has changed.
///
/// # Errors
/// When the database is away.
pub async fn revision(db: &impl ConnectionTrait, site: SiteId) -> Result<i64> {
    Ok(revision::Entity::find_by_id(site.uuid()).one(db).await?.map_or(0, |row| row.revision))
}

/// The revisions of the sites that changed since then.
///
/// # Errors
/// When the database is away.
pub async fn changed_since(db: &impl ConnectionTrait, since: Timestamp) -> Result<Vec<(SiteId, i64)>> {
    let rows = revision::Entity::find().filter(revision::Column::ChangedAt.gte(since.millis())).all(db).await?;
    Ok(rows.into_iter().map(|row| (SiteId::from_uuid(row.site_id), row.revision)).collect())
}

/// What changed of a site after this revision.
///
/// # Errors
/// When the database is away; `change-log-inconsistent`.
pub async fn since(db: &impl ConnectionTrait, site: SiteId, seen: i64) -> Result<Since> {
    let rows = entry::Entity::find()
        .filter(entry::Column::SiteId.eq(site.uuid()))
        .filter(entry::Column::Revision.gt(seen))
        .order_by_asc(entry::Column::Revision)
        .limit(FAR_BEHIND + 1)
        .all(db)
        .await?;
    if rows.is_empty() {
        // nothing, unless the steps are too old to be kept, or the log is not of the database it was
        return Ok(match revision(db, site).await? {
            now if now == seen => Since::Steps(Vec::new(), seen),
            _ => Since::Unknown,
        });
    }
    if rows.len() as u64 > FAR_BEHIND {
        return Ok(Since::Unknown);
    }
    let mut last = seen;
    let mut steps = Vec::with_capacity(rows.len());
    for row in rows {
        if row.revision > last + 1 || (row.kind, row.object_id) == EVERYTHING {
            return Ok(Since::Unknown);
        }
        last = row.revision;
        steps.push(Change::from_row(row.kind, row.object_id)?);
    }
    steps.sort_unstable();
    steps.dedup();
    Ok(Since::Steps(steps, last))
}

/// Deletes steps that are older than anybody needs, at most so many. How many there were.
///
/// # Errors
/// When the database refuses.
pub async fn purge(tx: &Tx, before: Timestamp, limit: u64) -> Result<u64> {
    let old = entry::Entity::find()
        .filter(entry::Column::ChangedAt.lt(before.millis()))
        .order_by_asc(entry::Column::ChangedAt)
        .limit(limit)
        .all(tx)
        .await?;
    let mut last: HashMap<Uuid, i64> = HashMap::new();
    for row in &old {
        let known = last.entry(row.site_id).or_insert(row.revision);
        if row.revision > *known {
            *known = row.revision;
        }
    }
    for (site, revision) in last {
        entry::Entity::delete_many()
            .filter(entry::Column::SiteId.eq(site))
            .filter(entry::Column::Revision.lte(revision))
            .exec(tx)
            .await?;
    }
    Ok(old.len() as u64)
}

/// Tells this process, and those that share its cache, that a site has changed.
pub(crate) struct Feed {
    announced: RwLock<HashMap<SiteId, u64>>,
    shared: Option<Arc<SharedCounters>>,
}

/// What was last heard of a site. Two that differ: the site changed in between.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    announced: u64,
    published: Option<String>,
}

impl Heard {
    /// Whether nothing has happened since `later` was heard that was not known here. A mark that is gone tells nothing: it
    /// is kept for a minute, or the shared cache is away.
    pub fn is_as_new_as(&self, later: &Self) -> bool {
        self.announced >= later.announced && (later.published.is_none() || self.published == later.published)
    }
}

fn mark_of(site: SiteId) -> String {
    format!("{{{site}}}:changed")
}

impl Feed {
    pub(crate) fn new(shared: Option<Arc<SharedCounters>>) -> Self {
        Self { announced: RwLock::default(), shared }
    }

    pub(crate) fn announce(&self, sites: &[SiteId]) {
        if sites.is_empty() {
            return;
        }
        let mut announced = self.announced.write().unwrap_or_else(PoisonError::into_inner);
        for site in sites {
            *announced.entry(*site).or_default() += 1;
        }
    }

    pub(crate) async fn publish(&self, sites: &[SiteId]) {
        self.announce(sites);
        if let Some(counters) = &self.shared {
            join_all(sites.iter().map(async |site| counters.stamp(&mark_of(*site), STAMPED).await)).await;
        }
    }

    pub(crate) async fn heard(&self, site: SiteId) -> Heard {
        let published = match &self.shared {
            Some(counters) => counters.stamped(&mark_of(site)).await,
            None => None,
        };
        let announced = self.announced.read().unwrap_or_else(PoisonError::into_inner).get(&site).copied();
        Heard { announced: announced.unwrap_or_default(), published }
    }
}
