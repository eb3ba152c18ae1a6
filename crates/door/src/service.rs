use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use cards::{CardInfo, Cards, Credential};
use edge::Caller;
use kernel::{
    AccountId, BindingId, Clock, Code, CommandId, CredentialKind, DoorId, EventId, Kind, Reason, Result, SiteId,
    Timestamp,
    km1::{RootKey, Token, Verdict},
    port::{CommandResult, DoorStatuses, Unlock},
};
use sites::{CacheLoss, Door, Driver, Sites};
use store::{AccountData, Db, SharedCounters, Tx};
use tokio_util::task::TaskTracker;

use crate::{
    command::CommandState,
    decision::decide_scan,
    drivers::Drivers,
    event::{AccessEvent, CLOCK_OFF, DEGRADED, EventSource, Written},
    event_writer::EventWriter,
    request_name::RequestName,
    rows,
    scan::{Reader, Scan, Scanned},
    snapshot::Snapshot,
    snapshots::Snapshots,
    statuses::Statuses,
    uses::{OpenDoor, Use, UseKey},
};

/// A used code is remembered so long: longer than any code lives.
const KEPT: Duration = Duration::from_secs(180);
/// An order is good for so long.
pub(crate) const ORDER: Duration = Duration::from_secs(5);
/// A controller must answer within this.
pub(crate) const ANSWER: Duration = Duration::from_millis(1500);
/// An order is told to be over so long after its time: what the door said just before may still be on its way.
pub(crate) const GRACE: Duration = Duration::from_secs(2);
/// A repeat waits so long for the order of its first: the first has its answer by then, and readers wait 2 s.
const REPEAT_WAIT: Duration = Duration::from_millis(1600);
const REPEAT_PAUSE: Duration = Duration::from_millis(50);
/// A controller's answer that could not be written is written again so often, so long apart.
const SETTLE_TRIES: u32 = 60;
const SETTLE_PAUSE: Duration = Duration::from_secs(1);
/// A device whose clock is off by more, milliseconds, has its events flagged.
const CLOCK_TOLERANCE: i64 = 10_000;
/// Codes in a minute that one reader may show us which are none.
const BAD_CODES: u64 = 60;
const MINUTE: Duration = Duration::from_secs(60);
/// A repeat is known as one for so long.
const NAMES_KEPT: Duration = Duration::from_secs(86_400);
const HANDFUL: u64 = 2000;
/// So many orders are expired at once.
const FEW: u64 = 200;

const NO_SUCH_DOOR: Code = Code::new(Kind::NotFound, "door-not-found", "设备没有这个门号");
const TOO_MANY_BAD_CODES: Code = Code::new(Kind::Throttled, "too-many-bad-codes", "无法识别的码太多，请一分钟后再试");

/// Doors, and who may open them.
#[derive(Clone)]
pub struct Doors {
    pub(crate) db: Db,
    pub(crate) sites: Sites,
    pub(crate) cards: Cards,
    pub(crate) counters: Arc<SharedCounters>,
    pub(crate) snapshots: Snapshots,
    pub(crate) event_writer: EventWriter,
    drivers: Drivers,
    pub(crate) statuses: Statuses,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tasks: TaskTracker,
}

/// What doors are made of.
pub struct Deps {
    pub db: Db,
    pub sites: Sites,
    pub cards: Cards,
    /// Counters and one-time counters.
    pub counters: Arc<SharedCounters>,
    /// The key that the sites' keys come from.
    pub root: Arc<RootKey>,
    pub drivers: Drivers,
    /// What tells how doors stand, where something does.
    pub statuses: Option<Arc<dyn DoorStatuses>>,
    pub clock: Arc<dyn Clock>,
    /// What is under way goes on without whoever asked, and is waited for when the server stops.
    pub tasks: TaskTracker,
}

