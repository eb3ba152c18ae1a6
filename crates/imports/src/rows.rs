use kernel::{AccountId, Code, ImportId, Kind, Result, SiteId, Timestamp};
use sea_orm::{ActiveValue::Set, ConnectionTrait, ExprTrait, QueryOrder, QuerySelect, UpdateMany, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    import::{Import, ImportState, Job},
    report::{Reason, Report, Tally},
};

const INCONSISTENT: Code = Code::new(Kind::Internal, "import-inconsistent", "导入记录有误，请联系管理员");

mod row {
    use sea_orm::entity::prelude::*;

    /// Three columns are named after what was imported first.
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "imports")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub subject: i16,
        pub state: i16,
        pub file_name: String,
        pub file_hash: Vec<u8>,
        pub basis_hash: Option<Vec<u8>>,
        pub rows_seen: i64,
        pub rows_done: i64,
        #[sea_orm(column_name = "cards_new")]
        pub rows_new: i64,
        #[sea_orm(column_name = "cards_changed")]
        pub rows_changed: i64,
        #[sea_orm(column_name = "cards_same")]
        pub rows_same: i64,
        pub outcome: String,
        pub applies_to: Option<Uuid>,
        pub attempts: i32,
        pub lease_holder: Option<Uuid>,
        pub lease_until: i64,
        pub created_at: i64,
        pub updated_at: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::{ActiveModel, Column, Entity, Model};

/// States in which there is something to do.
const WORK: [i16; 2] = [ImportState::Checking as i16, ImportState::Applying as i16];

/// What was found out, as the row holds it.
#[derive(Default, Serialize, Deserialize)]
struct Outcome {
    report: Option<Report>,
    reason: Option<Reason>,
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn to_import(row: Model) -> Result<Import> {
    let Outcome { report, reason } = serde_json::from_str(&row.outcome)?;
    let [new, changed, same] = [row.rows_new, row.rows_changed, row.rows_same].map(i64::unsigned_abs);
    Ok(Import {
        id: ImportId::from_uuid(row.id),
        site: SiteId::from_uuid(row.site_id),
        by: AccountId::from_uuid(row.account_id),
        file_name: row.file_name,
        state: ImportState::from_number(row.state).ok_or(INCONSISTENT)?,
        rows_seen: row.rows_seen.unsigned_abs(),
        rows_done: row.rows_done.unsigned_abs(),
        applied: Tally { new, changed, same },
        report,
        reason,
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    })
}

/// Adds an import of that subject whose file has this digest; there is work to do at once.
pub(crate) async fn insert(db: &impl ConnectionTrait, subject: i16, new: &Import, file: [u8; 32]) -> Result<()> {
    Entity::insert(ActiveModel {
        site_id: Set(new.site.uuid()),
        id: Set(new.id.uuid()),
        account_id: Set(new.by.uuid()),
        subject: Set(subject),
        state: Set(new.state as i16),
        file_name: Set(new.file_name.clone()),
        file_hash: Set(file.to_vec()),
        basis_hash: Set(None),
        rows_seen: Set(0),
        rows_done: Set(0),
        rows_new: Set(0),
        rows_changed: Set(0),
        rows_same: Set(0),
        outcome: Set(serde_json::to_string(&Outcome::default())?),
        applies_to: Set(None),
        attempts: Set(0),
        lease_holder: Set(None),
        lease_until: Set(new.created_at.millis()),
        created_at: Set(new.created_at.millis()),
        updated_at: Set(new.created_at.millis()),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

fn of_site(subject: i16, site: SiteId) -> Select<Entity> {
    Entity::find().filter(Column::SiteId.eq(site.uuid())).filter(Column::Subject.eq(subject))
}

/// One import of a site.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    subject: i16,
    site: SiteId,
    id: ImportId,
) -> Result<Option<Import>> {
    of_site(subject, site).filter(Column::Id.eq(id.uuid())).one(db).await?.map(to_import).transpose()
}

/// Imports of a site before that one, newest first.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    subject: i16,
    site: SiteId,
    before: Option<ImportId>,
    limit: usize,
) -> Result<Vec<Import>> {
    let mut query = of_site(subject, site);
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before.uuid()));
    }
    let rows = query.order_by_desc(Column::Id).limit(limit as u64).all(db).await?;
    rows.into_iter().map(to_import).collect()
}

