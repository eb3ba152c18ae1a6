use kernel::{AccountId, Code, Kind, Result, SessionId, Timestamp};
use sea_orm::{ActiveValue::Set, ConnectionTrait, JoinType, QueryOrder, QuerySelect, entity::prelude::*};
use store::Tx;

use crate::{
    account::AccountState,
    consent::ConsentPurpose,
    rows::{account, consent, identity::Key},
    session::{Method, Session},
};

mod row {
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
        pub method: Option<i16>,
        pub device: Option<String>,
        pub app_id: Option<String>,
        pub openid_index: Option<Vec<u8>>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

const INCONSISTENT: Code = Code::new(Kind::Internal, "session-inconsistent", "登录资料有误，请重新登录");

fn stored(row: row::Model) -> Result<Session> {
    let identity = match (row.app_id, row.openid_index) {
        (Some(app_id), Some(index)) => Some(Key { app_id, openid_index: index.try_into().map_err(|_| INCONSISTENT)? }),
        _ => None,
    };
    Ok(Session {
        id: SessionId::from_uuid(row.id),
        account: AccountId::from_uuid(row.account_id),
        generation: row.generation,
        secret_hash: row.secret_hash,
        method: row.method.map(|number| Method::from_number(number).ok_or(INCONSISTENT)).transpose()?,
        device: row.device,
        identity,
        created_at: Timestamp::from_millis(row.created_at),
        seen_at: Timestamp::from_millis(row.seen_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        revoked: row.revoked_at.is_some(),
    })
}

pub(crate) async fn insert(db: &impl ConnectionTrait, new: &Session) -> Result<()> {
    let identity = new.identity.as_ref();
    row::Entity::insert(row::ActiveModel {
        id: Set(new.id.uuid()),
        account_id: Set(new.account.uuid()),
        generation: Set(new.generation),
        secret_hash: Set(new.secret_hash.clone()),
        created_at: Set(new.created_at.millis()),
        seen_at: Set(new.seen_at.millis()),
        expires_at: Set(new.expires_at.millis()),
        revoked_at: Set(None),
        method: Set(new.method.map(|method| method as i16)),
        device: Set(new.device.clone()),
        app_id: Set(identity.map(|key| key.app_id.clone())),
        openid_index: Set(identity.map(|key| key.openid_index.to_vec())),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

pub(crate) async fn find(db: &impl ConnectionTrait, id: SessionId) -> Result<Option<Session>> {
    row::Entity::find_by_id(id.uuid()).one(db).await?.map(stored).transpose()
}

/// A sign-in, the state of its account, and the consents that this has withdrawn.
#[derive(Clone, Debug)]
pub(crate) struct SignInRecord {
    pub(crate) account: AccountId,
    revoked: bool,
    expires_at: Timestamp,
    pub(crate) account_state: AccountState,
    pub(crate) withdrawn: Vec<ConsentPurpose>,
}

impl SignInRecord {
    pub(crate) fn is_active(&self, at: Timestamp) -> bool {
        !self.revoked && self.expires_at > at
    }
}

/// A sign-in with all that is checked at a request, by one query.
pub(crate) async fn checked(db: &impl ConnectionTrait, id: SessionId) -> Result<Option<SignInRecord>> {
    let owner = row::Entity::belongs_to(account::row::Entity).from(row::Column::AccountId).to(account::row::Column::Id);
    let consents =
        row::Entity::belongs_to(consent::row::Entity).from(row::Column::AccountId).to(consent::row::Column::AccountId);
    let rows = row::Entity::find_by_id(id.uuid())
        .join(JoinType::InnerJoin, owner.into())
        .join(JoinType::LeftJoin, consents.into())
        .select_only()
        .column(row::Column::AccountId)
        .column(row::Column::RevokedAt)
        .column(row::Column::ExpiresAt)
        .column(account::row::Column::State)
        .column(consent::row::Column::Purpose)
        .column_as(consent::row::Column::Id.count(), "given")
        .column_as(consent::row::Column::WithdrawnAt.count(), "withdrawn")
        .group_by(row::Column::AccountId)
        .group_by(row::Column::RevokedAt)
        .group_by(row::Column::ExpiresAt)
        .group_by(account::row::Column::State)
        .group_by(consent::row::Column::Purpose)
        .into_tuple::<(Uuid, Option<i64>, i64, i16, Option<i16>, i64, i64)>()
        .all(db)
        .await?;
    let Some((of, revoked_at, expires_at, state, ..)) = rows.first().copied() else { return Ok(None) };
    let over = rows.into_iter().filter(|(.., given, withdrawn)| given == withdrawn);
    let withdrawn = over.filter_map(|(_, _, _, _, purpose, ..)| purpose).map(consent::purpose);
    Ok(Some(SignInRecord {
        account: AccountId::from_uuid(of),
        revoked: revoked_at.is_some(),
        expires_at: Timestamp::from_millis(expires_at),
        account_state: account::state(state)?,
        withdrawn: withdrawn.collect::<Result<_>>()?,
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
    let done = row::Entity::update_many()
        .col_expr(row::Column::Generation, Expr::value(from.generation + 1))
        .col_expr(row::Column::SecretHash, Expr::value(secret_hash.to_vec()))
        .col_expr(row::Column::SeenAt, Expr::value(now.millis()))
        .col_expr(row::Column::ExpiresAt, Expr::value(expires_at.millis()))
        .filter(row::Column::Id.eq(from.id.uuid()))
        .filter(row::Column::Generation.eq(from.generation))
        .filter(row::Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Which sign-ins of an account end.
#[derive(Clone, Debug)]
pub(crate) enum Which {
    One(SessionId),
    /// All but this one.
    Others(SessionId),
    /// Those through WeChat, but for this one.
    OfWechat(Option<SessionId>),
    /// Those through this WeChat user that began before this instant.
    Through(Key, Timestamp),
    All,
}

/// Ends sign-ins of an account; how many there were.
pub(crate) async fn revoke(tx: &Tx, of: AccountId, which: &Which, now: Timestamp) -> Result<u64> {
    let living = row::Entity::update_many()
        .col_expr(row::Column::RevokedAt, Expr::value(now.millis()))
        .filter(row::Column::AccountId.eq(of.uuid()))
        .filter(row::Column::RevokedAt.is_null())
        .filter(row::Column::ExpiresAt.gt(now.millis()));
    let chosen = match which {
        Which::One(id) => living.filter(row::Column::Id.eq(id.uuid())),
        Which::Others(id) => living.filter(row::Column::Id.ne(id.uuid())),
        Which::OfWechat(but) => {
            let through = living.filter(row::Column::OpenidIndex.is_not_null());
            match but {
                Some(but) => through.filter(row::Column::Id.ne(but.uuid())),
                None => through,
            }
        }
        Which::Through(key, before) => living
            .filter(row::Column::AppId.eq(key.app_id.as_str()))
            .filter(row::Column::OpenidIndex.eq(key.openid_index.to_vec()))
            .filter(row::Column::CreatedAt.lt(before.millis())),
        Which::All => living,
    };
    tx.changed(of);
    Ok(chosen.exec(tx).await?.rows_affected)
}

/// The living sign-ins of an account, newest first; at most a hundred.
pub(crate) async fn living(db: &impl ConnectionTrait, of: AccountId, now: Timestamp) -> Result<Vec<Session>> {
    let rows = row::Entity::find()
        .filter(row::Column::AccountId.eq(of.uuid()))
        .filter(row::Column::RevokedAt.is_null())
        .filter(row::Column::ExpiresAt.gt(now.millis()))
        .order_by_desc(row::Column::SeenAt)
        .limit(100)
        .all(db)
        .await?;
    rows.into_iter().map(stored).collect()
}

/// When the account was last used, as far as is remembered.
pub(crate) async fn last_seen(db: &impl ConnectionTrait, of: AccountId) -> Result<Option<Timestamp>> {
    let row = row::Entity::find()
        .filter(row::Column::AccountId.eq(of.uuid()))
        .order_by_desc(row::Column::SeenAt)
        .one(db)
        .await?;
    Ok(row.map(|row| Timestamp::from_millis(row.seen_at)))
}

/// Removes every sign-in of an account.
pub(crate) async fn remove(tx: &Tx, of: AccountId) -> Result<()> {
    tx.changed(of);
    row::Entity::delete_many().filter(row::Column::AccountId.eq(of.uuid())).exec(tx).await?;
    Ok(())
}

/// Forgets sign-ins that expired before `before`.
pub(crate) async fn purge(db: &impl ConnectionTrait, before: Timestamp) -> Result<()> {
    row::Entity::delete_many().filter(row::Column::ExpiresAt.lt(before.millis())).exec(db).await?;
    Ok(())
}
