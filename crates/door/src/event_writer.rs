//! The event writer: what was decided is written before it is answered, many decisions in one transaction. The row decides
//! who used a code first, also with Redis away, across processes and after a crash.

use std::{borrow::Cow, collections::BTreeSet, sync::Arc, time::Duration};

use kernel::{
    AccountId, BindingId, BootId, CommandId, DeviceId, DoorId, EventId, Fault, Reason, Result, SiteId, Timestamp,
    km1::Tag,
};
use store::{DATABASE_AWAY, Db, Tx};
use tokio::sync::{mpsc, oneshot};

use crate::{
    request_name::{EVENT_KEY_REUSED, RequestName},
    rows,
};

/// The most decisions one transaction carries.
const BATCH: usize = 256;
const QUEUE: usize = 4096;

/// States of an order to open. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandState {
    /// Written, and not yet sent.
    Requested = 1,
    Sent = 2,
    /// The controller did it.
    Acked = 3,
    /// The controller would not.
    Refused = 4,
    /// The controller was not there.
    Offline = 5,
    /// No answer in time.
    Expired = 6,
}

impl CommandState {
    /// The state behind a stored number.
    pub(crate) const fn from_number(number: i16) -> Option<Self> {
        Some(match number {
            1 => Self::Requested,
            2 => Self::Sent,
            3 => Self::Acked,
            4 => Self::Refused,
            5 => Self::Offline,
            6 => Self::Expired,
            _ => return None,
        })
    }

    /// What whoever asked is told.
    pub const fn reason(self) -> Reason {
        match self {
            Self::Requested | Self::Sent | Self::Acked => Reason::Ok,
            Self::Refused | Self::Expired => Reason::DoorNotOpened,
            Self::Offline => Reason::DoorOffline,
        }
    }
}

/// The event's flag: the shared cache was away.
pub(crate) const DEGRADED: i16 = 1;
/// The event's flag: the device's clock is more than ten seconds off.
pub(crate) const CLOCK_OFF: i16 = 2;

/// One decision to be written down.
#[derive(Clone)]
pub(crate) struct AccessEvent {
    pub(crate) id: EventId,
    pub(crate) site: SiteId,
    pub(crate) device: DeviceId,
    pub(crate) boot: BootId,
    pub(crate) seq: i64,
    pub(crate) at: Timestamp,
    /// The name to bind, and what it asks; none where a refusal leaves the name free.
    pub(crate) name: Option<RequestName>,
    pub(crate) door: DoorId,
    pub(crate) binding: Option<BindingId>,
    /// Whose consents it needs when it is written: `Revoked` without them. For phones; codes that readers show die with
    /// their handles.
    pub(crate) needs_consents_of: Option<AccountId>,
    pub(crate) method: i16,
    pub(crate) reason: Reason,
    pub(crate) flags: i16,
    /// The code to use up; only where the reason is `Ok`.
    pub(crate) tag: Option<Tag>,
    pub(crate) command: CommandId,
    /// How the order begins: sent with the answer, or still to be sent to a controller.
    pub(crate) order: CommandState,
    /// What spoke for the phone being at the door, as JSON.
    pub(crate) evidence: Option<String>,
    pub(crate) pulse_ms: u32,
    pub(crate) not_after: Timestamp,
    pub(crate) received_at: Timestamp,
}

/// What stands in the event writer of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) reason: Reason,
    pub(crate) command: Option<CommandId>,
    /// It was not there before: whoever wrote it moves the lock, nobody else.
    pub(crate) fresh: bool,
}

struct Waiting {
    entry: AccessEvent,
    reply: oneshot::Sender<Result<Written>>,
}

#[derive(Clone)]
pub(crate) struct EventWriter(mpsc::Sender<Waiting>);

impl EventWriter {
    pub(crate) fn open(db: Db) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(keep(db, waiting));
        Self(queue)
    }

    /// Writes a decision down; answers when it is durable. A repeat is answered with what was decided first.
    ///
    /// # Errors
    /// What the name says of its reuse, `event-key-reused`: nothing was written then, and no code used up;
    /// `door-record-inconsistent`; `database-unavailable`.
    pub(crate) async fn write(&self, entry: AccessEvent) -> Result<Written> {
        let (reply, answer) = oneshot::channel();
        let full = || Fault::from(DATABASE_AWAY);
        self.0.try_send(Waiting { entry, reply }).map_err(|_| full())?;
        answer.await.map_err(|_| full())?
    }
}