/// How many imports of a site wait to be decided on.
pub(crate) async fn waiting(db: &impl ConnectionTrait, subject: i16, site: SiteId) -> Result<u64> {
    let states = [ImportState::Checking, ImportState::Checked].map(|state| state as i16);
    Ok(of_site(subject, site).filter(Column::State.is_in(states)).count(db).await?)
}

/// Those of these imports whose files are needed still.
pub(crate) async fn open_of(db: &impl ConnectionTrait, ids: &[ImportId]) -> Result<Vec<ImportId>> {
    let open = ImportState::ALL.into_iter().filter(|state| state.is_open()).map(|state| state as i16);
    let rows = Entity::find()
        .filter(Column::State.is_in(open))
        .filter(Column::Id.is_in(ids.iter().map(|id| id.uuid())))
        .select_only()
        .column(Column::Id)
        .into_tuple::<Uuid>()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(ImportId::from_uuid).collect())
}

fn moved(id: (SiteId, ImportId), to: ImportState, now: Timestamp) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(to as i16))
        .col_expr(Column::LeaseHolder, Expr::value(None::<Uuid>))
        .col_expr(Column::LeaseUntil, Expr::value(now.millis()))
        .col_expr(Column::Attempts, Expr::value(0))
        .col_expr(Column::UpdatedAt, Expr::value(now.millis()))
        .filter(Column::SiteId.eq(id.0.uuid()))
        .filter(Column::Id.eq(id.1.uuid()))
}

async fn done(db: &impl ConnectionTrait, update: UpdateMany<Entity>) -> Result<bool, DbErr> {
    Ok(update.exec(db).await?.rows_affected == 1)
}

/// Lets a checked import be applied. Whether it was checked; a broken unique key means that another of its site is being
/// applied.
pub(crate) async fn begin_to_apply(
    db: &impl ConnectionTrait,
    id: (SiteId, ImportId),
    now: Timestamp,
) -> Result<bool, DbErr> {
    let update = moved(id, ImportState::Applying, now)
        .col_expr(Column::AppliesTo, Expr::value(id.0.uuid()))
        .filter(Column::State.eq(ImportState::Checked as i16));
    done(db, update).await
}

/// Ends an import that is not being applied. Whether it waited.
pub(crate) async fn discard(db: &impl ConnectionTrait, id: (SiteId, ImportId), now: Timestamp) -> Result<bool> {
    let states = [ImportState::Checking, ImportState::Checked].map(|state| state as i16);
    Ok(done(db, moved(id, ImportState::Discarded, now).filter(Column::State.is_in(states))).await?)
}

/// Ends imports that were checked before then and that nobody has decided on.
pub(crate) async fn expire(db: &impl ConnectionTrait, before: Timestamp, now: Timestamp) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(ImportState::Expired as i16))
        .col_expr(Column::UpdatedAt, Expr::value(now.millis()))
        .filter(Column::State.eq(ImportState::Checked as i16))
        .filter(Column::UpdatedAt.lt(before.millis()))
        .exec(db)
        .await?;
    Ok(())
}

