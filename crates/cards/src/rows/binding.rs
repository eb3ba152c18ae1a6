use std::collections::HashMap;

use kernel::{AccountId, BindingId, CardId, ChallengeId, Result, SiteId, Timestamp, km1::Handle};
use sea_orm::{
    ActiveValue::Set, Condition, ConnectionTrait, ExprTrait, FromQueryResult, JoinType, QueryOrder, QuerySelect,
    Select, SelectTwo, entity::prelude::*,
};
use store::{Tx, changes::Change, each};

use super::{INCONSISTENT, card};
use crate::binding::{Binding, BindingState, Credential};

mod row {
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
        /// The card, where it may have one holder; unique within the site.
        #[sea_orm(column_name = "held_card")]
        pub exclusive_card: Option<Uuid>,
        pub kind: i16,
        pub number: String,
        pub state: i16,
        pub handle: Vec<u8>,
        pub challenge_id: Uuid,
        pub version: i32,
        pub created_at: i64,
        pub updated_at: i64,
        pub proved_phone: Option<Vec<u8>>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::{ActiveModel, Column, Entity, Model};

fn handle(bytes: &[u8]) -> Result<Handle> {
    Ok(bytes.try_into().map_err(|_| INCONSISTENT)?)
}

fn to_binding(row: Model) -> Result<Binding> {
    Ok(Binding {
        id: BindingId::from_uuid(row.id),
        site: SiteId::from_uuid(row.site_id),
        account: AccountId::from_uuid(row.account_id),
        card: row.card_id.map(CardId::from_uuid),
        kind: card::kind(row.kind)?,
        number: row.number,
        state: BindingState::from_number(row.state).ok_or(INCONSISTENT)?,
        handle: handle(&row.handle)?,
        challenge: ChallengeId::from_uuid(row.challenge_id),
        expires_at: Timestamp::from_millis(row.created_at).after(auth::CODE_LIFE),
        proved_phone: row.proved_phone,
    })
}

fn row_of(new: &Binding, now: Timestamp) -> ActiveModel {
    ActiveModel {
        site_id: Set(new.site.uuid()),
        id: Set(new.id.uuid()),
        account_id: Set(new.account.uuid()),
        card_id: Set(new.card.map(CardId::uuid)),
        exclusive_card: Set(None),
        kind: Set(new.kind.number()),
        number: Set(new.number.clone()),
        state: Set(new.state as i16),
        handle: Set(new.handle.to_vec()),
        challenge_id: Set(new.challenge.uuid()),
        version: Set(1),
        created_at: Set(now.millis()),
        updated_at: Set(now.millis()),
        proved_phone: Set(new.proved_phone.clone()),
    }
}

pub(crate) async fn insert(db: &impl ConnectionTrait, new: &Binding, now: Timestamp) -> Result<()> {
    Entity::insert(row_of(new, now)).exec_without_returning(db).await?;
    Ok(())
}

/// Inserts bindings in one statement, each the only hold on its card.
pub(crate) async fn insert_exclusive(db: &impl ConnectionTrait, new: &[Binding], now: Timestamp) -> Result<()> {
    let rows =
        new.iter().map(|one| ActiveModel { exclusive_card: Set(one.card.map(CardId::uuid)), ..row_of(one, now) });
    Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// One binding of this account: looking up and being allowed are one act.
pub(crate) async fn find_own(db: &impl ConnectionTrait, id: BindingId, of: AccountId) -> Result<Option<Binding>> {
    let row = Entity::find().filter(Column::AccountId.eq(of.uuid())).filter(Column::Id.eq(id.uuid())).one(db).await?;
    row.map(to_binding).transpose()
}

/// One binding of this account, held until the transaction ends: what its issuer says of the card meanwhile waits.
pub(crate) async fn hold_own(db: &impl ConnectionTrait, id: BindingId, of: AccountId) -> Result<Option<Binding>> {
    let row = Entity::find()
        .filter(Column::AccountId.eq(of.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .lock_exclusive()
        .one(db)
        .await?;
    row.map(to_binding).transpose()
}

pub(crate) async fn find(db: &impl ConnectionTrait, site: SiteId, id: BindingId) -> Result<Option<Binding>> {
    Entity::find_by_id((site.uuid(), id.uuid())).one(db).await?.map(to_binding).transpose()
}

const HOLDING: [i16; 2] = [BindingState::Bound as i16, BindingState::Suspended as i16];

/// Bindings of an account with the rows of their cards.
fn with_cards(of: AccountId) -> SelectTwo<Entity, card::Entity> {
    let card = Entity::belongs_to(card::Entity)
        .from((Column::SiteId, Column::CardId))
        .to((card::Column::SiteId, card::Column::Id))
        // what waits is read the same way whether its card was found or not
        .on_condition(|binding, _| Condition::all().add(Expr::col((binding, Column::State)).is_in(HOLDING)));
    Entity::find()
        .join(JoinType::LeftJoin, card.into())
        .select_also(card::Entity)
        .filter(Column::AccountId.eq(of.uuid()))
}

fn of_pair((row, card): (Model, Option<card::Model>)) -> Result<(Binding, Option<card::Model>)> {
    Ok((to_binding(row)?, card))
}

/// The cards an account holds, the oldest binding first.
pub(crate) async fn list_own(db: &impl ConnectionTrait, of: AccountId) -> Result<Vec<(Binding, Option<card::Model>)>> {
    let mut rows = with_cards(of).filter(Column::State.is_in(HOLDING)).all(db).await?;
    rows.sort_unstable_by_key(|(binding, _)| binding.id);
    rows.into_iter().map(of_pair).collect()
}

/// One binding of this account and its card.
pub(crate) async fn see_own(
    db: &impl ConnectionTrait,
    id: BindingId,
    of: AccountId,
) -> Result<Option<(Binding, Option<card::Model>)>> {
    with_cards(of).filter(Column::Id.eq(id.uuid())).one(db).await?.map(of_pair).transpose()
}

/// Who holds a card now.
pub(crate) async fn holders(db: &impl ConnectionTrait, site: SiteId, card: CardId) -> Result<Vec<Binding>> {
    holders_of(db, site, &[card]).await
}

/// The bindings that hold a card. Nothing is said of the site: for it, SQLite would read all bindings of the site.
fn held() -> Select<Entity> {
    Entity::find().filter(Column::State.is_in(HOLDING))
}

/// The bindings that hold these cards of a site.
async fn holding(db: &impl ConnectionTrait, site: SiteId, cards: &[CardId]) -> Result<Vec<Model>> {
    let cards: Vec<Uuid> = cards.iter().map(|card| card.uuid()).collect();
    let mut rows = each(db, held(), &[Column::CardId], &cards).await?;
    rows.retain(|row| row.site_id == site.uuid());
    Ok(rows)
}

/// Who holds these cards now.
pub(crate) async fn holders_of(db: &impl ConnectionTrait, site: SiteId, cards: &[CardId]) -> Result<Vec<Binding>> {
    let mut rows = holding(db, site, cards).await?;
    rows.sort_unstable_by_key(|row| row.id);
    rows.into_iter().map(to_binding).collect()
}

/// Says that what the holders of these cards see of them changes.
pub(crate) async fn changed_for_holders(tx: &Tx, site: SiteId, cards: &[CardId]) -> Result<()> {
    holders_of(tx, site, cards).await?.iter().for_each(|held| tx.changed(held.account));
    Ok(())
}

/// Notes which card a waiting binding is for, if any. Whether it still waited, and for none.
pub(crate) async fn looked_up(
    db: &impl ConnectionTrait,
    of: &Binding,
    card: Option<CardId>,
    now: Timestamp,
) -> Result<bool> {
    let done = Entity::update_many()
        .col_expr(Column::CardId, Expr::value(card.map(CardId::uuid)))
        .col_expr(Column::UpdatedAt, Expr::value(now.millis()))
        .filter(Column::SiteId.eq(of.site.uuid()))
        .filter(Column::Id.eq(of.id.uuid()))
        .filter(Column::State.eq(BindingState::Challenged as i16))
        .filter(Column::CardId.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Moves a binding on, with what else changes, if it still stands where it was seen.
async fn step(
    db: &Tx,
    from: &Binding,
    to: BindingState,
    also: impl IntoIterator<Item = (Column, Expr)>,
    now: Timestamp,
) -> Result<bool> {
    let mut update = Entity::update_many();
    for (column, value) in also {
        update = update.col_expr(column, value);
    }
    let done = update
        .col_expr(Column::State, Expr::value(to as i16))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now.millis()))
        .filter(Column::SiteId.eq(from.site.uuid()))
        .filter(Column::Id.eq(from.id.uuid()))
        .filter(Column::State.eq(from.state as i16))
        .exec(db)
        .await?;
    let moved = done.rows_affected == 1;
    if moved && (from.state.holds() || to.holds()) {
        db.changes(from.site, Change::Binding(from.id));
        db.changed(from.account);
    }
    Ok(moved)
}

/// Gives a hold that still stands where it was seen another card in place of the one it was on.
pub(crate) async fn follow(
    db: &Tx,
    held: &Binding,
    to: &card::Model,
    state: BindingState,
    now: Timestamp,
) -> Result<bool> {
    let card = [
        (Column::CardId, Expr::value(to.id)),
        (Column::ExclusiveCard, Expr::value((!to.shared).then_some(to.id))),
        (Column::Number, Expr::value(to.printed())),
        (Column::Kind, Expr::value(to.kind)),
    ];
    step(db, held, state, card, now).await
}

/// Holds a binding back or lets it go on, if it still stands where it was seen: what it holds stays what it was.
pub(crate) async fn pause(db: &Tx, from: &Binding, to: BindingState, now: Timestamp) -> Result<bool> {
    step(db, from, to, [], now).await
}

/// Moves a binding on, if it still stands where it was seen. `alone` is the card that it holds, and nobody beside it.
pub(crate) async fn advance(
    db: &Tx,
    from: &Binding,
    to: BindingState,
    alone: Option<CardId>,
    now: Timestamp,
) -> Result<bool> {
    step(db, from, to, [(Column::ExclusiveCard, Expr::value(alone.map(CardId::uuid)))], now).await
}

/// Credentials of these bindings of a site, for as many as have a card.
async fn credentials(db: &impl ConnectionTrait, site: SiteId, rows: Vec<Model>) -> Result<Vec<Credential>> {
    let mut ids: Vec<Uuid> = rows.iter().filter_map(|row| row.card_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let of_site = card::Entity::find().filter(card::Column::SiteId.eq(site.uuid()));
    let found = each(db, of_site, &[card::Column::Id], &ids).await?;
    let cards: HashMap<Uuid, card::Model> = found.into_iter().map(|row| (row.id, row)).collect();
    rows.into_iter()
        .filter_map(|row| {
            let card = cards.get(&row.card_id?)?;
            Some(to_binding(row).and_then(|row| credential(&row, card)))
        })
        .collect()
}

/// What a door must know of a binding and its card.
pub(crate) fn credential(binding: &Binding, card: &card::Model) -> Result<Credential> {
    Ok(Credential {
        binding: binding.id,
        handle: binding.handle,
        card: card.card(),
        kind: card::kind(card.kind)?,
        groups: card.groups()?.into(),
        state: binding.state,
        card_state: card::state(card.state)?,
        valid_until: card.valid_until.map(Timestamp::from_millis),
    })
}

const ENDED: [i16; 3] = [BindingState::Unbound as i16, BindingState::Superseded as i16, BindingState::Revoked as i16];

/// What of a binding and its card a door must know, and nothing else of the two rows.
#[derive(FromQueryResult)]
struct CredentialRow {
    id: Uuid,
    handle: Vec<u8>,
    state: i16,
    card_id: Uuid,
    kind: i16,
    card_state: i16,
    valid_until: Option<i64>,
    holder_groups: Option<String>,
}

/// A part of a site's credentials in the order of their bindings: those that live, and those that ended since `since`.
pub(crate) async fn page_of_site(
    db: &impl ConnectionTrait,
    site: SiteId,
    since: Timestamp,
    after: Option<BindingId>,
    limit: u64,
) -> Result<Vec<Credential>> {
    let ended = Column::State.is_in(ENDED).and(Column::UpdatedAt.gte(since.millis()));
    let card = Entity::belongs_to(card::Entity)
        .from((Column::SiteId, Column::CardId))
        .to((card::Column::SiteId, card::Column::Id));
    let mut query = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Handle, Column::State, Column::CardId])
        .column(card::Column::Kind)
        .column_as(card::Column::State, "card_state")
        .columns([card::Column::ValidUntil, card::Column::HolderGroups])
        .join(JoinType::InnerJoin, card.into())
        .filter(Column::SiteId.eq(site.uuid()))
        .filter(Condition::any().add(Column::State.is_in(HOLDING)).add(ended));
    if let Some(after) = after {
        query = query.filter(Column::Id.gt(after.uuid()));
    }
    let rows = query.order_by_asc(Column::Id).limit(limit).into_model::<CredentialRow>().all(db).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Credential {
                binding: BindingId::from_uuid(row.id),
                handle: handle(&row.handle)?,
                card: CardId::from_uuid(row.card_id),
                kind: card::kind(row.kind)?,
                groups: card::groups(row.holder_groups.as_deref())?.into(),
                state: BindingState::from_number(row.state).ok_or(INCONSISTENT)?,
                card_state: card::state(row.card_state)?,
                valid_until: row.valid_until.map(Timestamp::from_millis),
            })
        })
        .collect()
}

