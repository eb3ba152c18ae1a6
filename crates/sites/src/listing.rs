//! The list of sites, kept in memory: it changes by the week and is searched at every keystroke.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use kernel::{Result, SiteId, macros::uuid::Uuid};
use store::{Db, Heard};
use tokio::sync::Mutex;

use crate::{Directory, rows};

/// In the change log the nil site stands for the list of sites.
pub(crate) const LIST: SiteId = SiteId::from_uuid(Uuid::nil());

struct Held {
    directory: Arc<Directory>,
    heard: Heard,
}

/// Keeps the directory, and makes it anew when a site has changed, here or in another process.
pub(crate) struct Listing {
    db: Db,
    held: ArcSwapOption<Held>,
    one_at_a_time: Mutex<()>,
}

impl Listing {
    pub(crate) fn new(db: Db) -> Self {
        Self { db, held: ArcSwapOption::empty(), one_at_a_time: Mutex::default() }
    }

    /// The directory. Where it is there, nobody waits for a newer one to be made: it is used for as long as that takes.
    pub(crate) async fn get(self: &Arc<Self>) -> Result<Arc<Directory>> {
        self.db.heard().await?;
        let Some(held) = self.held.load_full() else {
            let _turn = self.one_at_a_time.lock().await;
            return match self.held.load_full() {
                Some(held) => Ok(held.directory.clone()),
                None => self.make().await,
            };
        };
        if !self.db.is_current(LIST, held.heard) && self.one_at_a_time.try_lock().is_ok() {
            let listing = self.clone();
            tokio::spawn(async move {
                if let Err(fault) = listing.changed().await {
                    tracing::warn!(error.cause = %fault, "directory of sites could not be refreshed");
                }
            });
        }
        Ok(held.directory.clone())
    }

    /// Makes it anew before anybody asks again: the change was made here.
    pub(crate) async fn changed(&self) -> Result<()> {
        let _turn = self.one_at_a_time.lock().await;
        if self.held.load().as_ref().is_none_or(|held| !self.db.is_current(LIST, held.heard)) {
            self.make().await?;
        }
        Ok(())
    }

    async fn make(&self) -> Result<Arc<Directory>> {
        // before the rows: a change in between makes it too old and never too new
        let heard = self.db.heard().await?;
        let listed = self.db.read(|db| async move { rows::listed(&db).await }).await?;
        let made = tokio::task::spawn_blocking(move || Arc::new(Directory::new(listed))).await;
        let directory = made.map_err(|error| kernel::INTERNAL.caused_by(error))?;
        self.held.store(Some(Arc::new(Held { directory: directory.clone(), heard })));
        Ok(directory)
    }
}
