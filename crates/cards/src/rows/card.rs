use std::collections::HashMap;

use kernel::{
    CardId, Code, Kind, Phone, Result, SiteId, Timestamp,
    card_number::{RawCard, Reading, Width},
    port::{CardKind, CardState, WantedCard},
};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, Iterable, QueryOrder, QuerySelect, entity::prelude::*, sea_query::OnConflict,
};
use sites::HolderGroupId;
use store::{FieldRef, Named as _, Revealed, SiteCipher, Tx, changes::Change, each, find_each_for_update};

use super::INCONSISTENT;
use crate::card::{CardDetails, CardField, CardSummary, FieldMask, RegisteredCard, RevealedCard, Source};

mod row {
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
        pub printed: Option<String>,
        pub raw_value: Option<i64>,
        pub raw_width: Option<i16>,
        pub raw_middle: Option<i32>,
        pub shared: bool,
        pub holder_index: Option<Vec<u8>>,
        pub plates_sealed: Option<Vec<u8>>,
        pub plates_index: Option<Vec<u8>>,
        pub balance: Option<i64>,
        pub holder_groups: Option<String>,
        pub replaced_by: Option<Uuid>,
        pub source: i16,
        pub confirmed_at: Option<i64>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) use row::{ActiveModel, Column, Entity, Model};

pub(crate) const fn state_number(state: CardState) -> i16 {
    match state {
        CardState::Active => 1,
        CardState::Lost => 2,
        CardState::Frozen => 3,
        CardState::Replaced => 4,
        CardState::Returned => 5,
    }
}

pub(crate) fn state(number: i16) -> Result<CardState> {
    match number {
        1 => Ok(CardState::Active),
        2 => Ok(CardState::Lost),
        3 => Ok(CardState::Frozen),
        4 => Ok(CardState::Replaced),
        5 => Ok(CardState::Returned),
        _ => Err(INCONSISTENT.into()),
    }
}

pub(crate) fn kind(number: i16) -> Result<CardKind> {
    Ok(CardKind::from_number(number).ok_or(INCONSISTENT)?)
}

const fn field(column: &'static str, id: CardId) -> FieldRef {
    FieldRef { table: "issued_cards", column, row: id.uuid() }
}

/// Plates as one text, for sealing and comparing.
fn joined(plates: &[String]) -> String {
    plates.join(" ")
}

