use std::time::Duration;

use kernel::{Code, Fault, Kind, Result};
use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

/// The database is away, full, or too slow.
pub const DATABASE_AWAY: Code =
    Code::new(Kind::Unavailable, "database-unavailable", "系统繁忙，数据没有保存，请稍后再试");

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

fn database_error(fault: &Fault) -> Option<&DbErr> {
    fault.source()?.downcast_ref()
}

fn sqlx_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(inner))
        | DbErr::Exec(RuntimeErr::SqlxError(inner))
        | DbErr::Query(RuntimeErr::SqlxError(inner)) => Some(inner),
        _ => None,
    }
}

fn state(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}

/// Two transactions were in each other's way; one of them may simply try again.
pub(crate) fn is_collision(fault: &Fault) -> bool {
    let state = database_error(fault).and_then(sqlx_error).and_then(state);
    matches!(state.as_deref(), Some("40001" | "40P01"))
}

/// The database could not do it now, whatever was asked.
pub(crate) fn is_away(fault: &Fault) -> bool {
    let Some(error) = database_error(fault) else { return false };
    if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) {
        return true;
    }
    match sqlx_error(error) {
        Some(
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed,
        ) => true,
        // PostgreSQL: 08 connection, 53 resources, 57 operator; MySQL says 08S01, 70100
        Some(other) => state(other).is_some_and(|state| {
            ["08", "53", "57", "70100"].iter().any(|class| state.starts_with(class)) && state.len() == 5
                || is_sqlite_trouble(&state)
        }),
        None => false,
    }
}

/// SQLite's codes: 5 busy, 6 locked, 10 I/O, 13 full, whatever finer code stands in the upper bytes.
fn is_sqlite_trouble(state: &str) -> bool {
    state.len() < 5 && state.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 10 | 13))
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
