//! Rows never leave this file.

use kernel::{AccountId, ChallengeId, Result, SessionId, Timestamp, macros::uuid::Uuid};
use sea_orm::{ActiveValue::Set, ConnectionTrait, ExprTrait, entity::prelude::*};
use store::keep_existing;

use crate::{
    code::{Purpose, TRIES},
    session::Session,
};

mod account {
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
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod identity {
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

mod session {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub generation: i32,
        pub secret_hash: Vec<u8>,
        pub created_at: i64,
        pub seen_at: i64,
        pub expires_at: i64,
        pub revoked_at: Option<i64>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod challenge {
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

const ACTIVE: i16 = 1;
const OPEN: i16 = 0;
const USED: i16 = 1;

/// A WeChat identity about to be looked up, or made.
#[derive(Clone)]
pub(crate) struct NewIdentity {
    pub(crate) app_id: String,
    pub(crate) openid_index: [u8; 16],
    pub(crate) openid_sealed: Vec<u8>,
    pub(crate) account: AccountId,
    pub(crate) at: Timestamp,
}

/// The account behind an identity; the one proposed when there was none. Of many at once, one account is made.
pub(crate) async fn account_of(db: &impl ConnectionTrait, new: &NewIdentity) -> Result<AccountId> {
    let key = (new.app_id.clone(), new.openid_index.to_vec());
    if let Some(known) = identity::Entity::find_by_id(key.clone()).one(db).await? {
        return Ok(AccountId::from_uuid(known.account_id));
    }
    identity::Entity::insert(identity::ActiveModel {
        app_id: Set(new.app_id.clone()),
        openid_index: Set(new.openid_index.to_vec()),
        openid_sealed: Set(new.openid_sealed.clone()),
        account_id: Set(new.account.uuid()),
        created_at: Set(new.at.millis()),
    })
    .on_conflict(keep_existing(&[identity::Column::AppId, identity::Column::OpenidIndex]))
    .exec_without_returning(db)
    .await?;
    let owner = identity::Entity::find_by_id(key).one(db).await?.map_or(new.account.uuid(), |row| row.account_id);
    if owner == new.account.uuid() {
        account::Entity::insert(account::ActiveModel {
            id: Set(owner),
            state: Set(ACTIVE),
            version: Set(1),
            created_at: Set(new.at.millis()),
            updated_at: Set(new.at.millis()),
        })
        .exec_without_returning(db)
        .await?;
    }
    Ok(AccountId::from_uuid(owner))
}

/// Since when the account exists, while it is active.
pub(crate) async fn account_since(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<Timestamp>> {
    let row = account::Entity::find_by_id(id.uuid()).one(db).await?;
    Ok(row.filter(|row| row.state == ACTIVE).map(|row| Timestamp::from_millis(row.created_at)))
}

pub(crate) async fn insert_session(db: &impl ConnectionTrait, new: &Session, now: Timestamp) -> Result<()> {
    session::Entity::insert(session::ActiveModel {
        id: Set(new.id.uuid()),
        account_id: Set(new.account.uuid()),
        generation: Set(new.generation),
        secret_hash: Set(new.secret_hash.clone()),
        created_at: Set(now.millis()),
        seen_at: Set(now.millis()),
        expires_at: Set(new.expires_at.millis()),
        revoked_at: Set(None),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

pub(crate) async fn session(db: &impl ConnectionTrait, id: SessionId) -> Result<Option<Session>> {
    Ok(session::Entity::find_by_id(id.uuid()).one(db).await?.map(|row| Session {
        id: SessionId::from_uuid(row.id),
        account: AccountId::from_uuid(row.account_id),
        generation: row.generation,
        secret_hash: row.secret_hash,
        expires_at: Timestamp::from_millis(row.expires_at),
        revoked: row.revoked_at.is_some(),
    }))
}

/// Moves the session on to its next token; false when another use was faster.
pub(crate) async fn rotate(
    db: &impl ConnectionTrait,
    from: &Session,
    secret_hash: [u8; 32],
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let done = session::Entity::update_many()
        .col_expr(session::Column::Generation, Expr::value(from.generation + 1))
        .col_expr(session::Column::SecretHash, Expr::value(secret_hash.to_vec()))
        .col_expr(session::Column::SeenAt, Expr::value(now.millis()))
        .col_expr(session::Column::ExpiresAt, Expr::value(expires_at.millis()))
        .filter(session::Column::Id.eq(from.id.uuid()))
        .filter(session::Column::Generation.eq(from.generation))
        .filter(session::Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

pub(crate) async fn revoke(db: &impl ConnectionTrait, id: SessionId, now: Timestamp) -> Result<()> {
    session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(now.millis()))
        .filter(session::Column::Id.eq(id.uuid()))
        .filter(session::Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// A challenge about to be stored.
#[derive(Clone)]
pub(crate) struct Challenge {
    pub(crate) id: ChallengeId,
    pub(crate) account: AccountId,
    pub(crate) purpose: Purpose,
    pub(crate) subject: Uuid,
    pub(crate) code_hash: [u8; 32],
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

pub(crate) async fn insert_challenge(db: &impl ConnectionTrait, new: &Challenge) -> Result<()> {
    challenge::Entity::insert(challenge::ActiveModel {
        id: Set(new.id.uuid()),
        account_id: Set(new.account.uuid()),
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

/// Spends one try. The hash to compare with and the tries spent, or none when no try is left.
pub(crate) async fn spend_try(
    db: &impl ConnectionTrait,
    id: ChallengeId,
    of: (AccountId, Purpose, Uuid),
    now: Timestamp,
) -> Result<Option<(Vec<u8>, i32)>> {
    let (account, purpose, subject) = of;
    let spent = challenge::Entity::update_many()
        .col_expr(challenge::Column::Tries, Expr::col(challenge::Column::Tries).add(1))
        .filter(challenge::Column::Id.eq(id.uuid()))
        .filter(challenge::Column::AccountId.eq(account.uuid()))
        .filter(challenge::Column::Purpose.eq(purpose as i16))
        .filter(challenge::Column::Subject.eq(subject))
        .filter(challenge::Column::State.eq(OPEN))
        .filter(challenge::Column::Tries.lt(TRIES))
        .filter(challenge::Column::ExpiresAt.gt(now.millis()))
        .exec(db)
        .await?;
    if spent.rows_affected == 0 {
        return Ok(None);
    }
    Ok(challenge::Entity::find_by_id(id.uuid()).one(db).await?.map(|row| (row.code_hash, row.tries)))
}

/// Uses the challenge up; false when another was faster.
pub(crate) async fn use_up(db: &impl ConnectionTrait, id: ChallengeId) -> Result<bool> {
    let done = challenge::Entity::update_many()
        .col_expr(challenge::Column::State, Expr::value(USED))
        .filter(challenge::Column::Id.eq(id.uuid()))
        .filter(challenge::Column::State.eq(OPEN))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

pub(crate) async fn purge_challenges(db: &impl ConnectionTrait, before: Timestamp) -> Result<()> {
    challenge::Entity::delete_many().filter(challenge::Column::ExpiresAt.lt(before.millis())).exec(db).await?;
    Ok(())
}