fn written(groups: &[HolderGroupId]) -> Option<String> {
    (!groups.is_empty()).then(|| groups.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
}

/// The groups that a row holds.
pub(crate) fn groups(written: Option<&str>) -> Result<Vec<HolderGroupId>> {
    let groups = written.unwrap_or_default().split_whitespace();
    groups.map(|id| id.parse().map_err(|_| INCONSISTENT.into())).collect()
}

impl Model {
    pub(crate) fn card(&self) -> CardId {
        CardId::from_uuid(self.id)
    }

    pub(crate) fn groups(&self) -> Result<Vec<HolderGroupId>> {
        groups(self.holder_groups.as_deref())
    }

    pub(crate) fn seen(&self) -> Result<CardSummary> {
        Ok(CardSummary {
            state: state(self.state)?,
            valid_until: self.valid_until.map(Timestamp::from_millis),
            shared: self.shared,
            balance: self.balance,
            as_of: Timestamp::from_millis(self.confirmed_at.unwrap_or(self.updated_at)),
            groups: self.groups()?,
        })
    }

    /// Whether it is a copy of what its card system said when it was asked later than then.
    pub(crate) fn was_confirmed_after(&self, then: Timestamp) -> bool {
        self.confirmed_at.is_some_and(|at| at > then.millis())
    }

    /// Whether it is a copy of a card that its card system has not told of since then and that is not withdrawn yet.
    pub(crate) fn is_unconfirmed(&self, since: Timestamp) -> bool {
        self.source == Source::CardSystem as i16
            && self.state != state_number(CardState::Returned)
            && self.confirmed_at.is_some_and(|at| at < since.millis())
    }

    /// As the site's cards show it.
    pub(crate) fn printed(&self) -> &str {
        self.printed.as_deref().unwrap_or(&self.number)
    }

    fn raw(&self) -> Option<RawCard> {
        let width = Width::from_number(self.raw_width?)?;
        RawCard::new(u32::try_from(self.raw_value?).ok()?, width)
    }

    /// The holder's name, masked.
    pub(crate) fn masked_holder(&self, cipher: &SiteCipher) -> Result<String> {
        cipher.masked_name(field("holder", self.card()), &self.holder_sealed)
    }

    /// The plates, masked.
    pub(crate) fn masked_plates(&self, cipher: &SiteCipher) -> Result<Vec<String>> {
        match &self.plates_sealed {
            Some(sealed) => cipher.masked_plates(field("plates", self.card()), sealed),
            None => Ok(Vec::new()),
        }
    }

    pub(crate) fn registered(&self, cipher: &SiteCipher) -> Result<RegisteredCard> {
        let phone = (!self.phone_sealed.is_empty())
            .then(|| cipher.masked_phone(field("phone", self.card()), &self.phone_sealed))
            .transpose()?;
        Ok(RegisteredCard {
            id: self.card(),
            kind: kind(self.kind)?,
            printed: self.printed().to_owned(),
            holder: self.masked_holder(cipher)?,
            phone,
            seen: self.seen()?,
        })
    }

    /// What of the card is not as these facts say.
    pub(crate) fn differs(&self, facts: &CardDetails, cipher: &SiteCipher, mask: FieldMask) -> Vec<CardField> {
        let differs = |field: &CardField| mask.says(*field) && !self.has(*field, facts, mask.source, cipher);
        CardField::ALL.into_iter().filter(differs).collect()
    }

    /// Whether the card keeps what is printed on it: of a number that is text leading zeros do not count, and a
    /// spreadsheet may have lost them. A card system is asked by its own print, zeros and all.
    fn keeps_print(&self, facts: &CardDetails, source: Source) -> bool {
        let is_text = facts.number.reading().card().is_none() && self.raw().is_none();
        source == Source::Register && is_text && self.number == facts.number.normal()
    }

    /// Whether that of the card is as these facts say.
    fn has(&self, field: CardField, facts: &CardDetails, source: Source, cipher: &SiteCipher) -> bool {
        let is = |index: Option<&[u8]>, text: &str| match text {
            "" => index.is_none_or(<[u8]>::is_empty),
            text => index == Some(&cipher.index(text)),
        };
        match field {
            CardField::Number => {
                let printed = self.keeps_print(facts, source) || self.printed() == facts.number.printed();
                printed && self.raw() == facts.number.reading().card()
            }
            CardField::Holder => self.holder_index.as_deref() == Some(&cipher.index(&facts.holder)),
            CardField::Phone => is(Some(&self.phone_index), facts.phone.as_ref().map_or("", Phone::expose)),
            CardField::Plates => is(self.plates_index.as_deref(), &joined(&facts.plates)),
            CardField::Balance => self.balance == facts.balance,
            CardField::State => self.state == state_number(facts.state),
            CardField::ValidUntil => self.valid_until == facts.valid_until.map(Timestamp::millis),
            CardField::Shared => self.shared == facts.shared,
            CardField::Groups => self.holder_groups == written(&facts.groups),
        }
    }

    /// All that is known of it, taken out of the vault.
    pub(crate) fn revealed(&self, by: &Revealed) -> Result<RevealedCard> {
        let text = |column, sealed: &[u8]| by.text(field(column, self.card()), sealed);
        let plates = self.plates_sealed.as_deref().map(|sealed| text("plates", sealed)).transpose()?;
        let phone = Some(self.phone_sealed.as_slice()).filter(|sealed| !sealed.is_empty());
        Ok(RevealedCard {
            kind: kind(self.kind)?,
            printed: self.printed().to_owned(),
            holder: text("holder", &self.holder_sealed)?,
            phone: phone.map(|sealed| text("phone", sealed)).transpose()?,
            plates: plates.iter().flat_map(|plates| plates.split(' ')).map(str::to_owned).collect(),
            seen: self.seen()?,
        })
    }
}

/// The row of a card. A card that was there keeps what nothing is said of.
pub(crate) fn sealed(
    cipher: &SiteCipher,
    site: SiteId,
    (id, before): (CardId, Option<&Model>),
    facts: &CardDetails,
    mask: FieldMask,
    now: Timestamp,
) -> ActiveModel {
    let raw = facts.number.reading().card();
    let phone = facts.phone.as_ref().map(Phone::expose);
    let plates = (!facts.plates.is_empty()).then(|| joined(&facts.plates));
    let mut row = ActiveModel {
        site_id: Set(site.uuid()),
        id: Set(id.uuid()),
        kind: Set(facts.kind.number()),
        number: Set(facts.number.normal()),
        holder_sealed: Set(cipher.seal(field("holder", id), facts.holder.as_bytes())),
        holder_index: Set(Some(cipher.index(&facts.holder).to_vec())),
        phone_sealed: Set(phone.map(|phone| cipher.seal(field("phone", id), phone.as_bytes())).unwrap_or_default()),
        phone_index: Set(phone.map(|phone| cipher.index(phone).to_vec()).unwrap_or_default()),
        plates_sealed: Set(plates.as_ref().map(|plates| cipher.seal(field("plates", id), plates.as_bytes()))),
        plates_index: Set(plates.map(|plates| cipher.index(&plates).to_vec())),
        state: Set(state_number(facts.state)),
        valid_until: Set(facts.valid_until.map(Timestamp::millis)),
        updated_at: Set(now.millis()),
        printed: Set(Some(facts.number.printed().to_owned())),
        raw_value: Set(raw.map(|raw| i64::from(raw.value()))),
        raw_width: Set(raw.map(|raw| raw.width().number())),
        raw_middle: Set(raw.map(middle)),
        shared: Set(facts.shared),
        balance: Set(facts.balance),
        holder_groups: Set(written(&facts.groups)),
        replaced_by: Set(None),
        source: Set(mask.source as i16),
        confirmed_at: Set((mask.source == Source::CardSystem).then(|| mask.asked_at.unwrap_or(now).millis())),
    };
    if let Some(before) = before {
        if before.keeps_print(facts, mask.source) {
            row.printed = Set(before.printed.clone());
        }
        for field in CardField::ALL.into_iter().filter(|field| !mask.says(*field)) {
            row.keep(field, before);
        }
        if row.state == Set(state_number(CardState::Replaced)) {
            row.replaced_by = Set(before.replaced_by);
        }
    }
    row
}

impl ActiveModel {
    /// Leaves that of the card as it was.
    fn keep(&mut self, field: CardField, before: &Model) {
        match field {
            CardField::Number => {} // it is what the card was found by
            CardField::Holder => {
                self.holder_sealed = Set(before.holder_sealed.clone());
                self.holder_index = Set(before.holder_index.clone());
            }
            CardField::Phone => {
                self.phone_sealed = Set(before.phone_sealed.clone());
                self.phone_index = Set(before.phone_index.clone());
            }
            CardField::Plates => {
                self.plates_sealed = Set(before.plates_sealed.clone());
                self.plates_index = Set(before.plates_index.clone());
            }
            CardField::Balance => self.balance = Set(before.balance),
            CardField::State => self.state = Set(before.state),
            CardField::ValidUntil => self.valid_until = Set(before.valid_until),
            CardField::Shared => self.shared = Set(before.shared),
            CardField::Groups => self.holder_groups = Set(before.holder_groups.clone()),
        }
    }
}

/// The two bytes that every width knows: what a chip is looked up by.
fn middle(raw: RawCard) -> i32 {
    (raw.value() >> 8 & 0xFFFF) as i32
}

/// The cards of that kind and number, at most two. Numbers that say something of the chip are compared as far as both
/// sides know it; numbers that are text must be the same.
pub(crate) async fn look_up(db: &impl ConnectionTrait, wanted: &WantedCard) -> Result<Vec<CardId>> {
    let query = Entity::find()
        .filter(Column::SiteId.eq(wanted.site.uuid()))
        .filter(Column::Kind.eq(wanted.kind.number()))
        .filter(Column::State.ne(state_number(CardState::Replaced)));
    let found: Vec<Model> = match &wanted.number {
        Reading::Text(number) => query.filter(Column::Number.eq(number.as_str())).limit(2).all(db).await?,
        Reading::Chip { card, .. } => {
            let near = query.filter(Column::RawMiddle.eq(middle(*card))).all(db).await?;
            near.into_iter().filter(|row| row.raw().is_some_and(|raw| raw.matches(*card))).take(2).collect()
        }
    };
    Ok(found.iter().map(Model::card).collect())
}

pub(crate) async fn find(db: &impl ConnectionTrait, site: SiteId, id: CardId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id((site.uuid(), id.uuid())).one(db).await?)
}

