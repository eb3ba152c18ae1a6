use kernel::{ReconciliationId, SiteId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) const GIVEN_UP_CODE: &str = "given-up";

/// State of a reconciliation. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReconciliationState {
    /// In progress.
    Running = 1,
    /// All cards were read, and the registered cards were updated.
    Done = 2,
    /// The card system failed before the end; cards that were read are updated, none is revoked.
    Failed = 3,
    /// Too many cards were missing or invalid; no card is revoked.
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
