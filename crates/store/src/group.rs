//! SQLite's group commit: one writer drains what waits, one transaction carries it, one fsync answers all of it.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use kernel::Fault;
use sea_orm::{DatabaseConnection, DbErr};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use crate::{
    Tx,
    changes::{self, Raised},
    connect::{CommitCount, WRITE, writer},
    fail::{Failure, away, classified, is_reported, unknown},
    faults::Faults,
    idempotency,
};

/// The most writes one commit carries.
const BATCH: usize = 256;
/// How long a connection that is thrown away may take to close.
const CLOSE: Duration = Duration::from_secs(2);

/// A write whose type is forgotten, so that many kinds can share a transaction.
pub(crate) trait Job: Send {
    /// Runs it and keeps the result; true when it came out well.
    fn run<'a>(&'a mut self, tx: &'a Tx) -> BoxFuture<'a, bool>;
    /// What it raised when it was last run.
    fn raised(&self) -> &[Raised];
    /// Answers whoever waits: with its own result, or with the failure of the transaction that carried it.
    fn answer(self: Box<Self>, failure: Option<Fault>);
}

pub(crate) struct Write<T, F> {
    pub(crate) act: F,
    pub(crate) outcome: Option<kernel::Result<T>>,
    pub(crate) raised: Vec<Raised>,
    pub(crate) reply: oneshot::Sender<kernel::Result<T>>,
}

impl<T, F> Job for Write<T, F>
where
    T: Send,
    F: for<'t> Fn(&'t Tx) -> BoxFuture<'t, kernel::Result<T>> + Send + Sync,
{
    fn run<'a>(&'a mut self, tx: &'a Tx) -> BoxFuture<'a, bool> {
        self.raised.clear();
        Box::pin(async move {
            // a bug in one write must not stop the writer of all, be it before or in its future
            let act = AssertUnwindSafe(async { changes::whole(tx, (self.act)(tx)).await });
            let outcome = act.catch_unwind().await.unwrap_or_else(|_| Err(kernel::INTERNAL.into()));
            let well = outcome.is_ok();
            self.outcome = Some(outcome.map(|(value, raised)| {
                self.raised = raised;
                value
            }));
            well
        })
    }

    fn raised(&self) -> &[Raised] {
        &self.raised
    }

    fn answer(self: Box<Self>, failure: Option<Fault>) {
        let outcome = match (failure, self.outcome) {
            // a rule that refused stays a refusal, whatever became of the others
            (Some(failure), Some(Ok(_)) | None) => Err(failure),
            (_, Some(outcome)) => outcome.map_err(classified),
            (None, None) => Err(kernel::INTERNAL.into()),
        };
        let _ = self.reply.send(outcome); // nobody waits any more: the write stands all the same
    }
}

/// A connection, and how often it committed.
type Connection = (DatabaseConnection, CommitCount);

/// SQLite's one writing connection.
///
/// It is thrown away after any error of the statements that begin or end a transaction. sqlx counts transactions by
/// itself: where SQLite ended one on its own (full disk), it would begin the next one inside it, and no COMMIT would
/// keep anything any more. The next connection must write something of its own before it carries what others wait for.
pub(crate) struct Writer {
    url: String,
    connection: Option<Connection>,
    faults: Faults,
}

/// Why a transaction carried nothing.
pub(crate) enum Broken {
    /// Nothing of it stands.
    Undone(Failure, String),
    /// Nobody knows whether it stands.
    Unknown(String),
}

impl From<DbErr> for Broken {
    fn from(error: DbErr) -> Self {
        Self::Undone(Failure::of(&error).max(Failure::Away), error.to_string())
    }
}

impl Broken {
    /// What whoever waits is told.
    fn fault(&self) -> Fault {
        match self {
            Self::Undone(_, cause) => away(cause.clone()),
            Self::Unknown(cause) => unknown(cause.clone()),
        }
    }
}

/// Commits, and believes it only when SQLite has ended exactly one transaction since `before`.
async fn commit(tx: Tx, count: &CommitCount, before: u64) -> Result<(), Broken> {
    match timeout(WRITE, tx.commit()).await {
        Ok(Ok(())) if count.now() == before + 1 => Ok(()),
        Ok(Ok(())) => Err(Broken::Unknown(format!("{} commits instead of one", count.now() - before))),
        Ok(Err(error)) if is_reported(&error) => Err(error.into()),
        // its thread died, or still waits for the disk
        Ok(Err(error)) => Err(Broken::Unknown(error.to_string())),
        Err(_) => Err(Broken::Unknown("COMMIT timed out".into())),
    }
}

/// Whether the transaction must be undone after this write.
fn spoilt(tx: &Tx, well: bool) -> Result<bool, Broken> {
    match tx.failure() {
        Some(failure) if failure.is_away() => Err(Broken::Undone(failure, "a statement failed".into())),
        failure => Ok(failure.is_some() || !well && tx.wrote()),
    }
}