/// One card, held until the transaction ends: of several that prove its phone at once, one goes first.
pub(crate) async fn lock(db: &impl ConnectionTrait, site: SiteId, id: CardId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id((site.uuid(), id.uuid())).lock_exclusive().one(db).await?)
}

/// Kind and normal number: no two cards of a site share both.
type Numbered = (i16, String);

fn numbers(facts: &[CardDetails]) -> Vec<Numbered> {
    facts.iter().map(|one| (one.kind.number(), one.number.normal())).collect()
}

fn of_site(site: SiteId) -> Select<Entity> {
    Entity::find().filter(Column::SiteId.eq(site.uuid()))
}

/// What [`Numbered`] says.
const NUMBERED: [Column; 2] = [Column::Kind, Column::Number];

fn by_number(rows: Vec<Model>) -> HashMap<Numbered, Model> {
    rows.into_iter().map(|row| ((row.kind, row.number.clone()), row)).collect()
}

/// The cards of a site by kind and normal number.
pub(crate) async fn by_numbers(
    db: &impl ConnectionTrait,
    site: SiteId,
    facts: &[CardDetails],
) -> Result<HashMap<Numbered, Model>> {
    Ok(by_number(each(db, of_site(site), &NUMBERED, &numbers(facts)).await?))
}

/// The cards of a site by kind and normal number, held until the transaction ends. In the order of their numbers: whoever
/// holds two by their ids meanwhile may have to begin again.
pub(crate) async fn hold_numbers(
    db: &impl ConnectionTrait,
    site: SiteId,
    facts: &[CardDetails],
) -> Result<HashMap<Numbered, Model>> {
    let mut numbers = numbers(facts);
    numbers.sort_unstable();
    Ok(by_number(find_each_for_update(db, of_site(site), &NUMBERED, &numbers).await?))
}

