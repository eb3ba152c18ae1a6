//! The event writer: what was decided is written before it is answered, many decisions in one transaction. The row decides
//! who used a code first, also with Redis away, across processes and after a crash.

use std::{borrow::Cow, collections::BTreeSet, sync::Arc, time::Duration};

use feature::{Context, Worker};
use kernel::{AccountId, Fault, Reason, Result};
use store::{DATABASE_AWAY, Db, Tx};
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::{
    event::{AccessEvent, Written},
    request_name::EVENT_KEY_REUSED,
    rows,
};

/// The most decisions one transaction carries.
const BATCH: usize = 256;
const QUEUE: usize = 4096;
/// Says that it gets on so often while nobody asks.
const BEAT: Duration = Duration::from_secs(10);
/// A write ends within 8 s.
const STALLED: Duration = Duration::from_secs(30);

struct Waiting {
    entry: AccessEvent,
    reply: oneshot::Sender<Result<Written>>,
}

#[derive(Clone)]
pub(crate) struct EventWriter {
    db: Db,
    queue: mpsc::Sender<Waiting>,
    waiting: Arc<Mutex<mpsc::Receiver<Waiting>>>,
}

impl EventWriter {
    pub(crate) fn new(db: Db) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        Self { db, queue, waiting: Arc::new(Mutex::new(waiting)) }
    }

    /// What writes decisions down: without it none is answered.
    pub(crate) fn worker(&self) -> Worker {
        let writer = self.clone();
        Worker::new("event_writer", STALLED, move |context| writer.clone().run(context))
    }

    /// Until the server stops and nothing waits: the requests have ended by then.
    async fn run(self, context: Context) {
        let mut waiting = self.waiting.lock().await;
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            context.beat();
            tokio::select! {
                biased;
                _ = waiting.recv_many(&mut batch, BATCH) => self.write_batch(std::mem::take(&mut batch)).await,
                () = context.stopped() => return,
                () = tokio::time::sleep(BEAT) => {}
            }
        }
    }

    async fn write_batch(&self, batch: Vec<Waiting>) {
        let (entries, replies): (Vec<_>, Vec<_>) = batch.into_iter().map(|one| (one.entry, one.reply)).unzip();
        let entries: Arc<[AccessEvent]> = entries.into();
        match self.db.write_with(entries, |tx, entries| Box::pin(write(tx, entries))).await {
            Ok(written) => {
                for (reply, written) in replies.into_iter().zip(written) {
                    let _ = reply.send(written);
                }
            }
            Err(fault) => {
                tracing::error!(error.cause = %fault, events.lost = replies.len(), "access events could not be written, no door opens");
                for reply in replies {
                    let mut fault = fault.code().retry_after(Duration::from_secs(1));
                    fault.set_cause("the batch failed");
                    let _ = reply.send(Err(fault));
                }
            }
        }
    }

    /// Writes a decision down; answers when it is durable. A repeat is answered with what was decided first.
    ///
    /// # Errors
    /// What the name says of its reuse, `event-key-reused`: nothing was written then, and no code used up;
    /// `door-record-inconsistent`; `database-unavailable`.
    pub(crate) async fn write(&self, entry: AccessEvent) -> Result<Written> {
        let (reply, answer) = oneshot::channel();
        let full = || Fault::from(DATABASE_AWAY);
        self.queue.try_send(Waiting { entry, reply }).map_err(|_| full())?;
        answer.await.map_err(|_| full())?
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

#[cfg(test)]
mod tests {
    use kernel::{
        BindingId, BootId, CommandId, CredentialKind, DeviceId, DoorId, EventId, Kind, ScanId, SiteId, Timestamp,
        macros::uuid::Uuid,
    };
    use sea_orm::{
        ConnectionTrait, ExprTrait,
        sea_query::{Expr, Query, SelectStatement},
    };
    use store::{
        on_every_database,
        testing::{Faults, How, Step},
    };
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::{command::CommandState, event::EventSource, request_name::RequestName, scan::Scan, uses::Use};

    const NOW: Timestamp = Timestamp::from_seconds(1_795_000_000);

    fn running(db: &Db) -> EventWriter {
        running_until(db, CancellationToken::new())
    }

    fn running_until(db: &Db, stop: CancellationToken) -> EventWriter {
        let writer = EventWriter::new(db.clone());
        let worker = writer.worker();
        tokio::spawn(async move { worker.run(Context::new(stop)).await });
        writer
    }

    fn id(n: u64) -> Uuid {
        Uuid::from_u128(n.into())
    }

    fn site() -> SiteId {
        SiteId::from_uuid(id(1))
    }

    /// The `n`th scan of a reader, which may open.
    fn scan(n: u64) -> AccessEvent {
        let seq = i64::try_from(n).unwrap();
        let (device, boot, door) = (DeviceId::from_uuid(id(2)), BootId::from_uuid(id(3)), DoorId::from_uuid(id(4)));
        let asked = Scan {
            id: ScanId::from_uuid(id(1000 + n)),
            boot,
            seq,
            door: 1,
            code: n.to_string(),
            kind: CredentialKind::Qr,
            read_at: NOW,
        };
        AccessEvent {
            id: EventId::new(NOW),
            site: site(),
            source: EventSource::Reader { device, boot, seq, presented: CredentialKind::Qr },
            at: NOW,
            name: Some(RequestName::of_scan(site(), device, &asked, door)),
            door,
            binding: Some(BindingId::from_uuid(id(5))),
            reason: Reason::Ok,
            flags: 0,
            tag: Some(std::array::from_fn(|at| n.to_be_bytes().get(at).copied().unwrap_or_default())),
            command: CommandId::new(NOW),
            order: CommandState::Requested,
            pulse_ms: 3000,
            not_after: NOW.after(Duration::from_secs(5)),
            received_at: NOW,
        }
    }

    /// What somebody asked by phone.
    fn unlock() -> AccessEvent {
        let source = EventSource::Phone { account: AccountId::from_uuid(id(6)), evidence: "{}".to_owned() };
        AccessEvent { source, name: None, tag: None, ..scan(0) }
    }

    /// The same scan by another, who was shown the same code.
    fn copy_of(shown: &AccessEvent, n: u64) -> AccessEvent {
        AccessEvent { tag: shown.tag, ..scan(n) }
    }

    async fn first(db: &Db, select: SelectStatement) -> sea_orm::QueryResult {
        let row = db.read(move |db| {
            let select = select.clone();
            async move { Ok(db.query_one(&select).await?) }
        });
        row.await.unwrap().expect("a row")
    }

    async fn count(db: &Db, table: &'static str) -> i64 {
        let all = Query::select().expr_as(Expr::col("site_id").count(), "count").from(table).to_owned();
        first(db, all).await.try_get("", "count").unwrap()
    }

    async fn rows(db: &Db) -> [i64; 4] {
        let mut counts = [0; 4];
        for (table, rows) in
            ["access_events", "unlock_commands", "used_codes", "request_names"].into_iter().zip(&mut counts)
        {
            *rows = count(db, table).await;
        }
        counts
    }

    async fn uses(db: &Db) -> Result<Vec<Use>> {
        let binding = BindingId::from_uuid(id(5));
        db.read(|db| async move { rows::event::uses(&db, site(), binding, None, 1000).await }).await
    }

    on_every_database! {
        async fn of_a_full_batch_with_one_code_twice_one_wins_and_is_the_first(database) {
            let db = Db::connect(&database.url).await.unwrap();
            let mut entries: Vec<_> = (0..BATCH as u64).map(scan).collect();
            entries[200] = copy_of(&entries[10], 200);
            let all: Arc<[AccessEvent]> = entries.into();
            let batch = all.clone();
            let written = db
                .write(move |tx| {
                    let batch = batch.clone();
                    Box::pin(async move { write(tx, &batch).await })
                })
                .await
                .unwrap();
            assert_eq!(written.len(), BATCH);
            for (n, (entry, written)) in all.iter().zip(written).enumerate() {
                let expected = match n {
                    200 => Written { reason: Reason::Replayed, command: None, fresh: true },
                    _ => Written { reason: Reason::Ok, command: Some(entry.command), fresh: true },
                };
                assert_eq!(written.unwrap(), expected, "{n}");
            }
            let most = BATCH as i64;
            assert_eq!(rows(&db).await, [most, most - 1, most - 1, most], "who was late has an event and no order");
            let late: Vec<_> = uses(&db).await.unwrap().into_iter().filter(|one| one.reason == Reason::Replayed).collect();
            assert_eq!(late.iter().map(|one| one.id).collect::<Vec<_>>(), [all[200].id]);
        }

        async fn however_decisions_fall_into_batches_one_code_wins_once(database) {
            let db = Db::connect(&database.url).await.unwrap();
            let writer = running(&db);
            let shown = scan(0);
            let waiting: Vec<_> = (0..BATCH as u64).map(|n| {
                let (writer, entry) = (writer.clone(), copy_of(&shown, n));
                tokio::spawn(async move { writer.write(entry).await })
            }).collect();
            let mut won = 0;
            for one in waiting {
                let written = one.await.unwrap().unwrap();
                assert!(matches!(written.reason, Reason::Ok | Reason::Replayed), "{written:?}");
                assert_eq!(written.command.is_some(), written.reason == Reason::Ok);
                won += usize::from(written.reason == Reason::Ok);
            }
            assert_eq!((won, rows(&db).await), (1, [BATCH as i64, 1, 1, BATCH as i64]));
        }

        async fn a_commit_that_fails_opens_nothing_and_uses_no_code_up(database) {
            let db = Db::connect(&database.url).await.unwrap();
            let (writer, faults) = (running(&db), Faults::of(&database.url));
            for how in [How::Full, How::Io] {
                faults.fail_from_now_on(Step::Commit, how);
                let fault = writer.write(scan(1)).await.unwrap_err();
                assert_eq!(fault.code().kind, Kind::Unavailable, "{how:?}: {fault}");
                faults.end();
                assert_eq!(rows(&db).await, [0; 4], "{how:?}");
            }
            let written = writer.write(scan(1)).await.unwrap();
            assert_eq!((written.reason, written.fresh), (Reason::Ok, true), "the same code, once it can be written");
            assert_eq!(rows(&db).await, [1; 4]);
        }

        async fn what_waits_when_the_server_stops_is_written_and_answered(database) {
            let (db, stop) = (Db::connect(&database.url).await.unwrap(), CancellationToken::new());
            let writer = EventWriter::new(db.clone());
            let waiting: Vec<_> = (1..=40).map(|n| {
                let writer = writer.clone();
                tokio::spawn(async move { writer.write(scan(n)).await })
            }).collect();
            while writer.queue.capacity() > QUEUE - 40 {
                tokio::task::yield_now().await;
            }
            stop.cancel();
            writer.worker().run(Context::new(stop)).await;
            for one in waiting {
                assert_eq!(one.await.unwrap().unwrap().reason, Reason::Ok);
            }
            assert_eq!(count(&db, "access_events").await, 40);
        }

        async fn a_reader_keeps_its_count_and_a_phone_has_none(database) {
            let db = Db::connect(&database.url).await.unwrap();
            let writer = running(&db);
            let (by_reader, by_phone) = (scan(9), unlock());
            for entry in [&by_reader, &by_phone] {
                assert_eq!(writer.write(entry.clone()).await.unwrap().command, Some(entry.command));
            }
            let columns = async |entry: &AccessEvent| {
                let columns = ["device_id", "boot_id", "seq", "method"];
                let select = Query::select().columns(columns).from("access_events").and_where(Expr::col("id").eq(entry.id.uuid())).to_owned();
                let row = first(&db, select).await;
                let ids: [Uuid; 2] = ["device_id", "boot_id"].map(|column| row.try_get("", column).unwrap());
                (ids, row.try_get::<i64>("", "seq").unwrap(), row.try_get::<i16>("", "method").unwrap())
            };
            assert_eq!(columns(&by_reader).await, ([id(2), id(3)], 9, 1));
            assert_eq!(columns(&by_phone).await, ([Uuid::nil(), by_phone.id.uuid()], 0, 4));
            let evidence = async |entry: &AccessEvent| {
                let of = Expr::col("id").eq(entry.command.uuid());
                let select = Query::select().column("evidence").from("unlock_commands").and_where(of).to_owned();
                first(&db, select).await.try_get::<Option<String>>("", "evidence").unwrap()
            };
            assert_eq!((evidence(&by_reader).await, evidence(&by_phone).await), (None, Some("{}".to_owned())));
            let mut kinds: Vec<_> = uses(&db).await.unwrap().into_iter().map(|one| one.kind.number()).collect();
            kinds.sort_unstable();
            assert_eq!(kinds, [CredentialKind::Qr.number(), CredentialKind::Phone.number()]);

            let strange = Query::update().table("access_events").value("method", 9_i16).to_owned();
            db.write(move |tx| {
                let strange = strange.clone();
                Box::pin(async move { tx.execute(&strange).await.map(|_| ()).map_err(Fault::from) })
            })
            .await
            .unwrap();
            assert_eq!(uses(&db).await.unwrap_err().code().name, "door-record-inconsistent");
        }
    }
}
