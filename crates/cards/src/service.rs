use std::{collections::HashSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use auth::{CODE_EXPIRED, CONSENT_REQUIRED, CodeRequest, Codes, Destination, Purpose, Verdict};
use edge::{Address, Caller, ConsentingCaller};
use kernel::{
    AccountId, BindingId, Bytes, CardId, Clock, Fault, NOT_FOUND, Phone, Reason, Result, SiteId, Timestamp,
    TypedCardNumber,
    card_number::NumberFormat,
    km1::{Day, DayKey, Handle, RootKey},
    port::{CARD_SYSTEM_AWAY, CardCatalogue, CardKind, CardState, CardSystem},
    random,
};
use notices::messages::{CardBound, CardEnd};
use sites::Sites;
use store::{AccountData, Db, Once, Tx, Vault, outbox};

use crate::{
    Register,
    binding::{Binding, BindingState, CARD_NOT_USABLE, Credential, HOUSEHOLD_FULL, NOT_BOUND, NOT_WAITING},
    card::CardNumber,
    held::{BoundCard, HeldCards},
    messages::CardWanted,
    rows::{binding, card},
    transitions::{self, NOTICE},
};

/// A dead credential is remembered so long, to say "unbound" and not "unknown".
const MEMORY: Duration = Duration::from_secs(2 * 86_400);

/// Cards and who has bound them.
#[derive(Clone)]
pub struct Cards {
    pub(crate) db: Db,
    held: HeldCards,
    vault: Arc<Vault>,
    pub(crate) clock: Arc<dyn Clock>,
    root: Arc<RootKey>,
    pub(crate) sites: Sites,
    codes: Codes,
    pub(crate) register: Register,
    pub(crate) system: Arc<dyn CardSystem>,
    pub(crate) catalogue: Option<Arc<dyn CardCatalogue>>,
    look_up_within: Duration,
    pub(crate) reconcile_every: Duration,
}

/// What cards are made of.
pub struct Deps {
    pub db: Db,
    pub held: HeldCards,
    /// What seals personal data.
    pub vault: Arc<Vault>,
    pub clock: Arc<dyn Clock>,
    /// The key that the sites' keys come from.
    pub root: Arc<RootKey>,
    pub sites: Sites,
    pub codes: Codes,
    pub register: Register,
    pub system: Arc<dyn CardSystem>,
    /// Who tells of every card of an installed card system, where there is one.
    pub catalogue: Option<Arc<dyn CardCatalogue>>,
    /// A card that somebody wants to bind is looked up after a pause of up to this, so that when the server is busy with it
    /// tells nothing of it.
    pub look_up_within: Duration,
    /// The cards of an installed card system are compared with ours so often.
    pub reconcile_every: Duration,
}

/// A request to bind a card.
#[derive(Clone, Debug)]
pub struct NewBinding {
    /// Where it was issued.
    pub site: SiteId,
    pub kind: CardKind,
    /// Its printed number, as typed.
    pub number: TypedCardNumber,
    /// The phone registered with it.
    pub phone: Phone,
}

/// A card that somebody holds, and what is written on it.
#[derive(Clone, Debug)]
pub struct CardInfo {
    /// The hold and the card.
    pub held: BoundCard,
    /// Holder, masked.
    pub holder: Option<String>,
    /// Plates, masked.
    pub plates: Vec<String>,
    /// What doors know of it, while it is held.
    pub credential: Option<Credential>,
}

/// What a phone needs to show its codes at one site.
pub struct Credentials {
    /// The server's clock, for the phone to learn how far its own is off.
    pub server_time: Timestamp,
    pub site: SiteId,
    /// One per bound card.
    pub credentials: Vec<CredentialKeys>,
}

/// One credential with its keys.
pub struct CredentialKeys {
    pub id: BindingId,
    /// Named so in codes.
    pub handle: Handle,
    /// Whether its codes open now, else why not.
    pub standing: Reason,
    /// Today's key and tomorrow's; none unless its codes open.
    pub keys: Vec<(Day, Bytes)>,
}

impl Cards {
    /// Cards in this server.
    pub fn new(parts: Deps) -> Self {
        let Deps {
            db,
            held,
            vault,
            clock,
            root,
            sites,
            codes,
            register,
            system,
            catalogue,
            look_up_within,
            reconcile_every,
        } = parts;
        Self {
            db,
            held,
            vault,
            clock,
            root,
            sites,
            codes,
            register,
            system,
            catalogue,
            look_up_within,
            reconcile_every,
        }
    }

    pub const fn register(&self) -> &Register {
        &self.register
    }

    /// Asks for a binding. The card is looked up after the answer, which is therefore the same, and takes as long,
    /// whether the card exists, whether the phone is the one on file, and whether a code goes out.
    ///
    /// # Errors
    /// `site-not-found`, `invalid` for what is no number of the site's, `too-many-codes`, `card-system-unavailable`,
    /// `consent-required`.
    pub async fn request(
        &self,
        caller: ConsentingCaller,
        new: NewBinding,
        once: Option<Once>,
        address: Address,
    ) -> Result<Binding> {
        let caller = caller.caller();
        let site = self.sites.see(caller, new.site).await?;
        let now = self.clock.now();
        let cipher = self.vault.cipher(None, now).await?;
        if let Some(once) = &once
            && let Some(first) = self.db.earlier(once, &cipher).await?
        {
            return Ok(first); // a repeat asks for no second code
        }
        let Some(number) = CardNumber::read(site.card_format, new.number.as_str()) else {
            return Err(Fault::field("number", "invalid", expected(site.card_format.format)));
        };
        if self.system.is_away(site.branch.as_deref()) {
            return Err(CARD_SYSTEM_AWAY.into());
        }
        let of_site = self.vault.cipher(Some(new.site), now).await?;
        let id = BindingId::new(now);
        let asked = CodeRequest {
            account: Some(caller.account),
            purpose: Purpose::BindCard,
            subject: id.uuid(),
            to: Destination::Phone(new.phone.clone()),
            site: Some(new.site),
            address,
        };
        let challenge = self.codes.make(&asked).await?;
        let binding = Binding {
            id,
            site: new.site,
            account: caller.account,
            card: None,
            kind: new.kind,
            number: number.printed().to_owned(),
            state: BindingState::Challenged,
            handle: random(),
            challenge: challenge.id(),
            expires_at: challenge.expires_at(),
            proved_phone: Some(of_site.index(new.phone.expose()).to_vec()),
        };
        let [dice] = random::<1>();
        let wait = self.look_up_within.mul_f64(f64::from(dice) / 255.0);
        let asked = self
            .db
            .write_once(once, cipher, now, move |tx| {
                let (binding, challenge) = (binding.clone(), challenge.clone());
                Box::pin(async move {
                    auth::require_consents(tx, binding.account).await?;
                    binding::insert(tx, &binding, now).await?;
                    challenge.record(tx).await?;
                    let site = binding.site;
                    let message = CardWanted { site, binding: binding.id, code: challenge.message().clone() };
                    let fact = format!("binding:{}:wanted", binding.id);
                    outbox::enqueue_after(tx, Some(site), &fact, &message, now, auth::CODE_LIFE, wait).await?;
                    Ok(Ok(binding))
                })
            })
            .await?;
        if !wait.is_zero() {
            let db = self.db.clone();
            tokio::spawn(async move {
                tokio::time::sleep(wait).await;
                db.wake_outbox_worker();
            });
        }
        Ok(asked)
    }

    /// Enters the code that came by SMS. Of an exclusive card the one who proved the phone last is the holder, and the
    /// one before is told; a shared one has as many as the site allows.
    ///
    /// # Errors
    /// What is wrong with the code, `binding-not-waiting`, `card-not-usable`, `card-household-full`, `consent-required`;
    /// `not-found` for what is not the caller's.
    pub async fn confirm(&self, caller: ConsentingCaller, id: BindingId, code: String) -> Result<Binding> {
        let caller = caller.caller();
        let (checker, sites, now) = (self.codes.checker().await?, self.sites.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (checker, sites, code) = (checker.clone(), sites.clone(), code.clone());
                Box::pin(async move {
                    auth::require_consents(tx, caller.account).await?;
                    let binding = binding::find_own(tx, id, caller.account).await?.ok_or(NOT_FOUND)?;
                    match binding.state {
                        BindingState::Challenged => {}
                        held if held.holds() => return Ok(Ok(binding)),
                        other => return Err(Fault::from(NOT_WAITING).in_state(other.name())),
                    }
                    let of = (Some(caller.account), Purpose::BindCard, id.uuid());
                    let verdict = checker.enter(tx, binding.challenge, of, &code).await?;
                    match (verdict, binding.card) {
                        (Verdict::Right, Some(card)) => match bind(tx, &sites, binding, card, now).await? {
                            Ok(bound) => Ok(Ok(bound)),
                            Err((binding, why)) => {
                                binding::advance(tx, &binding, BindingState::Failed, None, now).await?;
                                Ok(Err(why))
                            }
                        },
                        (Verdict::Wrong { left }, _) if left > 0 => Ok(verdict.passed().map(|()| binding)),
                        // a code that nobody was sent cannot be known
                        _ => {
                            let now_is = binding::find_own(tx, id, caller.account).await?;
                            if let Some(bound) = now_is.filter(|one| one.state.holds()) {
                                return Ok(Ok(bound)); // the same code, entered twice at once
                            }
                            binding::advance(tx, &binding, BindingState::Failed, None, now).await?;
                            Ok(Err(verdict.passed().err().unwrap_or_else(|| CODE_EXPIRED.into())))
                        }
                    }
                })
            })
            .await?
    }

    /// So many of the caller's cards, after that one.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn list(&self, caller: Caller, after: Option<BindingId>, limit: usize) -> Result<Vec<BoundCard>> {
        let held = self.held.of(caller.account).await?;
        let rest = held.cards.iter().map(|one| &one.bound).filter(|one| after.is_none_or(|id| one.binding.id > id));
        Ok(rest.take(limit).cloned().collect())
    }

    /// One binding of the caller's.
    ///
    /// # Errors
    /// `not-found` for what is not the caller's.
    pub async fn find(&self, caller: Caller, id: BindingId) -> Result<Binding> {
        if let Some(binding) = self.held.of(caller.account).await?.find(id) {
            return Ok(binding.clone());
        }
        let find = |db| async move { binding::find_own(&db, id, caller.account).await };
        Ok(self.db.read(find).await?.ok_or(NOT_FOUND)?)
    }

    /// One binding of the caller's with all that is known of its card.
    ///
    /// # Errors
    /// `not-found` for what is not the caller's.
    pub async fn info(&self, caller: Caller, id: BindingId) -> Result<CardInfo> {
        let see = |db| async move { binding::see_own(&db, id, caller.account).await };
        let (mut binding, row) = self.db.read(see).await?.ok_or(NOT_FOUND)?;
        if binding.state == BindingState::Challenged && binding.expires_at < self.clock.now() {
            binding.state = BindingState::Failed; // nobody can answer it any more
        }
        let cipher = self.vault.cipher(Some(binding.site), self.clock.now()).await?;
        let row = row.filter(|_| binding.state.holds());
        Ok(CardInfo {
            holder: row.as_ref().map(|row| row.masked_holder(&cipher)).transpose()?,
            plates: row.as_ref().map(|row| row.masked_plates(&cipher)).transpose()?.unwrap_or_default(),
            credential: row.as_ref().map(|row| binding::credential(&binding, row)).transpose()?,
            held: bound_card(binding, row.as_ref())?,
        })
    }

    /// Lets a card go: its codes die at once.
    ///
    /// # Errors
    /// `card-not-bound`; `not-found` for what is not the caller's.
    pub async fn unbind(&self, caller: Caller, id: BindingId) -> Result<()> {
        let now = self.clock.now();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let binding = binding::hold_own(tx, id, caller.account).await?.ok_or(NOT_FOUND)?;
                    if !binding.state.holds() {
                        return Err(Fault::from(NOT_BOUND).in_state(binding.state.name()));
                    }
                    transitions::end(tx, &binding, BindingState::Unbound, CardEnd::Own, now).await
                })
            })
            .await
    }

    /// The keys the caller's phone needs at a site, today's and tomorrow's.
    ///
    /// # Errors
    /// `site-not-found`, `consent-required`.
    pub async fn credentials(&self, caller: ConsentingCaller, site: SiteId) -> Result<Credentials> {
        let (caller, now) = (caller.caller(), self.clock.now());
        let place = self.sites.see(caller, site).await?;
        let held = self.held.of(caller.account).await?;
        if held.lacks_consent {
            return Err(CONSENT_REQUIRED.into());
        }
        let here = held.cards.iter().filter(|one| one.bound.binding.site == site);
        let key = self.root.site(site, place.key_version);
        let today = Day::of(now.seconds());
        let days = [today, today.next()].map(|day| (day, key.day(day)));
        let credentials = here.filter_map(|one| one.credential.as_ref());
        let credentials = credentials.map(|credential| keys_of(credential, &days, now)).collect();
        Ok(Credentials { server_time: now, site, credentials })
    }

    /// Every binding of an account, whatever became of it, oldest first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn bindings_of(&self, account: AccountId) -> Result<Vec<Binding>> {
        self.db.read(|db| async move { binding::all_own(&db, account).await }).await
    }

    /// The bindings in force or held back that an account has at a site.
    pub async fn living_at(&self, account: AccountId, site: SiteId) -> Result<Vec<BindingId>> {
        let held = self.held.of(account).await?;
        let here = held.cards.iter().map(|one| &one.bound.binding).filter(|binding| binding.site == site);
        Ok(here.map(|binding| binding.id).collect())
    }

    /// The sites at which an account has or had bindings, whatever became of them.
    pub async fn all_sites_of(&self, account: AccountId) -> Result<Vec<SiteId>> {
        self.db.read(|db| async move { binding::all_sites_of(&db, account).await }).await
    }

    /// The credentials of a site that a door may meet, in the order of their bindings: so many after that one.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn credentials_after(
        &self,
        site: SiteId,
        after: Option<BindingId>,
        limit: u64,
    ) -> Result<Vec<Credential>> {
        let since = self.clock.now().before(MEMORY);
        self.db.read(|db| async move { binding::page_of_site(&db, site, since, after, limit).await }).await
    }

    /// The credentials of these bindings, whatever their state; none for one that is gone.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn credentials_of_bindings(&self, site: SiteId, ids: &[BindingId]) -> Result<Vec<Credential>> {
        self.db.read(|db| async move { binding::credentials_of_bindings(&db, site, ids).await }).await
    }

    /// The credentials of those who hold these cards.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn credentials_of_cards(&self, site: SiteId, cards: &[CardId]) -> Result<Vec<Credential>> {
        self.db.read(|db| async move { binding::credentials_of_cards(&db, site, cards).await }).await
    }

    /// The sites at which a handle is known.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn sites_of(&self, handle: Handle) -> Result<Vec<SiteId>> {
        self.db.read(|db| async move { binding::sites_of_handle(&db, &handle).await }).await
    }
}

