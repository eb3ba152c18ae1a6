//! Opening without a reader: somebody shakes a phone, or taps, before a door (docs/API.md, "Opening without a reader").

mod nearness;

use std::time::{Duration, Instant};

use auth::CONSENT_REQUIRED;
use cards::Credential;
use edge::{Caller, ConsentingCaller};
use kernel::{
    BindingId, CardId, Code, CommandId, CredentialKind, DoorId, EventId, Kind, NOT_FOUND, Reason, Result, SiteId,
    Timestamp, macros::uuid::Uuid, port::Claim, random,
};
use sites::{CacheLoss, Door, Driver};

pub use nearness::{DoorChoice, Evidence, Fix, Heard};
use nearness::{Near, Nearness, clearest, nearness};

use crate::{
    command::{CommandState, UnlockCommand},
    decision::decide_credential,
    event::{AccessEvent, DEGRADED, EventSource, Written},
    request_name::{Question, RequestName},
    rows,
    service::{ANSWER, Doors, GRACE, ORDER},
    snapshot::Snapshot,
};

/// So long after one opening the same card opens no other door.
const PAUSE: Duration = Duration::from_secs(3);
/// Openings of one card in a minute, and in a day.
const PER_MINUTE: u64 = 10;
const PER_DAY: u64 = 100;
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);
/// Whoever asks twice at once looks for what the first was told: at first after so long, then ever more seldom.
const LOOK: Duration = Duration::from_millis(25);
const SELDOM: Duration = Duration::from_millis(250);
/// What one person may ask for in a minute, whatever comes of it.
const REQUESTS: u64 = 30;

const NO_CARD: Code = Code::new(Kind::Conflict, "no-card-here", "您在这个场区还没有可用的卡，请先绑定");
const NO_SHAKE: Code = Code::new(Kind::Conflict, "no-shake-door", "这个场区没有您可以摇一摇打开的门，请出示二维码");
const NOT_NEAR: Code = Code::new(Kind::Conflict, "no-door-near", "附近没有您可以打开的门，请走近后再试，或出示二维码");
const TOO_MANY: Code = Code::new(Kind::Throttled, "too-many-unlocks", "开门太频繁，请稍后再试");
const TOO_LATE: Code = Code::new(Kind::Conflict, "unlock-too-late", "开门请求到得太晚，没有执行，请在门前再试一次");
const IN_PROGRESS: Code = Code::new(Kind::Conflict, "unlock-in-progress", "正在开门，请稍候");

/// Somebody wants a door open.
#[derive(Clone, Debug)]
pub struct UnlockRequest {
    pub site: SiteId,
    /// With which of their cards; any that opens it when not said.
    pub binding: Option<BindingId>,
    /// Which door; the one that is near when not said.
    pub door: Option<DoorId>,
    /// What speaks for their being near.
    pub evidence: Evidence,
    /// When they want it open no longer: at the latest [`ORDER`] from now in any case.
    pub not_after: Option<Timestamp>,
}

/// What became of a request.
#[derive(Clone, Debug)]
pub enum UnlockOutcome {
    /// The door was asked, and this is the order and the door's name.
    Ordered(UnlockCommand, Option<String>),
    /// No, for this reason; at this door, where it was about one.
    Denied(Reason, Option<(DoorId, String)>),
    /// It may be any of these doors.
    Choose(Vec<DoorChoice>),
}

/// A door, the card that is to open it, and what is decided of the two.
struct Chosen<'a> {
    near: Near<'a>,
    credential: &'a Credential,
    reason: Reason,
}

