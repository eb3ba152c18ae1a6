//! Rows never leave this file.

use std::collections::{BTreeSet, HashMap, HashSet};

use kernel::{
    BindingId, Code, CommandId, DeviceId, DoorId, EventId, Fault, Kind, Reason, Result, SiteId, Timestamp, km1::Tag,
    macros::uuid::Uuid,
};
use sea_orm::{
    ActiveValue::Set, Condition, ConnectionTrait, ExprTrait, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*,
};
use store::{Tx, each, few_shapes, insert_new, keep_existing};

use crate::{
    event_writer::{AccessEvent, CommandState},
    request_name::RequestName,
    service::{Use, UseKey},
    unlocking::UnlockCommand,
};

mod device {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "devices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub serial: String,
        pub model: String,
        pub firmware: String,
        pub key_sealed: Vec<u8>,
        pub state: i16,
        pub created_at: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod device_door {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "device_doors")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub device_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i16,
        pub door_id: Uuid,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod claim {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "device_claims")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub claim_hash: Vec<u8>,
        pub door_ids: String,
        pub expires_at: i64,
        pub device_id: Option<Uuid>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod used {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "used_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub tag: Vec<u8>,
        pub scan_id: Uuid,
        pub attempt: Uuid,
        pub used_at: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod request_name {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "request_names")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: Uuid,
        pub question: Vec<u8>,
        pub event_id: Uuid,
        pub boot_id: Uuid,
        pub seq: i64,
        pub at: i64,
        pub used_at: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod event {
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

mod command {
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

/// A row of ours makes no sense.
const INCONSISTENT: Code = Code::new(Kind::Internal, "door-record-inconsistent", "开门记录有误，请联系管理员");
const ACTIVE: i16 = 1;

fn reason_of(number: i16) -> Result<Reason> {
    let unknown = || INCONSISTENT.caused_by(format!("unknown reason number {number} in access_events"));
    Reason::from_number(number).ok_or_else(unknown)
}

fn state_of(number: i16) -> Result<CommandState> {
    let unknown = || INCONSISTENT.caused_by(format!("unknown state number {number} in unlock_commands"));
    CommandState::from_number(number).ok_or_else(unknown)
}

/// A device as it is stored.
#[derive(Clone)]
pub(crate) struct DeviceRow {
    pub(crate) site: SiteId,
    pub(crate) id: DeviceId,
    pub(crate) serial: String,
    pub(crate) model: String,
    pub(crate) firmware: String,
    pub(crate) key_sealed: Vec<u8>,
    pub(crate) doors: Vec<(i16, DoorId)>,
}

/// An active device and its doors.
pub(crate) async fn device(db: &impl ConnectionTrait, id: DeviceId) -> Result<Option<DeviceRow>> {
    let found = device::Entity::find()
        .filter(device::Column::Id.eq(id.uuid()))
        .filter(device::Column::State.eq(ACTIVE))
        .one(db)
        .await?;
    let Some(row) = found else { return Ok(None) };
    let doors = device_door::Entity::find()
        .filter(device_door::Column::SiteId.eq(row.site_id))
        .filter(device_door::Column::DeviceId.eq(row.id))
        .all(db)
        .await?;
    Ok(Some(DeviceRow {
        site: SiteId::from_uuid(row.site_id),
        id,
        serial: row.serial,
        model: row.model,
        firmware: row.firmware,
        key_sealed: row.key_sealed,
        doors: doors.into_iter().map(|door| (door.number, DoorId::from_uuid(door.door_id))).collect(),
    }))
}

/// The id under which a device of this serial number is known at the site.
pub(crate) async fn device_of_serial(
    db: &impl ConnectionTrait,
    site: SiteId,
    serial: &str,
) -> Result<Option<DeviceId>> {
    let row = device::Entity::find()
        .filter(device::Column::SiteId.eq(site.uuid()))
        .filter(device::Column::Serial.eq(serial))
        .one(db)
        .await?;
    Ok(row.map(|row| DeviceId::from_uuid(row.id)))
}

/// Writes a device down, in place of what was known of it.
pub(crate) async fn put_device(tx: &Tx, new: &DeviceRow, now: Timestamp) -> Result<()> {
    device::Entity::delete_by_id((new.site.uuid(), new.id.uuid())).exec(tx).await?;
    device::Entity::insert(device::ActiveModel {
        site_id: Set(new.site.uuid()),
        id: Set(new.id.uuid()),
        serial: Set(new.serial.clone()),
        model: Set(new.model.clone()),
        firmware: Set(new.firmware.clone()),
        key_sealed: Set(new.key_sealed.clone()),
        state: Set(ACTIVE),
        created_at: Set(now.millis()),
    })
    .exec_without_returning(tx)
    .await?;
    device_door::Entity::delete_many()
        .filter(device_door::Column::SiteId.eq(new.site.uuid()))
        .filter(device_door::Column::DeviceId.eq(new.id.uuid()))
        .exec(tx)
        .await?;
    let doors = new.doors.iter().map(|(number, door)| device_door::ActiveModel {
        site_id: Set(new.site.uuid()),
        device_id: Set(new.id.uuid()),
        number: Set(*number),
        door_id: Set(door.uuid()),
    });
    device_door::Entity::insert_many(doors).exec_without_returning(tx).await?;
    Ok(())
}

/// Takes a device out of service.
pub(crate) async fn disable_device(tx: &Tx, id: DeviceId) -> Result<()> {
    device::Entity::update_many()
        .col_expr(device::Column::State, Expr::value(ACTIVE + 1))
        .filter(device::Column::Id.eq(id.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// A claim about to be stored.
#[derive(Clone)]
pub(crate) struct ClaimRow {
    pub(crate) site: SiteId,
    pub(crate) id: Uuid,
    pub(crate) hash: [u8; 32],
    pub(crate) doors: Vec<DoorId>,
    pub(crate) expires_at: Timestamp,
}

pub(crate) async fn insert_claim(tx: &Tx, new: &ClaimRow) -> Result<()> {
    claim::Entity::insert(claim::ActiveModel {
        site_id: Set(new.site.uuid()),
        id: Set(new.id),
        claim_hash: Set(new.hash.to_vec()),
        door_ids: Set(serde_json::to_string(&new.doors)?),
        expires_at: Set(new.expires_at.millis()),
        device_id: Set(None),
    })
    .exec_without_returning(tx)
    .await?;
    Ok(())
}

/// The site that a claim is for.
pub(crate) async fn claim_site(db: &impl ConnectionTrait, hash: &[u8; 32]) -> Result<Option<SiteId>> {
    let found = claim::Entity::find().filter(claim::Column::ClaimHash.eq(hash.to_vec())).one(db).await?;
    Ok(found.map(|row| SiteId::from_uuid(row.site_id)))
}

/// Uses a claim up for this device. Its site and doors, or none when it is no claim, too old, or used.
pub(crate) async fn use_claim(
    tx: &Tx,
    hash: &[u8; 32],
    device: DeviceId,
    now: Timestamp,
) -> Result<Option<(SiteId, Vec<DoorId>)>> {
    let found = claim::Entity::find().filter(claim::Column::ClaimHash.eq(hash.to_vec())).one(tx).await?;
    let Some(row) = found else { return Ok(None) };
    let done = claim::Entity::update_many()
        .col_expr(claim::Column::DeviceId, Expr::value(device.uuid()))
        .filter(claim::Column::SiteId.eq(row.site_id))
        .filter(claim::Column::Id.eq(row.id))
        .filter(claim::Column::DeviceId.is_null())
        .filter(claim::Column::ExpiresAt.gt(now.millis()))
        .exec(tx)
        .await?;
    if done.rows_affected == 0 {
        return Ok(None);
    }
    Ok(Some((SiteId::from_uuid(row.site_id), serde_json::from_str(&row.door_ids)?)))
}

/// Both counts together, while both are known.
fn sum(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    Some(one? + other?)
}

/// What stands under a name that was used before.
pub(crate) struct BoundName {
    question: Vec<u8>,
    /// The event that answered it, and its place in the device's count.
    pub(crate) event: EventId,
    boot: Uuid,
    seq: i64,
    at: i64,
}

impl BoundName {
    /// Whether it was used for the same question.
    pub(crate) fn repeats(&self, name: &RequestName) -> bool {
        name.question.is(&self.question)
    }
}

/// Binds names to what they are used for. Of those that were bound before, what stands there, by the entry that uses
/// them again.
pub(crate) async fn bind_names(tx: &Tx, entries: &[AccessEvent]) -> Result<HashMap<EventId, BoundName>> {
    let mut named: Vec<_> = entries.iter().filter_map(|entry| Some((entry, entry.name?))).collect();
    // two batches lock in the same order; of two entries under one name the first one binds it
    named.sort_by_key(|(_, name)| (name.scope, name.id));
    let mut bound = Some(0);
    for chunk in few_shapes(&named) {
        let rows = chunk.iter().map(|(entry, name)| request_name::ActiveModel {
            site_id: Set(name.scope),
            name: Set(name.id),
            question: Set(name.question.0.to_vec()),
            event_id: Set(entry.id.uuid()),
            boot_id: Set(entry.boot.uuid()),
            seq: Set(entry.seq),
            at: Set(entry.at.millis()),
            used_at: Set(entry.received_at.millis()),
        });
        let key = [request_name::Column::SiteId, request_name::Column::Name];
        let insert = request_name::Entity::insert_many(rows).on_conflict(keep_existing(&key)).into_query();
        bound = sum(bound, insert_new(tx, &insert).await?);
    }
    if bound == Some(named.len() as u64) {
        return Ok(HashMap::new());
    }
    let mut keys: Vec<_> = named.iter().map(|(_, name)| (name.scope, name.id)).collect();
    keys.dedup();
    let columns = [request_name::Column::SiteId, request_name::Column::Name];
    let rows = each(tx, request_name::Entity::find(), &columns, &keys).await?;
    let rows: HashMap<_, _> = rows.into_iter().map(|row| ((row.site_id, row.name), row)).collect();
    let standing = named.into_iter().filter_map(|(entry, name)| {
        let row = rows.get(&(name.scope, name.id)).filter(|row| row.event_id != entry.id.uuid())?;
        let (question, event) = (row.question.clone(), EventId::from_uuid(row.event_id));
        Some((entry.id, BoundName { question, event, boot: row.boot_id, seq: row.seq, at: row.at }))
    });
    Ok(standing.collect())
}

/// Frees the names of entries that were refused: nothing was answered under them.
pub(crate) async fn release_names(tx: &Tx, entries: &[&AccessEvent]) -> Result<()> {
    for name in entries.iter().filter_map(|entry| entry.name) {
        request_name::Entity::delete_by_id((name.scope, name.id)).exec(tx).await?;
    }
    Ok(())
}

/// What a name was first used for, while that is known.
pub(crate) async fn is_first_question(db: &impl ConnectionTrait, name: &RequestName) -> Result<Option<bool>> {
    let row = request_name::Entity::find_by_id((name.scope, name.id)).one(db).await?;
    Ok(row.map(|row| name.question.is(&row.question)))
}

/// Forgets names first used before `before`, a handful at a time. How many went.
pub(crate) async fn purge_names(tx: &Tx, before: Timestamp, handful: u64) -> Result<u64> {
    let rows = request_name::Entity::find()
        .filter(request_name::Column::UsedAt.lt(before.millis()))
        .order_by_asc(request_name::Column::UsedAt)
        .limit(handful)
        .all(tx)
        .await?;
    let Some(last) = rows.last() else { return Ok(0) };
    let over = request_name::Column::UsedAt.lte(last.used_at);
    Ok(request_name::Entity::delete_many().filter(over).exec(tx).await?.rows_affected)
}

/// Uses codes up, each once. Which entries came too late for theirs.
pub(crate) async fn use_codes(tx: &Tx, entries: &[&AccessEvent]) -> Result<HashSet<EventId>> {
    let mut claims: Vec<(&AccessEvent, Tag)> = entries.iter().filter_map(|entry| Some((*entry, entry.tag?))).collect();
    claims.sort_by_key(|(entry, tag)| (entry.site, *tag)); // two batches lock in the same order
    let mut won = Some(0);
    for chunk in few_shapes(&claims) {
        let rows = chunk.iter().map(|(entry, tag)| used::ActiveModel {
            site_id: Set(entry.site.uuid()),
            tag: Set(tag.to_vec()),
            scan_id: Set(entry.name.map_or(Uuid::nil(), |name| name.id)),
            attempt: Set(entry.id.uuid()),
            used_at: Set(entry.received_at.millis()),
        });
        let insert = used::Entity::insert_many(rows)
            .on_conflict(keep_existing(&[used::Column::SiteId, used::Column::Tag]))
            .into_query();
        won = sum(won, insert_new(tx, &insert).await?);
    }
    if won == Some(claims.len() as u64) {
        return Ok(HashSet::new());
    }
    let sites: BTreeSet<Uuid> = claims.iter().map(|(entry, _)| entry.site.uuid()).collect();
    let rows = used::Entity::find()
        .filter(used::Column::SiteId.is_in(sites))
        .filter(used::Column::Tag.is_in(claims.iter().map(|(_, tag)| tag.to_vec())))
        .all(tx)
        .await?;
    let winners: HashMap<_, _> = rows.into_iter().map(|row| ((row.site_id, row.tag), row.attempt)).collect();
    let lost = claims.into_iter().filter(|(entry, tag)| {
        // a code whose row is not there was not used up: it opens nothing
        winners.get(&(entry.site.uuid(), tag.to_vec())) != Some(&entry.id.uuid())
    });
    Ok(lost.map(|(entry, _)| entry.id).collect())
}

type EventKey = (Uuid, Uuid, Uuid, i64, i64);
const EVENT_KEY: [event::Column; 5] =
    [event::Column::SiteId, event::Column::DeviceId, event::Column::BootId, event::Column::Seq, event::Column::At];

fn event_key(entry: &AccessEvent) -> EventKey {
    (entry.site.uuid(), entry.device.uuid(), entry.boot.uuid(), entry.seq, entry.at.millis())
}

fn is_event((site, device, boot, seq, at): EventKey) -> Condition {
    Condition::all()
        .add(event::Column::SiteId.eq(site))
        .add(event::Column::DeviceId.eq(device))
        .add(event::Column::BootId.eq(boot))
        .add(event::Column::Seq.eq(seq))
        .add(event::Column::At.eq(at))
}

fn event_row(entry: &AccessEvent) -> event::ActiveModel {
    event::ActiveModel {
        site_id: Set(entry.site.uuid()),
        device_id: Set(entry.device.uuid()),
        boot_id: Set(entry.boot.uuid()),
        seq: Set(entry.seq),
        at: Set(entry.at.millis()),
        id: Set(entry.id.uuid()),
        door_id: Set(entry.door.uuid()),
        binding_id: Set(entry.binding.map(BindingId::uuid)),
        method: Set(entry.method),
        reason: Set(entry.reason.number()),
        flags: Set(entry.flags),
        command_id: Set((entry.reason == Reason::Ok).then(|| entry.command.uuid())),
        received_at: Set(entry.received_at.millis()),
    }
}

/// Writes events. Which of them found their key taken by another.
pub(crate) async fn insert_events(tx: &Tx, entries: &[&AccessEvent]) -> Result<HashSet<EventId>> {
    let mut sorted = entries.to_vec();
    sorted.sort_by_key(|entry| event_key(entry)); // two batches lock in the same order
    let mut fresh = Some(0);
    for chunk in few_shapes(&sorted) {
        let rows = chunk.iter().map(|entry| event_row(entry));
        let insert = event::Entity::insert_many(rows).on_conflict(keep_existing(&EVENT_KEY)).into_query();
        fresh = sum(fresh, insert_new(tx, &insert).await?);
    }
    if fresh == Some(entries.len() as u64) {
        return Ok(HashSet::new());
    }
    let keys: BTreeSet<EventKey> = entries.iter().map(|entry| event_key(entry)).collect();
    let rows = each(tx, event::Entity::find(), &EVENT_KEY, &Vec::from_iter(keys)).await?;
    let written: HashSet<Uuid> = rows.into_iter().map(|row| row.id).collect();
    Ok(entries.iter().map(|entry| entry.id).filter(|id| !written.contains(&id.uuid())).collect())
}

/// Corrects the events of scans whose code was used up by others.
pub(crate) async fn mark_replayed(tx: &Tx, entries: &[&AccessEvent]) -> Result<()> {
    for chunk in few_shapes(entries) {
        let any = chunk.iter().fold(Condition::any(), |any, entry| any.add(is_event(event_key(entry))));
        event::Entity::update_many()
            .col_expr(event::Column::Reason, Expr::value(Reason::Replayed.number()))
            .col_expr(event::Column::CommandId, Expr::value(None::<Uuid>))
            .filter(any)
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// What was answered the first time: the reason, and the order that was given. The inner error is about this record
/// alone.
pub(crate) async fn first_answer(
    tx: &Tx,
    entry: &AccessEvent,
    name: &BoundName,
) -> Result<Result<(Reason, Option<CommandId>)>> {
    let key = (entry.site.uuid(), entry.device.uuid(), name.boot, name.seq, name.at);
    let row = event::Entity::find_by_id(key).one(tx).await?.filter(|row| row.id == name.event.uuid());
    let Some(row) = row else {
        let lost: Fault = INCONSISTENT.caused_by("the event of a request name is not in access_events");
        return Ok(Err(lost));
    };
    Ok(reason_of(row.reason).map(|reason| (reason, row.command_id.map(CommandId::from_uuid))))
}

/// Writes the orders to open.
pub(crate) async fn insert_commands(tx: &Tx, orders: &[&AccessEvent]) -> Result<()> {
    for chunk in few_shapes(orders) {
        let rows = chunk.iter().map(|entry| command::ActiveModel {
            site_id: Set(entry.site.uuid()),
            id: Set(entry.command.uuid()),
            door_id: Set(entry.door.uuid()),
            pulse_ms: Set(i32::try_from(entry.pulse_ms).unwrap_or(i32::MAX)),
            not_after: Set(entry.not_after.millis()),
            state: Set(entry.order as i16),
            created_at: Set(entry.received_at.millis()),
            updated_at: Set(entry.received_at.millis()),
            binding_id: Set(entry.binding.map(BindingId::uuid)),
            evidence: Set(entry.evidence.clone()),
        });
        command::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Writes down what the controller said of an order; an opening that failed changes its event too. An order that was
/// given up meanwhile gets what became of it after all, and so does its event.
pub(crate) async fn settle_command(
    tx: &Tx,
    entry: &AccessEvent,
    id: CommandId,
    state: CommandState,
    now: Timestamp,
) -> Result<()> {
    let reason = state.reason();
    let from = |before: CommandState| {
        command::Entity::update_many()
            .col_expr(command::Column::State, Expr::value(state as i16))
            .col_expr(command::Column::UpdatedAt, Expr::value(now.millis()))
            .filter(command::Column::SiteId.eq(entry.site.uuid()))
            .filter(command::Column::Id.eq(id.uuid()))
            .filter(command::Column::State.eq(before as i16))
    };
    let in_time = from(CommandState::Requested).exec(tx).await?.rows_affected > 0;
    if !in_time && from(CommandState::Expired).exec(tx).await?.rows_affected == 0 {
        return Ok(()); // it is known already
    }
    if !in_time || reason != Reason::Ok {
        event::Entity::update_many()
            .col_expr(event::Column::Reason, Expr::value(reason.number()))
            .filter(is_event(event_key(entry)))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Orders whose time has passed while nobody knew what became of them are never sent again, and what they were written down
/// with did not open; a handful at a time. How many there were.
pub(crate) async fn expire_commands(tx: &Tx, now: Timestamp, handful: u64) -> Result<u64> {
    let rows = command::Entity::find()
        .filter(command::Column::State.eq(CommandState::Requested as i16))
        .filter(command::Column::NotAfter.lt(now.millis()))
        .limit(handful)
        .all(tx)
        .await?;
    if rows.is_empty() {
        return Ok(0);
    }
    command::Entity::update_many()
        .col_expr(command::Column::State, Expr::value(CommandState::Expired as i16))
        .filter(command::Column::SiteId.is_in(rows.iter().map(|row| row.site_id)))
        .filter(command::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .filter(command::Column::State.eq(CommandState::Requested as i16))
        .exec(tx)
        .await?;
    event::Entity::update_many()
        .col_expr(event::Column::Reason, Expr::value(Reason::DoorNotOpened.number()))
        .filter(event::Column::SiteId.is_in(rows.iter().map(|row| row.site_id)))
        .filter(event::Column::BindingId.is_in(rows.iter().filter_map(|row| row.binding_id)))
        .filter(event::Column::CommandId.is_in(rows.iter().map(|row| row.id)))
        .filter(event::Column::Reason.eq(Reason::Ok.number()))
        .exec(tx)
        .await?;
    Ok(rows.len() as u64)
}

/// An order that one of these cards gave, if there is one.
pub(crate) async fn order_of(
    db: &impl ConnectionTrait,
    cards: &[(SiteId, BindingId)],
    id: CommandId,
) -> Result<Option<UnlockCommand>> {
    let row = command::Entity::find()
        .filter(command::Column::SiteId.is_in(cards.iter().map(|(site, _)| site.uuid())))
        .filter(command::Column::Id.eq(id.uuid()))
        .filter(command::Column::BindingId.is_in(cards.iter().map(|(_, card)| card.uuid())))
        .one(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(UnlockCommand {
        id,
        site: SiteId::from_uuid(row.site_id),
        door: DoorId::from_uuid(row.door_id),
        state: state_of(row.state)?,
        not_after: Timestamp::from_millis(row.not_after),
    }))
}

/// Where an order stands, and until when it may be carried out.
pub(crate) async fn command_state(
    db: &impl ConnectionTrait,
    site: SiteId,
    id: CommandId,
) -> Result<(CommandState, Timestamp)> {
    let row = command::Entity::find_by_id((site.uuid(), id.uuid())).one(db).await?;
    let row = row.ok_or_else(|| INCONSISTENT.caused_by("the order of an event is not in unlock_commands"))?;
    Ok((state_of(row.state)?, Timestamp::from_millis(row.not_after)))
}

/// The uses of a card, newest first.
pub(crate) async fn uses(
    db: &impl ConnectionTrait,
    site: SiteId,
    binding: BindingId,
    before: Option<UseKey>,
    limit: usize,
) -> Result<Vec<Use>> {
    let mut query = event::Entity::find()
        .filter(event::Column::SiteId.eq(site.uuid()))
        .filter(event::Column::BindingId.eq(binding.uuid()));
    if let Some((at, id)) = before {
        let same = event::Column::At.eq(at).and(event::Column::Id.lt(id));
        query = query.filter(event::Column::At.lt(at).or(same));
    }
    let rows =
        query.order_by_desc(event::Column::At).order_by_desc(event::Column::Id).limit(limit as u64).all(db).await?;
    let seen = |row: event::Model| {
        Ok(Use {
            at: Timestamp::from_millis(row.at),
            id: EventId::from_uuid(row.id),
            door: DoorId::from_uuid(row.door_id),
            door_name: None,
            reason: reason_of(row.reason)?,
        })
    };
    rows.into_iter().map(seen).collect()
}

/// Forgets codes used before `before`, a handful at a time: they have long been too old to open. How many went.
pub(crate) async fn purge_used(tx: &Tx, before: Timestamp, handful: u64) -> Result<u64> {
    let rows = used::Entity::find()
        .filter(used::Column::UsedAt.lt(before.millis()))
        .order_by_asc(used::Column::UsedAt)
        .limit(handful)
        .all(tx)
        .await?;
    let Some(last) = rows.last() else { return Ok(0) };
    let done = used::Entity::delete_many().filter(used::Column::UsedAt.lte(last.used_at)).exec(tx).await?;
    Ok(done.rows_affected)
}
