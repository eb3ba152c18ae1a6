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
mod limits;
mod listing;
mod nearby;
mod order;
mod place;
mod position;
mod query;
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
use limits::Limits;
use nearby::Nearby;
pub(crate) use order::sort_key;
pub use place::Place;
use position::Point;
pub use position::Position;
pub use query::{Group, Hit, Listed, SiteQuery};

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
