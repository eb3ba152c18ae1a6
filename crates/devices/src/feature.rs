use door::Doors;
use feature::Feature;

use crate::{Devices, http};

impl Devices {
    pub fn feature(&self, doors: &Doors) -> Feature {
        Feature::new("devices").device_routes(&(self.clone(), doors.clone()), http::routes)
    }
}
