use std::sync::Arc;

use kernel::SiteId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Place, Position};

/// A site as the list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    pub id: SiteId,
    pub name: String,
    /// Its address, where it has one.
    pub address: Option<String>,
    /// Where it is, where that is known.
    pub position: Option<Position>,
    /// Only those see it whose own it is or who were there (test sites).
    pub hidden: bool,
}

/// What somebody wants to see. Each page of a list is asked for with the same query; only `after` and the newest of
/// `recent` may differ.
#[derive(Clone, Copy, Debug)]
pub struct SiteQuery<'a> {
    /// What to search for; everything when not said. All of its words must be found in the name, the address, the full
    /// pinyin of the name from the beginning of a syllable, or its initials. Of more than 64 characters the first 64
    /// count.
    pub text: Option<&'a str>,
    /// Where the person is.
    pub near: Option<Position>,
    /// The person's own sites.
    pub mine: &'a [SiteId],
    /// Where the person was lately, newest first.
    pub recent: &'a [SiteId],
    /// Behind which place to go on; from the beginning when not said.
    pub after: Option<&'a Place>,
    /// How many at most.
    pub limit: usize,
}

/// Why a site is at its place in the list. Groups are listed in this order; a site is in the first that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SiteGroup)]
pub enum Group {
    /// Sites of the caller's cards and roles, by pinyin.
    Mine,
    /// Sites chosen before, newest first.
    Recent,
    /// The at most 100 nearest within 50 km, by distance. When more than 500 sites are found, only the 500 nearest of
    /// all sites are considered.
    Near,
    /// All others, by pinyin.
    All,
}

/// A site in a list.
#[derive(Clone, Debug)]
pub struct Hit {
    pub site: Arc<Listed>,
    /// Why it stands here.
    pub group: Group,
    /// How far it is, metres, when both positions are known.
    pub distance_m: Option<u32>,
    /// From where the list goes on behind it.
    pub place: Place,
}
