//! The databases and the cache: connecting, reading, writing in one transaction, the outbox, idempotency rows, the
//! vault. The only crate that knows which database runs.

mod account_data;
pub mod audit;
mod cache;
mod connect;
mod db;
mod each;
mod fail;
mod faults;
mod group;
mod idempotency;
pub mod inbox;
pub mod migrations;
mod once;
pub mod outbox;
#[cfg(feature = "testing")]
mod statements;
#[cfg(feature = "testing")]
pub mod testing;
mod tx;
mod vault;

pub use account_data::AccountData;
pub use cache::{LocalCache, MaybeDegraded, RedisCache, SharedCounters};
pub use db::{Db, Health};
pub use each::{each, find_each_for_update};
pub use fail::{DATABASE_AWAY, Named, OUTCOME_UNKNOWN};
pub use once::{KEY_REUSED, Once, purge as purge_once};
pub use sea_orm::{ConnectionTrait, DatabaseConnection};
pub use tx::Tx;
pub use vault::{FieldRef, Reveal, Revealed, SiteCipher, Vault};

use sea_orm::{
    DbBackend,
    sea_query::{InsertStatement, IntoIden, OnConflict},
};

/// An insert that leaves a row alone which is there already, on every database. Whether ours went in is read back:
/// MySQL does not say.
pub fn keep_existing<C: IntoIden + Clone>(key: &[C]) -> OnConflict {
    OnConflict::columns(key.iter().cloned()).do_nothing_on(key.iter().cloned()).to_owned()
}

/// The rows in chunks whose sizes are powers of two: statements come in few shapes then, and stay prepared.
pub fn few_shapes<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    const MOST: usize = 64;
    std::iter::from_fn(move || {
        let size = 1 << rows.len().min(MOST).checked_ilog2()?;
        let (chunk, rest) = rows.split_at(size);
        rows = rest;
        Some(chunk)
    })
}

/// Inserts many rows, leaving alone those that are there already. How many of ours went in, where the database can
/// tell: MySQL cannot, and what is there has to be read back.
///
/// # Errors
/// When the database refuses.
pub async fn insert_new(tx: &Tx, insert: &InsertStatement) -> Result<Option<u64>, sea_orm::DbErr> {
    let done = tx.execute(insert).await?;
    Ok((tx.get_database_backend() != DbBackend::MySql).then(|| done.rows_affected()))
}