impl Doors {
    /// Opens the door that somebody is at. However often the same request comes, the lock moves once.
    ///
    /// # Errors
    /// `site-not-found`, `not-found` for a card that is not theirs, `no-card-here`, `no-shake-door`, `no-door-near`,
    /// `too-many-unlocks`, `unlock-in-progress`, `consent-required`; when the decision cannot be made durable, nothing opens.
    pub async fn unlock(&self, caller: ConsentingCaller, key: &str, request: UnlockRequest) -> Result<UnlockOutcome> {
        let caller = caller.caller();
        let site = self.snapshots.get(request.site).await?;
        let name = RequestName::of_unlock(
            caller.account,
            key,
            Question::of_unlock(request.site, request.binding, request.door),
        );
        let id = CommandId::from_uuid(name.id);
        let mark =
            Mark { key: format!("{{{}}}:shake:{id}", request.site), attempt: Uuid::from_bytes(random()).to_string() };
        let (begun, mut pause) = (Instant::now(), LOOK);
        loop {
            let (order, is_same) = self.standing(request.site, id, name).await?;
            // the order outlives what is known of its name
            let fits = |order: &UnlockCommand| request.door.is_none_or(|door| door == order.door);
            if !is_same.unwrap_or_else(|| order.as_ref().is_none_or(fits)) {
                return Err(name.reused.into());
            }
            if let Some(order) = order {
                if order.is_over() || begun.elapsed() >= ANSWER {
                    return Ok(told(&site, order));
                }
            } else {
                // the first of those who ask at once goes on, the others wait for what it is told
                let counted = self.counters.claim(&mark.key, &mark.attempt, ORDER).await;
                let is_first = !matches!(&counted.value, Claim::Held(other) if *other != mark.attempt);
                if is_first {
                    let (doors, site) = (self.clone(), site.clone());
                    let degraded = counted.degraded;
                    let first = First { caller, request: request.clone(), name, id, mark, degraded };
                    // to its end without whoever asked: what is written down is also sent
                    return self
                        .tasks
                        .spawn(async move { doors.go_first(&site, first).await })
                        .await
                        .map_err(|error| kernel::INTERNAL.because(error.to_string()))?;
                }
                if begun.elapsed() >= ANSWER {
                    return Err(IN_PROGRESS.retry_after(Duration::from_secs(1)));
                }
            }
            tokio::time::sleep(pause).await;
            pause = SELDOM.min(pause * 2);
        }
    }

    /// Decides, writes the decision down and sends the order; lets others try where there was none.
    async fn go_first(&self, site: &Snapshot, first: First) -> Result<UnlockOutcome> {
        let done = self.decide_request(site, &first).await;
        match done {
            Ok(Some(unlocking @ UnlockOutcome::Ordered(..))) => return Ok(unlocking),
            // another process was first, with the shared cache away
            Ok(None) => return self.await_order(site, first.id).await,
            _ => self.counters.release(&first.mark.key, &first.mark.attempt).await,
        }
        done?.ok_or(kernel::INTERNAL.into())
    }

    async fn decide_request(&self, site: &Snapshot, first: &First) -> Result<Option<UnlockOutcome>> {
        let First { caller, request, name, degraded, .. } = first;
        let now = self.clock.now();
        if self.counters.count(&format!("shakes:{}", caller.account), MINUTE).await > REQUESTS {
            return Err(TOO_MANY.retry_after(MINUTE));
        }
        let not_after = request.not_after.map_or(now.after(ORDER), |wanted| wanted.min(now.after(ORDER)));
        if not_after <= now {
            return Err(TOO_LATE.into());
        }
        if *degraded && site.site.cache_loss == CacheLoss::Deny {
            return Ok(Some(UnlockOutcome::Denied(Reason::DeviceBusy, None)));
        }
        let held = self.held(site, *caller, request.binding, now).await?;
        let usable: Vec<&Credential> = held.iter().filter(|one| one.standing(now) == Reason::Ok).collect();
        if usable.is_empty() {
            let why = held.first().map_or(Reason::Revoked, |one| one.standing(now));
            return Ok(Some(UnlockOutcome::Denied(why, None)));
        }
        match self.choose(site, &usable, request)? {
            Choice::One(chosen) => self.order_opening(site, *caller, chosen, *name, *degraded, not_after).await,
            Choice::Any(doors) => Ok(Some(UnlockOutcome::Choose(doors))),
        }
    }

    /// What became of an order of the caller's.
    ///
    /// # Errors
    /// `not-found` for what is not theirs.
    pub async fn unlocking(&self, caller: Caller, id: CommandId) -> Result<UnlockOutcome> {
        let sites = self.cards.all_sites_of(caller.account).await?;
        let find = |db| async move { rows::command::find_with_binding(&db, &sites, id).await };
        let (order, binding) = self.db.read(find).await?.ok_or(NOT_FOUND)?;
        self.cards.find(caller, binding).await?;
        let site = self.snapshots.get(order.site).await?;
        Ok(told(&site, self.as_of_now(order)))
    }

