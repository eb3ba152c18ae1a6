use kernel::{AccountId, AccountNumber, Code, Kind, Result, Timestamp};
use sea_orm::{ActiveValue::Set, ConnectionTrait, ExprTrait, QueryOrder, QuerySelect, entity::prelude::*};
use store::{Named, Tx};

use crate::account::{AccountRecord, AccountState, Sealed};

pub(super) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "accounts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub state: i16,
        pub version: i32,
        pub created_at: i64,
        pub updated_at: i64,
        pub number: Option<String>,
        pub phone_index: Option<Vec<u8>>,
        pub phone_sealed: Option<Vec<u8>>,
        pub email_index: Option<Vec<u8>>,
        pub email_sealed: Option<Vec<u8>>,
        pub password_hash: Option<String>,
        pub erase_at: Option<i64>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

const INCONSISTENT: Code = Code::new(Kind::Internal, "account-inconsistent", "账号资料有误，请联系管理处");
/// Its number, phone or address is another's; whoever asked looks again.
pub(crate) const ALREADY_THERE: Code = Code::new(Kind::Conflict, "account-conflict", "资料刚被更新，请重试");

/// What an account is found by.
#[derive(Clone)]
pub(crate) enum By {
    Id(AccountId),
    Number(AccountNumber),
    Phone([u8; 16]),
    Email([u8; 16]),
}

fn sealed(index: Option<Vec<u8>>, sealed: Option<Vec<u8>>) -> Result<Option<Sealed>> {
    match (index, sealed) {
        (None, None) => Ok(None),
        (Some(index), Some(sealed)) => Ok(Some(Sealed { index: index.try_into().map_err(|_| INCONSISTENT)?, sealed })),
        _ => Err(INCONSISTENT.into()),
    }
}

/// The state behind a stored number.
///
/// # Errors
/// `account-inconsistent`.
pub(crate) fn state(number: i16) -> Result<AccountState> {
    Ok(AccountState::from_number(number).ok_or(INCONSISTENT)?)
}

fn stored(row: row::Model) -> Result<AccountRecord> {
    Ok(AccountRecord {
        id: AccountId::from_uuid(row.id),
        number: row.number.as_deref().and_then(AccountNumber::parse).ok_or(INCONSISTENT)?,
        state: state(row.state)?,
        version: row.version,
        phone: sealed(row.phone_index, row.phone_sealed)?,
        email: sealed(row.email_index, row.email_sealed)?,
        password_hash: row.password_hash,
        created_at: Timestamp::from_millis(row.created_at),
        erase_at: row.erase_at.map(Timestamp::from_millis),
    })
}

pub(crate) async fn find(db: &impl ConnectionTrait, by: By) -> Result<Option<AccountRecord>> {
    let query = match by {
        By::Id(id) => row::Entity::find_by_id(id.uuid()),
        By::Number(number) => row::Entity::find().filter(row::Column::Number.eq(number.as_str())),
        By::Phone(index) => row::Entity::find().filter(row::Column::PhoneIndex.eq(index.to_vec())),
        By::Email(index) => row::Entity::find().filter(row::Column::EmailIndex.eq(index.to_vec())),
    };
    query.one(db).await?.map(stored).transpose()
}

/// The account, held until the transaction ends: what is done to it is done one after another.
pub(crate) async fn lock(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<AccountRecord>> {
    row::Entity::find_by_id(id.uuid()).lock_exclusive().one(db).await?.map(stored).transpose()
}

fn row_of(new: &AccountRecord) -> row::ActiveModel {
    row::ActiveModel {
        id: Set(new.id.uuid()),
        state: Set(new.state as i16),
        version: Set(new.version),
        created_at: Set(new.created_at.millis()),
        updated_at: Set(new.created_at.millis()),
        number: Set(Some(new.number.as_str().to_owned())),
        phone_index: Set(new.phone.as_ref().map(|phone| phone.index.to_vec())),
        phone_sealed: Set(new.phone.as_ref().map(|phone| phone.sealed.clone())),
        email_index: Set(new.email.as_ref().map(|email| email.index.to_vec())),
        email_sealed: Set(new.email.as_ref().map(|email| email.sealed.clone())),
        password_hash: Set(new.password_hash.clone()),
        erase_at: Set(new.erase_at.map(Timestamp::millis)),
    }
}

/// Inserts an account.
///
/// # Errors
/// [`ALREADY_THERE`] when its number or phone is another's.
pub(crate) async fn insert(db: &impl ConnectionTrait, new: &AccountRecord) -> Result<()> {
    insert_all(db, std::slice::from_ref(new)).await
}

/// Inserts accounts in one statement.
///
/// # Errors
/// [`ALREADY_THERE`] when the number or phone of one of them is another's.
pub(crate) async fn insert_all(db: &impl ConnectionTrait, new: &[AccountRecord]) -> Result<()> {
    let rows = new.iter().map(row_of);
    row::Entity::insert_many(rows).exec_without_returning(db).await.on_duplicate(ALREADY_THERE)?;
    Ok(())
}

/// Writes what has changed, if nobody else has meanwhile.
///
/// # Errors
/// [`ALREADY_THERE`] when its phone or address is another's, or somebody was faster.
pub(crate) async fn save(tx: &Tx, changed: &AccountRecord, now: Timestamp) -> Result<()> {
    tx.changed(changed.id);
    let (phone, email) = (changed.phone.as_ref(), changed.email.as_ref());
    let done = row::Entity::update_many()
        .col_expr(row::Column::State, Expr::value(changed.state as i16))
        .col_expr(row::Column::PhoneIndex, Expr::value(phone.map(|phone| phone.index.to_vec())))
        .col_expr(row::Column::PhoneSealed, Expr::value(phone.map(|phone| phone.sealed.clone())))
        .col_expr(row::Column::EmailIndex, Expr::value(email.map(|email| email.index.to_vec())))
        .col_expr(row::Column::EmailSealed, Expr::value(email.map(|email| email.sealed.clone())))
        .col_expr(row::Column::PasswordHash, Expr::value(changed.password_hash.clone()))
        .col_expr(row::Column::EraseAt, Expr::value(changed.erase_at.map(Timestamp::millis)))
        .col_expr(row::Column::Version, Expr::col(row::Column::Version).add(1))
        .col_expr(row::Column::UpdatedAt, Expr::value(now.millis()))
        .filter(row::Column::Id.eq(changed.id.uuid()))
        .filter(row::Column::Version.eq(changed.version))
        .exec(tx)
        .await
        .on_duplicate(ALREADY_THERE)?;
    if done.rows_affected == 1 { Ok(()) } else { Err(ALREADY_THERE.into()) }
}

/// Accounts whose time to be erased has come.
pub(crate) async fn to_erase(db: &impl ConnectionTrait, now: Timestamp, most: u64) -> Result<Vec<AccountId>> {
    let rows = row::Entity::find()
        .filter(row::Column::EraseAt.lte(now.millis()))
        .filter(row::Column::State.eq(AccountState::Closing as i16))
        .order_by_asc(row::Column::EraseAt)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| AccountId::from_uuid(row.id)).collect())
}

/// The numbers of these accounts.
pub(crate) async fn numbers(
    db: &impl ConnectionTrait,
    of: impl IntoIterator<Item = AccountId>,
) -> Result<Vec<(AccountId, AccountNumber)>> {
    let rows = row::Entity::find().filter(row::Column::Id.is_in(of.into_iter().map(AccountId::uuid))).all(db).await?;
    rows.into_iter().map(|row| stored(row).map(|account| (account.id, account.number))).collect()
}
