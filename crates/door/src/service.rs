use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use cards::{CardInfo, Cards, Credential};
use edge::Caller;
use kernel::{
    AccountId, BindingId, BootId, Clock, Code, CommandId, DoorId, EventId, Fault, Kind, Reason, Result, ScanId, SiteId,
    Timestamp,
    km1::RootKey,
    macros::uuid::Uuid,
    port::{CommandResult, DoorStatuses, Unlock, Unlocks},
};
use serde::Deserialize;
use sites::{CacheLoss, Door, Driver, Methods, Sites};
use store::{AccountData, Db, SharedCounters, Tx};
use utoipa::ToSchema;

use crate::{
    decision::decide_code,
    devices::{Device, Devices},
    event_writer::{AccessEvent, CLOCK_OFF, CommandState, DEGRADED, EventWriter, Written},
    request_name::RequestName,
    rows,
    snapshot::{Snapshot, Snapshots},
    statuses::Statuses,
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
    unlocks: Arc<dyn Unlocks>,
    pub(crate) statuses: Statuses,
    pub(crate) devices: Devices,
    pub(crate) clock: Arc<dyn Clock>,
}

/// What doors are made of.
pub struct Deps {
    pub db: Db,
    pub sites: Sites,
    pub cards: Cards,
    pub devices: Devices,
    /// Counters and one-time counters.
    pub counters: Arc<SharedCounters>,
    /// The key that the sites' keys come from.
    pub root: Arc<RootKey>,
    pub unlocks: Arc<dyn Unlocks>,
    /// What tells how doors stand, where something does.
    pub statuses: Option<Arc<dyn DoorStatuses>>,
    pub clock: Arc<dyn Clock>,
}

/// What was held before a reader. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScanKind {
    /// A code on a screen.
    Qr = 1,
    /// A card.
    Card = 2,
    /// A number typed in.
    Pin = 3,
}

/// A scan, as its reader tells it.
#[derive(Clone, Debug)]
pub struct Scan {
    /// The reader's name for it; a retry carries the same.
    pub id: ScanId,
    pub boot: BootId,
    /// Counts the events of that run.
    pub seq: i64,
    /// The reader's number for the door.
    pub door: i16,
    pub code: String,
    pub kind: ScanKind,
    /// When, by its clock.
    pub read_at: Timestamp,
}

/// A use's place in the list: when, and which of that instant.
pub type UseKey = (i64, Uuid);

/// A use of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// When, by the device's clock.
    pub at: Timestamp,
    /// Tells events of the same instant apart.
    pub id: EventId,
    pub door: DoorId,
    /// Its name, while it stands.
    pub door_name: Option<String>,
    /// Why it opened or did not.
    pub reason: Reason,
}

impl Use {
    /// Its place in the list.
    pub fn key(&self) -> UseKey {
        (self.at.millis(), self.id.uuid())
    }
}

/// A door that a card opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenDoor {
    pub id: DoorId,
    pub name: String,
    /// At which hours of a week, as people read it.
    pub hours: String,
    pub methods: Methods,
    /// Whether it opens now, else why not.
    pub reason: Reason,
}

/// What a reader is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scanned {
    pub reason: Reason,
    /// For how long to open, milliseconds; 0 where the answer is no.
    pub pulse_ms: u32,
    pub command: Option<CommandId>,
}

impl Doors {
    /// The doors of the server.
    pub fn new(parts: Deps) -> Self {
        let Deps { db, sites, cards, devices, counters, root, unlocks, statuses, clock } = parts;
        let snapshots = Snapshots::new(sites.clone(), cards.clone(), root, clock.clone());
        let (event_writer, statuses) = (EventWriter::open(db.clone()), Statuses::new(statuses));
        Self { db, sites, cards, counters, snapshots, event_writer, unlocks, statuses, devices, clock }
    }

