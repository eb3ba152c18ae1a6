use serde::Deserialize;

use super::Switch;

/// `[simulators]`
#[derive(Clone, Debug, Deserialize)]
pub struct Simulators {
    pub enabled: Switch,
}
