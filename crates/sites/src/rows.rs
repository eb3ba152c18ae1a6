//! Rows never leave this file.

use kernel::{AccountId, Code, DoorId, Kind, Result, SiteId, Timestamp, card_number::CardFormat, port::DoorAddress};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ConnectionTrait, ExprTrait, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::OnConflict,
};
use store::{Named, Tx};

use crate::{
    AccessDocument, Listed, Methods, Position,
    settings::branch_taken,
    site::{Beacon, CacheLoss, Door, Driver, Site},
};

mod site {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "sites")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub address: Option<String>,
        pub state: i16,
        pub key_version: i32,
        pub cache_loss: i16,
        pub entry_notice: Option<String>,
        pub created_at: i64,
        pub lng: Option<f64>,
        pub lat: Option<f64>,
        pub zone: Option<String>,
        pub hidden: bool,
        pub card_format: Option<i16>,
        pub household_limit: Option<i16>,
        pub branch_no: Option<String>,
        pub visiting_hours: Option<String>,
        pub beacon_uuid: Option<Uuid>,
        pub settings_version: i32,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod choice {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "site_choices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        pub chosen_at: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod door {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "doors")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub zone: i16,
        pub driver: i16,
        pub pulse_ms: i32,
        pub methods: i32,
        pub controller_no: Option<String>,
        pub door_no: Option<String>,
        pub lng: Option<f64>,
        pub lat: Option<f64>,
        pub beacon_major: Option<i32>,
        pub beacon_minor: Option<i32>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod access {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "site_access")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        pub version: i32,
        pub document: String,
        pub updated_at: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

const INCONSISTENT: Code = Code::new(Kind::Internal, "site-inconsistent", "场区资料有误，请联系管理员");
const OPEN: i16 = 1;

impl TryFrom<site::Model> for Site {
    type Error = kernel::Fault;

    fn try_from(row: site::Model) -> Result<Self> {
        let format = |number| CardFormat::from_number(number).ok_or(INCONSISTENT);
        Ok(Self {
            id: SiteId::from_uuid(row.id),
            name: row.name,
            address: row.address,
            position: row.lng.zip(row.lat).and_then(|(lng, lat)| Position::new(lng, lat)),
            entry_notice: row.entry_notice,
            visiting_hours: row.visiting_hours.as_deref().map(serde_json::from_str).transpose()?,
            zone: row.zone,
            hidden: row.hidden,
            card_format: row.card_format.map(format).transpose()?.unwrap_or_default(),
            household_limit: match row.household_limit {
                Some(limit) => u16::try_from(limit).map_err(|_| INCONSISTENT)?,
                None => Self::HOUSEHOLD,
            },
            branch: row.branch_no,
            beacon_uuid: row.beacon_uuid,
            key_version: u32::try_from(row.key_version).map_err(|_| INCONSISTENT)?,
            cache_loss: match row.cache_loss {
                0 => CacheLoss::Degrade,
                1 => CacheLoss::Deny,
                _ => return Err(INCONSISTENT.into()),
            },
        })
    }
}

fn to_door(row: door::Model, branch: Option<&str>) -> Result<Door> {
    let installed = branch.filter(|_| row.driver == Driver::Installed as i16);
    let address = installed.zip(row.controller_no).zip(row.door_no);
    Ok(Door {
        id: DoorId::from_uuid(row.id),
        name: row.name,
        zone: u8::try_from(row.zone).ok().filter(|zone| *zone < 32).ok_or(INCONSISTENT)?,
        driver: match row.driver {
            0 => Driver::Reader,
            1 => Driver::Sim,
            2 => Driver::Installed,
            _ => return Err(INCONSISTENT.into()),
        },
        pulse_ms: u32::try_from(row.pulse_ms).map_err(|_| INCONSISTENT)?,
        methods: Methods::from_bits(row.methods),
        address: address.map(|((branch, controller), door)| DoorAddress {
            branch: branch.to_owned(),
            controller,
            door,
        }),
        position: row.lng.zip(row.lat).and_then(|(lng, lat)| Position::new(lng, lat)),
        beacon: row.beacon_major.zip(row.beacon_minor).map(beacon).transpose()?,
    })
}

fn beacon((major, minor): (i32, i32)) -> Result<Beacon> {
    let number = |number| u16::try_from(number).map_err(|_| INCONSISTENT);
    Ok(Beacon { major: number(major)?, minor: number(minor)? })
}

pub(crate) async fn find(db: &impl ConnectionTrait, id: SiteId) -> Result<Option<Site>> {
    let row = site::Entity::find_by_id(id.uuid()).filter(site::Column::State.eq(OPEN)).one(db).await?;
    row.map(Site::try_from).transpose()
}

/// A site, and the version of its settings.
pub(crate) async fn versioned(db: &impl ConnectionTrait, id: SiteId) -> Result<Option<(Site, i32)>> {
    let row = site::Entity::find_by_id(id.uuid()).filter(site::Column::State.eq(OPEN)).one(db).await?;
    let Some(row) = row else { return Ok(None) };
    let version = row.settings_version;
    Ok(Some((row.try_into()?, version)))
}

/// The site that an installed system knows as this branch. No two sites are one branch, whatever their state.
pub(crate) async fn site_of_branch(db: &impl ConnectionTrait, branch: &str) -> Result<Option<SiteId>> {
    let row = site::Entity::find().filter(site::Column::BranchNo.eq(branch)).one(db).await?;
    Ok(row.map(|row| SiteId::from_uuid(row.id)))
}

/// All that the list of sites shows.
pub(crate) async fn listed(db: &impl ConnectionTrait) -> Result<Vec<Listed>> {
    use site::Column::{Address, Hidden, Id, Lat, Lng, Name, State};
    let rows = site::Entity::find()
        .filter(State.eq(OPEN))
        .select_only()
        .columns([Id, Name, Address, Lng, Lat, Hidden])
        .into_tuple::<(Uuid, String, Option<String>, Option<f64>, Option<f64>, bool)>()
        .all(db)
        .await?;
    let listed = |(id, name, address, lng, lat, hidden): (_, _, _, Option<f64>, Option<f64>, _)| Listed {
        id: SiteId::from_uuid(id),
        name,
        address,
        position: lng.zip(lat).and_then(|(lng, lat)| Position::new(lng, lat)),
        hidden,
    };
    Ok(rows.into_iter().map(listed).collect())
}

fn site_row(site: &Site) -> Result<site::ActiveModel> {
    Ok(site::ActiveModel {
        id: Set(site.id.uuid()),
        name: Set(site.name.clone()),
        address: Set(site.address.clone()),
        entry_notice: Set(site.entry_notice.clone()),
        state: Set(OPEN),
        key_version: Set(i32::try_from(site.key_version).map_err(|_| INCONSISTENT)?),
        cache_loss: Set(site.cache_loss as i16),
        created_at: NotSet,
        lng: Set(site.position.map(Position::lng)),
        lat: Set(site.position.map(Position::lat)),
        zone: Set(site.zone.clone()),
        hidden: Set(site.hidden),
        card_format: Set(Some(site.card_format.number())),
        household_limit: Set(Some(i16::try_from(site.household_limit).map_err(|_| INCONSISTENT)?)),
        branch_no: Set(site.branch.clone()),
        visiting_hours: Set(site.visiting_hours.as_ref().map(serde_json::to_string).transpose()?),
        beacon_uuid: Set(site.beacon_uuid),
        settings_version: NotSet,
    })
}

/// New sites, in one statement.
pub(crate) async fn insert(db: &impl ConnectionTrait, sites: &[Site], now: Timestamp) -> Result<()> {
    let row =
        |site| Ok(site::ActiveModel { created_at: Set(now.millis()), settings_version: Set(1), ..site_row(site)? });
    let rows = sites.iter().map(row).collect::<Result<Vec<_>>>()?;
    site::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// Saves a site, if its settings are still of the version that was seen.
///
/// # Errors
/// `taken`, at the branch, when another site became that branch meanwhile.
pub(crate) async fn save(db: &impl ConnectionTrait, site: &Site, seen: i32) -> Result<bool> {
    let done = site::Entity::update_many()
        .set(site_row(site)?)
        .col_expr(site::Column::SettingsVersion, Expr::col(site::Column::SettingsVersion).add(1))
        .filter(site::Column::Id.eq(site.id.uuid()))
        .filter(site::Column::SettingsVersion.eq(seen))
        .exec(db)
        .await
        .on_duplicate(branch_taken())?;
    Ok(done.rows_affected == 1)
}

pub(crate) async fn any(db: &impl ConnectionTrait) -> Result<bool> {
    Ok(site::Entity::find().limit(1).one(db).await?.is_some())
}

pub(crate) async fn choose(tx: &Tx, account: AccountId, site: SiteId, now: Timestamp) -> Result<()> {
    tx.changed(account);
    let key = [choice::Column::AccountId, choice::Column::SiteId];
    choice::Entity::insert(choice::ActiveModel {
        account_id: Set(account.uuid()),
        site_id: Set(site.uuid()),
        chosen_at: Set(now.millis()),
    })
    .on_conflict(OnConflict::columns(key).update_column(choice::Column::ChosenAt).to_owned())
    .exec_without_returning(tx)
    .await?;
    Ok(())
}

/// The sites an account has chosen, the last first.
pub(crate) async fn chosen(db: &impl ConnectionTrait, account: AccountId, limit: u64) -> Result<Vec<SiteId>> {
    let rows = choice::Entity::find()
        .filter(choice::Column::AccountId.eq(account.uuid()))
        .order_by_desc(choice::Column::ChosenAt)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| SiteId::from_uuid(row.site_id)).collect())
}

