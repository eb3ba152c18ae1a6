use serde::Deserialize;

use super::Switch;

/// `[demo]`
#[derive(Clone, Debug, Deserialize)]
pub struct Demo {
    /// Whether to fill an empty database.
    pub seed: Switch,
    /// Cards of each site.
    pub cards_per_site: usize,
    /// What moves the doors.
    pub driver: DemoDriver,
    pub more_sites: usize,
}

/// What moves demo doors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemoDriver {
    Sim,
    /// The reader's own relay.
    Reader,
}