#[async_trait]
impl AccountData for Cards {
    fn name(&self) -> &'static str {
        "cards"
    }

    async fn merge(&self, tx: &Tx, from: AccountId, to: AccountId, now: Timestamp) -> Result<()> {
        binding::shift(tx, from, to, now).await?;
        self.renew(tx, to, now).await
    }

    /// New handles: codes made under the old ones name no credential any more.
    async fn renew(&self, tx: &Tx, account: AccountId, now: Timestamp) -> Result<()> {
        for binding in binding::bound(tx, account).await? {
            binding::rename(tx, account, binding, random(), now).await?;
        }
        Ok(())
    }

    async fn erase(&self, tx: &Tx, account: AccountId, _: Timestamp) -> Result<()> {
        binding::forget(tx, account).await
    }

    async fn export(&self, account: AccountId) -> Result<serde_json::Value> {
        let shown = self.bindings_of(account).await?.into_iter().map(|one| {
            let Binding { id, site, kind, number, state, .. } = one;
            serde_json::json!({ "id": id, "siteId": site, "kind": kind, "number": number, "state": state })
        });
        Ok(shown.collect())
    }
}

fn keys_of(credential: &Credential, days: &[(Day, DayKey)], now: Timestamp) -> CredentialKeys {
    let standing = credential.standing(now);
    let days = if standing == Reason::Ok { days } else { &[] };
    let keys = days.iter().map(|(day, key)| (*day, Bytes(key.member(&credential.handle).expose().to_vec()))).collect();
    CredentialKeys { id: credential.binding, handle: credential.handle, standing, keys }
}