impl Doors {
    /// The doors of the server.
    pub fn new(parts: Deps) -> Self {
        let Deps { db, sites, cards, counters, root, drivers, statuses, clock, tasks } = parts;
        let snapshots = Snapshots::new(db.clone(), sites.clone(), cards.clone(), root, clock.clone());
        let (event_writer, statuses) = (EventWriter::new(db.clone()), Statuses::new(statuses));
        Self { db, sites, cards, counters, snapshots, event_writer, drivers, statuses, clock, tasks }
    }

    /// Whether what is kept of a site in memory is what a full load of it says now.
    ///
    /// # Errors
    /// `site-not-found`.
    #[cfg(feature = "testing")]
    pub async fn snapshot_is_true(&self, site: SiteId) -> Result<bool> {
        self.snapshots.is_true(site).await
    }

    /// Decides a scan, writes the decision down, and moves the lock. A retry of the same scan gets the same answer, or
    /// what became of its order to open, and moves nothing. `degraded` says that the shared cache was away.
    ///
    /// # Errors
    /// `door-not-found`, `too-many-bad-codes`, `scan-id-reused`, `event-key-reused`; when the decision cannot be made
    /// durable, nothing opens.
    pub async fn scan(&self, reader: &Reader, scan: Scan, degraded: bool) -> Result<Scanned> {
        let now = self.clock.now();
        let site = self.snapshots.get(reader.site).await?;
        let door = reader.doors.get(&scan.door).and_then(|id| site.doors.get(id)).ok_or(NO_SUCH_DOOR)?;
        let mut decided = decide_scan(&site, door, scan.kind, &scan.code, now);
        let name = RequestName::of_scan(reader.site, reader.device, &scan, door.id);
        let mut flags = 0;
        if (scan.read_at.since(now)).abs() > CLOCK_TOLERANCE {
            flags |= CLOCK_OFF;
        }
        if decided.reason == Reason::BadCode {
            let key = format!("{{{}}}:bad:{}", reader.site, reader.device);
            if self.counters.count(&key, MINUTE).await > BAD_CODES {
                return Err(TOO_MANY_BAD_CODES.retry_after(MINUTE));
            }
            if let Some(token) = &decided.stranger
                && self.is_of_another_site(token, door, now).await?
            {
                decided.reason = Reason::WrongSite;
            }
        }
        if degraded && decided.tag.is_some() {
            flags |= DEGRADED;
            if site.site.cache_loss == CacheLoss::Deny {
                decided.reason = Reason::DeviceBusy;
            }
        }
        // a reader that drives its own door takes the answer for the order
        let driven = door.driver != Driver::Reader;
        let entry = AccessEvent {
            id: EventId::new(now),
            site: reader.site,
            source: EventSource::Reader { device: reader.device, boot: scan.boot, seq: scan.seq, presented: scan.kind },
            at: scan.read_at,
            name: Some(name),
            door: door.id,
            binding: decided.binding,
            reason: decided.reason,
            flags,
            tag: decided.tag.filter(|_| decided.reason == Reason::Ok),
            command: CommandId::new(now),
            order: if driven { CommandState::Requested } else { CommandState::Sent },
            pulse_ms: door.pulse_ms,
            not_after: now.after(ORDER),
            received_at: now,
        };
        let (pulse_ms, id) = (door.pulse_ms, door.id);
        let (mut reason, written) = if driven && entry.tag.is_some() {
            let doors = self.clone();
            // to its end without the reader, if that goes: what is written down is also sent
            let opening = self.tasks.spawn(async move { doors.open(&site, id, entry).await });
            opening.await.map_err(|error| kernel::INTERNAL.because(error.to_string()))??
        } else {
            let written = self.event_writer.write(entry).await?;
            (written.reason, written)
        };
        metrics::counter!("kaimen_scans_total", "reason" => written.reason.name()).increment(1);
        if let Written { reason: Reason::Ok, command: Some(id), fresh: false } = written {
            reason = self.repeated_opening(reader.site, id).await?;
        }
        let opens = reason == Reason::Ok;
        Ok(Scanned { reason, pulse_ms: if opens { pulse_ms } else { 0 }, command: written.command.filter(|_| opens) })
    }

