use std::time::Duration;

use kernel::{Code, Fault, Kind, Result};
use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

/// The database is away, full, or too slow.
pub const DATABASE_AWAY: Code =
    Code::new(Kind::Unavailable, "database-unavailable", "系统繁忙，数据没有保存，请稍后再试");

/// The connection was lost between COMMIT and its answer: nobody knows whether the transaction stands.
pub const OUTCOME_UNKNOWN: Code = Code::new(
    Kind::Unavailable,
    "database-outcome-unknown",
    "连接中断，暂时无法确认是否已保存，请稍后查看；没有保存时请再试一次",
);

/// How long a caller is asked to wait.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// Names the one database error that a rule foresees; every other stays what it is.
pub trait Named<T> {
    /// A broken unique key means `code`.
    fn on_duplicate(self, code: Code) -> Result<T>;
}

impl<T> Named<T> for Result<T, DbErr> {
    fn on_duplicate(self, code: Code) -> Result<T> {
        self.map_err(|error| match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => code.into(),
            _ => Fault::from(error),
        })
    }
}

/// What a failed statement means for its transaction, the mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Failure {
    /// The database refused the statement, such as a broken unique key. The connection is fine.
    Refused,
    /// Two transactions were in each other's way; one of them may simply try again.
    Collision,
    /// The database, or the connection to it, could not do it now, whatever was asked.
    Away,
    /// The database's disk is full.
    NoRoom,
}

/// SQLite's primary result codes (sqlite.org/rescode.html) that say nothing of the statement: 5 busy, 6 locked,
/// 7 out of memory, 8 read-only, 9 interrupted, 10 I/O, 14 cannot open, 15 protocol. Most of them end the transaction.
const SQLITE_AWAY: [u32; 8] = [5, 6, 7, 8, 9, 10, 14, 15];
const SQLITE_FULL: u32 = 13;

/// MariaDB and MySQL say "HY000" of most errors and tell them apart by number only. Disk full, table full.
const MYSQL_NO_ROOM: [u16; 3] = [20, 1021, 1114];
/// A write to a file, the storage engine or a COMMIT failed; the operating system's error number is in the message.
const MYSQL_FAILED: [u16; 4] = [3, 1026, 1030, 1180];
/// The operating system's "no space left on device", as those messages name it.
const ENOSPC: &str = "28";
/// Out of memory, too many connections, shutdown, read-only, connection killed.
const MYSQL_AWAY: [u16; 11] = [1037, 1038, 1040, 1041, 1053, 1203, 1226, 1290, 1836, 1927, 3024];
/// Lock wait timeout, deadlock.
const MYSQL_COLLISION: [u16; 2] = [1205, 1213];

fn sqlx_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(inner))
        | DbErr::Exec(RuntimeErr::SqlxError(inner))
        | DbErr::Query(RuntimeErr::SqlxError(inner)) => Some(inner),
        _ => None,
    }
}

impl Failure {
    /// What this error means.
    pub(crate) fn of(error: &DbErr) -> Self {
        match sqlx_error(error) {
            Some(sqlx::Error::Database(said)) => Self::said(&**said),
            Some(
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed
                | sqlx::Error::BeginFailed
                | sqlx::Error::InvalidSavePointStatement,
            ) => Self::Away,
            None if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) => Self::Away,
            _ => Self::Refused,
        }
    }

    fn said(error: &dyn sqlx::error::DatabaseError) -> Self {
        if let Some(mysql) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
            match mysql.number() {
                number if MYSQL_NO_ROOM.contains(&number) => return Self::NoRoom,
                number if MYSQL_FAILED.contains(&number) && mysql.message().contains(ENOSPC) => return Self::NoRoom,
                number if MYSQL_FAILED.contains(&number) || MYSQL_AWAY.contains(&number) => return Self::Away,
                number if MYSQL_COLLISION.contains(&number) => return Self::Collision,
                _ => {}
            }
        }
        match error.code().as_deref() {
            Some("40001" | "40P01" | "55P03") => Self::Collision,
            Some("53100") => Self::NoRoom,
            // read-only: a standby that became the target of our address
            Some("25006") => Self::Away,
            // PostgreSQL: 08 connection, 53 resources, 57 operator, 58 system; MySQL: 08S01, 70100
            Some(state) if state.len() == 5 => {
                let away = ["08", "53", "57", "58", "70100"].iter().any(|class| state.starts_with(class));
                if away { Self::Away } else { Self::Refused }
            }
            // SQLite's finer codes stand in the upper bytes
            Some(code) => match code.parse::<u32>().map(|code| code & 0xff) {
                Ok(SQLITE_FULL) => Self::NoRoom,
                Ok(code) if SQLITE_AWAY.contains(&code) => Self::Away,
                _ => Self::Refused,
            },
            None => Self::Refused,
        }
    }

    /// What the failure behind this fault means; `None` when no statement failed.
    pub(crate) fn behind(fault: &Fault) -> Option<Self> {
        fault.source()?.downcast_ref().map(Self::of)
    }

    /// Nothing can be said of the connection any more, or nothing can be written.
    pub(crate) const fn is_away(self) -> bool {
        matches!(self, Self::Away | Self::NoRoom)
    }

    /// For a statement that is not sent because one before it failed.
    pub(crate) fn again(self) -> DbErr {
        let said = "an earlier statement of the transaction failed".to_owned();
        if self.is_away() { DbErr::Conn(RuntimeErr::Internal(said)) } else { DbErr::Custom(said) }
    }
}

/// The database could not do it now, whatever was asked.
pub(crate) fn is_away(fault: &Fault) -> bool {
    Failure::behind(fault).is_some_and(Failure::is_away)
}

/// The database itself says so: it is there, and did not do it.
pub(crate) fn is_reported(error: &DbErr) -> bool {
    matches!(sqlx_error(error), Some(sqlx::Error::Database(_)))
}

/// The same failure in the words of whoever asked: a database that is away is not our mistake.
pub(crate) fn classified(fault: Fault) -> Fault {
    if fault.code() == kernel::INTERNAL && is_away(&fault) { away(fault.to_string()) } else { fault }
}

pub(crate) fn away(cause: String) -> Fault {
    let mut fault = DATABASE_AWAY.retry_after(PATIENCE);
    fault.set_cause(cause);
    fault
}

pub(crate) fn unknown(cause: String) -> Fault {
    let mut fault = OUTCOME_UNKNOWN.retry_after(PATIENCE);
    fault.set_cause(cause);
    fault
}
