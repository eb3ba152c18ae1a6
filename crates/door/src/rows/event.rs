use std::collections::{BTreeSet, HashSet};

use kernel::{
    BindingId, CommandId, CredentialKind, DoorId, EventId, Fault, Reason, Result, SiteId, Timestamp, macros::uuid::Uuid,
};
use sea_orm::{
    ActiveValue::Set, Condition, ConnectionTrait, ExprTrait, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*,
};
use store::{Tx, each, few_shapes, insert_new, keep_existing};

use super::{INCONSISTENT, place::EventPlace, sum};
use crate::{
    event::AccessEvent,
    uses::{Use, UseKey},
};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "access_events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub device_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub boot_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub at: i64,
        pub id: Uuid,
        pub door_id: Uuid,
        pub binding_id: Option<Uuid>,
        pub method: i16,
        pub reason: i16,
        pub flags: i16,
        pub command_id: Option<Uuid>,
        pub received_at: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::{ActiveModel, Column, Entity, Model};

fn reason_of(number: i16) -> Result<Reason> {
    let unknown = || INCONSISTENT.caused_by(format!("unknown reason number {number} in access_events"));
    Reason::from_number(number).ok_or_else(unknown)
}

fn kind_of(number: i16) -> Result<CredentialKind> {
    let unknown = || INCONSISTENT.caused_by(format!("unknown method number {number} in access_events"));
    CredentialKind::from_number(number).ok_or_else(unknown)
}

const EVENT_KEY: [Column; 5] = [Column::SiteId, Column::DeviceId, Column::BootId, Column::Seq, Column::At];

fn is_event(EventPlace { site, device, boot, seq, at }: EventPlace) -> Condition {
    Condition::all()
        .add(Column::SiteId.eq(site))
        .add(Column::DeviceId.eq(device))
        .add(Column::BootId.eq(boot))
        .add(Column::Seq.eq(seq))
        .add(Column::At.eq(at))
}

fn event_row(entry: &AccessEvent) -> ActiveModel {
    let EventPlace { site, device, boot, seq, at } = EventPlace::of(entry);
    ActiveModel {
        site_id: Set(site),
        device_id: Set(device),
        boot_id: Set(boot),
        seq: Set(seq),
        at: Set(at),
        id: Set(entry.id.uuid()),
        door_id: Set(entry.door.uuid()),
        binding_id: Set(entry.binding.map(BindingId::uuid)),
        method: Set(entry.source.kind().number()),
        reason: Set(entry.reason.number()),
        flags: Set(entry.flags),
        command_id: Set((entry.reason == Reason::Ok).then(|| entry.command.uuid())),
        received_at: Set(entry.received_at.millis()),
    }
}

/// Writes events. Which of them found their key taken by another.
pub(crate) async fn insert(tx: &Tx, entries: &[&AccessEvent]) -> Result<HashSet<EventId>> {
    let mut sorted = entries.to_vec();
    sorted.sort_by_key(|entry| EventPlace::of(entry)); // two batches lock in the same order
    let mut fresh = Some(0);
    for chunk in few_shapes(&sorted) {
        let rows = chunk.iter().map(|entry| event_row(entry));
        let insert = Entity::insert_many(rows).on_conflict(keep_existing(&EVENT_KEY)).into_query();
        fresh = sum(fresh, insert_new(tx, &insert).await?);
    }
    if fresh == Some(entries.len() as u64) {
        return Ok(HashSet::new());
    }
    let keys: BTreeSet<_> = entries.iter().map(|entry| EventPlace::of(entry).key()).collect();
    let rows = each(tx, Entity::find(), &EVENT_KEY, &Vec::from_iter(keys)).await?;
    let written: HashSet<Uuid> = rows.into_iter().map(|row| row.id).collect();
    Ok(entries.iter().map(|entry| entry.id).filter(|id| !written.contains(&id.uuid())).collect())
}

/// Corrects the events of scans whose code was used up by others.
pub(crate) async fn mark_replayed(tx: &Tx, entries: &[&AccessEvent]) -> Result<()> {
    for chunk in few_shapes(entries) {
        let any = chunk.iter().fold(Condition::any(), |any, entry| any.add(is_event(EventPlace::of(entry))));
        Entity::update_many()
            .col_expr(Column::Reason, Expr::value(Reason::Replayed.number()))
            .col_expr(Column::CommandId, Expr::value(None::<Uuid>))
            .filter(any)
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// What was answered by this event: the reason, and the order that was given. The inner error is about this record alone.
pub(crate) async fn first_answer(
    tx: &Tx,
    id: EventId,
    place: EventPlace,
) -> Result<Result<(Reason, Option<CommandId>)>> {
    let row = Entity::find_by_id(place.key()).one(tx).await?.filter(|row| row.id == id.uuid());
    let Some(row) = row else {
        let lost: Fault = INCONSISTENT.caused_by("the event of a request name is not in access_events");
        return Ok(Err(lost));
    };
    Ok(reason_of(row.reason).map(|reason| (reason, row.command_id.map(CommandId::from_uuid))))
}

/// Corrects the event of an order.
pub(super) async fn set_reason(tx: &Tx, entry: &AccessEvent, reason: Reason) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Reason, Expr::value(reason.number()))
        .filter(is_event(EventPlace::of(entry)))
        .exec(tx)
        .await?;
    Ok(())
}

/// Corrects the events that say that these orders opened a door. All by their columns: sites, bindings, orders.
pub(super) async fn none_opened(tx: &Tx, sites: Vec<Uuid>, bindings: Vec<Uuid>, commands: Vec<Uuid>) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Reason, Expr::value(Reason::DoorNotOpened.number()))
        .filter(Column::SiteId.is_in(sites))
        .filter(Column::BindingId.is_in(bindings))
        .filter(Column::CommandId.is_in(commands))
        .filter(Column::Reason.eq(Reason::Ok.number()))
        .exec(tx)
        .await?;
    Ok(())
}

/// The uses of a card, newest first.
pub(crate) async fn uses(
    db: &impl ConnectionTrait,
    site: SiteId,
    binding: BindingId,
    before: Option<UseKey>,
    limit: usize,
) -> Result<Vec<Use>> {
    let mut query = Entity::find().filter(Column::SiteId.eq(site.uuid())).filter(Column::BindingId.eq(binding.uuid()));
    if let Some((at, id)) = before {
        let same = Column::At.eq(at).and(Column::Id.lt(id));
        query = query.filter(Column::At.lt(at).or(same));
    }
    let rows = query.order_by_desc(Column::At).order_by_desc(Column::Id).limit(limit as u64).all(db).await?;
    let seen = |row: Model| {
        Ok(Use {
            at: Timestamp::from_millis(row.at),
            id: EventId::from_uuid(row.id),
            door: DoorId::from_uuid(row.door_id),
            door_name: None,
            kind: kind_of(row.method)?,
            reason: reason_of(row.reason)?,
        })
    };
    rows.into_iter().map(seen).collect()
}
