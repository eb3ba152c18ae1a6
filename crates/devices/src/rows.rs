//! Rows never leave this file.

use kernel::{DeviceId, DoorId, Result, SiteId, Timestamp, macros::uuid::Uuid};
use sea_orm::{ActiveValue::Set, ConnectionTrait, entity::prelude::*};
use store::Tx;

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

const ACTIVE: i16 = 1;

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
    tx.changed(new.id);
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
    tx.changed(id);
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
