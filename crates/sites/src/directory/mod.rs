//! The directory of sites (场区选择): all sites in memory, immutable, in the order in which they are chosen from, with
//! what a search needs. Made anew when sites change; lists go on from where they were.
//!
//! A page takes some microseconds among 1,000 sites and some tens among 100,000. Each word is looked up in an inverted
//! index over what the texts begin with at each of their characters, which gives a set of sites, a bit each; sets are
//! intersected as such. Words longer than a key of the index are looked up in overlapping parts, and what is shown is
//! then compared with the word itself. Only sites that have all the parts of a word and not the word are compared in
//! vain: no match is lost, and at worst a search looks at every site once.

mod bits;
mod code;
mod grams;
mod index;
mod listing;
mod nearby;
mod order;
mod place;
mod position;
mod spelling;
#[cfg(test)]
mod tests;
mod words;

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::Arc,
};

use bits::Bits;
use index::Index;
use kernel::SiteId;
use listing::Listing;
use nearby::Nearby;
pub(crate) use order::sort_key;
pub use place::Place;
pub use position::Position;
use position::{Point, Span, span_of};
use serde::Serialize;
use utoipa::ToSchema;

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

/// How much is looked at and stored.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// How far near is.
    reach: Span,
    /// How many are near.
    near: usize,
    /// Among how many of the nearest a search looks.
    looked_at: usize,
    /// How many places make a part of a word frequent: its set is kept ready, an eighth of a byte per site.
    frequent: usize,
    /// In how many ways a part of a name may be read before the index gives up on it.
    spellings: usize,
}

impl Limits {
    fn usual() -> Self {
        Self { reach: span_of(50_000.0), near: 100, looked_at: 500, frequent: 2_048, spellings: 512 }
    }
}

/// All sites. Of two with the same id the first counts.
pub struct Directory {
    /// In the order of pinyin; the place of each is its rank.
    entries: Vec<Entry>,
    /// The name, a line feed, the address, in the searched form.
    texts: Vec<Box<str>>,
    ranks: HashMap<SiteId, u32>,
    visible: Bits,
    index: Index,
    nearby: Nearby,
    limits: Limits,
}

struct Entry {
    site: Arc<Listed>,
    key: Box<str>,
    /// Where it is on the ball.
    point: Option<Point>,
}

impl Directory {
    /// Of these sites. Takes about a second for 100,000.
    pub fn new(sites: impl IntoIterator<Item = Listed>) -> Self {
        Self::with(sites, Limits::usual())
    }

    fn with(sites: impl IntoIterator<Item = Listed>, limits: Limits) -> Self {
        let mut seen = HashSet::new();
        let sites = sites.into_iter().filter(|site| seen.insert(site.id));
        let mut entries: Vec<_> = sites
            .map(|site| Entry {
                key: sort_key(&site.name).into(),
                point: site.position.map(Position::on_ball),
                site: Arc::new(site),
            })
            .collect();
        entries.sort_unstable_by(|a, b| (&a.key, a.site.id).cmp(&(&b.key, b.site.id)));
        let texts: Vec<Box<str>> = entries
            .iter()
            .map(|entry| {
                let mut text = words::plain(&entry.site.name);
                text.push('\n');
                text.push_str(&words::plain(entry.site.address.as_deref().unwrap_or_default()));
                text.into()
            })
            .collect();
        let mut visible = Bits::none(entries.len());
        let shown = || (0..).zip(&entries).filter(|(_, entry)| !entry.site.hidden);
        shown().for_each(|(rank, _)| visible.insert(rank));
        let nearby = Nearby::new(shown().filter_map(|(rank, entry)| Some((entry.point?, entry.site.id, rank))));
        let ranks = (0..).zip(&entries).map(|(rank, entry)| (entry.site.id, rank)).collect();
        let index = Index::new(&texts, &limits);
        Self { entries, texts, ranks, visible, index, nearby, limits }
    }

    /// A part of the list of sites.
    pub fn list(&self, query: &SiteQuery<'_>) -> Vec<Hit> {
        Listing::new(self, query).map(|listing| listing.page(query.after)).unwrap_or_default()
    }

    /// One site, hidden or not.
    pub fn find(&self, id: SiteId) -> Option<&Arc<Listed>> {
        Some(&self.entry(self.rank(id)?).site)
    }

    fn rank(&self, id: SiteId) -> Option<u32> {
        self.ranks.get(&id).copied()
    }

    fn entry(&self, rank: u32) -> &Entry {
        &self.entries[rank as usize]
    }
}

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Directory").field("sites", &self.entries.len()).finish_non_exhaustive()
    }
}
