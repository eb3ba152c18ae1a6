use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use auth::{Asked, CODE_EXPIRED, Codes, Destination, Purpose, Verdict};
use edge::{Address, Caller};
use kernel::{
    AccountId, BindingId, Bytes, Clock, Fault, NOT_FOUND, Phone, PrintedCardNumber, Reason, Result, SiteId, Timestamp,
    km1::{Day, Handle, RootKey, SiteKey},
    letter::{CardBound, CardUnbound},
    port::{CardKind, CardSystem},
    random,
};
use sites::Sites;
use store::{Belongings, Db, Once, Tx, Vault, outbox};

use crate::{
    binding::{Binding, BindingState, Holding, NOT_BOUND, NOT_WAITING},
    rows,
};

/// A notice is worth sending for a day.
const NOTICE: Duration = Duration::from_secs(86_400);
/// A dead credential is remembered so long, to say "unbound" and not "unknown".
const MEMORY: Duration = Duration::from_secs(2 * 86_400);

/// Cards and who has bound them.
#[derive(Clone)]
pub struct Cards {
    db: Db,
    vault: Arc<Vault>,
    clock: Arc<dyn Clock>,
    root: Arc<RootKey>,
    sites: Sites,
    codes: Codes,
    system: Arc<dyn CardSystem>,
}

/// A wish to bind a card.
#[derive(Clone, Debug)]
pub struct NewBinding {
    /// Where it was issued.
    pub site: SiteId,
    /// Its kind.
    pub kind: CardKind,
    /// Its printed number.
    pub number: PrintedCardNumber,
    /// The phone registered with it.
    pub phone: Phone,
}

/// What a phone needs to show its codes at one site.
pub struct Credentials {
    /// The server's clock, for the phone to learn how far its own is off.
    pub server_time: Timestamp,
    /// The site.
    pub site: SiteId,
    /// One per bound card.
    pub credentials: Vec<CredentialKeys>,
}

/// One credential with its keys.
pub struct CredentialKeys {
    /// The binding.
    pub id: BindingId,
    /// Named so in codes.
    pub handle: Handle,
    /// Whether its codes open now, else why not.
    pub standing: Reason,
    /// Today's key and tomorrow's; none unless its codes open.
    pub keys: Vec<(Day, Bytes)>,
}

impl Cards {
    /// Cards in this house.
    pub fn new(
        db: Db,
        vault: Arc<Vault>,
        clock: Arc<dyn Clock>,
        root: Arc<RootKey>,
        sites: Sites,
        codes: Codes,
        system: Arc<dyn CardSystem>,
    ) -> Self {
        Self { db, vault, clock, root, sites, codes, system }
    }

    /// Asks for a binding. The answer is the same whether the card exists, whether the phone is the one on file, and
    /// whether a code goes out.
    ///
    /// # Errors
    /// `site-not-found`, `too-many-codes`, `card-system-unavailable`.
    pub async fn request(
        &self,
        caller: Caller,
        new: NewBinding,
        once: Option<Once>,
        address: Address,
    ) -> Result<Binding> {
        self.sites.find(new.site).await?;
        let now = self.clock.now();
        let realm = self.vault.realm(None, now).await?;
        if let Some(once) = &once
            && let Some(first) = self.db.earlier(once, &realm).await?
        {
            return Ok(first); // a repeat asks for no second code
        }
        let id = BindingId::new(now);
        let asked = Asked {
            account: Some(caller.account),
            purpose: Purpose::BindCard,
            subject: id.uuid(),
            to: Destination::Phone(new.phone.clone()),
            site: Some(new.site),
            address,
        };
        let challenge = self.codes.make(&asked).await?;
        let card = self.system.find(new.site, new.kind, &new.number, &new.phone).await?;
        let card = card.filter(|card| card.phone_on_file).map(|card| card.id);
        let binding = Binding {
            id,
            site: new.site,
            account: caller.account,
            card,
            kind: new.kind,
            number: new.number.as_str().to_owned(),
            state: BindingState::Challenged,
            handle: random(),
            challenge: challenge.id(),
            expires_at: challenge.expires_at(),
        };
        self.db
            .write_once(once, realm, now, move |tx| {
                let (binding, challenge) = (binding.clone(), challenge.clone());
                Box::pin(async move {
                    rows::insert(tx, &binding, now).await?;
                    challenge.write(tx, binding.card.is_some()).await?;
                    Ok(Ok(binding))
                })
            })
            .await
    }

