//! The change log: what is kept in memory of a site, an account or a device changes in numbered steps. Each step of a site
//! says what changed.
//!
//! Whoever changes a row that memory depends on says so with [`crate::Tx::changes`] or [`crate::Tx::changed`]. The steps are
//! written when the write comes to its end, in the same transaction, and announced after the commit, so neither can be
//! forgotten. The row of a scope in `revisions` is locked last and until the commit: revisions become visible in their order
//! and without holes. Their times are the database's own, so that clocks of servers that differ hide nothing.

use std::{collections::HashMap, time::Duration};

use kernel::{Result, SiteId};
use sea_orm::{
    ActiveValue::Set, Condition, ConnectionTrait, DbBackend, ExprTrait, QueryOrder, QuerySelect, entity::prelude::*,
};

pub use crate::change::Change;
use crate::{
    ChangeScope, Tx,
    change::{EVERYTHING, INCONSISTENT, Pending},
    insert::keep_existing,
};

mod revision {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "revisions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub scope_id: Uuid,
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
    #[sea_orm(table_name = "changes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub scope_id: Uuid,
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
/// Longer than a transaction takes, to its commit.
const COMMITTED_WITHIN: Duration = Duration::from_secs(15);
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

/// A scope and the revision that a write raised it to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Raised {
    pub(crate) scope: ChangeScope,
    /// Counted from 1; 0 where it is not known.
    pub(crate) revision: i64,
}

impl Raised {
    /// The same where the commit failed, or nobody knows whether it stands: the next write may get that revision.
    pub(crate) const fn doubtful(self) -> Self {
        Self { revision: 0, ..self }
    }
}

/// Does a write and writes down what it changed. Its value, and what it raised.
pub(crate) async fn whole<T>(tx: &Tx, act: impl Future<Output = Result<T>>) -> Result<(T, Vec<Raised>)> {
    let done = async {
        let value = act.await?;
        let raised = flush(tx, tx.take_changes()).await?;
        Ok((value, raised))
    };
    tx.whole(done.await)
}

/// Writes the steps of a write down, in the order of the scopes' ids, whoever writes which at once.
async fn flush(tx: &Tx, pending: Pending) -> Result<Vec<Raised>> {
    let scopes: Vec<Uuid> = pending.keys().map(|scope| scope.uuid()).collect();
    let mut revisions = HashMap::with_capacity(scopes.len());
    for chunk in scopes.chunks(CHUNK) {
        revisions.extend(raise(tx, chunk).await?.into_iter().map(|row| (row.scope_id, row)));
    }
    let (mut raised, mut steps) = (Vec::with_capacity(scopes.len()), Vec::new());
    for (scope, changes) in pending {
        let row = revisions.get(&scope.uuid()).ok_or(INCONSISTENT)?;
        raised.push(Raised { scope, revision: row.revision });
        let step = |(kind, object)| entry::ActiveModel {
            scope_id: Set(row.scope_id),
            revision: Set(row.revision),
            kind: Set(kind),
            object_id: Set(object),
            changed_at: Set(row.changed_at),
        };
        if changes.len() > MANY {
            steps.push(step(EVERYTHING));
        } else {
            steps.extend(changes.into_iter().map(Change::row).map(step));
        }
    }
    for chunk in steps.chunks(CHUNK) {
        entry::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(tx).await?;
    }
    Ok(raised)
}

/// Raises the revisions of these scopes and locks them until the commit. What they are now.
async fn raise(tx: &Tx, ids: &[Uuid]) -> Result<Vec<revision::Model>> {
    // one scope that is there needs one statement; of several, which were there could not be told from the count
    if ids.len() > 1 || one_more(tx, ids).await? == 0 {
        let row = |id: &Uuid| revision::ActiveModel { scope_id: Set(*id), revision: Set(0), changed_at: Set(0) };
        revision::Entity::insert_many(ids.iter().map(row))
            .on_conflict(keep_existing(&[revision::Column::ScopeId]))
            .exec_without_returning(tx)
            .await?;
        one_more(tx, ids).await?;
    }
    Ok(revision::Entity::find().filter(revision::Column::ScopeId.is_in(ids.iter().copied())).all(tx).await?)
}

async fn one_more(tx: &Tx, ids: &[Uuid]) -> Result<u64> {
    let done = revision::Entity::update_many()
        .col_expr(revision::Column::Revision, Expr::col(revision::Column::Revision).add(1))
        .col_expr(revision::Column::ChangedAt, Expr::cust(database_time(tx)))
        .filter(revision::Column::ScopeId.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    Ok(done.rows_affected)
}

/// The database's own time, milliseconds since 1970.
fn database_time(db: &impl ConnectionTrait) -> &'static str {
    match db.get_database_backend() {
        DbBackend::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
        DbBackend::MySql => "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)",
        _ => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
    }
}

/// How often a site has changed.
///
/// # Errors
/// When the database is away.
pub async fn revision(db: &impl ConnectionTrait, site: SiteId) -> Result<i64> {
    Ok(revision::Entity::find_by_id(site.uuid()).one(db).await?.map_or(0, |row| row.revision))
}

/// The revisions that a poll found.
pub(crate) struct Recent {
    pub(crate) raised: Vec<Raised>,
    /// The latest time among them, milliseconds of the database's clock.
    pub(crate) latest: Option<i64>,
}

/// The revisions of what changed since `latest` of the last poll, or in this span before now, by the database's clock: the one
/// holds when its clock has jumped forward, the other when it has jumped back. Both look further back by the time that a
/// transaction may take to commit.
pub(crate) async fn recent(db: &impl ConnectionTrait, latest: Option<i64>, span: Duration) -> Result<Recent> {
    let millis = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    let mut recently = Condition::any().add(
        Expr::col(revision::Column::ChangedAt).gte(Expr::cust(database_time(db)).sub(millis(span + COMMITTED_WITHIN))),
    );
    if let Some(latest) = latest {
        recently = recently.add(revision::Column::ChangedAt.gte(latest - millis(COMMITTED_WITHIN)));
    }
    let rows = revision::Entity::find().filter(recently).all(db).await?;
    let raised = |row: &revision::Model| Raised { scope: ChangeScope::from_uuid(row.scope_id), revision: row.revision };
    Ok(Recent { raised: rows.iter().map(raised).collect(), latest: rows.iter().map(|row| row.changed_at).max() })
}

/// What changed of a site after this revision.
///
/// # Errors
/// When the database is away; `change-log-inconsistent`.
pub async fn since(db: &impl ConnectionTrait, site: SiteId, seen: i64) -> Result<Since> {
    let rows = entry::Entity::find()
        .filter(entry::Column::ScopeId.eq(site.uuid()))
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
pub async fn purge(tx: &Tx, older_than: Duration, limit: u64) -> Result<u64> {
    let before = Expr::cust(database_time(tx)).sub(i64::try_from(older_than.as_millis()).unwrap_or(i64::MAX));
    let old = entry::Entity::find()
        .filter(Expr::col(entry::Column::ChangedAt).lt(before))
        .order_by_asc(entry::Column::ChangedAt)
        .limit(limit)
        .all(tx)
        .await?;
    let mut last: HashMap<Uuid, i64> = HashMap::new();
    for row in &old {
        let known = last.entry(row.scope_id).or_insert(row.revision);
        *known = std::cmp::max(row.revision, *known);
    }
    for (scope, revision) in last {
        entry::Entity::delete_many()
            .filter(entry::Column::ScopeId.eq(scope))
            .filter(entry::Column::Revision.lte(revision))
            .exec(tx)
            .await?;
    }
    Ok(old.len() as u64)
}