    /// The order that stands at a site, and whether what its name was first used for is the same, while that is known. A
    /// name that is bound at another site is known here too.
    async fn standing(
        &self,
        site: SiteId,
        id: CommandId,
        name: RequestName,
    ) -> Result<(Option<UnlockCommand>, Option<bool>)> {
        let (order, is_same) = self.db.read(|db| async move { rows::standing(&db, site, id, &name).await }).await?;
        Ok((order.map(|order| self.as_of_now(order)), is_same))
    }

    /// Nobody will hear of an order whose time is over, whatever its row says until somebody tidies up.
    fn as_of_now(&self, order: UnlockCommand) -> UnlockCommand {
        match order.is_over() || order.not_after.after(GRACE) > self.clock.now() {
            true => order,
            false => UnlockCommand { state: CommandState::Expired, ..order },
        }
    }

    /// What the first of several who asked at once was told.
    async fn await_order(&self, site: &Snapshot, id: CommandId) -> Result<UnlockOutcome> {
        let (begun, mut pause) = (Instant::now(), LOOK);
        let at = site.site.id;
        loop {
            let order = self.db.read(|db| async move { rows::command::find(&db, at, id).await }).await?;
            let order = order.map(|order| self.as_of_now(order));
            let late = begun.elapsed() >= ANSWER;
            match order {
                Some(order) if order.is_over() || late => return Ok(told(site, order)),
                None if late => return Err(IN_PROGRESS.retry_after(Duration::from_secs(1))),
                _ => tokio::time::sleep(pause).await,
            }
            pause = SELDOM.min(pause * 2);
        }
    }