    /// Enters the code that came by SMS. Of an exclusive card the one who proved the phone last is the holder, and the
    /// one before is told.
    ///
    /// # Errors
    /// What is wrong with the code, `binding-not-waiting`; `not-found` for what is not the caller's.
    pub async fn confirm(&self, caller: Caller, id: BindingId, code: String) -> Result<Binding> {
        let (checker, sites, now) = (self.codes.checker().await?, self.sites.clone(), self.clock.now());
        let binding = self
            .db
            .write(move |tx| {
                let (checker, sites, code) = (checker.clone(), sites.clone(), code.clone());
                Box::pin(async move {
                    let binding = rows::find_own(tx, id, caller.account).await?.ok_or(NOT_FOUND)?;
                    match binding.state {
                        BindingState::Challenged => {}
                        BindingState::Bound => return Ok(Ok(binding)),
                        other => return Err(Fault::from(NOT_WAITING).in_state(other.name())),
                    }
                    let of = (Some(caller.account), Purpose::BindCard, id.uuid());
                    let verdict = checker.enter(tx, binding.challenge, of, &code).await?;
                    match (verdict, binding.card) {
                        (Verdict::Right, Some(_)) => Ok(Ok(bind(tx, &sites, binding, now).await?)),
                        (Verdict::Wrong { left }, _) if left > 0 => Ok(verdict.passed().map(|()| binding)),
                        // a code that nobody was sent cannot be known
                        _ => {
                            rows::advance(tx, &binding, BindingState::Failed, now).await?;
                            Ok(Err(verdict.passed().err().unwrap_or_else(|| CODE_EXPIRED.into())))
                        }
                    }
                })
            })
            .await??;
        self.sites.announce(binding.site);
        Ok(binding)
    }

    /// So many of the caller's bound cards, after that one.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn list(&self, caller: Caller, after: Option<BindingId>, limit: usize) -> Result<Vec<Binding>> {
        self.db.read(|db| async move { rows::list_own(&db, caller.account, after, limit).await }).await
    }

    /// One binding of the caller's.
    ///
    /// # Errors
    /// `not-found` for what is not the caller's.
    pub async fn find(&self, caller: Caller, id: BindingId) -> Result<Binding> {
        let find = |db| async move { rows::find_own(&db, id, caller.account).await };
        Ok(self.db.read(find).await?.ok_or(NOT_FOUND)?)
    }

    /// Lets a card go: its codes die at once.
    ///
    /// # Errors
    /// `card-not-bound`; `not-found` for what is not the caller's.
    pub async fn unbind(&self, caller: Caller, id: BindingId) -> Result<()> {
        let (sites, now) = (self.sites.clone(), self.clock.now());
        let site = self
            .db
            .write(move |tx| {
                let sites = sites.clone();
                Box::pin(async move {
                    let binding = rows::find_own(tx, id, caller.account).await?.ok_or(NOT_FOUND)?;
                    if binding.state != BindingState::Bound
                        || !rows::advance(tx, &binding, BindingState::Unbound, now).await?
                    {
                        return Err(Fault::from(NOT_BOUND).in_state(binding.state.name()));
                    }
                    let Binding { site, account, .. } = binding;
                    let letter = CardUnbound { account, site, binding: id };
                    outbox::post(tx, Some(site), &format!("binding:{id}:unbound"), &letter, now, NOTICE).await?;
                    sites.touch(tx, site, now).await?;
                    Ok(site)
                })
            })
            .await?;
        self.sites.announce(site);
        Ok(())
    }

    /// The keys the caller's phone needs at a site, today's and tomorrow's.
    ///
    /// # Errors
    /// `site-not-found`.
    pub async fn credentials(&self, caller: Caller, site: SiteId) -> Result<Credentials> {
        let now = self.clock.now();
        let place = self.sites.find(site).await?;
        let holdings = self.db.read(|db| async move { rows::own_at(&db, caller.account, site).await }).await?;
        let key = self.root.site(site, place.key_version);
        let today = Day::of(now.seconds());
        let credentials = holdings.iter().map(|holding| keys_of(holding, &key, today, now)).collect();
        Ok(Credentials { server_time: now, site, credentials })
    }

    /// Every binding of an account, whatever became of it, oldest first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn bindings_of(&self, account: AccountId) -> Result<Vec<Binding>> {
        self.db.read(|db| async move { rows::all_own(&db, account).await }).await
    }

    /// Every credential of a site that a door may meet.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn holdings(&self, site: SiteId) -> Result<Vec<Holding>> {
        let since = self.clock.now().before(MEMORY);
        self.db.read(|db| async move { rows::of_site(&db, site, since).await }).await
    }

    /// The sites at which a handle is known.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn sites_of(&self, handle: Handle) -> Result<Vec<SiteId>> {
        self.db.read(|db| async move { rows::sites_of_handle(&db, &handle).await }).await
    }
}

