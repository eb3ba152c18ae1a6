use super::position::{Span, span_of};

/// How much is looked at and stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// How far near is.
    pub(super) reach: Span,
    /// How many are near.
    pub(super) near: usize,
    /// Among how many of the nearest a search looks.
    pub(super) looked_at: usize,
    /// How many places make a part of a word frequent: its set is kept ready, an eighth of a byte per site.
    pub(super) frequent: usize,
    /// In how many ways a part of a name may be read before the index gives up on it.
    pub(super) spellings: usize,
}

impl Limits {
    pub(super) fn usual() -> Self {
        Self { reach: span_of(50_000.0), near: 100, looked_at: 500, frequent: 2_048, spellings: 512 }
    }
}
