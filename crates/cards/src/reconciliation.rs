use kernel::{ReconciliationId, SiteId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) const GIVEN_UP_CODE: &str = "given-up";

/// How a run stands. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReconciliationState {
    /// It goes on.
    Running = 1,
    /// Every card was read, and what was different is as the card system says.
    Done = 2,
    /// The card system failed before the end: what was read counts, nothing is withdrawn.
    Failed = 3,
    /// Cards were missing, and so many, or others in the list made so little sense, that it is not believed: nothing is
    /// withdrawn.
    Doubtful = 4,
}

impl ReconciliationState {
    pub(crate) const fn from_number(number: i16) -> Option<Self> {
        match number {
            1 => Some(Self::Running),
            2 => Some(Self::Done),
            3 => Some(Self::Failed),
            4 => Some(Self::Doubtful),
            _ => None,
        }
    }
}

/// A run, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciliation {
    pub id: ReconciliationId,
    pub site: SiteId,
    pub state: ReconciliationState,
    /// Cards that the card system told of.
    pub seen: u64,
    /// Of them, those we had no copy of.
    pub new: u64,
    /// Those that were otherwise than our copy.
    pub changed: u64,
    /// Copies of cards that it told nothing of; they are taken back when the next run does not tell of them either.
    pub vanished: u64,
    pub last_code: Option<String>,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}
