use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement};

/// A transaction that means to write. It also remembers whether it did, and whether it posted a letter.
pub struct Tx {
    inner: DatabaseTransaction,
    wrote: AtomicBool,
    posted: AtomicBool,
}

impl Tx {
    pub(crate) fn new(inner: DatabaseTransaction) -> Self {
        Self { inner, wrote: AtomicBool::new(false), posted: AtomicBool::new(false) }
    }

    pub(crate) fn into_inner(self) -> DatabaseTransaction {
        self.inner
    }

    pub(crate) fn wrote(&self) -> bool {
        self.wrote.load(Ordering::Relaxed)
    }

    pub(crate) fn mark_posted(&self) {
        self.posted.store(true, Ordering::Relaxed);
    }

    pub(crate) fn posted(&self) -> bool {
        self.posted.load(Ordering::Relaxed)
    }

    fn mark(&self, sql: &str) {
        let reads = sql.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("select"));
        if !reads {
            self.wrote.store(true, Ordering::Relaxed);
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.mark(&statement.sql);
        self.inner.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.mark(sql);
        self.inner.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.mark(&statement.sql);
        self.inner.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.mark(&statement.sql);
        self.inner.query_all_raw(statement).await
    }
}
