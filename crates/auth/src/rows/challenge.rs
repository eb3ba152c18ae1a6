use kernel::{AccountId, ChallengeId, Result, Timestamp, macros::uuid::Uuid};
use sea_orm::{ActiveValue::Set, ConnectionTrait, ExprTrait, entity::prelude::*};

use crate::code::{Purpose, TRIES, Verdict};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "sms_challenges")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub purpose: i16,
        pub subject: Uuid,
        pub code_hash: Vec<u8>,
        pub tries: i32,
        pub state: i16,
        pub created_at: i64,
        pub expires_at: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

const OPEN: i16 = 0;
const USED: i16 = 1;

/// Who entered it, for what, and what exactly.
pub(crate) type Of = (Option<AccountId>, Purpose, Uuid);

fn account_key(account: Option<AccountId>) -> Uuid {
    account.map_or(Uuid::nil(), AccountId::uuid)
}

/// A challenge about to be stored.
#[derive(Clone)]
pub(crate) struct New {
    pub(crate) id: ChallengeId,
    pub(crate) account: Option<AccountId>,
    pub(crate) purpose: Purpose,
    pub(crate) subject: Uuid,
    pub(crate) code_hash: [u8; 32],
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

pub(crate) async fn insert(db: &impl ConnectionTrait, new: &New) -> Result<()> {
    row::Entity::insert(row::ActiveModel {
        id: Set(new.id.uuid()),
        account_id: Set(account_key(new.account)),
        purpose: Set(new.purpose as i16),
        subject: Set(new.subject),
        code_hash: Set(new.code_hash.to_vec()),
        tries: Set(0),
        state: Set(OPEN),
        created_at: Set(new.created_at.millis()),
        expires_at: Set(new.expires_at.millis()),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// Spends one try. The hash to compare with and the tries spent, or none when no try is to be had.
pub(crate) async fn spend_try(
    db: &impl ConnectionTrait,
    id: ChallengeId,
    of: Of,
    now: Timestamp,
) -> Result<Option<(Vec<u8>, i32)>> {
    let (account, purpose, subject) = of;
    let spent = row::Entity::update_many()
        .col_expr(row::Column::Tries, Expr::col(row::Column::Tries).add(1))
        .filter(row::Column::Id.eq(id.uuid()))
        .filter(row::Column::AccountId.eq(account_key(account)))
        .filter(row::Column::Purpose.eq(purpose as i16))
        .filter(row::Column::Subject.eq(subject))
        .filter(row::Column::State.eq(OPEN))
        .filter(row::Column::Tries.lt(TRIES))
        .filter(row::Column::ExpiresAt.gt(now.millis()))
        .exec(db)
        .await?;
    if spent.rows_affected == 0 {
        return Ok(None);
    }
    Ok(row::Entity::find_by_id(id.uuid()).one(db).await?.map(|row| (row.code_hash, row.tries)))
}

/// Whether a try is to be had ([`Verdict::Right`]), or why not.
pub(crate) async fn why_not(db: &impl ConnectionTrait, id: ChallengeId, of: Of, now: Timestamp) -> Result<Verdict> {
    let (account, purpose, subject) = of;
    let row = row::Entity::find_by_id(id.uuid()).one(db).await?;
    Ok(match row {
        None => Verdict::Expired,
        Some(row) if (row.account_id, row.purpose, row.subject) != (account_key(account), purpose as i16, subject) => {
            Verdict::Elsewhere
        }
        Some(row) if row.state == USED => Verdict::Used,
        Some(row) if row.expires_at <= now.millis() => Verdict::Expired,
        Some(row) if row.tries >= TRIES => Verdict::Exhausted,
        Some(_) => Verdict::Right,
    })
}

/// Uses the challenge up; false when another was faster.
pub(crate) async fn use_up(db: &impl ConnectionTrait, id: ChallengeId) -> Result<bool> {
    let done = row::Entity::update_many()
        .col_expr(row::Column::State, Expr::value(USED))
        .filter(row::Column::Id.eq(id.uuid()))
        .filter(row::Column::State.eq(OPEN))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

pub(crate) async fn purge(db: &impl ConnectionTrait, before: Timestamp) -> Result<()> {
    row::Entity::delete_many().filter(row::Column::ExpiresAt.lt(before.millis())).exec(db).await?;
    Ok(())
}

/// The open challenges of one account become another's.
pub(crate) async fn shift(db: &impl ConnectionTrait, from: AccountId, to: AccountId) -> Result<()> {
    row::Entity::update_many()
        .col_expr(row::Column::AccountId, Expr::value(to.uuid()))
        .filter(row::Column::AccountId.eq(from.uuid()))
        .filter(row::Column::State.eq(OPEN))
        .exec(db)
        .await?;
    Ok(())
}
