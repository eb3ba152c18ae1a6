//! The tables: one chain of migrations for three databases. Times are `BIGINT` milliseconds; what belongs to a site
//! has keys that begin with `site_id`; there are no foreign keys across accounts and sites. README.md says how to add one.

mod helpers;
mod m0001_first_door;
mod m0002_entry_notice;
mod m0003_accounts;
mod m0004_sites_and_cards;
mod m0005_unlocks;
mod m0006_hosts;
mod m0007_request_names;
mod m0008_inbox;
mod m0009_site_settings;
mod m0010_change_log;

use kernel::Result;
use sea_orm_migration::{MigrationTrait, MigratorTrait};

use crate::{
    Db,
    connect::{Role, UNHURRIED, pool},
};

pub struct Migrator;

/// The chain, in order. A migration is named like its file.
macro_rules! chain {
    ($($file:ident),+ $(,)?) => {
        #[async_trait::async_trait]
        impl MigratorTrait for Migrator {
            fn migrations() -> Vec<Box<dyn MigrationTrait>> {
                vec![$(Box::new($file::Migration)),+]
            }
        }

        /// The text of all migrations: the template of test databases is made anew when it changes.
        #[cfg(feature = "testing")]
        pub(crate) const SOURCES: &[&str] =
            &[include_str!("helpers.rs"), $(include_str!(concat!(stringify!($file), ".rs"))),+];
    };
}

chain!(
    m0001_first_door,
    m0002_entry_notice,
    m0003_accounts,
    m0004_sites_and_cards,
    m0005_unlocks,
    m0006_hosts,
    m0007_request_names,
    m0008_inbox,
    m0009_site_settings,
    m0010_change_log
);

impl Db {
    /// Brings the tables up to date.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn migrate(url: &str) -> Result<()> {
        let role = if url.starts_with("sqlite:") { Role::Writer } else { Role::Server };
        let connection = pool(url, role, UNHURRIED).await?;
        Migrator::up(&connection, None).await?;
        Ok(connection.close().await?)
    }
}
