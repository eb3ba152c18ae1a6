use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use kernel::{
    DoorId, Timestamp,
    port::{DoorStatus, DoorStatuses},
};

type Held = HashMap<DoorId, (DoorStatus, Timestamp)>;

/// How the doors of an installed system stood when it was last asked. Lost with the process: it is asked again.
#[derive(Clone)]
pub(crate) struct Statuses {
    source: Option<Arc<dyn DoorStatuses>>,
    held: Arc<RwLock<Held>>,
}

impl Statuses {
    pub(crate) fn new(source: Option<Arc<dyn DoorStatuses>>) -> Self {
        Self { source, held: Arc::default() }
    }

    pub(crate) fn source(&self) -> Option<&Arc<dyn DoorStatuses>> {
        self.source.as_ref()
    }

    pub(crate) fn held(&self) -> Held {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps what was told, and says so where a door stands otherwise than it did.
    pub(crate) fn keep(&self, told: Held) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        for (door, (status, at)) in told {
            let before = held.insert(door, (status, at)).map(|(status, _)| status);
            let alarms = |status: DoorStatus| (status.broken, status.held_open, !status.connected);
            if before.map(alarms).unwrap_or_default() != alarms(status) {
                tracing::warn!(door.id = %door, door.status = ?status, "door alarm changed");
            }
        }
    }
}
