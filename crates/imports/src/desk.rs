use std::{sync::Arc, time::Duration};

use kernel::{Clock, Timestamp};
use store::Db;

use crate::files::Files;

/// Work that nobody has gone on with for so long is anybody's.
pub(crate) const LEASE: Duration = Duration::from_secs(30);

/// What work on imports is done with.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) files: Files,
}

impl Desk {
    /// Now, and until when whoever goes on with a piece of work now holds it.
    pub(crate) fn lease(&self) -> (Timestamp, Timestamp) {
        let now = self.clock.now();
        (now, now.after(LEASE))
    }
}
