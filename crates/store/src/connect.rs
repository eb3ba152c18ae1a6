use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use kernel::Result;
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbErr,
    sqlx::{
        Executor,
        sqlite::{SqliteAutoVacuum, SqliteJournalMode, SqliteSynchronous},
    },
};

use crate::{fail::classified, statements::counted};

/// Longest a single statement may run on a database server.
const STATEMENT: Duration = Duration::from_secs(3);
/// Longest a program that nobody waits for waits for a connection of the pool.
pub(crate) const UNHURRIED: Duration = WRITE;
/// Longest a transaction may take.
pub(crate) const WRITE: Duration = Duration::from_secs(8);
const CONNECT: Duration = Duration::from_secs(3);
/// Connections to a server that are kept open. Opening one costs a fork and a password hash there; a burst that finds
/// none waits for all of them at once.
const WARM: u32 = 8;
/// A connection that was used more recently than this is not pinged before use: the ping costs a fifth of a read.
const TRUSTED: Duration = Duration::from_secs(30);
const BUSY: Duration = Duration::from_secs(5);

/// Pages the writer may keep, as SQLite counts: negative KiB. Used codes fall anywhere in their tree.
const WRITER_CACHE: &str = "-32768";
/// Pages in the log before it is folded into the file.
const CHECKPOINT: &str = "4000";

/// What the pool is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// SQLite's one writer.
    Writer,
    /// SQLite's readers: they cannot write.
    Readers,
    /// A server's connections do both.
    Server,
}

/// How many transactions SQLite itself has ended by a commit on a connection.
#[derive(Clone, Default)]
pub(crate) struct CommitCount(Arc<AtomicU64>);

impl CommitCount {
    pub(crate) fn now(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

/// SQLite's one writer.
pub(crate) async fn writer(url: &str) -> Result<(DatabaseConnection, CommitCount), DbErr> {
    let count = CommitCount::default();
    Ok((connect(url, Role::Writer, UNHURRIED, count.clone()).await?, count))
}

/// Connections, and how long a caller waits for one that is free.
pub(crate) async fn pool(url: &str, role: Role, wait: Duration) -> Result<DatabaseConnection> {
    connect(url, role, wait, CommitCount::default()).await.map_err(|error| classified(error.into()))
}

async fn connect(url: &str, role: Role, wait: Duration, count: CommitCount) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    let connections = match role {
        Role::Writer => 1,
        Role::Readers => 4,
        Role::Server => 16,
    };
    options.max_connections(connections).acquire_timeout(wait).connect_timeout(CONNECT).sqlx_logging(false);
    options.test_before_acquire_if_idle_for(TRUSTED);
    if role == Role::Server {
        options.min_connections(WARM);
    } else {
        options.min_connections(1).idle_timeout(None).max_lifetime(None);
        options.map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite
                .create_if_missing(role == Role::Writer)
                .auto_vacuum(SqliteAutoVacuum::Incremental)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(BUSY)
                .foreign_keys(true)
                .pragma("secure_delete", "ON");
            match role {
                Role::Readers => sqlite.pragma("query_only", "ON"),
                _ => sqlite.pragma("cache_size", WRITER_CACHE).pragma("wal_autocheckpoint", CHECKPOINT),
            }
        });
        options.map_sqlx_sqlite_pool_opts(move |pool| {
            let count = count.clone();
            pool.after_connect(move |connection, _| {
                let count = count.clone();
                Box::pin(async move {
                    connection.lock_handle().await?.set_commit_hook(move || {
                        count.0.fetch_add(1, Ordering::AcqRel);
                        true
                    });
                    Ok(())
                })
            })
        });
    }
    if url.starts_with("postgres") {
        options.statement_timeout(STATEMENT);
    } else if role == Role::Server {
        options.map_sqlx_mysql_pool_opts(|pool| {
            // repeatable read would hide from an idempotent insert the row that beat it
            pool.after_connect(|connection, _| {
                Box::pin(async move {
                    connection.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED").await?;
                    // MariaDB's name for the limit; MySQL has none that covers writes
                    let _ = connection.execute("SET SESSION max_statement_time = 3").await;
                    Ok(())
                })
            })
        });
    }
    Ok(counted(Database::connect(options).await?))
}
