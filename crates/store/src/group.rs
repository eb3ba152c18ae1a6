//! SQLite's group commit: one writer drains what waits, one transaction carries it, one fsync answers all of it.

use std::panic::AssertUnwindSafe;

use futures_util::{FutureExt, future::BoxFuture};
use kernel::{Fault, Result};
use sea_orm::{DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use tokio::sync::{mpsc, oneshot};

use crate::{
    Tx,
    fail::{away, classified},
};

/// The most writes one commit carries.
const BATCH: usize = 256;

/// A write whose type is forgotten, so that many kinds can share a transaction.
pub(crate) trait Job: Send {
    /// Runs it and keeps the result; true when it came out well.
    fn run<'a>(&'a mut self, tx: &'a Tx) -> BoxFuture<'a, bool>;
    /// Answers whoever waits: with its own result, or with the failure of the transaction that carried it.
    fn answer(self: Box<Self>, failure: Option<Fault>);
}

pub(crate) struct Write<T, F> {
    pub(crate) act: F,
    pub(crate) outcome: Option<Result<T>>,
    pub(crate) reply: oneshot::Sender<Result<T>>,
}

impl<T, F> Job for Write<T, F>
where
    T: Send,
    F: for<'t> Fn(&'t Tx) -> BoxFuture<'t, Result<T>> + Send + Sync,
{
    fn run<'a>(&'a mut self, tx: &'a Tx) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            // a bug in one write must not stop the writer of all, be it before or in its future
            let act = AssertUnwindSafe(async { (self.act)(tx).await });
            let outcome = act.catch_unwind().await.unwrap_or_else(|_| Err(kernel::INTERNAL.into()));
            let well = outcome.is_ok();
            self.outcome = Some(outcome);
            well
        })
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

#[expect(clippy::disallowed_methods, reason = "this is the one place that begins")]
async fn begin(writer: &DatabaseConnection) -> Result<DatabaseTransaction> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    Ok(writer.begin_with_options(options).await?)
}

enum Pass {
    Committed {
        posted: bool,
    },
    /// A write failed half-way: the others must not suffer for it.
    Spoilt,
}

/// All in one transaction, nothing to undo one alone.
async fn together(writer: &DatabaseConnection, jobs: &mut [Box<dyn Job>]) -> Result<Pass> {
    let mut tx = begin(writer).await?;
    let mut posted = false;
    for job in jobs {
        let scope = Tx::new(tx);
        let well = job.run(&scope).await;
        let spoilt = !well && scope.wrote();
        posted |= scope.posted();
        tx = scope.into_inner();
        if spoilt {
            tx.rollback().await?;
            return Ok(Pass::Spoilt);
        }
    }
    tx.commit().await?;
    Ok(Pass::Committed { posted })
}

/// All in one transaction, each behind a savepoint of its own.
#[expect(clippy::disallowed_methods, reason = "a savepoint inside our own transaction")]
async fn apart(writer: &DatabaseConnection, jobs: &mut [Box<dyn Job>]) -> Result<Pass> {
    let tx = begin(writer).await?;
    let mut posted = false;
    for job in jobs {
        let scope = Tx::new(tx.begin().await?);
        if job.run(&scope).await {
            posted |= scope.posted();
            scope.into_inner().commit().await?;
        } else {
            scope.into_inner().rollback().await?;
        }
    }
    tx.commit().await?;
    Ok(Pass::Committed { posted })
}

async fn carry(writer: &DatabaseConnection, jobs: &mut [Box<dyn Job>]) -> Result<bool> {
    let pass = match together(writer, jobs).await? {
        Pass::Spoilt => apart(writer, jobs).await?,
        done => done,
    };
    Ok(matches!(pass, Pass::Committed { posted: true }))
}

/// Writes until nobody can ask any more.
pub(crate) async fn run(writer: DatabaseConnection, mut waiting: mpsc::Receiver<Box<dyn Job>>, posted: impl Fn()) {
    let mut jobs = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut jobs, BATCH).await > 0 {
        let outcome = carry(&writer, &mut jobs).await;
        let failure = outcome.as_ref().err().map(ToString::to_string);
        for job in jobs.drain(..) {
            job.answer(failure.clone().map(away));
        }
        if matches!(outcome, Ok(true)) {
            posted();
        }
    }
}
