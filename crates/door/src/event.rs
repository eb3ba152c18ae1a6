use kernel::{
    AccountId, BindingId, BootId, CommandId, CredentialKind, DeviceId, DoorId, EventId, Reason, SiteId, Timestamp,
    km1::Tag,
};

use crate::{command::CommandState, request_name::RequestName};

/// The event's flag: the shared cache was away.
pub(crate) const DEGRADED: i16 = 1;
/// The event's flag: the device's clock is more than ten seconds off.
pub(crate) const CLOCK_OFF: i16 = 2;

/// Who asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EventSource {
    /// A reader that something was presented to.
    Reader {
        device: DeviceId,
        boot: BootId,
        /// Counts the events of that run.
        seq: i64,
        presented: CredentialKind,
    },
    /// A person, by their phone.
    Phone {
        /// Whose consents are needed when the event is written: `Revoked` without them. Readers need none, for the codes
        /// that they are shown die with their handles.
        account: AccountId,
        /// What spoke for the phone being at the door, as JSON.
        evidence: String,
    },
}

impl EventSource {
    pub(crate) const fn kind(&self) -> CredentialKind {
        match self {
            Self::Reader { presented, .. } => *presented,
            Self::Phone { .. } => CredentialKind::Phone,
        }
    }

    pub(crate) fn needs_consents_of(&self) -> Option<AccountId> {
        match self {
            Self::Reader { .. } => None,
            Self::Phone { account, .. } => Some(*account),
        }
    }

    pub(crate) fn evidence(&self) -> Option<&str> {
        match self {
            Self::Reader { .. } => None,
            Self::Phone { evidence, .. } => Some(evidence),
        }
    }
}

/// One decision to be written down.
#[derive(Clone)]
pub(crate) struct AccessEvent {
    pub(crate) id: EventId,
    pub(crate) site: SiteId,
    pub(crate) source: EventSource,
    /// When, by the clock of who asked; ours for a phone.
    pub(crate) at: Timestamp,
    /// The name to bind, and what it asks; none where a refusal leaves the name free.
    pub(crate) name: Option<RequestName>,
    pub(crate) door: DoorId,
    pub(crate) binding: Option<BindingId>,
    pub(crate) reason: Reason,
    pub(crate) flags: i16,
    /// The code to use up; only where the reason is `Ok`.
    pub(crate) tag: Option<Tag>,
    pub(crate) command: CommandId,
    /// How the order begins: sent with the answer, or still to be sent to a controller.
    pub(crate) order: CommandState,
    pub(crate) pulse_ms: u32,
    pub(crate) not_after: Timestamp,
    pub(crate) received_at: Timestamp,
}

/// What stands in the event writer of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) reason: Reason,
    pub(crate) command: Option<CommandId>,
    /// It was not there before: whoever wrote it moves the lock, nobody else.
    pub(crate) fresh: bool,
}