    /// What a repeat of a granted scan is told. Where the reader's answer was the order, the same again. Where we move the
    /// lock, what became of that: an order that is under way is waited for, one that nobody answered in its time did not
    /// open.
    async fn repeated_opening(&self, site: SiteId, id: CommandId) -> Result<Reason> {
        let begun = Instant::now();
        loop {
            let (state, not_after) =
                self.db.read(|db| async move { rows::command::state(&db, site, id).await }).await?;
            match state {
                CommandState::Requested if not_after.after(GRACE) <= self.clock.now() => {
                    return Ok(Reason::DoorNotOpened);
                }
                CommandState::Requested if begun.elapsed() >= REPEAT_WAIT => return Ok(Reason::DeviceBusy),
                CommandState::Requested => tokio::time::sleep(REPEAT_PAUSE).await,
                over => return Ok(over.reason()),
            }
        }
    }

    /// Writes an opening down and, where nobody did before, sends the order.
    async fn open(&self, site: &Snapshot, door: DoorId, entry: AccessEvent) -> Result<(Reason, Written)> {
        let door = site.doors.get(&door).ok_or(NO_SUCH_DOOR)?;
        let written = self.event_writer.write(entry.clone()).await?;
        let reason = match written {
            Written { reason: Reason::Ok, command: Some(id), fresh: true } => {
                self.carry_out(entry, id, door, ANSWER).await.reason()
            }
            _ => written.reason,
        };
        Ok((reason, written))
    }

