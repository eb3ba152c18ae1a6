use kernel::{BootId, CommandId, DoorId, Reason, ScanId, Timestamp};
use serde::{Deserialize, Serialize};

/// A door as its device numbers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceDoor {
    /// The device's number for it.
    pub number: u16,
    pub door_id: DoorId,
    pub name: String,
}

#[derive(Serialize)]
pub(crate) struct NewDevice<'a> {
    pub(crate) claim: &'a str,
    pub(crate) serial: &'a str,
    pub(crate) model: &'a str,
    pub(crate) fw: &'a str,
}

/// What was held before the reader, with what tells it from every other scan. A retry sends the very same.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Scan {
    /// The device's name for it.
    pub scan_id: ScanId,
    pub boot_id: BootId,
    /// Counts the events of that run, from 1.
    pub seq: u64,
    /// The device's number for the door.
    pub door: u16,
    pub code: String,
    pub(crate) kind: &'static str,
    pub read_at: Timestamp,
}

/// Says which scan and never the code: it may still open a door.
impl std::fmt::Debug for Scan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scan({} at door {})", self.scan_id, self.door)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Grant,
    Deny,
}

/// What the server decided of a scan.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scanned {
    /// The scan it answers.
    pub scan_id: ScanId,
    pub decision: Decision,
    /// For how long to open, milliseconds.
    pub pulse_ms: u32,
    pub reason: Reason,
    /// The reason in the words of whoever stands there.
    pub text: String,
    /// The order, where there is one.
    pub command_id: Option<CommandId>,
}

impl Scanned {
    /// Whether the door opens.
    pub fn opens(&self) -> bool {
        self.decision == Decision::Grant
    }
}
