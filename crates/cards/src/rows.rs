//! Rows never leave this file.

use kernel::{
    AccountId, BindingId, CardId, ChallengeId, Code, Kind, Result, SiteId, Timestamp,
    km1::Handle,
    port::{CardKind, CardState},
};
use sea_orm::{ActiveValue::Set, Condition, ConnectionTrait, ExprTrait, QueryOrder, QuerySelect, entity::prelude::*};

use crate::binding::{Binding, BindingState, Holding};

pub(crate) mod card {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "issued_cards")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: i16,
        pub number: String,
        pub holder_sealed: Vec<u8>,
        pub phone_sealed: Vec<u8>,
        pub phone_index: Vec<u8>,
        pub state: i16,
        pub valid_until: Option<i64>,
        pub updated_at: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod binding {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "card_bindings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub card_id: Option<Uuid>,
        pub held_card: Option<Uuid>,
        pub kind: i16,
        pub number: String,
        pub state: i16,
        pub handle: Vec<u8>,
        pub challenge_id: Uuid,
        pub version: i32,
        pub created_at: i64,
        pub updated_at: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

const INCONSISTENT: Code = Code::new(Kind::Internal, "card-inconsistent", "卡资料有误，请联系管理员");

fn kind(number: i16) -> Result<CardKind> {
    Ok(CardKind::from_number(number).ok_or(INCONSISTENT)?)
}

pub(crate) const fn card_state_number(state: CardState) -> i16 {
    match state {
        CardState::Active => 1,
        CardState::Lost => 2,
        CardState::Frozen => 3,
        CardState::Replaced => 4,
        CardState::Returned => 5,
    }
}

pub(crate) fn card_state(number: i16) -> Result<CardState> {
    match number {
        1 => Ok(CardState::Active),
        2 => Ok(CardState::Lost),
        3 => Ok(CardState::Frozen),
        4 => Ok(CardState::Replaced),
        5 => Ok(CardState::Returned),
        _ => Err(INCONSISTENT.into()),
    }
}

fn handle(bytes: &[u8]) -> Result<Handle> {
    Ok(bytes.try_into().map_err(|_| INCONSISTENT)?)
}

fn to_binding(row: binding::Model) -> Result<Binding> {
    Ok(Binding {
        id: BindingId::from_uuid(row.id),
        site: SiteId::from_uuid(row.site_id),
        account: AccountId::from_uuid(row.account_id),
        card: row.card_id.map(CardId::from_uuid),
        kind: kind(row.kind)?,
        number: row.number,
        state: BindingState::from_number(row.state).ok_or(INCONSISTENT)?,
        handle: handle(&row.handle)?,
        challenge: ChallengeId::from_uuid(row.challenge_id),
        expires_at: Timestamp::from_millis(row.created_at).after(auth::CODE_LIFE),
    })
}

pub(crate) async fn insert(db: &impl ConnectionTrait, new: &Binding, now: Timestamp) -> Result<()> {
    binding::Entity::insert(binding::ActiveModel {
        site_id: Set(new.site.uuid()),
        id: Set(new.id.uuid()),
        account_id: Set(new.account.uuid()),
        card_id: Set(new.card.map(CardId::uuid)),
        held_card: Set(None),
        kind: Set(new.kind.number()),
        number: Set(new.number.clone()),
        state: Set(new.state as i16),
        handle: Set(new.handle.to_vec()),
        challenge_id: Set(new.challenge.uuid()),
        version: Set(1),
        created_at: Set(now.millis()),
        updated_at: Set(now.millis()),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// One binding of this account: looking up and being allowed are one act.
pub(crate) async fn find_own(db: &impl ConnectionTrait, id: BindingId, of: AccountId) -> Result<Option<Binding>> {
    let row = binding::Entity::find()
        .filter(binding::Column::AccountId.eq(of.uuid()))
        .filter(binding::Column::Id.eq(id.uuid()))
        .one(db)
        .await?;
    row.map(to_binding).transpose()
}

pub(crate) async fn list_own(
    db: &impl ConnectionTrait,
    of: AccountId,
    after: Option<BindingId>,
    limit: usize,
) -> Result<Vec<Binding>> {
    let mut query = binding::Entity::find()
        .filter(binding::Column::AccountId.eq(of.uuid()))
        .filter(binding::Column::State.eq(BindingState::Bound as i16));
    if let Some(after) = after {
        query = query.filter(binding::Column::Id.gt(after.uuid()));
    }
    let rows = query.order_by_asc(binding::Column::Id).limit(limit as u64).all(db).await?;
    rows.into_iter().map(to_binding).collect()
}

/// Holds the card's row until the transaction ends: of several that prove its phone at once, one goes first.
pub(crate) async fn lock_card(db: &impl ConnectionTrait, site: SiteId, card: CardId) -> Result<()> {
    card::Entity::find_by_id((site.uuid(), card.uuid())).lock_exclusive().one(db).await?;
    Ok(())
}

/// Who holds the card now.
pub(crate) async fn holder(db: &impl ConnectionTrait, site: SiteId, card: CardId) -> Result<Option<Binding>> {
    let row = binding::Entity::find()
        .filter(binding::Column::SiteId.eq(site.uuid()))
        .filter(binding::Column::HeldCard.eq(card.uuid()))
        .one(db)
        .await?;
    row.map(to_binding).transpose()
}

/// Moves a binding on, if it still stands where it was seen. A bound one holds its card; no other does.
pub(crate) async fn advance(
    db: &impl ConnectionTrait,
    from: &Binding,
    to: BindingState,
    now: Timestamp,
) -> Result<bool> {
    let held = (to == BindingState::Bound).then_some(from.card).flatten().map(CardId::uuid);
    let done = binding::Entity::update_many()
        .col_expr(binding::Column::State, Expr::value(to as i16))
        .col_expr(binding::Column::HeldCard, Expr::value(held))
        .col_expr(binding::Column::Version, Expr::col(binding::Column::Version).add(1))
        .col_expr(binding::Column::UpdatedAt, Expr::value(now.millis()))
        .filter(binding::Column::SiteId.eq(from.site.uuid()))
        .filter(binding::Column::Id.eq(from.id.uuid()))
        .filter(binding::Column::State.eq(from.state as i16))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

async fn holdings(db: &impl ConnectionTrait, which: Condition) -> Result<Vec<(AccountId, SiteId, Holding)>> {
    let rows = binding::Entity::find().filter(which).order_by_asc(binding::Column::Id).all(db).await?;
    let sites: Vec<Uuid> = rows.iter().map(|row| row.site_id).collect();
    let ids: Vec<Uuid> = rows.iter().filter_map(|row| row.card_id).collect();
    let mut cards = std::collections::HashMap::new();
    for chunk in ids.chunks(500) {
        let found = card::Entity::find()
            .filter(card::Column::SiteId.is_in(sites.iter().copied().collect::<std::collections::BTreeSet<_>>()))
            .filter(card::Column::Id.is_in(chunk.iter().copied()))
            .all(db)
            .await?;
        cards.extend(found.into_iter().map(|row| ((row.site_id, row.id), row)));
    }
    rows.into_iter()
        .filter_map(|row| {
            let card = cards.get(&(row.site_id, row.card_id?))?;
            let holding = (|| {
                Ok(Holding {
                    binding: BindingId::from_uuid(row.id),
                    handle: handle(&row.handle)?,
                    kind: kind(row.kind)?,
                    state: BindingState::from_number(row.state).ok_or(INCONSISTENT)?,
                    card: card_state(card.state)?,
                    valid_until: card.valid_until.map(Timestamp::from_millis),
                })
            })();
            Some(holding.map(|holding| (AccountId::from_uuid(row.account_id), SiteId::from_uuid(row.site_id), holding)))
        })
        .collect()
}

/// The credentials of a site: those that live, and those that ended since `since`.
pub(crate) async fn of_site(db: &impl ConnectionTrait, site: SiteId, since: Timestamp) -> Result<Vec<Holding>> {
    let ended = binding::Column::State
        .is_in([BindingState::Unbound as i16, BindingState::Superseded as i16])
        .and(binding::Column::UpdatedAt.gte(since.millis()));
    let living = binding::Column::State.eq(BindingState::Bound as i16);
    let which =
        Condition::all().add(binding::Column::SiteId.eq(site.uuid())).add(Condition::any().add(living).add(ended));
    Ok(holdings(db, which).await?.into_iter().map(|(_, _, holding)| holding).collect())
}

/// An account's credentials at a site.
pub(crate) async fn own_at(db: &impl ConnectionTrait, of: AccountId, site: SiteId) -> Result<Vec<Holding>> {
    let which = Condition::all()
        .add(binding::Column::AccountId.eq(of.uuid()))
        .add(binding::Column::SiteId.eq(site.uuid()))
        .add(binding::Column::State.eq(BindingState::Bound as i16));
    Ok(holdings(db, which).await?.into_iter().map(|(_, _, holding)| holding).collect())
}

/// The sites at which a handle is known.
pub(crate) async fn sites_of_handle(db: &impl ConnectionTrait, handle: &Handle) -> Result<Vec<SiteId>> {
    let rows = binding::Entity::find().filter(binding::Column::Handle.eq(handle.to_vec())).limit(4).all(db).await?;
    Ok(rows.into_iter().map(|row| SiteId::from_uuid(row.site_id)).collect())
}

/// What an account holds.
pub(crate) async fn bound(db: &impl ConnectionTrait, of: AccountId) -> Result<Vec<(SiteId, BindingId)>> {
    let rows = binding::Entity::find()
        .filter(binding::Column::AccountId.eq(of.uuid()))
        .filter(binding::Column::State.eq(BindingState::Bound as i16))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (SiteId::from_uuid(row.site_id), BindingId::from_uuid(row.id))).collect())
}

/// Every binding of an account, whatever became of it, oldest first.
pub(crate) async fn all_own(db: &impl ConnectionTrait, of: AccountId) -> Result<Vec<Binding>> {
    let query = binding::Entity::find().filter(binding::Column::AccountId.eq(of.uuid()));
    query.order_by_asc(binding::Column::Id).all(db).await?.into_iter().map(to_binding).collect()
}

/// Gives a binding another handle.
pub(crate) async fn rename(
    db: &impl ConnectionTrait,
    site: SiteId,
    id: BindingId,
    handle: Handle,
    now: Timestamp,
) -> Result<()> {
    binding::Entity::update_many()
        .col_expr(binding::Column::Handle, Expr::value(handle.to_vec()))
        .col_expr(binding::Column::Version, Expr::col(binding::Column::Version).add(1))
        .col_expr(binding::Column::UpdatedAt, Expr::value(now.millis()))
        .filter(binding::Column::SiteId.eq(site.uuid()))
        .filter(binding::Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// All bindings of one account become another's.
pub(crate) async fn shift(db: &impl ConnectionTrait, from: AccountId, to: AccountId, now: Timestamp) -> Result<()> {
    binding::Entity::update_many()
        .col_expr(binding::Column::AccountId, Expr::value(to.uuid()))
        .col_expr(binding::Column::UpdatedAt, Expr::value(now.millis()))
        .filter(binding::Column::AccountId.eq(from.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Forgets every binding of an account; the card itself is the issuer's.
pub(crate) async fn forget(db: &impl ConnectionTrait, of: AccountId) -> Result<()> {
    binding::Entity::delete_many().filter(binding::Column::AccountId.eq(of.uuid())).exec(db).await?;
    Ok(())
}
