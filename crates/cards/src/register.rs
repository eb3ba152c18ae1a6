use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use imports::{RowOutcome, Tally};
use kernel::{
    CardId, Clock, Code, Kind, Result, SiteId, Timestamp,
    port::{CardKind, CardRegister, CardState, WantedCard},
};
use sea_orm::entity::prelude::*;
use sites::{Site, Sites};
use store::{Db, SiteCipher, Tx, Vault, audit};

use crate::{
    card::{CardDetails, CardField, CardNumber, CardSummary, FieldMask, RegisteredCard, Source},
    rows::{self, card},
    transitions,
};

const NO_SUCH_CARD: Code = Code::new(Kind::NotFound, "card-not-found", "没有找到这张卡");
const KEPT_ELSEWHERE: Code =
    Code::new(Kind::Conflict, "card-kept-elsewhere", "这张卡由已接入的卡系统维护，请在卡系统中办理");
const BAD_SUCCESSOR: Code =
    Code::new(Kind::Conflict, "card-successor-unusable", "新卡须是本场区另一张正常的卡，请先登记新卡");

/// The register: the cards the property issued, and the copies of those that an installed card system keeps. Holder,
/// phone and plates are sealed.
#[derive(Clone)]
pub struct Register {
    pub(crate) db: Db,
    vault: Arc<Vault>,
    pub(crate) sites: Sites,
    pub(crate) clock: Arc<dyn Clock>,
}

/// What came, or would come, of putting cards into the register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpsertOutcome {
    /// For each card what became of it, in the order given.
    pub cards: Vec<PutCard>,
}

/// What became of one card.
pub type PutCard = RowOutcome<CardField>;

impl Register {
    /// The register in this database.
    pub fn new(db: Db, vault: Arc<Vault>, sites: Sites, clock: Arc<dyn Clock>) -> Self {
        Self { db, vault, sites, clock }
    }

    pub(crate) async fn cipher(&self, site: SiteId) -> Result<Arc<SiteCipher>> {
        self.vault.cipher(Some(site), self.clock.now()).await
    }

