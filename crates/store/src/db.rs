use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use futures_util::{FutureExt, future::BoxFuture};
use kernel::{INTERNAL, Result, random};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};
use tokio::{
    sync::{Notify, mpsc, oneshot},
    time::{Instant, timeout, timeout_at},
};

use crate::{
    ChangeScope, RedisCache, Tx,
    changes::{self, Raised},
    connect::{Role, UNHURRIED, WRITE, pool},
    fail::{Failure, OUTCOME_UNKNOWN, away, classified, is_away, is_reported, unknown},
    faults::Faults,
    feed::{Feed, Heard, PROMISE},
    group, idempotency,
};

const QUEUE: usize = 4096;
const READ: Duration = Duration::from_secs(4);
const TRIES: u64 = 8;
/// After so many lost connections in a row the pool is replaced: sqlx does not notice silently dead sockets.
const LOST: u32 = 8;
const HEARTBEAT: Duration = Duration::from_secs(1);
/// Writes are said to succeed again when none has failed for so long.
const STEADY: Duration = Duration::from_secs(2);

/// How a database is used.
#[derive(Clone)]
pub struct DbOptions {
    /// Tells other processes of changes at once, where it is shared with them.
    pub redis: Option<Arc<RedisCache>>,
    /// Longest a caller waits for a free connection of the pool.
    pub connection_wait: Duration,
}

struct Inner {
    url: String,
    connection_wait: Duration,
    pool: ArcSwap<DatabaseConnection>,
    /// SQLite's queue to its one writer.
    queue: Option<mpsc::Sender<Box<dyn group::Job>>>,
    lost: AtomicU32,
    answers: AtomicBool,
    /// Why writes fail, and when one failed last; whether they can be made now is tried by the heartbeat.
    unwritten: Mutex<Option<(Health, Instant)>>,
    enqueued: Notify,
    feed: Feed,
    faults: Faults,
}

/// Whether the database can do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// It reads and writes.
    Ok,
    /// It does not answer, or nothing can be written.
    Away,
    /// Its disk is full: it reads, and what it writes may be refused.
    NoRoom,
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

