use kernel::SiteId;
use serde::{Deserialize, Serialize};

use super::position::Span;

/// A place in a list of sites: what was shown last, by what it is ordered by. The list goes on behind it, also when
/// that site has changed or gone since. It is no secret and no promise: any value gives some page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Place(pub(super) Spot);

/// Where in its group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Spot {
    #[serde(rename = "m")]
    Mine(Key),
    #[serde(rename = "r")]
    Recent(SiteId),
    #[serde(rename = "n")]
    Near(Span, Key, Edge),
    #[serde(rename = "a")]
    All(Key, Option<Edge>),
}

/// What names are ordered by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Key(pub(super) String, pub(super) SiteId);

/// The last of those that are near, by distance and id. It is part of the place, so that who is near does not change
/// while somebody turns the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Edge(pub(super) Span, pub(super) SiteId);
