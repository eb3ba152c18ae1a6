use std::collections::HashMap;

use kernel::{BootId, CommandId, CredentialKind, DeviceId, DoorId, Fault, Reason, Result, ScanId, SiteId, Timestamp};

/// A reader, as far as doors must know it. Whoever makes one has checked that it is this device that asks.
#[derive(Clone, Debug)]
pub struct Reader {
    pub site: SiteId,
    pub device: DeviceId,
    /// The doors it may ask about, by its own numbers.
    pub doors: HashMap<i16, DoorId>,
}

/// A scan, as its reader tells it.
#[derive(Clone, Debug)]
pub struct Scan {
    /// The reader's name for it; a retry carries the same.
    pub id: ScanId,
    pub boot: BootId,
    /// Counts the events of that run.
    pub seq: i64,
    /// The reader's number for the door.
    pub door: i16,
    pub code: String,
    pub kind: CredentialKind,
    /// When, by its clock.
    pub read_at: Timestamp,
}

impl Scan {
    /// The longest text a reader may send as a code.
    const LONGEST_CODE: usize = 512;

    /// Holds the numbers of a scan to what they can be.
    ///
    /// # Errors
    /// `invalid`, at the field that is wrong.
    pub fn checked(self) -> Result<Self> {
        let field = |name, message| Fault::field(name, "invalid", message);
        if self.code.len() > Self::LONGEST_CODE {
            return Err(field("code", "码太长"));
        }
        if self.seq < 0 {
            return Err(field("seq", "序号不能为负"));
        }
        Ok(self)
    }
}

/// What a reader is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scanned {
    pub reason: Reason,
    /// For how long to open, milliseconds; 0 where the answer is no.
    pub pulse_ms: u32,
    pub command: Option<CommandId>,
}