/// A transaction that may be committed, and whether a message was enqueued in it.
type Ready = (Tx, bool);

/// All in one transaction, nothing to undo one alone; `None` when a write failed half-way.
async fn together(
    writer: &DatabaseConnection,
    faults: &Faults,
    jobs: &mut [Box<dyn Job>],
) -> Result<Option<Ready>, Broken> {
    let mut tx = Tx::begin(writer, faults).await?;
    let mut enqueued = false;
    for job in jobs {
        let well = job.run(&tx).await;
        if spoilt(&tx, well)? {
            tx.rollback().await?;
            return Ok(None);
        }
        enqueued |= tx.enqueued();
        tx = tx.next();
    }
    Ok(Some((tx, enqueued)))
}

/// All in one transaction, each behind a savepoint of its own.
async fn apart(writer: &DatabaseConnection, faults: &Faults, jobs: &mut [Box<dyn Job>]) -> Result<Ready, Broken> {
    let tx = Tx::begin(writer, faults).await?;
    let mut enqueued = false;
    for job in jobs {
        let scope = tx.savepoint().await?;
        let well = job.run(&scope).await;
        spoilt(&scope, well)?;
        if well {
            enqueued |= scope.enqueued();
            scope.commit().await?;
        } else {
            scope.rollback().await?;
        }
    }
    Ok((tx, enqueued))
}

impl Writer {
    pub(crate) async fn open(url: &str, faults: Faults) -> Result<Self, DbErr> {
        Ok(Self { url: url.to_owned(), connection: Some(writer(url).await?), faults })
    }

    /// Writes all of it, or says why nothing was written. Whether a message was enqueued.
    async fn carry(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<bool, Broken> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.fresh().await?,
        };
        let work = async |writer: &DatabaseConnection, faults: &Faults| match together(writer, faults, jobs).await? {
            Some(ready) => Ok(ready),
            None => apart(writer, faults, jobs).await,
        };
        let enqueued = self.write(&connection, work).await?;
        self.connection = Some(connection);
        Ok(enqueued)
    }

    /// A new connection that has proved that it can write. Its commit also overwrites what a commit that failed
    /// half-way may have left in the log, which a recovery after a crash would take for committed.
    async fn fresh(&self) -> Result<Connection, Broken> {
        let connection = writer(&self.url).await?;
        let proof = async |writer: &DatabaseConnection, faults: &Faults| {
            let tx = Tx::begin(writer, faults).await?;
            idempotency::write_and_forget(&tx).await?;
            Ok((tx, false))
        };
        self.write(&connection, proof).await?;
        Ok(connection)
    }

    /// Does the work and commits it, each within the time limit; closes the connection when that fails.
    async fn write(
        &self,
        (writer, count): &Connection,
        work: impl AsyncFnOnce(&DatabaseConnection, &Faults) -> Result<Ready, Broken>,
    ) -> Result<bool, Broken> {
        let before = count.now();
        let worked = async {
            let undone = |cause: &str| Broken::Undone(Failure::Away, cause.to_owned());
            let ready = timeout(WRITE, work(writer, &self.faults)).await.map_err(|_| undone("write timed out"))?;
            let (tx, enqueued) = ready?;
            commit(tx, count, before).await?;
            Ok(enqueued)
        };
        let panicked = |_| Err(Broken::Unknown("the writer panicked".into()));
        let outcome = AssertUnwindSafe(worked).catch_unwind().await.unwrap_or_else(panicked);
        if outcome.is_err() {
            // SQLite undoes what is under way on a connection that is closed
            let _ = timeout(CLOSE, writer.clone().close()).await;
        }
        outcome
    }
}

/// Writes until nobody can ask any more. `report` is told of each transaction before anybody is answered: whether a
/// message was enqueued, or why nothing was written; and what was raised, also when nobody knows whether it stands.
pub(crate) async fn run(
    mut writer: Writer,
    mut waiting: mpsc::Receiver<Box<dyn Job>>,
    report: impl Fn(Result<bool, Failure>, &[Raised]),
) {
    let mut jobs = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut jobs, BATCH).await > 0 {
        let outcome = writer.carry(&mut jobs).await;
        let raised: Vec<Raised> = jobs.iter().flat_map(|job| job.raised().iter().copied()).collect();
        match &outcome {
            Ok(enqueued) => report(Ok(*enqueued), &raised),
            Err(Broken::Undone(failure, _)) => report(Err(*failure), &[]),
            Err(Broken::Unknown(_)) => {
                let doubtful: Vec<Raised> = raised.into_iter().map(Raised::doubtful).collect();
                report(Err(Failure::Away), &doubtful);
            }
        }
        for job in jobs.drain(..) {
            job.answer(outcome.as_ref().err().map(Broken::fault));
        }
    }
}
