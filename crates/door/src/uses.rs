use kernel::{CredentialKind, DoorId, EventId, Reason, Timestamp, macros::uuid::Uuid};
use sites::Methods;

/// A use's place in the list: when, and which of that instant.
pub type UseKey = (i64, Uuid);

/// A use of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// When, by the device's clock.
    pub at: Timestamp,
    /// Tells events of the same instant apart.
    pub id: EventId,
    pub door: DoorId,
    /// Its name, while it stands.
    pub door_name: Option<String>,
    /// What was presented.
    pub kind: CredentialKind,
    /// Why it opened or did not.
    pub reason: Reason,
}

impl Use {
    /// Its place in the list.
    pub fn key(&self) -> UseKey {
        (self.at.millis(), self.id.uuid())
    }
}

/// A door that a card opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenDoor {
    pub id: DoorId,
    pub name: String,
    /// At which hours of a week, as people read it.
    pub hours: String,
    pub methods: Methods,
    /// Whether it opens now, else why not.
    pub reason: Reason,
}
