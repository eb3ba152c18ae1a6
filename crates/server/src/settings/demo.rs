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
    /// Doors of each further site that are driven by their readers.
    pub more_sites_doors: usize,
    /// Virtual doors of each further site.
    pub more_sites_virtual_doors: usize,
    /// Cards of each further site that nobody has bound.
    pub more_sites_cards: usize,
    /// Further cards of the first demo site that are bound to made-up accounts.
    pub bound_cards: usize,
}

/// What moves demo doors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemoDriver {
    Sim,
    /// The reader's own relay.
    Reader,
}
