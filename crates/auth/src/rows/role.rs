use kernel::{AccountId, Code, Kind, Result, SiteId, Timestamp, macros::uuid::Uuid};
use sea_orm::{ActiveValue::Set, Condition, ConnectionTrait, QueryOrder, QuerySelect, entity::prelude::*};
use store::{Tx, keep_existing};

use crate::role::{Role, RoleGrant};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "roles")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub role: i16,
        pub granted_by: Uuid,
        pub granted_at: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

const INCONSISTENT: Code = Code::new(Kind::Internal, "role-inconsistent", "权限资料有误，请联系管理员");

fn site_key(site: Option<SiteId>) -> Uuid {
    site.map_or(Uuid::nil(), SiteId::uuid)
}

fn post(row: &row::Model) -> Result<RoleGrant> {
    let role = Role::from_number(row.role).ok_or(INCONSISTENT)?;
    let site = (!row.site_id.is_nil()).then(|| SiteId::from_uuid(row.site_id));
    Ok(RoleGrant::new(role, site).ok_or(INCONSISTENT)?)
}

/// The posts of an account.
pub(crate) async fn of_account(db: &impl ConnectionTrait, of: AccountId) -> Result<Vec<RoleGrant>> {
    let rows = row::Entity::find().filter(row::Column::AccountId.eq(of.uuid())).all(db).await?;
    rows.iter().map(post).collect()
}

/// Who holds a post at a site, or on the platform.
pub(crate) async fn of_site(
    db: &impl ConnectionTrait,
    site: Option<SiteId>,
    after: Option<(AccountId, Role)>,
    limit: usize,
) -> Result<Vec<(AccountId, RoleGrant, Timestamp)>> {
    let mut query = row::Entity::find().filter(row::Column::SiteId.eq(site_key(site)));
    if let Some((account, role)) = after {
        let later = row::Column::AccountId.gt(account.uuid());
        let same =
            Condition::all().add(row::Column::AccountId.eq(account.uuid())).add(row::Column::Role.gt(role as i16));
        query = query.filter(Condition::any().add(later).add(same));
    }
    let query = query.order_by_asc(row::Column::AccountId).order_by_asc(row::Column::Role).limit(limit as u64);
    let rows = query.all(db).await?;
    rows.iter()
        .map(|row| Ok((AccountId::from_uuid(row.account_id), post(row)?, Timestamp::from_millis(row.granted_at))))
        .collect()
}

/// Gives a post; giving it again changes nothing.
pub(crate) async fn insert(
    tx: &Tx,
    of: AccountId,
    post: RoleGrant,
    by: Option<AccountId>,
    now: Timestamp,
) -> Result<()> {
    tx.changed(of);
    row::Entity::insert(row::ActiveModel {
        account_id: Set(of.uuid()),
        site_id: Set(site_key(post.site)),
        role: Set(post.role as i16),
        granted_by: Set(by.map_or(Uuid::nil(), AccountId::uuid)),
        granted_at: Set(now.millis()),
    })
    .on_conflict(keep_existing(&[row::Column::AccountId, row::Column::SiteId, row::Column::Role]))
    .exec_without_returning(tx)
    .await?;
    Ok(())
}

/// Takes a post away; whether it was held.
pub(crate) async fn delete(tx: &Tx, of: AccountId, post: RoleGrant) -> Result<bool> {
    tx.changed(of);
    let key = (of.uuid(), site_key(post.site), post.role as i16);
    Ok(row::Entity::delete_by_id(key).exec(tx).await?.rows_affected == 1)
}

/// Takes every post of an account away.
pub(crate) async fn remove(tx: &Tx, of: AccountId) -> Result<()> {
    tx.changed(of);
    row::Entity::delete_many().filter(row::Column::AccountId.eq(of.uuid())).exec(tx).await?;
    Ok(())
}

/// The posts of one account become another's.
pub(crate) async fn shift(tx: &Tx, from: AccountId, to: AccountId) -> Result<()> {
    for row in row::Entity::find().filter(row::Column::AccountId.eq(from.uuid())).all(tx).await? {
        let by = (!row.granted_by.is_nil()).then(|| AccountId::from_uuid(row.granted_by));
        insert(tx, to, post(&row)?, by, Timestamp::from_millis(row.granted_at)).await?;
    }
    remove(tx, from).await
}
