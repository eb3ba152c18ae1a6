use kernel::{AccountId, Code, ConsentId, Kind, Result, Timestamp};
use sea_orm::{ActiveValue::Set, ConnectionTrait, QueryOrder, QuerySelect, entity::prelude::*};
use store::Tx;

use crate::consent::{Consent, ConsentPurpose};

pub(super) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "consents")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub purpose: i16,
        pub text_version: String,
        pub text_hash: Vec<u8>,
        pub address_sealed: Option<Vec<u8>>,
        pub device: Option<String>,
        pub given_at: i64,
        pub withdrawn_at: Option<i64>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

const INCONSISTENT: Code = Code::new(Kind::Internal, "consent-inconsistent", "授权记录有误，请联系管理处");

/// A consent about to be written down.
#[derive(Clone, Debug)]
pub(crate) struct New {
    pub(crate) consent: Consent,
    pub(crate) address_sealed: Vec<u8>,
}

pub(crate) async fn insert(tx: &Tx, of: AccountId, all: &[New]) -> Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    tx.changed(of);
    let rows = all.iter().map(|New { consent, address_sealed }| row::ActiveModel {
        account_id: Set(of.uuid()),
        id: Set(consent.id.uuid()),
        purpose: Set(consent.purpose as i16),
        text_version: Set(consent.version.clone()),
        text_hash: Set(consent.text_hash.to_vec()),
        address_sealed: Set(Some(address_sealed.clone())),
        device: Set(consent.device.clone()),
        given_at: Set(consent.given_at.millis()),
        withdrawn_at: Set(None),
    });
    row::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// The consents of an account, oldest first.
pub(crate) async fn of_account(db: &impl ConnectionTrait, of: AccountId) -> Result<Vec<Consent>> {
    let rows =
        row::Entity::find().filter(row::Column::AccountId.eq(of.uuid())).order_by_asc(row::Column::Id).all(db).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Consent {
                id: ConsentId::from_uuid(row.id),
                purpose: purpose(row.purpose)?,
                version: row.text_version,
                text_hash: row.text_hash.try_into().map_err(|_| INCONSISTENT)?,
                device: row.device,
                given_at: Timestamp::from_millis(row.given_at),
                withdrawn_at: row.withdrawn_at.map(Timestamp::from_millis),
            })
        })
        .collect()
}

/// Takes back what was consented to for this purpose; how many there were.
pub(crate) async fn withdraw(tx: &Tx, of: AccountId, purpose: ConsentPurpose, now: Timestamp) -> Result<u64> {
    tx.changed(of);
    let done = row::Entity::update_many()
        .col_expr(row::Column::WithdrawnAt, Expr::value(now.millis()))
        .filter(row::Column::AccountId.eq(of.uuid()))
        .filter(row::Column::Purpose.eq(purpose as i16))
        .filter(row::Column::WithdrawnAt.is_null())
        .exec(tx)
        .await?;
    Ok(done.rows_affected)
}

/// The purposes that these accounts consented to and have withdrawn.
pub(crate) async fn withdrawn(
    db: &impl ConnectionTrait,
    accounts: &[AccountId],
) -> Result<Vec<(AccountId, ConsentPurpose)>> {
    let rows = row::Entity::find()
        .filter(row::Column::AccountId.is_in(accounts.iter().map(|of| of.uuid())))
        .select_only()
        .column(row::Column::AccountId)
        .column(row::Column::Purpose)
        .column_as(row::Column::Id.count(), "given")
        .column_as(row::Column::WithdrawnAt.count(), "withdrawn")
        .group_by(row::Column::AccountId)
        .group_by(row::Column::Purpose)
        .into_tuple::<(Uuid, i16, i64, i64)>()
        .all(db)
        .await?;
    let over = rows.into_iter().filter(|(_, _, given, withdrawn)| given == withdrawn);
    over.map(|(of, number, ..)| Ok((AccountId::from_uuid(of), purpose(number)?))).collect()
}

/// The purpose behind a stored number.
///
/// # Errors
/// `consent-inconsistent`.
pub(crate) fn purpose(number: i16) -> Result<ConsentPurpose> {
    Ok(ConsentPurpose::from_number(number).ok_or(INCONSISTENT)?)
}

/// Withdraws what was consented to for this purpose up to `at`, at that time.
pub(crate) async fn withdraw_until(tx: &Tx, of: AccountId, purpose: ConsentPurpose, at: Timestamp) -> Result<()> {
    tx.changed(of);
    row::Entity::update_many()
        .col_expr(row::Column::WithdrawnAt, Expr::value(at.millis()))
        .filter(row::Column::AccountId.eq(of.uuid()))
        .filter(row::Column::Purpose.eq(purpose as i16))
        .filter(row::Column::WithdrawnAt.is_null())
        .filter(row::Column::GivenAt.lte(at.millis()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Keeps the proof that there was a consent, and nothing of where it came from.
pub(crate) async fn blur(db: &impl ConnectionTrait, of: AccountId) -> Result<()> {
    row::Entity::update_many()
        .col_expr(row::Column::AddressSealed, Expr::value(None::<Vec<u8>>))
        .col_expr(row::Column::Device, Expr::value(None::<String>))
        .filter(row::Column::AccountId.eq(of.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// The consents of one account become another's.
pub(crate) async fn shift(tx: &Tx, from: AccountId, to: AccountId) -> Result<()> {
    tx.changed(from);
    tx.changed(to);
    row::Entity::update_many()
        .col_expr(row::Column::AccountId, Expr::value(to.uuid()))
        .filter(row::Column::AccountId.eq(from.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}
