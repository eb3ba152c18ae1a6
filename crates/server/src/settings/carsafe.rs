use cardsystem::CarsafeSettings;
use config::{Config, ConfigError};

/// `[carsafe]`
#[derive(Clone, Debug)]
pub struct Carsafe {
    /// Where it is (empty: nowhere) and who we are there.
    pub system: CarsafeSettings,
    /// Minutes between comparisons.
    pub reconcile_minutes: u64,
}

impl Carsafe {
    pub(super) fn of(config: &Config) -> Result<Self, ConfigError> {
        Ok(Self { system: config.get("carsafe")?, reconcile_minutes: config.get("carsafe.reconcile_minutes")? })
    }
}
