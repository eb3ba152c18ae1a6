use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::DatabaseConnection;

static STATEMENTS: AtomicU64 = AtomicU64::new(0);

/// How many statements this process has sent to databases, heartbeats aside. Means something only while nothing else
/// asks.
pub fn statements() -> u64 {
    STATEMENTS.load(Ordering::Relaxed)
}

pub(crate) fn counted(mut connection: DatabaseConnection) -> DatabaseConnection {
    connection.set_metric_callback(|info| {
        if info.statement.sql != "SELECT 1" {
            STATEMENTS.fetch_add(1, Ordering::Relaxed);
        }
    });
    connection
}
