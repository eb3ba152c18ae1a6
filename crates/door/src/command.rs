use kernel::{CommandId, DoorId, Reason, SiteId, Timestamp};

/// States of an order to open. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandState {
    /// Written, and not yet sent.
    Requested = 1,
    Sent = 2,
    /// The controller did it.
    Acked = 3,
    /// The controller would not.
    Refused = 4,
    /// The controller was not there.
    Offline = 5,
    /// No answer in time.
    Expired = 6,
}

impl CommandState {
    /// The state behind a stored number.
    pub(crate) const fn from_number(number: i16) -> Option<Self> {
        Some(match number {
            1 => Self::Requested,
            2 => Self::Sent,
            3 => Self::Acked,
            4 => Self::Refused,
            5 => Self::Offline,
            6 => Self::Expired,
            _ => return None,
        })
    }

    /// What whoever asked is told.
    pub const fn reason(self) -> Reason {
        match self {
            Self::Requested | Self::Sent | Self::Acked => Reason::Ok,
            Self::Refused | Self::Expired => Reason::DoorNotOpened,
            Self::Offline => Reason::DoorOffline,
        }
    }
}

/// An order to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlockCommand {
    pub id: CommandId,
    pub site: SiteId,
    pub door: DoorId,
    pub state: CommandState,
    /// After this it is not carried out.
    pub not_after: Timestamp,
}

impl UnlockCommand {
    /// Whether nothing more will happen to it.
    pub(crate) fn is_over(&self) -> bool {
        !matches!(self.state, CommandState::Requested | CommandState::Sent)
    }
}