    /// Puts cards into the register of a site: adds what is new, changes what differs, leaves the rest. Those who hold a
    /// changed card are told, and doors know at once. Putting the same again changes nothing.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put(&self, site: SiteId, cards: Vec<CardDetails>, source: Source) -> Result<UpsertOutcome> {
        self.put_told(site, cards.into(), FieldMask::all_of(source), |_, _| Box::pin(async { Ok(()) })).await
    }

    /// As [`Register::put`], for what an installed card system said when it was asked at `asked_at`. A copy that is of a
    /// later question stays as it is: another answer may have overtaken this one on its way.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_copies(
        &self,
        site: SiteId,
        cards: Vec<CardDetails>,
        asked_at: Timestamp,
    ) -> Result<UpsertOutcome> {
        let told = FieldMask::of_card_system(asked_at);
        self.put_told(site, cards.into(), told, |_, _| Box::pin(async { Ok(()) })).await
    }

    /// Puts what is told of cards into the register of a site, as [`Register::put`], and notes what came of it in the
    /// same transaction; an error of `note` undoes it.
    ///
    /// # Errors
    /// When the database refuses, and what `note` says.
    pub(crate) async fn put_told<F>(
        &self,
        site: SiteId,
        cards: Arc<[CardDetails]>,
        mask: FieldMask,
        note: F,
    ) -> Result<UpsertOutcome>
    where
        F: for<'t> Fn(&'t Tx, Tally) -> BoxFuture<'t, Result<()>> + Send + Sync + 'static,
    {
        let note = Arc::new(note);
        let put = match self.put_once(site, &cards, mask, &note).await {
            // somebody else has just added one of them: now it is there
            Err(fault) if fault.code() == card::JUST_ADDED => self.put_once(site, &cards, mask, &note).await?,
            done => done?,
        };
        Ok(put)
    }

    async fn put_once<F>(
        &self,
        site: SiteId,
        cards: &Arc<[CardDetails]>,
        mask: FieldMask,
        note: &Arc<F>,
    ) -> Result<UpsertOutcome>
    where
        F: for<'t> Fn(&'t Tx, Tally) -> BoxFuture<'t, Result<()>> + Send + Sync + 'static,
    {
        let (cipher, now) = (self.cipher(site).await?, self.clock.now());
        let (cards, note) = (cards.clone(), note.clone());
        self.db
            .write(move |tx| {
                let (cipher, cards, note) = (cipher.clone(), cards.clone(), note.clone());
                Box::pin(async move {
                    let (put, fresh) = put_all(tx, &cipher, site, &cards, mask, now).await?;
                    note(tx, Tally::of(&put.cards)).await?;
                    // last: a number that somebody else has just added is a conflict, and nothing is done
                    card::insert(tx, fresh).await?;
                    Ok(put)
                })
            })
            .await
    }

    /// What [`Register::put`] would do.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn compare(&self, site: SiteId, cards: &[CardDetails], source: Source) -> Result<Vec<PutCard>> {
        self.compare_told(site, cards.into(), FieldMask::all_of(source)).await
    }

    /// What [`Register::put_told`] would do.
    ///
    /// # Errors
    /// When the database is away.
    pub(crate) async fn compare_told(
        &self,
        site: SiteId,
        cards: Arc<[CardDetails]>,
        mask: FieldMask,
    ) -> Result<Vec<PutCard>> {
        let cipher = self.cipher(site).await?;
        let wanted = cards.clone();
        let known = self.db.read(move |db| async move { card::by_numbers(&db, site, &wanted).await }).await?;
        Ok(cards
            .iter()
            .map(|facts| match known.get(&(facts.kind.number(), facts.number.normal())) {
                None => PutCard::New,
                Some(row) => PutCard::of(row.differs(facts, &cipher, mask.about(facts))),
            })
            .collect())
    }

    /// How many cards a site has.
    ///
    /// # Errors
    /// When the database is away.
    pub(crate) async fn count(&self, site: SiteId) -> Result<u64> {
        self.db.read(|db| async move { card::count(&db, site).await }).await
    }

    /// Keeps a copy of a card that an installed card system has told of, asked at `asked_at`. None when its number is not one of the site's.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn copy(
        &self,
        site: &Site,
        record: &kernel::port::CardRecord,
        asked_at: Timestamp,
    ) -> Result<Option<CardId>> {
        let Some(facts) = CardDetails::of(record, site.card_format) else { return Ok(None) };
        let (id, wanted) = (site.id, [facts.clone()]);
        self.put_copies(id, vec![facts], asked_at).await?;
        let known = self.db.read(move |db| async move { card::by_numbers(&db, id, &wanted).await }).await?;
        Ok(known.into_values().next().map(|row| row.card()))
    }

    /// The one card of this printed number, of whatever kind.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn find(&self, site: SiteId, number: &str) -> Result<Option<CardId>> {
        let Some(number) = CardNumber::read(self.sites.find(site).await?.card_format, number) else { return Ok(None) };
        let find = |db: DatabaseConnection| async move {
            let query = card::Entity::find().filter(card::Column::SiteId.eq(site.uuid()));
            Ok(query.filter(card::Column::Number.eq(number.normal())).all(&db).await?)
        };
        Ok(match self.db.read(find).await?.as_slice() {
            [one] => Some(one.card()),
            _ => None,
        })
    }

    /// What rules know of a card: its kind, and what its holder sees of it.
    ///
    /// # Errors
    /// `card-not-found`.
    pub async fn see(&self, site: SiteId, id: CardId) -> Result<(CardKind, CardSummary)> {
        let row = self.db.read(|db| async move { card::find(&db, site, id).await }).await?.ok_or(NO_SUCH_CARD)?;
        Ok((card::kind(row.kind)?, row.seen()?))
    }

    /// So many cards of a site after that one, as those see them who run it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn list(&self, site: SiteId, after: Option<CardId>, limit: usize) -> Result<Vec<RegisteredCard>> {
        let cipher = self.cipher(site).await?;
        let rows = self.db.read(|db| async move { card::list(&db, site, after, limit).await }).await?;
        rows.iter().map(|row| row.registered(&cipher)).collect()
    }

    /// Sets what the issuer says of a card; its holders are told, and its doors know at once. `by` goes into the audit.
    ///
    /// # Errors
    /// `card-not-found`.
    pub async fn set_state(&self, by: &str, site: SiteId, id: CardId, state: CardState) -> Result<()> {
        if self.db.read(|db| async move { card::is_copy(&db, site, id).await }).await? {
            return Err(KEPT_ELSEWHERE.into());
        }
        self.set(by, site, id, Change::Values, state_values(state)).await
    }

    /// Puts a new card in the place of another: those who hold the old one hold the new one.
    ///
    /// # Errors
    /// `card-not-found`, `card-successor-unusable`.
    pub async fn replace(&self, by: &str, site: SiteId, old: CardId, new: CardId) -> Result<()> {
        let state = Expr::value(card::state_number(CardState::Replaced));
        let values = [(card::Column::State, state), (card::Column::ReplacedBy, Expr::value(new.uuid()))];
        self.set(by, site, old, Change::Replaced(new), values).await
    }

    /// Sets until when a card is good; its doors know at once.
    ///
    /// # Errors
    /// `card-not-found`.
    pub async fn set_valid_until(&self, by: &str, site: SiteId, id: CardId, until: Option<Timestamp>) -> Result<()> {
        let values = [(card::Column::ValidUntil, Expr::value(until.map(Timestamp::millis)))];
        self.set(by, site, id, Change::Values, values).await
    }

    async fn set<const N: usize>(
        &self,
        by: &str,
        site: SiteId,
        id: CardId,
        change: Change,
        values: [(card::Column, Expr); N],
    ) -> Result<()> {
        let (now, actor) = (self.clock.now(), by.to_owned());
        self.db
            .write(move |tx| {
                let (values, actor) = (values.clone(), actor.clone());
                Box::pin(async move {
                    if let Change::Withdrawn(since) = change
                        && !card::lock(tx, site, id).await?.is_some_and(|row| row.is_unconfirmed(since))
                    {
                        return Ok(()); // the card system has told of it meanwhile
                    }
                    if let Change::Replaced(successor) = change {
                        // both in one order, whoever replaces which at once
                        for held in [id.min(successor), id.max(successor)] {
                            card::lock(tx, site, held).await?;
                        }
                        let usable = |row: &card::Model| row.state == card::state_number(CardState::Active);
                        if id == successor || !card::find(tx, site, successor).await?.is_some_and(|row| usable(&row)) {
                            return Err(BAD_SUCCESSOR.into());
                        }
                    }
                    if !card::set(tx, site, id, values, now).await? {
                        return Err(NO_SUCH_CARD.into());
                    }
                    let (action, object) = ("card.changed", format!("issued_cards/{id}"));
                    audit::record(tx, &audit::Entry { site: Some(site), at: now, actor, action, object }).await?;
                    transitions::transition(tx, site, &[id], now).await
                })
            })
            .await?;
        Ok(())
    }

    /// The copies that an installed card system has not spoken of since then: how many, of how many.
    pub(crate) async fn unconfirmed(&self, site: SiteId, since: Timestamp) -> Result<(u64, u64)> {
        let count = |db: DatabaseConnection| async move { card::count_unconfirmed(&db, site, since).await };
        let (all, vanished) = self.db.read(count).await?;
        Ok((vanished, all))
    }

    /// Takes back, a handful at a time, the cards that an installed card system no longer has.
    pub(crate) async fn withdraw(&self, site: SiteId, since: Timestamp) -> Result<()> {
        const HANDFUL: u64 = 200;
        loop {
            let find = |db: DatabaseConnection| async move { card::unconfirmed(&db, site, since, HANDFUL).await };
            let gone = self.db.read(find).await?;
            if gone.is_empty() {
                return Ok(());
            }
            for id in gone {
                let (change, values) = (Change::Withdrawn(since), state_values(CardState::Returned));
                self.set("card-system", site, id, change, values).await?;
            }
        }
    }
}

