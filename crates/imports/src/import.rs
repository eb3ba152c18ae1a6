use kernel::{AccountId, ImportId, SiteId, Timestamp, macros::uuid::Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::report::{Reason, Report, Tally};

/// State of an import. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// The file is being checked.
    Checking = 1,
    /// The report says what applying would do.
    Checked = 2,
    /// The file cannot be read; see the reason.
    Rejected = 3,
    /// Rows are being applied.
    Applying = 4,
    /// All rows are applied.
    Done = 5,
    /// The import was aborted; applied rows are kept; see the reason.
    Failed = 6,
    /// Discarded by an administrator.
    Discarded = 7,
    /// Not applied within a day.
    Expired = 8,
}

impl ImportState {
    pub(crate) const ALL: [Self; 8] = [
        Self::Checking,
        Self::Checked,
        Self::Rejected,
        Self::Applying,
        Self::Done,
        Self::Failed,
        Self::Discarded,
        Self::Expired,
    ];

    pub(crate) fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|state| *state as i16 == number)
    }

    /// As JSON says it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::Checked => "checked",
            Self::Rejected => "rejected",
            Self::Applying => "applying",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Discarded => "discarded",
            Self::Expired => "expired",
        }
    }

    /// Whether its file is needed still.
    pub(crate) const fn is_open(self) -> bool {
        matches!(self, Self::Checking | Self::Checked | Self::Applying)
    }
}

/// An import of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    pub id: ImportId,
    pub site: SiteId,
    /// Who chose the file.
    pub by: AccountId,
    /// What the file was called.
    pub file_name: String,
    pub state: ImportState,
    /// Rows of the file that were read.
    pub rows_seen: u64,
    /// Rows that were applied.
    pub rows_done: u64,
    /// What applying has done so far.
    pub applied: Tally,
    /// What came of reading the file.
    pub report: Option<Report>,
    /// Why it was rejected or has failed.
    pub reason: Option<Reason>,
    pub created_at: Timestamp,
    /// When it last went on.
    pub updated_at: Timestamp,
}

/// A piece of work on an import, and who does it.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) import: Import,
    /// Names the worker; each time it is another.
    pub(crate) holder: Uuid,
    /// SHA-256 of the file as it came in.
    pub(crate) file: [u8; 32],
    /// What its rows were read by when it was checked.
    pub(crate) basis: Option<[u8; 32]>,
    /// How often it was begun without getting on.
    pub(crate) attempts: i32,
}

#[cfg(test)]
mod tests {
    use super::ImportState;

    #[test]
    fn every_state_has_its_number_and_its_name_and_three_need_their_file() {
        for state in ImportState::ALL {
            assert_eq!(ImportState::from_number(state as i16), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
        }
        assert_eq!((ImportState::from_number(0), ImportState::from_number(9)), (None, None));
        let open: Vec<_> = ImportState::ALL.into_iter().filter(|state| state.is_open()).collect();
        assert_eq!(open, [ImportState::Checking, ImportState::Checked, ImportState::Applying]);
    }
}