    /// Decides a scan, writes the decision down, and moves the lock. A retry of the same scan gets the same answer, or
    /// what became of its order to open, and moves nothing. `degraded` says that the shared cache was away.
    ///
    /// # Errors
    /// `door-not-found`, `too-many-bad-codes`, `scan-id-reused`, `event-key-reused`; when the decision cannot be made
    /// durable, nothing opens.
    pub(crate) async fn scan(&self, device: &Device, scan: Scan, degraded: bool) -> Result<Scanned> {
        let now = self.clock.now();
        let site = self.snapshots.get(device.site).await?;
        let door = device.doors.get(&scan.door).and_then(|id| site.doors.get(id)).ok_or(NO_SUCH_DOOR)?;
        let mut decided = match scan.kind {
            ScanKind::Qr => decide_code(&site, door, Methods::QR, &scan.code, now),
            // no door of ours takes a number that never changes
            ScanKind::Card | ScanKind::Pin => decide_code(&site, door, Methods::QR, "", now),
        };
        let name = RequestName::of_scan(device.site, device.id, &scan, door.id);
        let mut flags = 0;
        if (scan.read_at.since(now)).abs() > CLOCK_TOLERANCE {
            flags |= CLOCK_OFF;
        }
        if decided.reason == Reason::BadCode {
            let key = format!("{{{}}}:bad:{}", device.site, device.id);
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
            site: device.site,
            device: device.id,
            boot: scan.boot,
            seq: scan.seq,
            at: scan.read_at,
            name: Some(name),
            door: door.id,
            binding: decided.binding,
            needs_consents_of: None,
            method: scan.kind as i16,
            reason: decided.reason,
            flags,
            tag: decided.tag.filter(|_| decided.reason == Reason::Ok),
            command: CommandId::new(now),
            order: if driven { CommandState::Requested } else { CommandState::Sent },
            evidence: None,
            pulse_ms: door.pulse_ms,
            not_after: now.after(ORDER),
            received_at: now,
        };
        let (pulse_ms, id) = (door.pulse_ms, door.id);
        let (mut reason, written) = if driven && entry.tag.is_some() {
            let doors = self.clone();
            // to its end without the reader, if that goes: what is written down is also sent
            let opening = tokio::spawn(async move { doors.open(&site, id, entry).await });
            opening.await.map_err(|error| kernel::INTERNAL.because(error.to_string()))??
        } else {
            let written = self.event_writer.write(entry).await?;
            (written.reason, written)
        };
        metrics::counter!("kaimen_scans_total", "reason" => written.reason.name()).increment(1);
        if let Written { reason: Reason::Ok, command: Some(id), fresh: false } = written {
            reason = self.repeated_opening(device.site, id).await?;
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
            let (state, not_after) = self.db.read(|db| async move { rows::command_state(&db, site, id).await }).await?;
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
    async fn is_of_another_site(&self, token: &kernel::km1::Token, door: &Door, now: Timestamp) -> Result<bool> {
        for id in self.cards.sites_of(token.handle).await? {
            let site = self.snapshots.get(id).await?;
            let verdict = token.verify(id, now.seconds(), 1 << door.zone, |day| site.key.day(day));
            if verdict != Err(kernel::km1::Verdict::BadTag) {
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
                tokio::time::timeout(patience, self.unlocks.unlock(&order)).await.unwrap_or(CommandResult::Silent)
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
            tracing::error!(%fault, command = %id, "command result could not be written, will be retried");
            let doors = self.clone();
            // the door has moved or not: its answer goes out now, and the record follows
            tokio::spawn(async move {
                for _ in 0..SETTLE_TRIES {
                    tokio::time::sleep(SETTLE_PAUSE).await;
                    if doors.settle(&entry, id, state).await.is_ok() {
                        return;
                    }
                }
                tracing::error!(command = %id, "command result was not written after 60 tries");
            });
        }
        state
    }

    async fn settle(&self, entry: &Arc<AccessEvent>, id: CommandId, state: CommandState) -> Result<()> {
        let (entry, now) = (entry.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let entry = entry.clone();
                Box::pin(async move { rows::settle_command(tx, &entry, id, state, now).await })
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
        let mut uses = self.db.read(|db| async move { rows::uses(&db, site, binding, before, limit).await }).await?;
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
                let method = if methods.allow(Methods::QR) { Methods::QR } else { Methods::SHAKE };
                let reason = match standing {
                    Reason::Ok => site.access.decide(subject, door.id, method, now).reason,
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
    ///
    /// # Errors
    /// When the database is away.
    pub async fn tidy(&self) -> Result<()> {
        let now = self.clock.now();
        let over = || self.db.write(move |tx| Box::pin(async move { rows::expire_commands(tx, now, FEW).await }));
        while over().await? >= FEW {}
        let before = now.before(KEPT);
        let forget = || self.db.write(move |tx| Box::pin(async move { rows::purge_used(tx, before, HANDFUL).await }));
        while forget().await? >= HANDFUL {}
        let before = now.before(NAMES_KEPT);
        let forget = || self.db.write(move |tx| Box::pin(async move { rows::purge_names(tx, before, HANDFUL).await }));
        while forget().await? >= HANDFUL {}
        Ok(())
    }
}

/// Events stay when an account goes: they are the site's record of its doors, and name a binding that leads to nobody.
#[async_trait]
impl AccountData for Doors {
    fn name(&self) -> &'static str {
        "uses"
    }

    async fn merge(&self, _: &Tx, _: AccountId, _: AccountId, _: Timestamp) -> Result<Vec<SiteId>> {
        Ok(Vec::new())
    }

    async fn erase(&self, _: &Tx, _: AccountId, _: Timestamp) -> Result<Vec<SiteId>> {
        Ok(Vec::new())
    }

    /// The last thousand uses of each card.
    async fn export(&self, account: AccountId) -> Result<serde_json::Value> {
        const MOST: usize = 1000;
        let mut all = Vec::new();
        for binding in self.cards.bindings_of(account).await? {
            let (site, id) = (binding.site, binding.id);
            let uses = self.db.read(|db| async move { rows::uses(&db, site, id, None, MOST).await }).await?;
            all.extend(uses.into_iter().map(|one| {
                let Use { at, door, reason, .. } = one;
                serde_json::json!({ "bindingId": id, "siteId": site, "doorId": door, "at": at, "reason": reason })
            }));
        }
        Ok(all.into())
    }
}

impl Scan {
    /// The longest text a reader may send as a code.
    pub(crate) const LONGEST_CODE: usize = 512;

    /// Holds the numbers of a scan to what they can be.
    pub(crate) fn checked(self) -> Result<Self> {
        let field = |name, message| Fault::field(name, "invalid", message);
        if self.code.len() > Self::LONGEST_CODE {
            return Err(field("code", "码太长"));
        }
        if self.seq < 0 {
            return Err(field("seq", "序号不能为负"));
        }
        Ok(self)
    }
}
