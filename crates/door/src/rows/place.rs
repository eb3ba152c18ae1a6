use kernel::macros::uuid::Uuid;

use crate::event::{AccessEvent, EventSource};

/// The key of an event. A phone counts nothing: each of its events is a run of its own, of no device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EventPlace {
    pub(super) site: Uuid,
    pub(super) device: Uuid,
    pub(super) boot: Uuid,
    pub(super) seq: i64,
    pub(super) at: i64,
}

impl EventPlace {
    pub(super) fn of(entry: &AccessEvent) -> Self {
        let (device, boot, seq) = match &entry.source {
            EventSource::Reader { device, boot, seq, .. } => (device.uuid(), boot.uuid(), *seq),
            EventSource::Phone { .. } => (Uuid::nil(), entry.id.uuid(), 0),
        };
        Self { site: entry.site.uuid(), device, boot, seq, at: entry.at.millis() }
    }

    pub(super) const fn key(self) -> (Uuid, Uuid, Uuid, i64, i64) {
        (self.site, self.device, self.boot, self.seq, self.at)
    }
}