/// Imports of that subject with work that nobody does, the longest waiting first, and since when they wait.
pub(crate) async fn due(
    db: &impl ConnectionTrait,
    subject: i16,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<(SiteId, ImportId, Timestamp)>> {
    let rows = Entity::find()
        .filter(Column::State.is_in(WORK))
        .filter(Column::Subject.eq(subject))
        .filter(Column::LeaseUntil.lte(now.millis()))
        .order_by_asc(Column::LeaseUntil)
        .limit(limit)
        .select_only()
        .columns([Column::SiteId, Column::Id, Column::LeaseUntil])
        .into_tuple::<(Uuid, Uuid, i64)>()
        .all(db)
        .await?;
    let due = |(site, id, at)| (SiteId::from_uuid(site), ImportId::from_uuid(id), Timestamp::from_millis(at));
    Ok(rows.into_iter().map(due).collect())
}

/// Takes the work on an import that nobody does, for `holder` until then. None where somebody was faster.
pub(crate) async fn claim(
    db: &impl ConnectionTrait,
    id: (SiteId, ImportId),
    holder: Uuid,
    (now, until): (Timestamp, Timestamp),
) -> Result<Option<Job>> {
    let update = Entity::update_many()
        .col_expr(Column::LeaseHolder, Expr::value(holder))
        .col_expr(Column::LeaseUntil, Expr::value(until.millis()))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::SiteId.eq(id.0.uuid()))
        .filter(Column::Id.eq(id.1.uuid()))
        .filter(Column::State.is_in(WORK))
        .filter(Column::LeaseUntil.lte(now.millis()));
    if !done(db, update).await? {
        return Ok(None);
    }
    let row = Entity::find_by_id((id.0.uuid(), id.1.uuid())).one(db).await?.ok_or(INCONSISTENT)?;
    let hash = |bytes: &[u8]| <[u8; 32]>::try_from(bytes).map_err(|_| INCONSISTENT);
    Ok(Some(Job {
        holder,
        file: hash(&row.file_hash)?,
        basis: row.basis_hash.as_deref().map(hash).transpose()?,
        attempts: row.attempts,
        import: to_import(row)?,
    }))
}

/// The import of a job as long as it is this worker's and in the state in which they took it.
fn held(update: UpdateMany<Entity>, job: &Job) -> UpdateMany<Entity> {
    update
        .filter(Column::SiteId.eq(job.import.site.uuid()))
        .filter(Column::Id.eq(job.import.id.uuid()))
        .filter(Column::LeaseHolder.eq(job.holder))
        .filter(Column::State.eq(job.import.state as i16))
}

/// Notes how far reading has come, and keeps the work until then. Whether it is this worker's still.
pub(crate) async fn note_read(
    db: &impl ConnectionTrait,
    job: &Job,
    rows: u64,
    (now, until): (Timestamp, Timestamp),
) -> Result<bool> {
    let update = Entity::update_many()
        .col_expr(Column::RowsSeen, Expr::value(count(rows)))
        .col_expr(Column::LeaseUntil, Expr::value(until.millis()))
        .col_expr(Column::UpdatedAt, Expr::value(now.millis()));
    Ok(done(db, held(update, job)).await?)
}

/// Notes what a batch of so many rows has done, and keeps the work until then. Whether it is this worker's still.
pub(crate) async fn note_applied(
    db: &impl ConnectionTrait,
    job: &Job,
    (rows, tally): (u64, Tally),
    (now, until): (Timestamp, Timestamp),
) -> Result<bool> {
    let more = |column: Column, by: u64| (column, Expr::col(column).add(count(by)));
    let mut update = Entity::update_many()
        .col_expr(Column::Attempts, Expr::value(0))
        .col_expr(Column::LeaseUntil, Expr::value(until.millis()))
        .col_expr(Column::UpdatedAt, Expr::value(now.millis()));
    for (column, value) in [
        more(Column::RowsDone, rows),
        more(Column::RowsNew, tally.new),
        more(Column::RowsChanged, tally.changed),
        more(Column::RowsSame, tally.same),
    ] {
        update = update.col_expr(column, value);
    }
    Ok(done(db, held(update, job)).await?)
}

/// Ends the work on an import. Whether it was this worker's still.
pub(crate) async fn settle(
    db: &impl ConnectionTrait,
    job: &Job,
    (to, basis): (ImportState, Option<[u8; 32]>),
    (report, reason): (Option<&Report>, Option<&Reason>),
    now: Timestamp,
) -> Result<bool> {
    let rows = report.map_or(job.import.rows_seen, |report| report.rows);
    let outcome = serde_json::to_string(&Outcome { report: report.cloned(), reason: reason.cloned() })?;
    let update = Entity::update_many()
        .col_expr(Column::State, Expr::value(to as i16))
        .col_expr(Column::BasisHash, Expr::value(basis.map(Vec::from)))
        .col_expr(Column::RowsSeen, Expr::value(count(rows)))
        .col_expr(Column::Outcome, Expr::value(outcome))
        .col_expr(Column::AppliesTo, Expr::value(None::<Uuid>))
        .col_expr(Column::LeaseHolder, Expr::value(None::<Uuid>))
        .col_expr(Column::UpdatedAt, Expr::value(now.millis()));
    Ok(done(db, held(update, job)).await?)
}