    /// Whether another site of ours made this code: its own key must say so.
    async fn is_of_another_site(&self, token: &Token, door: &Door, now: Timestamp) -> Result<bool> {
        for id in self.cards.sites_of(token.handle).await? {
            let site = self.snapshots.get(id).await?;
            let verdict = token.verify(id, now.seconds(), 1 << door.zone, |day| site.key.day(day));
            if verdict != Err(Verdict::BadTag) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Sends an order once, and writes down what the controller said. It has until then to answer, and is not asked at all
    /// once the order has outlived its meaning.
    pub(crate) async fn carry_out(
        &self,
        entry: AccessEvent,
        id: CommandId,
        door: &Door,
        patience: Duration,
    ) -> CommandState {
        let order = Unlock {
            command: id,
            door: door.id,
            pulse_ms: door.pulse_ms,
            not_after: entry.not_after,
            address: door.address.clone(),
        };
        let left = u64::try_from(entry.not_after.since(self.clock.now())).unwrap_or_default();
        let result = match door {
            // nothing says how the installed system names it
            Door { driver: Driver::Installed, address: None, .. } => CommandResult::Refused,
            _ if left == 0 => CommandResult::Silent,
            _ => {
                let patience = patience.min(Duration::from_millis(left));
                tokio::time::timeout(patience, self.drivers.unlock(door.driver, &order))
                    .await
                    .unwrap_or(CommandResult::Silent)
            }
        };
        let state = match result {
            CommandResult::Opened => CommandState::Acked,
            CommandResult::Refused => CommandState::Refused,
            CommandResult::Silent => CommandState::Expired,
            CommandResult::Offline => CommandState::Offline,
        };
        let entry = Arc::new(entry);
        if let Err(fault) = self.settle(&entry, id, state).await {
            tracing::error!(error.cause = %fault, command.id = %id, "command result could not be written, will be retried");
            let doors = self.clone();
            // the door has moved or not: its answer goes out now, and the record follows
            self.tasks.spawn(async move {
                for _ in 0..SETTLE_TRIES {
                    tokio::time::sleep(SETTLE_PAUSE).await;
                    if doors.settle(&entry, id, state).await.is_ok() {
                        return;
                    }
                }
                tracing::error!(command.id = %id, "command result was not written after 60 tries");
            });
        }
        state
    }

    async fn settle(&self, entry: &Arc<AccessEvent>, id: CommandId, state: CommandState) -> Result<()> {
        let (entry, now) = (entry.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let entry = entry.clone();
                Box::pin(async move { rows::command::settle(tx, &entry, id, state, now).await })
            })
            .await
    }

    /// So many uses of one of the caller's cards before that one, newest first.
    ///
    /// # Errors
    /// `not-found` for what is not the caller's.
    pub async fn uses(
        &self,
        caller: Caller,
        binding: BindingId,
        before: Option<UseKey>,
        limit: usize,
    ) -> Result<Vec<Use>> {
        let site = self.cards.find(caller, binding).await?.site;
        let mut uses =
            self.db.read(|db| async move { rows::event::uses(&db, site, binding, before, limit).await }).await?;
        let site = self.snapshots.get(site).await?;
        for one in &mut uses {
            one.door_name = site.doors.get(&one.door).map(|door| door.name.clone());
        }
        Ok(uses)
    }

    /// One of the caller's cards, and the doors it opens: at which hours, in which ways, and whether now.
    ///
    /// # Errors
    /// `not-found` for what is not the caller's.
    pub async fn card(&self, caller: Caller, id: BindingId) -> Result<(CardInfo, Vec<OpenDoor>)> {
        let info = self.cards.info(caller, id).await?;
        let site = self.snapshots.get(info.held.binding.site).await?;
        let doors = info.credential.as_ref().map(|credential| self.opened_by(&site, credential)).unwrap_or_default();
        Ok((info, doors))
    }

    fn opened_by(&self, site: &Snapshot, credential: &Credential) -> Vec<OpenDoor> {
        let (now, subject) = (self.clock.now(), credential.subject());
        let standing = credential.standing(now);
        let mut doors: Vec<_> = site
            .doors
            .values()
            .filter_map(|door| {
                let (week, methods) = site.access.week(subject, door.id, now)?;
                let qr = methods.allow(CredentialKind::Qr);
                let kind = if qr { CredentialKind::Qr } else { CredentialKind::Phone };
                let reason = match standing {
                    Reason::Ok => site.access.decide(subject, door.id, kind, now).reason,
                    why => why,
                };
                Some(OpenDoor { id: door.id, name: door.name.clone(), hours: week.to_string(), methods, reason })
            })
            .collect();
        doors.sort_by_key(|door| door.id);
        doors
    }

    /// Forgets used codes that are too old to be shown, names that are too old to be repeated, and orders nobody will
    /// answer.
    pub async fn clean_up(&self) -> Result<()> {
        let now = self.clock.now();
        let over = || self.db.write(move |tx| Box::pin(async move { rows::command::expire(tx, now, FEW).await }));
        while over().await? >= FEW {}
        let before = now.before(KEPT);
        let forget =
            || self.db.write(move |tx| Box::pin(async move { rows::used_code::purge(tx, before, HANDFUL).await }));
        while forget().await? >= HANDFUL {}
        let before = now.before(NAMES_KEPT);
        let forget =
            || self.db.write(move |tx| Box::pin(async move { rows::request_name::purge(tx, before, HANDFUL).await }));
        while forget().await? >= HANDFUL {}
        self.snapshots.forget_idle();
        Ok(())
    }
}

/// Events stay when an account goes: they are the site's record of its doors, and name a binding that leads to nobody.
#[async_trait]
impl AccountData for Doors {
    fn name(&self) -> &'static str {
        "uses"
    }

    async fn merge(&self, _: &Tx, _: AccountId, _: AccountId, _: Timestamp) -> Result<()> {
        Ok(())
    }

    async fn erase(&self, _: &Tx, _: AccountId, _: Timestamp) -> Result<()> {
        Ok(())
    }

    /// The last thousand uses of each card.
    async fn export(&self, account: AccountId) -> Result<serde_json::Value> {
        const MOST: usize = 1000;
        let mut all = Vec::new();
        for binding in self.cards.bindings_of(account).await? {
            let (site, id) = (binding.site, binding.id);
            let uses = self.db.read(|db| async move { rows::event::uses(&db, site, id, None, MOST).await }).await?;
            all.extend(uses.into_iter().map(|one| {
                let Use { at, door, reason, .. } = one;
                serde_json::json!({ "bindingId": id, "siteId": site, "doorId": door, "at": at, "reason": reason })
            }));
        }
        Ok(all.into())
    }
}
