//! The list of sites, kept in memory: it changes by the week and is searched at every keystroke.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwapOption;
use kernel::{Clock, Result, SiteId, Timestamp, macros::uuid::Uuid};
use store::{Db, changes};
use tokio::sync::Mutex as AsyncMutex;

use crate::{Directory, rows};

/// In the change log the nil site stands for the list of sites.
pub(crate) const LIST: SiteId = SiteId::from_uuid(Uuid::nil());
/// Whether the list has changed is looked for so often.
const FRESH: Duration = Duration::from_secs(1);

struct Held {
    directory: Arc<Directory>,
    revision: i64,
}

/// Keeps the directory, and makes it anew when a site has changed, here or in another process.
pub(crate) struct Listing {
    db: Db,
    clock: Arc<dyn Clock>,
    held: ArcSwapOption<Held>,
    looked_at: Mutex<Timestamp>,
    one_at_a_time: AsyncMutex<()>,
}

impl Listing {
    pub(crate) fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        let looked_at = Mutex::new(Timestamp::from_millis(0));
        Self { db, clock, held: ArcSwapOption::empty(), looked_at, one_at_a_time: AsyncMutex::default() }
    }

    /// The directory, at most a second old. Where it is there, nobody waits for a newer one to be made.
    pub(crate) async fn get(self: &Arc<Self>) -> Result<Arc<Directory>> {
        let Some(held) = self.held.load_full() else {
            let _turn = self.one_at_a_time.lock().await;
            return match self.held.load_full() {
                Some(held) => Ok(held.directory.clone()),
                None => self.make().await,
            };
        };
        if self.is_due() {
            let listing = self.clone();
            tokio::spawn(async move {
                let _turn = listing.one_at_a_time.lock().await;
                if let Err(fault) = listing.renew().await {
                    tracing::warn!(error.cause = %fault, "directory of sites could not be refreshed");
                }
            });
        }
        Ok(held.directory.clone())
    }

    /// Makes it anew before anybody asks again: the change was made here.
    pub(crate) async fn changed(&self) -> Result<()> {
        let _turn = self.one_at_a_time.lock().await;
        self.renew().await
    }

    fn is_due(&self) -> bool {
        let now = self.clock.now();
        let mut looked_at = self.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
        let due = now.since(*looked_at) >= FRESH.as_millis() as i64;
        if due {
            *looked_at = now;
        }
        due
    }

    async fn renew(&self) -> Result<()> {
        let revision = self.db.read(|db| async move { changes::revision(&db, LIST).await }).await?;
        if self.held.load().as_ref().is_none_or(|held| held.revision != revision) {
            self.make().await?;
        }
        Ok(())
    }

    async fn make(&self) -> Result<Arc<Directory>> {
        let read = |db| async move {
            // the revision first: a change in between makes it too old and never too new
            let revision = changes::revision(&db, LIST).await?;
            Ok((revision, rows::listed(&db).await?))
        };
        let (revision, listed) = self.db.read(read).await?;
        let made = tokio::task::spawn_blocking(move || Arc::new(Directory::new(listed))).await;
        let directory = made.map_err(|error| kernel::INTERNAL.caused_by(error))?;
        self.held.store(Some(Arc::new(Held { directory: directory.clone(), revision })));
        Ok(directory)
    }
}
