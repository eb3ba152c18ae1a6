use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use futures_util::{FutureExt, future::BoxFuture};
use kernel::{INTERNAL, Result, random};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, TransactionOptions, TransactionTrait};
use tokio::{
    sync::{Notify, mpsc, oneshot},
    time::timeout,
};

use crate::{
    Tx,
    connect::{Role, pool},
    fail::{away, classified, is_away, is_collision},
    group,
};

const QUEUE: usize = 4096;
const READ: Duration = Duration::from_secs(4);
const WRITE: Duration = Duration::from_secs(8);
const TRIES: u32 = 8;
/// After so many lost connections in a row the pool is replaced: sqlx does not notice silently dead sockets.
const LOST: u32 = 8;
const HEARTBEAT: Duration = Duration::from_secs(1);

struct Inner {
    url: String,
    pool: ArcSwap<DatabaseConnection>,
    /// SQLite's queue to its one writer.
    queue: Option<mpsc::Sender<Box<dyn group::Job>>>,
    lost: AtomicU32,
    answers: AtomicBool,
    posted: Notify,
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

impl Db {
    /// Opens the database of this URL (`sqlite://…`, `postgres://…`, `mysql://…`) and watches over it from then on.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn connect(url: &str) -> Result<Self> {
        let (first, queue) = if url.starts_with("sqlite:") {
            let writer = pool(url, Role::Writer).await?;
            let readers = pool(url, Role::Readers).await?;
            let (queue, waiting) = mpsc::channel(QUEUE);
            (readers, Some((queue, writer, waiting)))
        } else {
            (pool(url, Role::Server).await?, None)
        };
        let (queue, writer) = match queue {
            Some((queue, writer, waiting)) => (Some(queue), Some((writer, waiting))),
            None => (None, None),
        };
        let db = Self(Arc::new(Inner {
            url: url.to_owned(),
            pool: ArcSwap::from_pointee(first),
            queue,
            lost: AtomicU32::new(0),
            answers: AtomicBool::new(true),
            posted: Notify::new(),
        }));
        let weak = Arc::downgrade(&db.0);
        if let Some((writer, waiting)) = writer {
            tokio::spawn(group::run(writer, waiting, {
                let weak = weak.clone();
                move || {
                    if let Some(inner) = weak.upgrade() {
                        inner.posted.notify_one();
                    }
                }
            }));
        }
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(HEARTBEAT).await;
                let Some(inner) = weak.upgrade() else { break };
                Self(inner).watch().await;
            }
        });
        Ok(db)
    }

    /// Pings; replaces a pool whose connections are dead while new ones work.
    async fn watch(&self) {
        let pool = self.0.pool.load_full();
        let ping = timeout(HEARTBEAT, pool.execute_unprepared("SELECT 1")).await;
        if matches!(ping, Ok(Ok(_))) && self.0.lost.load(Ordering::Relaxed) < LOST {
            self.0.answers.store(true, Ordering::Relaxed);
            return;
        }
        self.0.answers.store(false, Ordering::Relaxed);
        if self.0.queue.is_some() {
            self.0.lost.store(0, Ordering::Relaxed); // a file has no sockets to lose
            return;
        }
        if let Ok(Ok(fresh)) = timeout(2 * HEARTBEAT, crate::connect::pool(&self.0.url, Role::Server)).await {
            tracing::warn!("database pool replaced");
            metrics::counter!("kaimen_database_pools_replaced_total").increment(1);
            self.0.pool.store(Arc::new(fresh));
            self.0.lost.store(0, Ordering::Relaxed);
            self.0.answers.store(true, Ordering::Relaxed);
            tokio::spawn(async move { timeout(WRITE, pool.as_ref().clone().close()).await });
        }
    }

    /// Whether it answered when last asked.
    pub fn answers(&self) -> bool {
        self.0.answers.load(Ordering::Relaxed)
    }

    /// Has the courier of this process look for letters that are due by now.
    pub fn wake_courier(&self) {
        self.0.posted.notify_one();
    }

    /// Waits until a letter was posted by this process.
    pub async fn letter_posted(&self) {
        self.0.posted.notified().await;
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

    fn heed<T>(&self, outcome: Result<T>) -> Result<T> {
        match outcome {
            Err(fault) if is_away(&fault) => {
                self.0.lost.fetch_add(1, Ordering::Relaxed);
                Err(classified(fault))
            }
            other => {
                self.0.lost.store(0, Ordering::Relaxed);
                other
            }
        }
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
                self.0.lost.fetch_add(1, Ordering::Relaxed);
                Err(away("read timed out".into()))
            }
        }
    }

    /// Writes in one transaction: all of it or nothing. `act` may run more than once, so it has no effect but through
    /// the transaction, and takes ids and times from outside. It runs to its end also when the caller goes away.
    ///
    /// # Errors
    /// [`crate::DATABASE_AWAY`] when the database is; else what `act` says.
    pub async fn write<T, F>(&self, act: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> Fn(&'t Tx) -> BoxFuture<'t, Result<T>> + Send + Sync + 'static,
    {
        let (reply, answer) = oneshot::channel();
        if let Some(queue) = &self.0.queue {
            let job = Box::new(group::Write { act, outcome: None, reply });
            queue.send(job).await.map_err(|_| away("the writer has stopped".into()))?;
        } else {
            let db = self.clone();
            tokio::spawn(async move {
                let outcome = match AssertUnwindSafe(timeout(WRITE, db.alone(&act))).catch_unwind().await {
                    Ok(Ok(outcome)) => db.heed(outcome),
                    Ok(Err(_)) => {
                        db.0.lost.fetch_add(1, Ordering::Relaxed);
                        Err(away("write timed out".into()))
                    }
                    Err(_) => Err(INTERNAL.into()), // a panic: our bug, and no database that is away
                };
                let _ = reply.send(outcome);
            });
        }
        answer.await.map_err(|_| away("the writer has stopped".into()))?
    }

    /// One transaction for one write, begun again when two were in each other's way.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that begins")]
    async fn alone<T, F>(&self, act: &F) -> Result<T>
    where
        F: for<'t> Fn(&'t Tx) -> BoxFuture<'t, Result<T>>,
    {
        for attempt in 1.. {
            let pool = self.0.pool.load().as_ref().clone();
            let tx = Tx::new(pool.begin_with_options(TransactionOptions::default()).await?);
            let outcome = act(&tx).await;
            let posted = tx.posted();
            let outcome = match outcome {
                Ok(value) => match tx.into_inner().commit().await {
                    Ok(()) => Ok(value),
                    Err(error) => Err(error.into()),
                },
                Err(fault) => {
                    tx.into_inner().rollback().await?;
                    Err(fault)
                }
            };
            match outcome {
                Err(fault) if is_collision(&fault) && attempt < TRIES => {
                    let [dice] = random::<1>();
                    tokio::time::sleep(Duration::from_millis(u64::from(dice % 16) * u64::from(attempt))).await;
                }
                outcome => {
                    if posted && outcome.is_ok() {
                        self.0.posted.notify_one();
                    }
                    return outcome;
                }
            }
        }
        unreachable!("the last attempt returns")
    }
}
