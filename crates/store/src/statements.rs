use sea_orm::DatabaseConnection;
#[cfg(feature = "testing")]
use std::sync::atomic::{AtomicU64, Ordering};

#[cfg(feature = "testing")]
static STATEMENTS: AtomicU64 = AtomicU64::new(0);

/// How many statements this process has sent to databases, heartbeats aside. Means something only while nothing else
/// asks.
#[cfg(feature = "testing")]
pub fn statements() -> u64 {
    STATEMENTS.load(Ordering::Relaxed)
}

pub(crate) fn counted(mut connection: DatabaseConnection) -> DatabaseConnection {
    let counter = metrics::counter!("kaimen_sql_statements_total");
    connection.set_metric_callback(move |info| {
        if info.statement.sql != "SELECT 1" {
            counter.increment(1);
            #[cfg(feature = "testing")]
            STATEMENTS.fetch_add(1, Ordering::Relaxed);
        }
    });
    connection
}
