//! The databases and the cache: connecting, reading, writing in one transaction, the outbox, idempotency rows, the
//! vault. The only crate that knows which database runs.

mod account_data;
pub mod audit;
mod cache;
mod change;
pub mod changes;
mod connect;
mod db;
mod each;
mod fail;
mod faults;
mod feed;
mod group;
mod idempotency;
pub mod inbox;
mod insert;
mod memory;
pub mod migrations;
mod once;
pub mod outbox;
mod shared_changes;
mod statements;
#[cfg(feature = "testing")]
pub mod testing;
mod tx;
mod vault;

pub use account_data::AccountData;
pub use cache::{LocalCache, MaybeDegraded, RedisCache, SharedCounters};
pub use change::ChangeScope;
pub use db::{Db, DbOptions, Health};
pub use each::{each, find_each_for_update};
pub use fail::{DATABASE_AWAY, Named, OUTCOME_UNKNOWN};
pub use feed::{Heard, within_request};
pub use insert::{few_shapes, insert_new, keep_existing};
pub use memory::{Memory, Shelf};
pub use once::{KEY_REUSED, Once, purge as purge_once};
pub use sea_orm::{ConnectionTrait, DatabaseConnection};
pub use tx::Tx;
pub use vault::{FieldRef, Reveal, Revealed, SiteCipher, Vault};
