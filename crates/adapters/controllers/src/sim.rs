//! Virtual doors in this process: they keep every promise a real controller makes, and none of them opens anything.

mod door;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use kernel::{
    Clock, DoorId, Timestamp,
    port::{CommandResult, DoorDriver, Unlock},
};

use door::Door;
pub use door::{DoorFault, DoorState};

/// The doors there are. Shared between threads by reference.
///
/// An order past its deadline is never carried out; the same order twice moves the lock once, as long as it is among the
/// last 256 of its door.
pub struct Doors {
    clock: Arc<dyn Clock>,
    doors: Mutex<HashMap<DoorId, Door>>,
}

impl Doors {
    /// No doors yet. One appears with its first order, too.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, doors: Mutex::default() }
    }

    /// Puts up a closed door, if it is not there.
    pub fn register(&self, door: DoorId) {
        self.doors().entry(door).or_default();
    }

    /// How this door is at `now`, if there is one.
    pub fn state(&self, door: DoorId, now: Timestamp) -> Option<DoorState> {
        self.doors().get(&door).map(|door| door.state(now))
    }

    /// Control side: the next `times` orders to this door end in this way, in the order asked for.
    pub fn inject(&self, door: DoorId, fault: DoorFault, times: u32) {
        self.doors().entry(door).or_default().inject(fault, times);
    }

    /// Control side: the orders that were stuck on their way to this door arrive now. What it makes of each; nobody hears it.
    pub fn let_through(&self, door: DoorId) -> Vec<CommandResult> {
        let mut doors = self.doors();
        doors.entry(door).or_default().let_through(self.clock.now())
    }

    /// A panic elsewhere leaves nothing half done here, so a poisoned lock is as good as any.
    fn doors(&self) -> MutexGuard<'_, HashMap<DoorId, Door>> {
        self.doors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl DoorDriver for Doors {
    async fn unlock(&self, order: &Unlock) -> CommandResult {
        let result = {
            let mut doors = self.doors();
            // asked under the lock: an order may not grow stale while it waits for it
            let now = self.clock.now();
            doors.entry(order.door).or_default().unlock(order, now)
        };
        match result {
            Some(result) => result,
            None => std::future::pending().await,
        }
    }
}
