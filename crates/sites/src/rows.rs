//! Rows never leave this file.

use kernel::{AccountId, Code, DoorId, Kind, PolicyId, Result, SiteId, Timestamp, port::CardKind};
use sea_orm::{
    ActiveValue::Set, Condition, ConnectionTrait, ExprTrait, QueryOrder, QuerySelect, entity::prelude::*,
    sea_query::OnConflict,
};
use store::keep_existing;

use crate::site::{AccessPolicy, CacheLoss, Door, Driver, Methods, Site};

mod site {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "sites")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub sort_key: String,
        pub address: Option<String>,
        pub state: i16,
        pub key_version: i32,
        pub cache_loss: i16,
        pub entry_notice: Option<String>,
        pub created_at: i64,
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
        pub locked_down: bool,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod policy {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "access_policies")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub card_kind: Option<i16>,
        pub door_id: Option<Uuid>,
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
        Ok(Self {
            id: SiteId::from_uuid(row.id),
            name: row.name,
            address: row.address,
            entry_notice: row.entry_notice,
            sort_key: row.sort_key,
            key_version: u32::try_from(row.key_version).map_err(|_| INCONSISTENT)?,
            cache_loss: match row.cache_loss {
                0 => CacheLoss::Degrade,
                1 => CacheLoss::Deny,
                _ => return Err(INCONSISTENT.into()),
            },
        })
    }
}

impl TryFrom<door::Model> for Door {
    type Error = kernel::Fault;

    fn try_from(row: door::Model) -> Result<Self> {
        Ok(Self {
            id: DoorId::from_uuid(row.id),
            name: row.name,
            zone: u8::try_from(row.zone).ok().filter(|zone| *zone < 32).ok_or(INCONSISTENT)?,
            driver: match row.driver {
                0 => Driver::Reader,
                1 => Driver::Sim,
                _ => return Err(INCONSISTENT.into()),
            },
            pulse_ms: u32::try_from(row.pulse_ms).map_err(|_| INCONSISTENT)?,
            methods: Methods(row.methods),
            locked_down: row.locked_down,
        })
    }
}

pub(crate) async fn find(db: &impl ConnectionTrait, id: SiteId) -> Result<Option<Site>> {
    let row = site::Entity::find_by_id(id.uuid()).filter(site::Column::State.eq(OPEN)).one(db).await?;
    row.map(Site::try_from).transpose()
}

/// Sites in the order of their names, after that place in it.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    after: Option<(String, SiteId)>,
    limit: usize,
) -> Result<Vec<Site>> {
    let mut query = site::Entity::find().filter(site::Column::State.eq(OPEN));
    if let Some((sort_key, id)) = after {
        let same = site::Column::SortKey.eq(sort_key.as_str()).and(site::Column::Id.gt(id.uuid()));
        query = query.filter(Condition::any().add(site::Column::SortKey.gt(sort_key)).add(same));
    }
    let rows =
        query.order_by_asc(site::Column::SortKey).order_by_asc(site::Column::Id).limit(limit as u64).all(db).await?;
    rows.into_iter().map(Site::try_from).collect()
}

