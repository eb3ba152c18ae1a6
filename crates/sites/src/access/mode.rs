use kernel::{Reason, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DecidedBy, Decision};

/// How long a mode overrides the rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// When the override ends; without it, until it is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Override {
    /// Whether it still stands.
    pub(super) fn stands(self, at: Timestamp) -> bool {
        self.until.is_none_or(|until| at < until)
    }
}

/// The mode of a door (门模式). In JSON `{"mode": "lockdown", "until": …}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum DoorMode {
    /// The rules decide.
    #[default]
    Normal,
    /// Kept unlocked: everybody passes.
    KeepUnlocked(Override),
    /// Kept locked, outside every schedule: nobody passes.
    KeepLocked(Override),
    /// Locked down for an emergency: nobody passes.
    Lockdown(Override),
}

impl DoorMode {
    /// What it decides without the rules.
    pub(super) fn decide(self, at: Timestamp) -> Option<Decision> {
        let (hold, reason, by) = match self {
            Self::Normal => return None,
            Self::KeepUnlocked(hold) => (hold, Reason::Ok, DecidedBy::KeptUnlocked),
            Self::KeepLocked(hold) => (hold, Reason::OutsideSchedule, DecidedBy::KeptLocked),
            Self::Lockdown(hold) => (hold, Reason::Lockdown, DecidedBy::DoorLockdown),
        };
        hold.stands(at).then_some(Decision { reason, by })
    }

    /// The instant it ends at by itself.
    pub(super) const fn until(self) -> Option<Timestamp> {
        match self {
            Self::Normal => None,
            Self::KeepUnlocked(hold) | Self::KeepLocked(hold) | Self::Lockdown(hold) => hold.until,
        }
    }
}