/// What happens to a card beside the new values of its columns.
#[derive(Clone, Copy)]
enum Change {
    Values,
    /// That one takes its place.
    Replaced(CardId),
    /// Its card system has not told of it since then. If it has meanwhile, nothing changes.
    Withdrawn(Timestamp),
}

fn state_values(state: CardState) -> [(card::Column, Expr); 2] {
    let state = Expr::value(card::state_number(state));
    [(card::Column::State, state), (card::Column::ReplacedBy, Expr::value(None::<Uuid>))]
}

/// Changes what differs; the rows that are to be added, too.
async fn put_all(
    tx: &Tx,
    cipher: &SiteCipher,
    site: SiteId,
    cards: &[CardDetails],
    mask: FieldMask,
    now: Timestamp,
) -> Result<(UpsertOutcome, Vec<card::ActiveModel>)> {
    let known = card::hold_numbers(tx, site, cards).await?;
    let as_of = mask.asked_at.unwrap_or(now);
    let (mut fresh, mut changed, mut same) = (Vec::new(), Vec::new(), Vec::new());
    let (mut put, mut touched, mut turned) = (UpsertOutcome::default(), Vec::new(), Vec::new());
    for facts in cards {
        let row = known.get(&(facts.kind.number(), facts.number.normal()));
        let mask = mask.about(facts);
        if mask.source == Source::CardSystem && row.is_some_and(|row| row.was_confirmed_after(as_of)) {
            put.cards.push(PutCard::Same);
            continue;
        }
        let differs = row.map(|row| (row, row.differs(facts, cipher, mask)));
        put.cards.push(match differs {
            None => {
                fresh.push(card::sealed(cipher, site, (CardId::new(now), None), facts, mask, now));
                PutCard::New
            }
            Some((row, differs)) => {
                if differs.is_empty() {
                    same.push(row.card());
                } else {
                    changed.push(card::sealed(cipher, site, (row.card(), Some(row)), facts, mask, now));
                    let turns = differs.iter().any(|field| field.concerns_doors());
                    if turns { &mut turned } else { &mut touched }.push(row.card());
                }
                PutCard::of(differs)
            }
        });
    }
    card::replace(tx, changed).await?;
    if mask.source == Source::CardSystem && !same.is_empty() {
        card::confirm(tx, site, same.iter().map(|id| id.uuid()), as_of).await?;
        touched.extend(same);
    }
    rows::binding::changed_for_holders(tx, site, &touched).await?;
    transitions::transition(tx, site, &turned, now).await?;
    Ok((put, fresh))
}

#[async_trait]
impl CardRegister for Register {
    async fn look_up(&self, wanted: &WantedCard) -> Result<Vec<CardId>> {
        let wanted = wanted.clone();
        self.db.read(move |db| async move { card::look_up(&db, &wanted).await }).await
    }
}