pub(crate) async fn was_chosen(db: &impl ConnectionTrait, account: AccountId, site: SiteId) -> Result<bool> {
    Ok(choice::Entity::find_by_id((account.uuid(), site.uuid())).one(db).await?.is_some())
}

/// Every site that an installed system keeps the cards of, and its branch there.
pub(crate) async fn branches(db: &impl ConnectionTrait) -> Result<Vec<(SiteId, String)>> {
    let rows = site::Entity::find()
        .filter(site::Column::State.eq(OPEN))
        .filter(site::Column::BranchNo.is_not_null())
        .order_by_asc(site::Column::Id)
        .select_only()
        .columns([site::Column::Id, site::Column::BranchNo])
        .into_tuple::<(Uuid, String)>()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id, branch)| (SiteId::from_uuid(id), branch)).collect())
}

/// The sites an account has chosen, and when.
pub(crate) async fn choices(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<(SiteId, Timestamp)>> {
    let rows = choice::Entity::find().filter(choice::Column::AccountId.eq(account.uuid())).all(db).await?;
    Ok(rows.into_iter().map(|row| (SiteId::from_uuid(row.site_id), Timestamp::from_millis(row.chosen_at))).collect())
}

pub(crate) async fn forget_choices(tx: &Tx, account: AccountId) -> Result<()> {
    tx.changed(account);
    choice::Entity::delete_many().filter(choice::Column::AccountId.eq(account.uuid())).exec(tx).await?;
    Ok(())
}

/// The doors of a site whose cards an installed system keeps as this branch, if one does.
pub(crate) async fn doors(db: &impl ConnectionTrait, site: SiteId, branch: Option<&str>) -> Result<Vec<Door>> {
    let rows = door::Entity::find()
        .filter(door::Column::SiteId.eq(site.uuid()))
        .order_by_asc(door::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(|row| to_door(row, branch)).collect()
}

pub(crate) async fn insert_door(db: &impl ConnectionTrait, site: SiteId, door: &Door) -> Result<()> {
    door::Entity::insert(door::ActiveModel {
        site_id: Set(site.uuid()),
        id: Set(door.id.uuid()),
        name: Set(door.name.clone()),
        zone: Set(i16::from(door.zone)),
        driver: Set(door.driver as i16),
        pulse_ms: Set(i32::try_from(door.pulse_ms).map_err(|_| INCONSISTENT)?),
        methods: Set(door.methods.bits()),
        controller_no: Set(door.address.as_ref().map(|address| address.controller.clone())),
        door_no: Set(door.address.as_ref().map(|address| address.door.clone())),
        lng: Set(door.position.map(Position::lng)),
        lat: Set(door.position.map(Position::lat)),
        beacon_major: Set(door.beacon.map(|beacon| beacon.major.into())),
        beacon_minor: Set(door.beacon.map(|beacon| beacon.minor.into())),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// Who may open what at a site, and the version of that; nobody anything, where it was never said.
pub(crate) async fn access(db: &impl ConnectionTrait, site: SiteId) -> Result<(AccessDocument, i32)> {
    match access::Entity::find_by_id(site.uuid()).one(db).await? {
        Some(row) => Ok((serde_json::from_str(&row.document)?, row.version)),
        None => Ok((AccessDocument::default(), 0)),
    }
}

/// Says for the first time who may open what at these sites, in one statement.
pub(crate) async fn insert_access<'a>(
    db: &impl ConnectionTrait,
    said: impl IntoIterator<Item = (SiteId, &'a AccessDocument)>,
    now: Timestamp,
) -> Result<()> {
    let row = |(site, document): (SiteId, &AccessDocument)| {
        Ok(access::ActiveModel {
            site_id: Set(site.uuid()),
            version: Set(1),
            document: Set(serde_json::to_string(document)?),
            updated_at: Set(now.millis()),
        })
    };
    let rows = said.into_iter().map(row).collect::<Result<Vec<_>>>()?;
    access::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// Says anew who may open what, if it is still as it was seen.
pub(crate) async fn set_access(
    db: &impl ConnectionTrait,
    site: SiteId,
    seen: i32,
    document: &AccessDocument,
    now: Timestamp,
) -> Result<bool> {
    if seen == 0 {
        if access::Entity::find_by_id(site.uuid()).one(db).await?.is_some() {
            return Ok(false);
        }
        insert_access(db, [(site, document)], now).await?;
        return Ok(true);
    }
    let document = serde_json::to_string(document)?;
    let done = access::Entity::update_many()
        .col_expr(access::Column::Document, Expr::value(document))
        .col_expr(access::Column::Version, Expr::col(access::Column::Version).add(1))
        .col_expr(access::Column::UpdatedAt, Expr::value(now.millis()))
        .filter(access::Column::SiteId.eq(site.uuid()))
        .filter(access::Column::Version.eq(seen))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}