pub(crate) async fn insert(db: &impl ConnectionTrait, site: &Site, now: Timestamp) -> Result<()> {
    site::Entity::insert(site::ActiveModel {
        id: Set(site.id.uuid()),
        name: Set(site.name.clone()),
        sort_key: Set(site.sort_key.clone()),
        address: Set(site.address.clone()),
        entry_notice: Set(site.entry_notice.clone()),
        state: Set(OPEN),
        key_version: Set(i32::try_from(site.key_version).map_err(|_| INCONSISTENT)?),
        cache_loss: Set(site.cache_loss as i16),
        created_at: Set(now.millis()),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

pub(crate) async fn any(db: &impl ConnectionTrait) -> Result<bool> {
    Ok(site::Entity::find().limit(1).one(db).await?.is_some())
}

pub(crate) async fn choose(db: &impl ConnectionTrait, account: AccountId, site: SiteId, now: Timestamp) -> Result<()> {
    let key = [choice::Column::AccountId, choice::Column::SiteId];
    choice::Entity::insert(choice::ActiveModel {
        account_id: Set(account.uuid()),
        site_id: Set(site.uuid()),
        chosen_at: Set(now.millis()),
    })
    .on_conflict(OnConflict::columns(key).update_column(choice::Column::ChosenAt).to_owned())
    .exec_without_returning(db)
    .await?;
    Ok(())
}

pub(crate) async fn chosen(db: &impl ConnectionTrait, account: AccountId) -> Result<Option<SiteId>> {
    let row = choice::Entity::find()
        .filter(choice::Column::AccountId.eq(account.uuid()))
        .order_by_desc(choice::Column::ChosenAt)
        .limit(1)
        .one(db)
        .await?;
    Ok(row.map(|row| SiteId::from_uuid(row.site_id)))
}

/// The sites an account has chosen, and when.
pub(crate) async fn choices(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<(SiteId, Timestamp)>> {
    let rows = choice::Entity::find().filter(choice::Column::AccountId.eq(account.uuid())).all(db).await?;
    Ok(rows.into_iter().map(|row| (SiteId::from_uuid(row.site_id), Timestamp::from_millis(row.chosen_at))).collect())
}

pub(crate) async fn forget_choices(db: &impl ConnectionTrait, account: AccountId) -> Result<()> {
    choice::Entity::delete_many().filter(choice::Column::AccountId.eq(account.uuid())).exec(db).await?;
    Ok(())
}

pub(crate) async fn doors(db: &impl ConnectionTrait, site: SiteId) -> Result<Vec<Door>> {
    let rows = door::Entity::find()
        .filter(door::Column::SiteId.eq(site.uuid()))
        .order_by_asc(door::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(Door::try_from).collect()
}

pub(crate) async fn insert_door(db: &impl ConnectionTrait, site: SiteId, door: &Door) -> Result<()> {
    door::Entity::insert(door::ActiveModel {
        site_id: Set(site.uuid()),
        id: Set(door.id.uuid()),
        name: Set(door.name.clone()),
        zone: Set(i16::from(door.zone)),
        driver: Set(door.driver as i16),
        pulse_ms: Set(i32::try_from(door.pulse_ms).map_err(|_| INCONSISTENT)?),
        methods: Set(door.methods.0),
        locked_down: Set(door.locked_down),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

pub(crate) async fn policies(db: &impl ConnectionTrait, site: SiteId) -> Result<Vec<AccessPolicy>> {
    let rows = policy::Entity::find().filter(policy::Column::SiteId.eq(site.uuid())).all(db).await?;
    rows.into_iter()
        .map(|row| {
            let known = |number| CardKind::from_number(number).ok_or(INCONSISTENT);
            let card_kind = row.card_kind.map(known).transpose()?;
            Ok(AccessPolicy { id: PolicyId::from_uuid(row.id), card_kind, door: row.door_id.map(DoorId::from_uuid) })
        })
        .collect()
}

pub(crate) async fn insert_policy(db: &impl ConnectionTrait, site: SiteId, policy: &AccessPolicy) -> Result<()> {
    policy::Entity::insert(policy::ActiveModel {
        site_id: Set(site.uuid()),
        id: Set(policy.id.uuid()),
        card_kind: Set(policy.card_kind.map(CardKind::number)),
        door_id: Set(policy.door.map(DoorId::uuid)),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// Counts a change that the doors of the site must know of.
pub(crate) async fn bump(db: &impl ConnectionTrait, site: SiteId, now: Timestamp) -> Result<()> {
    let row = revision::ActiveModel { site_id: Set(site.uuid()), revision: Set(0), changed_at: Set(now.millis()) };
    revision::Entity::insert(row)
        .on_conflict(keep_existing(&[revision::Column::SiteId]))
        .exec_without_returning(db)
        .await?;
    revision::Entity::update_many()
        .col_expr(revision::Column::Revision, Expr::col(revision::Column::Revision).add(1))
        .col_expr(revision::Column::ChangedAt, Expr::value(now.millis()))
        .filter(revision::Column::SiteId.eq(site.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

pub(crate) async fn changed_since(db: &impl ConnectionTrait, since: Timestamp) -> Result<Vec<(SiteId, i64)>> {
    let rows = revision::Entity::find().filter(revision::Column::ChangedAt.gte(since.millis())).all(db).await?;
    Ok(rows.into_iter().map(|row| (SiteId::from_uuid(row.site_id), row.revision)).collect())
}

pub(crate) async fn revision(db: &impl ConnectionTrait, site: SiteId) -> Result<i64> {
    Ok(revision::Entity::find_by_id(site.uuid()).one(db).await?.map_or(0, |row| row.revision))
}