fn bound_card(binding: Binding, row: Option<&card::Model>) -> Result<BoundCard> {
    let row = row.filter(|_| binding.state.holds());
    Ok(BoundCard { card: row.map(card::Model::seen).transpose()?, binding })
}

/// How a site's numbers look, in the words of whoever types one.
pub(crate) const fn expected(format: NumberFormat) -> &'static str {
    match format {
        NumberFormat::Dec10 => "这个场区的卡号是 10 位数字，请核对卡面",
        NumberFormat::Dec8 => "这个场区的卡号是 8 位数字，请核对卡面",
        NumberFormat::Wg26 => "这个场区的卡号形如 111,27706，请核对卡面",
        NumberFormat::Wg34 => "这个场区的卡号形如 00623,27706，请核对卡面",
        NumberFormat::Hex8 => "这个场区的卡号是 8 位数字和字母 A–F，请核对卡面",
        NumberFormat::Hex10 => "这个场区的卡号是 10 位数字和字母 A–F，请核对卡面",
        NumberFormat::Dec12 => "这个场区的卡号是 12 位数字，请核对卡面",
        NumberFormat::Opaque => "请输入卡面上的号码（字母和数字）",
    }
}

/// Makes a proved binding a holder of its card: the one of an exclusive card, one of a household's of a shared one. Why
/// not, where it cannot be.
async fn bind(
    tx: &Tx,
    sites: &Sites,
    mut binding: Binding,
    card: kernel::CardId,
    now: Timestamp,
) -> Result<std::result::Result<Binding, (Binding, Fault)>> {
    let row = card::lock(tx, binding.site, card).await?.ok_or(NOT_WAITING)?;
    if !transitions::proved(&binding, &row) {
        // another phone has been put on file since the code went out: whoever has it proves nothing any more
        return Ok(Err((binding, CODE_EXPIRED.into())));
    }
    if card::state(row.state)? != CardState::Active {
        return Ok(Err((binding, CARD_NOT_USABLE.into())));
    }
    let (mine, others): (Vec<_>, Vec<_>) =
        binding::holders(tx, binding.site, card).await?.into_iter().partition(|held| held.account == binding.account);
    let good = |held: &&Binding| held.state == BindingState::Bound && transitions::proved(held, &row);
    if let Some(before) = mine.iter().find(good) {
        binding::advance(tx, &binding, BindingState::Failed, None, now).await?;
        return Ok(Ok(before.clone())); // it was mine already
    }
    // whoever's phone is not on file any more makes room for those whose is
    let (household, former): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|held| row.shared && transitions::proved(held, &row));
    if row.shared {
        let people: HashSet<AccountId> = household.iter().map(|held| held.account).collect();
        if people.len() >= usize::from(sites.household_limit(tx, binding.site).await?) {
            return Ok(Err((binding, HOUSEHOLD_FULL.into())));
        }
    }
    for held in &former {
        transitions::end(tx, held, BindingState::Superseded, CardEnd::Superseded, now).await?;
    }
    for held in &mine {
        // held back until now; the phone has been proved anew
        binding::advance(tx, held, BindingState::Superseded, None, now).await?;
    }
    let alone = (!row.shared).then_some(card);
    if !binding::advance(tx, &binding, BindingState::Bound, alone, now).await? {
        return Err(NOT_WAITING.into());
    }
    binding.state = BindingState::Bound;
    let message = CardBound { account: binding.account, site: binding.site, binding: binding.id };
    outbox::enqueue(tx, Some(binding.site), &format!("binding:{}:bound", binding.id), &message, now, NOTICE).await?;
    Ok(Ok(binding))
}
