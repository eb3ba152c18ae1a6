use cardsystem::CarsafeSettings;
use serde::{Deserialize, Deserializer};

use super::parts::parts;

/// `[carsafe]`
#[derive(Clone, Debug)]
pub struct Carsafe {
    /// Where it is (empty: nowhere) and who we are there.
    pub system: CarsafeSettings,
    /// Minutes between comparisons.
    pub reconcile_minutes: u64,
}

#[derive(Deserialize)]
struct Ours {
    reconcile_minutes: u64,
}

impl<'de> Deserialize<'de> for Carsafe {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parts(deserializer).map(|(system, Ours { reconcile_minutes })| Self { system, reconcile_minutes })
    }
}
