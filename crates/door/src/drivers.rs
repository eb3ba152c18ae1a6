use std::{collections::HashMap, sync::Arc};

use kernel::port::{CommandResult, DoorDriver, Unlock};
use sites::Driver;

/// What moves locks, by what doors name as their driver. A driver that is not among them counts as offline.
#[derive(Clone, Default)]
pub struct Drivers(HashMap<Driver, Arc<dyn DoorDriver>>);

impl Drivers {
    pub(crate) async fn unlock(&self, driver: Driver, order: &Unlock) -> CommandResult {
        match self.0.get(&driver) {
            Some(driver) => driver.unlock(order).await,
            None => CommandResult::Offline,
        }
    }
}

impl FromIterator<(Driver, Arc<dyn DoorDriver>)> for Drivers {
    fn from_iter<I: IntoIterator<Item = (Driver, Arc<dyn DoorDriver>)>>(drivers: I) -> Self {
        Self(drivers.into_iter().collect())
    }
}