/// Whether a card is kept by an installed card system, and ours is a copy.
pub(crate) async fn is_copy(db: &impl ConnectionTrait, site: SiteId, id: CardId) -> Result<bool> {
    Ok(find(db, site, id).await?.is_some_and(|row| row.source == Source::CardSystem as i16))
}

/// How many cards a site has.
pub(crate) async fn count(db: &impl ConnectionTrait, site: SiteId) -> Result<u64> {
    Ok(Entity::find().filter(Column::SiteId.eq(site.uuid())).count(db).await?)
}

/// Somebody else added the card a moment ago.
pub(crate) const JUST_ADDED: Code = Code::new(Kind::Conflict, "card-just-added", "这张卡刚刚被登记，请刷新后重试");

/// Adds cards that are not there.
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

/// Puts cards that are there in the place of what they were.
pub(crate) async fn replace(db: &impl ConnectionTrait, rows: Vec<ActiveModel>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let all = Column::iter().filter(|column| !matches!(column, Column::SiteId | Column::Id));
    let over = OnConflict::columns([Column::SiteId, Column::Id]).update_columns(all).to_owned();
    Entity::insert_many(rows).on_conflict(over).exec_without_returning(db).await?;
    Ok(())
}

/// Their card system has said so again, asked at that time.
pub(crate) async fn confirm(
    db: &impl ConnectionTrait,
    site: SiteId,
    ids: impl IntoIterator<Item = Uuid>,
    asked_at: Timestamp,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::ConfirmedAt, Expr::value(asked_at.millis()))
        .filter(Column::SiteId.eq(site.uuid()))
        .filter(Column::Id.is_in(ids))
        .exec(db)
        .await?;
    Ok(())
}