/// The credentials of these bindings, whatever their state; none for one that never had a card, or is gone.
pub(crate) async fn credentials_of_bindings(
    db: &impl ConnectionTrait,
    site: SiteId,
    ids: &[BindingId],
) -> Result<Vec<Credential>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let of_site = Entity::find().filter(Column::SiteId.eq(site.uuid()));
    let known = Column::State.is_in(HOLDING).or(Column::State.is_in(ENDED));
    let rows = each(db, of_site.filter(known), &[Column::Id], &ids).await?;
    credentials(db, site, rows).await
}

/// The credentials of those who hold these cards.
pub(crate) async fn credentials_of_cards(
    db: &impl ConnectionTrait,
    site: SiteId,
    cards: &[CardId],
) -> Result<Vec<Credential>> {
    let rows = holding(db, site, cards).await?;
    credentials(db, site, rows).await
}

/// The sites at which an account ever asked for a card, each once.
pub(crate) async fn all_sites_of(db: &impl ConnectionTrait, of: AccountId) -> Result<Vec<SiteId>> {
    let rows = Entity::find()
        .filter(Column::AccountId.eq(of.uuid()))
        .select_only()
        .column(Column::SiteId)
        .distinct()
        .into_tuple::<Uuid>()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(SiteId::from_uuid).collect())
}

