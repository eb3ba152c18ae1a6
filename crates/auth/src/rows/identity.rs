use kernel::{AccountId, Result, Timestamp};
use sea_orm::{ActiveValue::Set, ConnectionTrait, entity::prelude::*};
use store::{Named, Tx};

use crate::rows::account::ALREADY_THERE;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "wechat_identities")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub app_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub openid_index: Vec<u8>,
        pub openid_sealed: Vec<u8>,
        pub account_id: Uuid,
        pub created_at: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A WeChat user within one app, by the blind index of the openid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) app_id: String,
    pub(crate) openid_index: [u8; 16],
}

/// An identity on file.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) app_id: String,
    pub(crate) openid_sealed: Vec<u8>,
    pub(crate) account: AccountId,
    pub(crate) linked_at: Timestamp,
}

fn identity(row: row::Model) -> Identity {
    Identity {
        app_id: row.app_id,
        openid_sealed: row.openid_sealed,
        account: AccountId::from_uuid(row.account_id),
        linked_at: Timestamp::from_millis(row.created_at),
    }
}

/// Whose this WeChat user is.
pub(crate) async fn owner(db: &impl ConnectionTrait, key: &Key) -> Result<Option<AccountId>> {
    let row = row::Entity::find_by_id((key.app_id.clone(), key.openid_index.to_vec())).one(db).await?;
    Ok(row.map(|row| AccountId::from_uuid(row.account_id)))
}

/// Inserts an identity of an account that is being made.
///
/// # Errors
/// [`ALREADY_THERE`] when somebody was faster.
pub(crate) async fn insert(tx: &Tx, key: &Key, openid_sealed: &[u8], account: AccountId, now: Timestamp) -> Result<()> {
    row::Entity::insert(row::ActiveModel {
        app_id: Set(key.app_id.clone()),
        openid_index: Set(key.openid_index.to_vec()),
        openid_sealed: Set(openid_sealed.to_vec()),
        account_id: Set(account.uuid()),
        created_at: Set(now.millis()),
    })
    .exec_without_returning(tx)
    .await
    .on_duplicate(ALREADY_THERE)?;
    Ok(())
}

/// Inserts an identity of an account that is there.
///
/// # Errors
/// [`ALREADY_THERE`] when somebody was faster.
pub(crate) async fn link(tx: &Tx, key: &Key, openid_sealed: &[u8], account: AccountId, now: Timestamp) -> Result<()> {
    tx.changed(account);
    insert(tx, key, openid_sealed, account, now).await
}

/// Moves an identity from one account to another, if it is still there.
///
/// # Errors
/// [`ALREADY_THERE`] when it is not.
pub(crate) async fn shift(tx: &Tx, key: &Key, from: AccountId, to: (AccountId, &[u8]), now: Timestamp) -> Result<()> {
    tx.changed(from);
    let (to, openid_sealed) = to;
    tx.changed(to);
    let done = row::Entity::update_many()
        .col_expr(row::Column::AccountId, Expr::value(to.uuid()))
        .col_expr(row::Column::OpenidSealed, Expr::value(openid_sealed.to_vec()))
        .col_expr(row::Column::CreatedAt, Expr::value(now.millis()))
        .filter(row::Column::AppId.eq(key.app_id.as_str()))
        .filter(row::Column::OpenidIndex.eq(key.openid_index.to_vec()))
        .filter(row::Column::AccountId.eq(from.uuid()))
        .exec(tx)
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(ALREADY_THERE.into()) }
}

/// The identities of an account.
pub(crate) async fn of_account(db: &impl ConnectionTrait, of: AccountId) -> Result<Vec<Identity>> {
    let rows = row::Entity::find().filter(row::Column::AccountId.eq(of.uuid())).all(db).await?;
    Ok(rows.into_iter().map(identity).collect())
}

/// Removes the identities of an account; how many there were.
pub(crate) async fn remove(tx: &Tx, of: AccountId) -> Result<u64> {
    tx.changed(of);
    let done = row::Entity::delete_many().filter(row::Column::AccountId.eq(of.uuid())).exec(tx).await?;
    Ok(done.rows_affected)
}
