use std::sync::{
    Mutex, MutexGuard, OnceLock, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use kernel::SiteId;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use crate::{
    ChangeScope,
    change::{Change, Pending},
    fail::Failure,
    faults::{Faults, Step},
};

/// A transaction that means to write. It also remembers whether it did, whether it enqueued a message, what it changed that
/// memory depends on, and whether a statement failed.
///
/// After a failed statement it sends no other and does not commit. SQLite and MariaDB end the transaction themselves
/// at some errors (full disk, deadlock) and would commit what follows statement by statement; PostgreSQL answers the
/// COMMIT of a failed transaction with success and keeps nothing.
pub struct Tx {
    inner: DatabaseTransaction,
    wrote: AtomicBool,
    enqueued: AtomicBool,
    pending: Mutex<Pending>,
    failure: OnceLock<Failure>,
    faults: Faults,
}

#[expect(clippy::disallowed_methods, reason = "this is the one field that begins")]
impl Tx {
    /// Begins a transaction; on SQLite one that has the write lock.
    pub(crate) async fn begin(connection: &DatabaseConnection, faults: &Faults) -> Result<Self, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        faults.before(Step::Begin, connection).await?;
        Ok(Self::new(connection.begin_with_options(options).await?, faults.clone()))
    }

    fn new(inner: DatabaseTransaction, faults: Faults) -> Self {
        let (wrote, enqueued) = (AtomicBool::new(false), AtomicBool::new(false));
        Self { inner, wrote, enqueued, pending: Mutex::default(), failure: OnceLock::new(), faults }
    }

    /// A savepoint: a part of this transaction that can be undone alone.
    pub(crate) async fn savepoint(&self) -> Result<Self, DbErr> {
        self.faults.before(Step::Begin, &self.inner).await?;
        Ok(Self::new(self.inner.begin().await?, self.faults.clone()))
    }

    /// The same transaction for the next of several writes that share it.
    pub(crate) fn next(self) -> Self {
        Self::new(self.inner, self.faults)
    }

    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        let answer = self.faults.before(Step::Commit, &self.inner).await?;
        self.inner.commit().await?;
        answer.arrives()
    }

    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        self.faults.before(Step::Rollback, &self.inner).await?;
        self.inner.rollback().await
    }
}

impl Tx {
    /// What the first failed statement meant.
    pub(crate) fn failure(&self) -> Option<Failure> {
        self.failure.get().copied()
    }

    /// What a write came to: success counts only where no statement failed on the way, also none that the write passed over.
    pub(crate) fn whole<T>(&self, outcome: kernel::Result<T>) -> kernel::Result<T> {
        match (outcome, self.failure()) {
            (Ok(_), Some(failure)) => Err(failure.again().into()),
            (outcome, _) => outcome,
        }
    }

    /// Says what this write changes of a site that its doors must know. To be said by whoever changes the row.
    pub fn changes(&self, site: SiteId, change: Change) {
        self.pending().entry(site.into()).or_default().insert(change);
    }

    /// Says that this write changes what is kept in memory of an account or a device. To be said by whoever changes the row.
    pub fn changed(&self, scope: impl Into<ChangeScope>) {
        self.pending().entry(scope.into()).or_default();
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What this write said so far that it changes.
    pub(crate) fn take_changes(&self) -> Pending {
        std::mem::take(&mut *self.pending())
    }

    pub(crate) fn wrote(&self) -> bool {
        self.wrote.load(Ordering::Relaxed)
    }

    pub(crate) fn mark_enqueued(&self) {
        self.enqueued.store(true, Ordering::Relaxed);
    }

    pub(crate) fn enqueued(&self) -> bool {
        self.enqueued.load(Ordering::Relaxed)
    }

    async fn run<T>(&self, reads: bool, statement: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        if let Some(failure) = self.failure() {
            return Err(failure.again());
        }
        if !reads {
            self.wrote.store(true, Ordering::Relaxed);
        }
        let outcome = match self.faults.before(Step::Statement, &self.inner).await {
            Ok(_) => statement.await,
            Err(error) => Err(error),
        };
        outcome.inspect_err(|error| _ = self.failure.set(Failure::of(error)))
    }
}

fn reads(sql: &str) -> bool {
    sql.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("select"))
}

#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.run(reads(&statement.sql), self.inner.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.run(reads(sql), self.inner.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.run(reads(&statement.sql), self.inner.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.run(reads(&statement.sql), self.inner.query_all_raw(statement)).await
    }
}
