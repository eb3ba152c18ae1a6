use kernel::{ReconciliationId, Result, SiteId, Timestamp};
use sea_orm::{ActiveValue::Set, ConnectionTrait, QueryOrder, QuerySelect, entity::prelude::*};

use super::INCONSISTENT;
use crate::reconciliation::{GIVEN_UP_CODE, Reconciliation, ReconciliationState};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "reconciliations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub state: i16,
        pub cards_seen: i64,
        pub cards_new: i64,
        pub cards_changed: i64,
        pub cards_vanished: i64,
        pub last_code: String,
        pub started_at: i64,
        pub ended_at: Option<i64>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::{ActiveModel, Column, Entity, Model};

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn to_row(run: &Reconciliation) -> ActiveModel {
    ActiveModel {
        site_id: Set(run.site.uuid()),
        id: Set(run.id.uuid()),
        state: Set(run.state as i16),
        cards_seen: Set(count(run.seen)),
        cards_new: Set(count(run.new)),
        cards_changed: Set(count(run.changed)),
        cards_vanished: Set(count(run.vanished)),
        last_code: Set(run.last_code.clone().unwrap_or_default()),
        started_at: Set(run.started_at.millis()),
        ended_at: Set(run.ended_at.map(Timestamp::millis)),
    }
}

fn to_run(row: Model) -> Result<Reconciliation> {
    Ok(Reconciliation {
        id: ReconciliationId::from_uuid(row.id),
        site: SiteId::from_uuid(row.site_id),
        state: ReconciliationState::from_number(row.state).ok_or(INCONSISTENT)?,
        seen: row.cards_seen.unsigned_abs(),
        new: row.cards_new.unsigned_abs(),
        changed: row.cards_changed.unsigned_abs(),
        vanished: row.cards_vanished.unsigned_abs(),
        last_code: Some(row.last_code).filter(|code| !code.is_empty()),
        started_at: Timestamp::from_millis(row.started_at),
        ended_at: row.ended_at.map(Timestamp::from_millis),
    })
}

pub(crate) async fn insert(db: &impl ConnectionTrait, run: &Reconciliation) -> Result<()> {
    Entity::insert(to_row(run)).exec_without_returning(db).await?;
    Ok(())
}

/// Writes how a run ended; whether it still went on, and was not given up meanwhile.
pub(crate) async fn end(db: &impl ConnectionTrait, run: &Reconciliation) -> Result<bool> {
    let done = Entity::update_many()
        .set(to_row(run))
        .filter(Column::SiteId.eq(run.site.uuid()))
        .filter(Column::Id.eq(run.id.uuid()))
        .filter(Column::State.eq(ReconciliationState::Running as i16))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Ends runs of this site that began before then and never ended: whoever ran them is gone.
pub(crate) async fn give_up(db: &impl ConnectionTrait, site: SiteId, before: Timestamp, now: Timestamp) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(ReconciliationState::Failed as i16))
        .col_expr(Column::LastCode, Expr::value(GIVEN_UP_CODE))
        .col_expr(Column::EndedAt, Expr::value(now.millis()))
        .filter(Column::SiteId.eq(site.uuid()))
        .filter(Column::State.eq(ReconciliationState::Running as i16))
        .filter(Column::StartedAt.lt(before.millis()))
        .exec(db)
        .await?;
    Ok(())
}

/// Whether a run of this site goes on.
pub(crate) async fn is_running(db: &impl ConnectionTrait, site: SiteId) -> Result<bool> {
    let running = Entity::find()
        .filter(Column::SiteId.eq(site.uuid()))
        .filter(Column::State.eq(ReconciliationState::Running as i16))
        .count(db)
        .await?;
    Ok(running > 0)
}

/// When the last run before that one began that read every card.
pub(crate) async fn last_done(
    db: &impl ConnectionTrait,
    site: SiteId,
    before: ReconciliationId,
) -> Result<Option<Timestamp>> {
    let done = Entity::find()
        .filter(Column::SiteId.eq(site.uuid()))
        .filter(Column::Id.lt(before.uuid()))
        .filter(Column::State.eq(ReconciliationState::Done as i16))
        .order_by_desc(Column::Id)
        .limit(1)
        .one(db)
        .await?;
    Ok(done.map(|row| Timestamp::from_millis(row.started_at)))
}

/// Runs, newest first.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    site: SiteId,
    before: Option<ReconciliationId>,
    limit: usize,
) -> Result<Vec<Reconciliation>> {
    let mut query = Entity::find().filter(Column::SiteId.eq(site.uuid()));
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before.uuid()));
    }
    let rows = query.order_by_desc(Column::Id).limit(limit as u64).all(db).await?;
    rows.into_iter().map(to_run).collect()
}
