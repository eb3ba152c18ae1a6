use std::collections::HashMap;

use kernel::{Code, HostId, Kind, Result, SiteId, Timestamp};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, Iterable, QueryOrder, QuerySelect, entity::prelude::*, sea_query::OnConflict,
};
use store::{FieldRef, Named as _, Revealed, SiteCipher, each, find_each_for_update};

use crate::host::{FieldMask, HostFacts, HostField, ListedHost, RevealedHost};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "hosts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub phone_sealed: Vec<u8>,
        pub phone_index: Vec<u8>,
        pub name_sealed: Vec<u8>,
        pub name_index: Vec<u8>,
        pub department: Option<String>,
        pub may_approve: bool,
        pub active: bool,
        pub version: i32,
        pub created_at: i64,
        pub updated_at: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) use row::{ActiveModel, Model};
use row::{Column, Entity};

/// Somebody else added the host a moment ago.
pub(crate) const JUST_ADDED: Code = Code::new(Kind::Conflict, "host-just-added", "这位受访人刚刚被登记，请刷新后重试");

/// A phone, as it can be looked up.
pub(crate) type PhoneIndex = [u8; 16];

const fn field_ref(column: &'static str, id: HostId) -> FieldRef {
    FieldRef { table: "hosts", column, row: id.uuid() }
}

impl Model {
    pub(crate) fn host(&self) -> HostId {
        HostId::from_uuid(self.id)
    }

    /// As those see them who run the site.
    pub(crate) fn listed(&self, cipher: &SiteCipher) -> Result<ListedHost> {
        let id = self.host();
        Ok(ListedHost {
            id,
            name: cipher.masked_name(field_ref("name", id), &self.name_sealed)?,
            phone: cipher.masked_phone(field_ref("phone", id), &self.phone_sealed)?,
            department: self.department.clone(),
            may_approve: self.may_approve,
            active: self.active,
            updated_at: Timestamp::from_millis(self.updated_at),
        })
    }

    /// All that is known of them, taken out of the vault.
    pub(crate) fn revealed(&self, by: &Revealed) -> Result<RevealedHost> {
        let id = self.host();
        Ok(RevealedHost {
            name: by.text(field_ref("name", id), &self.name_sealed)?,
            phone: by.text(field_ref("phone", id), &self.phone_sealed)?,
            department: self.department.clone(),
            may_approve: self.may_approve,
            active: self.active,
        })
    }

    /// What of the host is not as these facts say.
    pub(crate) fn differs(&self, facts: &HostFacts, cipher: &SiteCipher, mask: FieldMask) -> Vec<HostField> {
        let has = |field: HostField| match field {
            HostField::Name => self.name_index == cipher.index(facts.name.expose()),
            HostField::Department => self.department == facts.department,
            HostField::MayApprove => self.may_approve == facts.may_approve,
            HostField::Active => self.active == facts.active,
        };
        HostField::ALL.into_iter().filter(|field| mask.says(*field) && !has(*field)).collect()
    }
}

/// The row of a host who is not there.
pub(crate) fn fresh(
    cipher: &SiteCipher,
    site: SiteId,
    phone: PhoneIndex,
    facts: &HostFacts,
    now: Timestamp,
) -> ActiveModel {
    let id = HostId::new(now);
    ActiveModel {
        site_id: Set(site.uuid()),
        id: Set(id.uuid()),
        phone_sealed: Set(cipher.seal(field_ref("phone", id), facts.phone.expose().as_bytes())),
        phone_index: Set(phone.to_vec()),
        name_sealed: Set(cipher.seal(field_ref("name", id), facts.name.expose().as_bytes())),
        name_index: Set(cipher.index(facts.name.expose()).to_vec()),
        department: Set(facts.department.clone()),
        may_approve: Set(facts.may_approve),
        active: Set(facts.active),
        version: Set(1),
        created_at: Set(now.millis()),
        updated_at: Set(now.millis()),
    }
}

/// The row of a host who is there, with these fields as the facts say.
pub(crate) fn changed(
    before: Model,
    fields: &[HostField],
    facts: &HostFacts,
    cipher: &SiteCipher,
    now: Timestamp,
) -> ActiveModel {
    let (id, version) = (before.host(), before.version);
    let mut row = ActiveModel::from(before).reset_all();
    row.version = Set(version.wrapping_add(1));
    row.updated_at = Set(now.millis());
    for field in fields {
        match field {
            HostField::Name => {
                row.name_sealed = Set(cipher.seal(field_ref("name", id), facts.name.expose().as_bytes()));
                row.name_index = Set(cipher.index(facts.name.expose()).to_vec());
            }
            HostField::Department => row.department = Set(facts.department.clone()),
            HostField::MayApprove => row.may_approve = Set(facts.may_approve),
            HostField::Active => row.active = Set(facts.active),
        }
    }
    row
}

fn of_site(site: SiteId) -> Select<Entity> {
    Entity::find().filter(Column::SiteId.eq(site.uuid()))
}

fn bytes(phones: &[PhoneIndex]) -> Vec<Vec<u8>> {
    phones.iter().map(|phone| phone.to_vec()).collect()
}

fn by_index(rows: Vec<Model>) -> HashMap<Vec<u8>, Model> {
    rows.into_iter().map(|row| (row.phone_index.clone(), row)).collect()
}

/// The hosts of a site by their phones.
pub(crate) async fn by_phones(
    db: &impl ConnectionTrait,
    site: SiteId,
    phones: &[PhoneIndex],
) -> Result<HashMap<Vec<u8>, Model>> {
    Ok(by_index(each(db, of_site(site), &[Column::PhoneIndex], &bytes(phones)).await?))
}

/// The hosts of a site by their phones, held until the transaction ends.
pub(crate) async fn hold_phones(
    db: &impl ConnectionTrait,
    site: SiteId,
    phones: &[PhoneIndex],
) -> Result<HashMap<Vec<u8>, Model>> {
    let mut phones = bytes(phones);
    phones.sort_unstable();
    Ok(by_index(find_each_for_update(db, of_site(site), &[Column::PhoneIndex], &phones).await?))
}

/// So many hosts of a site after that one.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    site: SiteId,
    after: Option<HostId>,
    limit: usize,
) -> Result<Vec<Model>> {
    let mut query = of_site(site);
    if let Some(after) = after {
        query = query.filter(Column::Id.gt(after.uuid()));
    }
    Ok(query.order_by_asc(Column::Id).limit(limit as u64).all(db).await?)
}

/// How many hosts a site has.
pub(crate) async fn count(db: &impl ConnectionTrait, site: SiteId) -> Result<u64> {
    Ok(of_site(site).count(db).await?)
}

/// Adds hosts who are not there.
///
/// # Errors
/// [`JUST_ADDED`], and the transaction is spoilt.
pub(crate) async fn insert(db: &impl ConnectionTrait, rows: Vec<ActiveModel>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    Entity::insert_many(rows).exec_without_returning(db).await.on_duplicate(JUST_ADDED)?;
    Ok(())
}

/// Puts hosts who are there, and held, in the place of what they were.
pub(crate) async fn replace(db: &impl ConnectionTrait, rows: Vec<ActiveModel>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let all = Column::iter().filter(|column| !matches!(column, Column::SiteId | Column::Id | Column::PhoneIndex));
    let over = OnConflict::columns([Column::SiteId, Column::Id]).update_columns(all).to_owned();
    Entity::insert_many(rows).on_conflict(over).exec_without_returning(db).await?;
    Ok(())
}