    fn choose<'a>(&self, site: &'a Snapshot, usable: &[&'a Credential], request: &UnlockRequest) -> Result<Choice<'a>> {
        let now = self.clock.now();
        let card_for = |door: &Door| -> Option<(&'a Credential, Reason)> {
            let mut best = None;
            for credential in usable.iter().copied() {
                let known = site.access.week(credential.subject(), door.id, now);
                if !known.is_some_and(|(_, methods)| methods.allow(CredentialKind::Phone)) {
                    continue;
                }
                match decide_credential(site, door, CredentialKind::Phone, credential, now) {
                    Reason::Ok => return Some((credential, Reason::Ok)),
                    why => best = best.or(Some((credential, why))),
                }
            }
            best
        };
        let mut opened: Vec<(&Door, (&Credential, Reason))> = site
            .doors
            .values()
            .filter(|door| door.driver != Driver::Reader)
            .filter_map(|door| Some((door, card_for(door)?)))
            .collect();
        opened.sort_by_key(|(door, _)| door.id);
        if opened.is_empty() {
            return Err(NO_SHAKE.into());
        }
        let doors: Vec<&Door> = opened.iter().map(|(door, _)| *door).collect();
        let near = match nearness(&doors, &site.site, &request.evidence) {
            Nearness::Nowhere => return Err(NOT_NEAR.into()),
            Nearness::Proved(near) if request.door.is_none() && near.len() > 1 => match clearest(&near) {
                Some(_) => near,
                None => return Ok(Choice::Any(choices(near))),
            },
            Nearness::Proved(near) => near,
            // nobody said where they are: they say which door, even where there is one
            Nearness::Unknown(all) if request.door.is_none() => return Ok(Choice::Any(choices(all))),
            Nearness::Unknown(all) => all,
        };
        let wanted = near.into_iter().find(|one| request.door.is_none_or(|door| door == one.door.id));
        let near = wanted.ok_or(if request.door.is_some_and(|door| doors.iter().any(|one| one.id == door)) {
            NOT_NEAR
        } else {
            NO_SHAKE
        })?;
        let found = opened.iter().find(|(door, _)| door.id == near.door.id).ok_or(NO_SHAKE)?;
        let (credential, reason) = found.1;
        Ok(Choice::One(Chosen { near, credential, reason }))
    }

    /// Writes the decision down and sends the order. None where the same request was written before.
    async fn order_opening(
        &self,
        site: &Snapshot,
        caller: Caller,
        chosen: Chosen<'_>,
        name: RequestName,
        degraded: bool,
        not_after: Timestamp,
    ) -> Result<Option<UnlockOutcome>> {
        let Chosen { near: Near { door, proof }, credential, reason } = chosen;
        if reason == Reason::Ok {
            self.within_limits(site.site.id, credential.card).await?;
        }
        let now = self.clock.now();
        let id = CommandId::from_uuid(name.id);
        let entry = AccessEvent {
            id: EventId::new(now),
            site: site.site.id,
            source: EventSource::Phone { account: caller.account, evidence: serde_json::to_string(&proof)? },
            at: now,
            // a refusal leaves the key free: the same request is judged anew
            name: Some(name).filter(|_| reason == Reason::Ok),
            door: door.id,
            binding: Some(credential.binding),
            reason,
            flags: if degraded { DEGRADED } else { 0 },
            tag: None,
            command: id,
            order: CommandState::Requested,
            pulse_ms: door.pulse_ms,
            not_after,
            received_at: now,
        };
        metrics::counter!("kaimen_unlocks_total", "reason" => reason.name()).increment(1);
        let order = UnlockCommand {
            id,
            site: entry.site,
            door: door.id,
            state: CommandState::Requested,
            not_after: entry.not_after,
        };
        match self.event_writer.write(entry.clone()).await? {
            Written { reason: Reason::Ok, command: Some(_), fresh: true } => {
                let (doors, door) = (self.clone(), door.clone());
                // goes on without whoever asked
                let carrying = self.tasks.spawn(async move { doors.carry_out(entry, id, &door, ORDER).await });
                let state = match tokio::time::timeout(ANSWER, carrying).await {
                    Ok(Ok(state)) => state,
                    Ok(Err(_)) | Err(_) => CommandState::Sent,
                };
                if matches!(state, CommandState::Offline | CommandState::Refused) {
                    // nothing moved: whoever stands there may try again at once
                    self.counters.uncount(&limit(site.site.id, "pause", credential.card), 1).await;
                }
                Ok(Some(told(site, UnlockCommand { state, ..order })))
            }
            Written { fresh: false, .. } => Ok(None),
            Written { reason: Reason::Revoked, .. } if reason == Reason::Ok => Err(CONSENT_REQUIRED.into()),
            Written { reason, .. } => Ok(Some(UnlockOutcome::Denied(reason, Some((door.id, door.name.clone()))))),
        }
    }

    /// What the doors of the site know of the caller's cards, or of the one that was named.
    async fn held(
        &self,
        site: &Snapshot,
        caller: Caller,
        named: Option<BindingId>,
        now: Timestamp,
    ) -> Result<Vec<Credential>> {
        let ids = match named {
            Some(id) if self.cards.find(caller, id).await?.site == site.site.id => vec![id],
            Some(_) => return Err(NOT_FOUND.into()),
            None => self.cards.living_at(caller.account, site.site.id).await?,
        };
        // an unbound card is named only where it was asked for
        let counts = |one: &Credential| named.is_some() || one.standing(now) != Reason::Revoked;
        let known = ids.into_iter().filter_map(|id| site.credentials.of_binding(id));
        let mut held: Vec<Credential> = known.filter(counts).collect();
        if held.is_empty() {
            return Err(NO_CARD.into());
        }
        held.sort_by_key(|credential| credential.binding);
        Ok(held)
    }

    async fn within_limits(&self, site: SiteId, card: CardId) -> Result<()> {
        for (what, most, span) in [("pause", 1, PAUSE), ("minute", PER_MINUTE, MINUTE), ("day", PER_DAY, DAY)] {
            if self.counters.count(&limit(site, what, card), span).await > most {
                return Err(TOO_MANY.retry_after(span));
            }
        }
        Ok(())
    }
}

/// Who has a request to themselves for now.
struct Mark {
    key: String,
    attempt: String,
}

/// A request, and what is known of whoever has it.
struct First {
    caller: Caller,
    request: UnlockRequest,
    name: RequestName,
    id: CommandId,
    mark: Mark,
    degraded: bool,
}

/// Where the openings of a card are counted.
fn limit(site: SiteId, what: &str, card: CardId) -> String {
    format!("{{{site}}}:shakes:{what}:{card}")
}

enum Choice<'a> {
    One(Chosen<'a>),
    Any(Vec<DoorChoice>),
}

fn choices(near: Vec<Near<'_>>) -> Vec<DoorChoice> {
    let choice =
        |Near { door, proof }: Near<'_>| DoorChoice { id: door.id, name: door.name.clone(), distance: proof.distance };
    near.into_iter().map(choice).collect()
}

fn told(site: &Snapshot, order: UnlockCommand) -> UnlockOutcome {
    let name = site.doors.get(&order.door).map(|door| door.name.clone());
    UnlockOutcome::Ordered(order, name)
}