/// Sets what the issuer says of a card. Whether there is such a card.
pub(crate) async fn set(
    db: &Tx,
    site: SiteId,
    id: CardId,
    values: impl IntoIterator<Item = (Column, Expr)>,
    now: Timestamp,
) -> Result<bool> {
    let mut update = Entity::update_many().col_expr(Column::UpdatedAt, Expr::value(now.millis()));
    for (column, value) in values {
        update = update.col_expr(column, value);
    }
    let done = update.filter(Column::SiteId.eq(site.uuid())).filter(Column::Id.eq(id.uuid())).exec(db).await?;
    db.changes(site, Change::Card(id));
    Ok(done.rows_affected == 1)
}

/// So many cards of a site after that one.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    site: SiteId,
    after: Option<CardId>,
    limit: usize,
) -> Result<Vec<Model>> {
    let mut query = Entity::find().filter(Column::SiteId.eq(site.uuid()));
    if let Some(after) = after {
        query = query.filter(Column::Id.gt(after.uuid()));
    }
    Ok(query.order_by_asc(Column::Id).limit(limit as u64).all(db).await?)
}

/// The copies of a card system's cards that it has not spoken of since then and that are not withdrawn yet.
pub(crate) async fn unconfirmed(
    db: &impl ConnectionTrait,
    site: SiteId,
    since: Timestamp,
    limit: u64,
) -> Result<Vec<CardId>> {
    let rows = copies(site)
        .filter(Column::ConfirmedAt.lt(since.millis()))
        .select_only()
        .column(Column::Id)
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple::<Uuid>()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(CardId::from_uuid).collect())
}

/// How many copies of a card system's cards there are, and how many of them it has not spoken of since then.
pub(crate) async fn count_unconfirmed(db: &impl ConnectionTrait, site: SiteId, since: Timestamp) -> Result<(u64, u64)> {
    let all = copies(site).count(db).await?;
    Ok((all, copies(site).filter(Column::ConfirmedAt.lt(since.millis())).count(db).await?))
}

fn copies(site: SiteId) -> Select<Entity> {
    Entity::find()
        .filter(Column::SiteId.eq(site.uuid()))
        .filter(Column::Source.eq(Source::CardSystem as i16))
        .filter(Column::State.ne(state_number(CardState::Returned)))
}

impl Model {
    /// The row with what this number says, where it says something else than it did.
    pub(crate) fn numbered(&self, number: &crate::card::CardNumber) -> Option<ActiveModel> {
        let raw = number.reading().card();
        if self.raw() == raw && self.printed() == number.printed() {
            return None;
        }
        let mut row = ActiveModel::from(self.clone());
        row.number = Set(number.normal());
        row.printed = Set(Some(number.printed().to_owned()));
        row.raw_value = Set(raw.map(|raw| i64::from(raw.value())));
        row.raw_width = Set(raw.map(|raw| raw.width().number()));
        row.raw_middle = Set(raw.map(middle));
        Some(row)
    }
}

/// Changes what numbers say.
pub(crate) async fn renumber_all(db: &impl ConnectionTrait, rows: &[ActiveModel]) -> Result<()> {
    for row in rows {
        renumber(db, row).await?;
    }
    Ok(())
}

/// Changes what a number says.
pub(crate) async fn renumber(db: &impl ConnectionTrait, row: &ActiveModel) -> Result<()> {
    Entity::update(row.clone()).exec(db).await?;
    Ok(())
}