#[async_trait]
impl Belongings for Cards {
    fn name(&self) -> &'static str {
        "cards"
    }

    async fn merge(&self, tx: &Tx, from: AccountId, to: AccountId, now: Timestamp) -> Result<Vec<SiteId>> {
        rows::shift(tx, from, to, now).await?;
        self.renew(tx, to, now).await
    }

    /// New handles: what was minted under the old ones names no credential any more.
    async fn renew(&self, tx: &Tx, account: AccountId, now: Timestamp) -> Result<Vec<SiteId>> {
        let mut touched = Vec::new();
        for (site, binding) in rows::bound(tx, account).await? {
            rows::rename(tx, site, binding, random(), now).await?;
            touched.push(site);
        }
        self.touch_all(tx, touched, now).await
    }

    async fn erase(&self, tx: &Tx, account: AccountId, now: Timestamp) -> Result<Vec<SiteId>> {
        let touched = rows::bound(tx, account).await?.into_iter().map(|(site, _)| site).collect();
        rows::forget(tx, account).await?;
        self.touch_all(tx, touched, now).await
    }

    async fn export(&self, account: AccountId) -> Result<serde_json::Value> {
        let shown = self.bindings_of(account).await?.into_iter().map(|one| {
            let Binding { id, site, kind, number, state, .. } = one;
            serde_json::json!({ "id": id, "siteId": site, "kind": kind, "number": number, "state": state })
        });
        Ok(shown.collect())
    }

    fn announce(&self, sites: &[SiteId]) {
        for site in sites {
            self.sites.announce(*site);
        }
    }
}

impl Cards {
    async fn touch_all(&self, tx: &Tx, mut sites: Vec<SiteId>, now: Timestamp) -> Result<Vec<SiteId>> {
        sites.sort_unstable();
        sites.dedup();
        for site in &sites {
            self.sites.touch(tx, *site, now).await?;
        }
        Ok(sites)
    }
}

fn keys_of(holding: &Holding, site: &SiteKey, today: Day, now: Timestamp) -> CredentialKeys {
    let standing = holding.standing(now);
    let days = if standing == Reason::Ok { vec![today, today.next()] } else { Vec::new() };
    let keys =
        days.into_iter().map(|day| (day, Bytes(site.day(day).member(&holding.handle).expose().to_vec()))).collect();
    CredentialKeys { id: holding.binding, handle: holding.handle, standing, keys }
}

/// Makes a proved binding the card's one holder.
async fn bind(tx: &Tx, sites: &Sites, mut binding: Binding, now: Timestamp) -> Result<Binding> {
    let Some(card) = binding.card else { return Err(NOT_WAITING.into()) };
    rows::lock_card(tx, binding.site, card).await?;
    if let Some(before) = rows::holder(tx, binding.site, card).await? {
        if before.account == binding.account {
            rows::advance(tx, &binding, BindingState::Failed, now).await?;
            return Ok(before); // it was mine already
        }
        rows::advance(tx, &before, BindingState::Superseded, now).await?;
        let letter = CardUnbound { account: before.account, site: before.site, binding: before.id };
        outbox::post(tx, Some(before.site), &format!("binding:{}:superseded", before.id), &letter, now, NOTICE).await?;
    }
    if !rows::advance(tx, &binding, BindingState::Bound, now).await? {
        return Err(NOT_WAITING.into());
    }
    binding.state = BindingState::Bound;
    let letter = CardBound { account: binding.account, site: binding.site, binding: binding.id };
    outbox::post(tx, Some(binding.site), &format!("binding:{}:bound", binding.id), &letter, now, NOTICE).await?;
    sites.touch(tx, binding.site, now).await?;
    Ok(binding)
}