/// The sites at which a handle is known.
pub(crate) async fn sites_of_handle(db: &impl ConnectionTrait, handle: &Handle) -> Result<Vec<SiteId>> {
    let rows = Entity::find().filter(Column::Handle.eq(handle.to_vec())).limit(4).all(db).await?;
    Ok(rows.into_iter().map(|row| SiteId::from_uuid(row.site_id)).collect())
}

/// What an account holds.
pub(crate) async fn bound(db: &impl ConnectionTrait, of: AccountId) -> Result<Vec<(SiteId, BindingId)>> {
    let rows =
        Entity::find().filter(Column::AccountId.eq(of.uuid())).filter(Column::State.is_in(HOLDING)).all(db).await?;
    Ok(rows.into_iter().map(|row| (SiteId::from_uuid(row.site_id), BindingId::from_uuid(row.id))).collect())
}

/// Every binding of an account, whatever became of it, oldest first.
pub(crate) async fn all_own(db: &impl ConnectionTrait, of: AccountId) -> Result<Vec<Binding>> {
    let query = Entity::find().filter(Column::AccountId.eq(of.uuid()));
    query.order_by_asc(Column::Id).all(db).await?.into_iter().map(to_binding).collect()
}

/// Gives a binding of this account another handle.
pub(crate) async fn rename(
    db: &Tx,
    of: AccountId,
    (site, id): (SiteId, BindingId),
    handle: Handle,
    now: Timestamp,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Handle, Expr::value(handle.to_vec()))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now.millis()))
        .filter(Column::SiteId.eq(site.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    db.changes(site, Change::Binding(id));
    db.changed(of);
    Ok(())
}

/// All bindings of one account become another's.
pub(crate) async fn shift(db: &Tx, from: AccountId, to: AccountId, now: Timestamp) -> Result<()> {
    db.changed(from);
    db.changed(to);
    Entity::update_many()
        .col_expr(Column::AccountId, Expr::value(to.uuid()))
        .col_expr(Column::UpdatedAt, Expr::value(now.millis()))
        .filter(Column::AccountId.eq(from.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Forgets every binding of an account; the card itself is the issuer's.
pub(crate) async fn forget(db: &Tx, of: AccountId) -> Result<()> {
    db.changed(of);
    for (site, binding) in bound(db, of).await? {
        db.changes(site, Change::Binding(binding));
    }
    Entity::delete_many().filter(Column::AccountId.eq(of.uuid())).exec(db).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::port::CardKind;
    use sea_orm::{DbBackend, QueryTrait};
    use store::{Db, on_every_database, testing::Backend};

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_000_000);

    fn binding(n: u64, site: SiteId, account: AccountId, state: BindingState) -> Binding {
        Binding {
            id: BindingId::from_uuid(Uuid::from_u128(n.into())),
            site,
            account,
            card: None,
            kind: CardKind::Access,
            number: n.to_string(),
            state,
            handle: n.to_be_bytes(),
            challenge: ChallengeId::new(NOW),
            expires_at: NOW,
            proved_phone: None,
        }
    }

    on_every_database! {
        async fn of_hundreds_of_bindings_those_that_live_are_read(database) {
            let db = Db::connect(&database.url).await.unwrap();
            let site = |n| SiteId::from_uuid(Uuid::from_u128(n));
            let (here, account, other) = (site(1), AccountId::new(NOW), AccountId::new(NOW));
            let ended = [BindingState::Unbound, BindingState::Superseded, BindingState::Revoked, BindingState::Failed];
            let mut all: Vec<_> =
                (0..500).map(|n: u64| binding(1000 + n, site(2 + u128::from(n % 7)), account, ended[n as usize % 4])).collect();
            all.push(binding(1, here, account, BindingState::Bound));
            all.push(binding(2, here, account, BindingState::Suspended));
            all.push(binding(3, here, account, BindingState::Challenged));
            all.extend((4..8).map(|n| binding(n, here, account, ended[n as usize - 4])));
            all.push(binding(8, here, other, BindingState::Bound));
            all.push(binding(9, site(2), account, BindingState::Bound));
            let all: Arc<[Binding]> = all.into();
            let new = all.clone();
            db.write(move |tx| {
                let new = new.clone();
                Box::pin(async move {
                    for one in &*new {
                        insert(tx, one, NOW).await?;
                    }
                    Ok(())
                })
            })
            .await
            .unwrap();
            let found = db.read(|db| async move { list_own(&db, account).await }).await.unwrap();
            let found: Vec<_> = found.into_iter().map(|(binding, _)| binding.id).collect();
            assert_eq!(found, [all[500].id, all[501].id, all[508].id]);
            let mut sites = db.read(|db| async move { all_sites_of(&db, account).await }).await.unwrap();
            sites.sort_unstable();
            assert_eq!(sites, (1..9).map(site).collect::<Vec<_>>());
            if database.backend == Backend::Sqlite {
                let of_account = with_cards(account).filter(Column::State.is_in(HOLDING)).build(DbBackend::Sqlite);
                let of_card = held().filter(Column::CardId.eq(Uuid::nil())).build(DbBackend::Sqlite);
                for (mut plan, read) in [(of_account, "account_id=?"), (of_card, "card_id=?")] {
                    plan.sql = format!("EXPLAIN QUERY PLAN {}", plan.sql);
                    let explain = db.read(move |db| async move { Ok(db.query_one_raw(plan).await?) });
                    let detail: String = explain.await.unwrap().unwrap().try_get("", "detail").unwrap();
                    assert!(detail.contains(read), "nothing else is read: {detail}");
                }
            }
        }
    }
}
