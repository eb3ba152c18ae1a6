use kernel::{BindingId, CommandId, DoorId, Reason, Result, SiteId, Timestamp};
use sea_orm::{ActiveValue::Set, ConnectionTrait, QuerySelect, entity::prelude::*};
use store::{Tx, few_shapes};

use super::{INCONSISTENT, event};
use crate::{
    command::{CommandState, UnlockCommand},
    event::AccessEvent,
};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "unlock_commands")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub door_id: Uuid,
        pub pulse_ms: i32,
        pub not_after: i64,
        pub state: i16,
        pub created_at: i64,
        pub updated_at: i64,
        pub binding_id: Option<Uuid>,
        pub evidence: Option<String>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::{ActiveModel, Model};
pub(super) use row::{Column, Entity};

fn state_of(number: i16) -> Result<CommandState> {
    let unknown = || INCONSISTENT.caused_by(format!("unknown state number {number} in unlock_commands"));
    CommandState::from_number(number).ok_or_else(unknown)
}

/// Writes the orders to open.
pub(crate) async fn insert(tx: &Tx, orders: &[&AccessEvent]) -> Result<()> {
    for chunk in few_shapes(orders) {
        let rows = chunk.iter().map(|entry| ActiveModel {
            site_id: Set(entry.site.uuid()),
            id: Set(entry.command.uuid()),
            door_id: Set(entry.door.uuid()),
            pulse_ms: Set(i32::try_from(entry.pulse_ms).unwrap_or(i32::MAX)),
            not_after: Set(entry.not_after.millis()),
            state: Set(entry.order as i16),
            created_at: Set(entry.received_at.millis()),
            updated_at: Set(entry.received_at.millis()),
            binding_id: Set(entry.binding.map(BindingId::uuid)),
            evidence: Set(entry.source.evidence().map(str::to_owned)),
        });
        Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Writes down what the controller said of an order; an opening that failed changes its event too. An order that was
/// given up meanwhile gets what became of it after all, and so does its event.
pub(crate) async fn settle(
    tx: &Tx,
    entry: &AccessEvent,
    id: CommandId,
    state: CommandState,
    now: Timestamp,
) -> Result<()> {
    let reason = state.reason();
    let from = |before: CommandState| {
        Entity::update_many()
            .col_expr(Column::State, Expr::value(state as i16))
            .col_expr(Column::UpdatedAt, Expr::value(now.millis()))
            .filter(Column::SiteId.eq(entry.site.uuid()))
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::State.eq(before as i16))
    };
    let in_time = from(CommandState::Requested).exec(tx).await?.rows_affected > 0;
    if !in_time && from(CommandState::Expired).exec(tx).await?.rows_affected == 0 {
        return Ok(()); // it is known already
    }
    if !in_time || reason != Reason::Ok {
        event::set_reason(tx, entry, reason).await?;
    }
    Ok(())
}

/// Orders whose time has passed while nobody knew what became of them are never sent again, and what they were written down
/// with did not open; a handful at a time. How many there were.
pub(crate) async fn expire(tx: &Tx, now: Timestamp, handful: u64) -> Result<u64> {
    let rows = Entity::find()
        .filter(Column::State.eq(CommandState::Requested as i16))
        .filter(Column::NotAfter.lt(now.millis()))
        .limit(handful)
        .all(tx)
        .await?;
    if rows.is_empty() {
        return Ok(0);
    }
    Entity::update_many()
        .col_expr(Column::State, Expr::value(CommandState::Expired as i16))
        .filter(Column::SiteId.is_in(rows.iter().map(|row| row.site_id)))
        .filter(Column::Id.is_in(rows.iter().map(|row| row.id)))
        .filter(Column::State.eq(CommandState::Requested as i16))
        .exec(tx)
        .await?;
    let sites = rows.iter().map(|row| row.site_id).collect();
    let bindings = rows.iter().filter_map(|row| row.binding_id).collect();
    event::none_opened(tx, sites, bindings, rows.iter().map(|row| row.id).collect()).await?;
    Ok(rows.len() as u64)
}

fn to_command(row: &Model) -> Result<UnlockCommand> {
    command(SiteId::from_uuid(row.site_id), CommandId::from_uuid(row.id), row.door_id, row.state, row.not_after)
}

/// The command of these columns.
pub(super) fn command(site: SiteId, id: CommandId, door: Uuid, state: i16, not_after: i64) -> Result<UnlockCommand> {
    let (door, state) = (DoorId::from_uuid(door), state_of(state)?);
    Ok(UnlockCommand { id, site, door, state, not_after: Timestamp::from_millis(not_after) })
}

/// An order of a site.
pub(crate) async fn find(db: &impl ConnectionTrait, site: SiteId, id: CommandId) -> Result<Option<UnlockCommand>> {
    let row = Entity::find_by_id((site.uuid(), id.uuid())).one(db).await?;
    row.as_ref().map(to_command).transpose()
}

/// An order of one of these sites, and the binding it was decided for.
pub(crate) async fn find_with_binding(
    db: &impl ConnectionTrait,
    sites: &[SiteId],
    id: CommandId,
) -> Result<Option<(UnlockCommand, BindingId)>> {
    let row = Entity::find()
        .filter(Column::SiteId.is_in(sites.iter().map(|site| site.uuid())))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::BindingId.is_not_null())
        .one(db)
        .await?;
    let of_binding = |row: Model| Some((row.binding_id?, row));
    let Some((binding, row)) = row.and_then(of_binding) else { return Ok(None) };
    Ok(Some((to_command(&row)?, BindingId::from_uuid(binding))))
}

/// Where an order stands, and until when it may be carried out.
pub(crate) async fn state(db: &impl ConnectionTrait, site: SiteId, id: CommandId) -> Result<(CommandState, Timestamp)> {
    let row = Entity::find_by_id((site.uuid(), id.uuid())).one(db).await?;
    let row = row.ok_or_else(|| INCONSISTENT.caused_by("the order of an event is not in unlock_commands"))?;
    Ok((state_of(row.state)?, Timestamp::from_millis(row.not_after)))
}
