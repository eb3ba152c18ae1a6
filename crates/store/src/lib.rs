//! The databases and the cache: connecting, reading, writing in one transaction, the outbox, idempotency rows, the
//! vault. The only crate that knows which database runs.

pub mod audit;
mod cache;
mod connect;
mod db;
mod fail;
mod group;
pub mod migrations;
mod once;
pub mod outbox;
#[cfg(feature = "testing")]
pub mod testing;
mod tx;
mod vault;

pub use cache::{LocalCache, Marked, Marks, RedisCache};
pub use db::Db;
pub use fail::{DATABASE_AWAY, Named};
pub use once::{Once, purge as purge_once};
pub use sea_orm::{ConnectionTrait, DatabaseConnection};
pub use tx::Tx;
pub use vault::{Place, Realm, Reveal, Vault};

use sea_orm::sea_query::{IntoIden, OnConflict};

/// An insert that leaves a row alone which is there already, on every database. Whether ours went in is read back:
/// MySQL does not say.
pub fn keep_existing<C: IntoIden + Clone>(key: &[C]) -> OnConflict {
    OnConflict::columns(key.iter().cloned()).do_nothing_on(key.iter().cloned()).to_owned()
}