impl Db {
    /// Opens the database of this URL (`sqlite://…`, `postgres://…`, `mysql://…`) for a program that nobody waits for.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn connect(url: &str) -> Result<Self> {
        Self::open(url, DbOptions { redis: None, connection_wait: UNHURRIED }).await
    }

    /// Opens the database of this URL and watches over it from then on.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn open(url: &str, options: DbOptions) -> Result<Self> {
        let DbOptions { redis, connection_wait } = options;
        let faults = Faults::of(url);
        let (first, queue) = if url.starts_with("sqlite:") {
            let writer = group::Writer::open(url, faults.clone()).await.map_err(|error| classified(error.into()))?;
            let readers = pool(url, Role::Readers, connection_wait).await?;
            let (queue, waiting) = mpsc::channel(QUEUE);
            (readers, Some((queue, writer, waiting)))
        } else {
            (pool(url, Role::Server, connection_wait).await?, None)
        };
        let (queue, writer) = match queue {
            Some((queue, writer, waiting)) => (Some(queue), Some((writer, waiting))),
            None => (None, None),
        };
        let db = Self(Arc::new(Inner {
            url: url.to_owned(),
            connection_wait,
            pool: ArcSwap::from_pointee(first),
            feed: Feed::new(redis),
            queue,
            lost: AtomicU32::new(0),
            answers: AtomicBool::new(true),
            unwritten: Mutex::new(None),
            enqueued: Notify::new(),
            faults,
        }));
        let weak = Arc::downgrade(&db.0);
        if let Some((writer, waiting)) = writer {
            tokio::spawn(group::run(writer, waiting, {
                let weak = weak.clone();
                move |outcome, raised| {
                    let Some(inner) = weak.upgrade() else { return };
                    inner.feed.announce(raised);
                    inner.wrote(outcome.err());
                    if outcome == Ok(true) {
                        inner.enqueued.notify_one();
                    }
                }
            }));
        }
        let follower = weak.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(PROMISE * 4 / 5).await;
                let Some(inner) = follower.upgrade() else { break };
                let db = Self(inner);
                // the heartbeat says that the database is away
                let _ = db.0.feed.poll(|latest, silent| db.recent(latest, silent)).await;
            }
        });
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(HEARTBEAT).await;
                let Some(inner) = weak.upgrade() else { break };
                let db = Self(inner);
                db.watch().await;
                if db.0.unwritten().is_some() {
                    // its outcome says by itself how writing goes now
                    let _ = db.write(|tx| Box::pin(async move { Ok(idempotency::write_and_forget(tx).await?) })).await;
                }
            }
        });
        Ok(db)
    }

    /// Pings; replaces a pool whose connections are dead while new ones work.
    async fn watch(&self) {
        let current = self.0.pool.load_full();
        let ping = timeout(HEARTBEAT, current.execute_unprepared("SELECT 1")).await;
        if matches!(ping, Ok(Ok(_))) && self.0.lost.load(Ordering::Relaxed) < LOST {
            self.0.answers.store(true, Ordering::Relaxed);
            return;
        }
        self.0.answers.store(false, Ordering::Relaxed);
        if self.0.queue.is_some() {
            self.0.lost.store(0, Ordering::Relaxed); // a file has no sockets to lose
            return;
        }
        let fresh = pool(&self.0.url, Role::Server, self.0.connection_wait);
        if let Ok(Ok(fresh)) = timeout(2 * HEARTBEAT, fresh).await {
            tracing::warn!("database pool replaced");
            metrics::counter!("kaimen_database_pools_replaced_total").increment(1);
            self.0.pool.store(Arc::new(fresh));
            self.0.lost.store(0, Ordering::Relaxed);
            self.0.answers.store(true, Ordering::Relaxed);
            tokio::spawn(async move { timeout(WRITE, current.as_ref().clone().close()).await });
        }
    }

    /// Whether it could do its work when last asked.
    pub fn health(&self) -> Health {
        if !self.0.answers.load(Ordering::Relaxed) {
            return Health::Away;
        }
        self.0.unwritten().map_or(Health::Ok, |(health, _)| health)
    }

    /// Has the outbox worker of this process look for messages that are due by now.
    pub fn wake_outbox_worker(&self) {
        self.0.enqueued.notify_one();
    }

    /// Waits until a message was enqueued by this process.
    pub async fn message_enqueued(&self) {
        self.0.enqueued.notified().await;
    }

    /// What this process knows of changes, so far that the promise is kept: all that others published before, or all that was
    /// raised half a second ago.
    ///
    /// # Errors
    /// [`crate::DATABASE_AWAY`] when neither the shared cache nor the database says what changed.
    pub async fn heard(&self) -> Result<Heard> {
        self.0.feed.catch_up(|latest, silent| self.recent(latest, silent)).await
    }

    /// Whether nothing was heard of a scope since then.
    pub fn is_current(&self, scope: impl Into<ChangeScope>, since: Heard) -> bool {
        self.0.feed.is_current(scope.into(), since)
    }

    async fn recent(&self, latest: Option<i64>, silent: Duration) -> Result<changes::Recent> {
        self.read(|db| async move { changes::recent(&db, latest, silent).await }).await
    }

    /// The name of the product that runs, for people to read.
    pub fn product(&self) -> &'static str {
        match self.0.pool.load().get_database_backend() {
            DbBackend::Sqlite => "sqlite",
            DbBackend::Postgres => "postgres",
            DbBackend::MySql => "mysql",
            _ => "database",
        }
    }

    /// Counts what was lost with the connection.
    fn heed<T>(&self, outcome: Result<T>) -> Result<T> {
        match outcome {
            Err(fault) if is_away(&fault) || fault.code() == OUTCOME_UNKNOWN => {
                self.lost_one();
                Err(classified(fault))
            }
            other => {
                self.0.lost.store(0, Ordering::Relaxed);
                other
            }
        }
    }

    fn lost_one(&self) {
        self.0.lost.fetch_add(1, Ordering::Relaxed);
    }

    /// Reads, within a time limit.
    ///
    /// # Errors
    /// [`crate::DATABASE_AWAY`] when the database is; else what `act` says.
    pub async fn read<T, F, Fut>(&self, act: F) -> Result<T>
    where
        F: FnOnce(DatabaseConnection) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        let pool = self.0.pool.load().as_ref().clone();
        match timeout(READ, act(pool)).await {
            Ok(outcome) => self.heed(outcome),
            Err(_) => {
                self.lost_one();
                Err(away("read timed out".into()))
            }
        }
    }

    /// Writes in one transaction: all of it or nothing. `act` may run more than once, so it has no effect but through
    /// the transaction, and takes ids and times from outside. It runs to its end also when the caller goes away.
    ///
    /// # Errors
    /// [`crate::DATABASE_AWAY`] when the database is, and nothing was written; [`crate::OUTCOME_UNKNOWN`] when the
    /// connection was lost at the COMMIT; else what `act` says.
    pub async fn write<T, F>(&self, act: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> Fn(&'t Tx) -> BoxFuture<'t, Result<T>> + Send + Sync + 'static,
    {
        let (reply, answer) = oneshot::channel();
        if let Some(queue) = &self.0.queue {
            let job = Box::new(group::Write { act, outcome: None, raised: Vec::new(), reply });
            queue.send(job).await.map_err(|_| away("the writer has stopped".into()))?;
        } else {
            let db = self.clone();
            tokio::spawn(async move {
                // a panic is our bug, and no database that is away
                let outcome = AssertUnwindSafe(db.alone(&act)).catch_unwind().await;
                let _ = reply.send(outcome.unwrap_or_else(|_| Err(INTERNAL.into())));
            });
        }
        answer.await.map_err(|_| away("the writer has stopped".into()))?
    }

    /// As [`Self::write`], for what needs more than numbers and ids from outside: `act` is handed the context at each run.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn write_with<C, T, F>(&self, context: C, act: F) -> Result<T>
    where
        C: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t Tx, &'t C) -> BoxFuture<'t, Result<T>> + Send + Sync + 'static,
    {
        let shared = Arc::new((context, act));
        self.write(move |tx| {
            let shared = shared.clone();
            Box::pin(async move { (shared.1)(tx, &shared.0).await })
        })
        .await
    }

    /// One transaction for one write, begun again when two were in each other's way.
    async fn alone<T, F>(&self, act: &F) -> Result<T>
    where
        F: for<'t> Fn(&'t Tx) -> BoxFuture<'t, Result<T>>,
    {
        let deadline = Instant::now() + WRITE;
        let mut attempt = 1;
        loop {
            let collided = match timeout_at(deadline, self.worked(act)).await {
                Ok(Ok((tx, (value, raised)))) => {
                    let committed = self.commit(tx, deadline).await;
                    // also when nobody knows whether it stands
                    let raised = match committed {
                        Ok(()) => raised,
                        Err(_) => raised.into_iter().map(Raised::doubtful).collect(),
                    };
                    self.0.feed.publish(&raised).await;
                    match committed {
                        Ok(()) => return Ok(value),
                        Err(fault) => fault,
                    }
                }
                Ok(Err(fault)) => fault,
                Err(_) => {
                    self.lost_one();
                    return Err(away("write timed out".into()));
                }
            };
            if Failure::behind(&collided) != Some(Failure::Collision) || attempt == TRIES {
                return self.heed(Err(collided));
            }
            let [dice] = random::<1>();
            tokio::time::sleep(Duration::from_millis(u64::from(dice % 16) * attempt)).await;
            attempt += 1;
        }
    }

    /// Everything but the COMMIT.
    async fn worked<T, F>(&self, act: &F) -> Result<(Tx, (T, Vec<Raised>))>
    where
        F: for<'t> Fn(&'t Tx) -> BoxFuture<'t, Result<T>>,
    {
        let pool = self.0.pool.load().as_ref().clone();
        let tx = Tx::begin(&pool, &self.0.faults).await?;
        match changes::whole(&tx, act(&tx)).await {
            Ok(done) => Ok((tx, done)),
            Err(fault) => {
                if tx.failure() == Some(Failure::NoRoom) {
                    self.0.wrote(tx.failure());
                }
                // a refusal stays one when the connection is lost: what was under way on it is undone
                if let Err(error) = tx.rollback().await {
                    tracing::warn!(error.cause = %error, "rollback failed");
                }
                Err(fault)
            }
        }
    }

    /// Commits; an error that the server did not report itself leaves open whether the transaction stands.
    async fn commit(&self, tx: Tx, deadline: Instant) -> Result<()> {
        let enqueued = tx.enqueued();
        let outcome = timeout_at(deadline, tx.commit()).await;
        self.0.wrote(match &outcome {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(Failure::of(error)),
            Err(_) => Some(Failure::Away),
        });
        match outcome {
            Ok(Ok(())) => {
                self.0.lost.store(0, Ordering::Relaxed);
                if enqueued {
                    self.0.enqueued.notify_one();
                }
                Ok(())
            }
            Ok(Err(error)) if is_reported(&error) && Failure::of(&error) != Failure::Away => Err(error.into()),
            Ok(Err(error)) => Err(unknown(error.to_string())),
            Err(_) => Err(unknown("COMMIT timed out".into())),
        }
    }
}

impl Inner {
    fn unwritten(&self) -> MutexGuard<'_, Option<(Health, Instant)>> {
        self.unwritten.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes how a transaction ended that meant to write. On a server only a full disk is told from it: connections that
    /// are lost show in the heartbeat.
    fn wrote(&self, failure: Option<Failure>) {
        let mut unwritten = self.unwritten();
        let health = match failure {
            None => {
                // a full disk refuses some writes and takes others: one that succeeds says little
                if unwritten.is_some_and(|(_, failed)| failed.elapsed() >= STEADY) {
                    *unwritten = None;
                    tracing::info!("database is writable again");
                }
                return;
            }
            Some(Failure::NoRoom) => Health::NoRoom,
            Some(_) if self.queue.is_some() => Health::Away,
            Some(_) => return,
        };
        if unwritten.is_none_or(|(before, _)| before != health) {
            tracing::error!(error.cause = ?failure, "database is not writable");
        }
        *unwritten = Some((health, Instant::now()));
    }
}
