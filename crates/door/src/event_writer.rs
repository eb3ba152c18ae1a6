//! The event writer: what was decided is written before it is answered, many decisions in one transaction. The row decides
//! who used a code first, also with Redis away, across processes and after a crash.

use std::{borrow::Cow, collections::BTreeSet, sync::Arc, time::Duration};

use kernel::{AccountId, Fault, Reason, Result};
use store::{DATABASE_AWAY, Db, Tx};
use tokio::sync::{mpsc, oneshot};

use crate::{
    event::{AccessEvent, Written},
    request_name::EVENT_KEY_REUSED,
    rows,
};

/// The most decisions one transaction carries.
const BATCH: usize = 256;
const QUEUE: usize = 4096;

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
    let of: BTreeSet<AccountId> = opening.filter_map(|entry| entry.source.needs_consents_of()).collect();
    if of.is_empty() {
        return Ok(entries.into());
    }
    let lacking = auth::without_consents(tx, &of.into_iter().collect::<Vec<_>>()).await?;
    if lacking.is_empty() {
        return Ok(entries.into());
    }
    let refused = entries.iter().cloned().map(|entry| {
        let of = entry.source.needs_consents_of().filter(|_| entry.reason == Reason::Ok);
        match of.is_some_and(|of| lacking.contains(&of)) {
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
    let bound = rows::request_name::bind(tx, entries).await?;
    let new: Vec<&AccessEvent> = entries.iter().filter(|entry| !bound.contains_key(&entry.id)).collect();
    let refused = rows::event::insert(tx, &new).await?;
    let (out, kept): (Vec<&AccessEvent>, Vec<&AccessEvent>) =
        new.into_iter().partition(|entry| refused.contains(&entry.id));
    rows::request_name::release(tx, &out).await?;
    let opening: Vec<&AccessEvent> = kept.into_iter().filter(|entry| entry.reason == Reason::Ok).collect();
    let lost = rows::used_code::use_up(tx, &opening).await?;
    let (late, orders): (Vec<&AccessEvent>, Vec<&AccessEvent>) =
        opening.into_iter().partition(|entry| lost.contains(&entry.id));
    rows::event::mark_replayed(tx, &late).await?;
    rows::command::insert(tx, &orders).await?;
    let mut all = Vec::with_capacity(entries.len());
    for entry in entries {
        let decided = |reason| {
            let command = (reason == Reason::Ok).then_some(entry.command);
            Ok(Written { reason, command, fresh: true })
        };
        all.push(match (bound.get(&entry.id), entry.name) {
            (Some(first), Some(name)) if !first.repeats(&name) => Err(name.reused.into()),
            (Some(first), _) if refused.contains(&first.event) => Err(EVENT_KEY_REUSED.into()),
            (Some(first), _) => rows::event::first_answer(tx, first.event, first.place(entry))
                .await?
                .map(|(reason, command)| Written { reason, command, fresh: false }),
            (None, _) if refused.contains(&entry.id) => Err(EVENT_KEY_REUSED.into()),
            (None, _) if lost.contains(&entry.id) => decided(Reason::Replayed),
            (None, _) => decided(entry.reason),
        });
    }
    Ok(all)
}