async fn keep(db: Db, mut waiting: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let (entries, replies): (Vec<_>, Vec<_>) = batch.drain(..).map(|one| (one.entry, one.reply)).unzip();
        let entries: Arc<[AccessEvent]> = entries.into();
        let written = db
            .write(move |tx| {
                let entries = entries.clone();
                Box::pin(async move { write(tx, &entries).await })
            })
            .await;
        match written {
            Ok(written) => {
                for (reply, written) in replies.into_iter().zip(written) {
                    let _ = reply.send(written);
                }
            }
            Err(fault) => {
                tracing::error!(%fault, lost = replies.len(), "access events could not be written, no door opens");
                for reply in replies {
                    let mut fault = fault.code().retry_after(Duration::from_secs(1));
                    fault.set_cause("the batch failed");
                    let _ = reply.send(Err(fault));
                }
            }
        }
    }
}

/// The entries, those of accounts without the consents that they need refused.
async fn with_consents<'a>(tx: &Tx, entries: &'a [AccessEvent]) -> Result<Cow<'a, [AccessEvent]>> {
    let opening = entries.iter().filter(|entry| entry.reason == Reason::Ok);
    let of: BTreeSet<AccountId> = opening.filter_map(|entry| entry.needs_consents_of).collect();
    if of.is_empty() {
        return Ok(entries.into());
    }
    let lacking = auth::without_consents(tx, &of.into_iter().collect::<Vec<_>>()).await?;
    if lacking.is_empty() {
        return Ok(entries.into());
    }
    let refused = entries.iter().cloned().map(|entry| {
        match entry.needs_consents_of.filter(|_| entry.reason == Reason::Ok).is_some_and(|of| lacking.contains(&of)) {
            true => AccessEvent { reason: Reason::Revoked, tag: None, name: None, ..entry },
            false => entry,
        }
    });
    Ok(refused.collect())
}

/// Names first, then events, then codes: whoever is refused for a name or an event's key has used up no code. An error of
/// one entry is its own; an error of all is the database's.
async fn write(tx: &Tx, entries: &[AccessEvent]) -> Result<Vec<Result<Written>>> {
    let entries = &*with_consents(tx, entries).await?;
    let bound = rows::bind_names(tx, entries).await?;
    let new: Vec<&AccessEvent> = entries.iter().filter(|entry| !bound.contains_key(&entry.id)).collect();
    let refused = rows::insert_events(tx, &new).await?;
    let (out, kept): (Vec<&AccessEvent>, Vec<&AccessEvent>) =
        new.into_iter().partition(|entry| refused.contains(&entry.id));
    rows::release_names(tx, &out).await?;
    let opening: Vec<&AccessEvent> = kept.into_iter().filter(|entry| entry.reason == Reason::Ok).collect();
    let lost = rows::use_codes(tx, &opening).await?;
    let (late, orders): (Vec<&AccessEvent>, Vec<&AccessEvent>) =
        opening.into_iter().partition(|entry| lost.contains(&entry.id));
    rows::mark_replayed(tx, &late).await?;
    rows::insert_commands(tx, &orders).await?;
    let mut all = Vec::with_capacity(entries.len());
    for entry in entries {
        let decided = |reason| {
            let command = (reason == Reason::Ok).then_some(entry.command);
            Ok(Written { reason, command, fresh: true })
        };
        all.push(match (bound.get(&entry.id), entry.name) {
            (Some(first), Some(name)) if !first.repeats(&name) => Err(name.reused.into()),
            (Some(first), _) if refused.contains(&first.event) => Err(EVENT_KEY_REUSED.into()),
            (Some(first), _) => rows::first_answer(tx, entry, first).await?.map(|(reason, command)| Written {
                reason,
                command,
                fresh: false,
            }),
            (None, _) if refused.contains(&entry.id) => Err(EVENT_KEY_REUSED.into()),
            (None, _) if lost.contains(&entry.id) => decided(Reason::Replayed),
            (None, _) => decided(entry.reason),
        });
    }
    Ok(all)
}
