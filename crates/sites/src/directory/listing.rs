use std::{borrow::Cow, collections::HashSet};

use kernel::SiteId;

use super::{
    Directory, Group, Hit, Place, SiteQuery,
    bits::Bits,
    limits::Limits,
    nearby::Near,
    place::{Edge, Key, Spot},
    position::{Point, Span, metres, span},
    words::words,
};

/// One page in the making.
pub(super) struct Listing<'a> {
    directory: &'a Directory,
    /// Where every word is found; everywhere when there is none.
    found: Option<Cow<'a, Bits>>,
    /// Words of which that is not sure.
    unsure: Vec<String>,
    /// Where the person is, on the ball.
    from: Option<Point>,
    mine: Vec<u32>,
    /// Newest first, with those of mine and those that are gone: the list goes on behind them too.
    recent: Vec<SiteId>,
    /// Mine and recent, in order.
    earlier: Vec<u32>,
    limit: usize,
    hits: Vec<Hit>,
}

impl Directory {
    /// A part of the list of sites.
    pub fn list(&self, query: &SiteQuery<'_>) -> Vec<Hit> {
        Listing::new(self, query).map(|listing| listing.page(query.after)).unwrap_or_default()
    }
}

impl<'a> Listing<'a> {
    /// None when the search finds nothing.
    pub(super) fn new(directory: &'a Directory, query: &SiteQuery<'_>) -> Option<Self> {
        let (mut found, mut unsure) = (None::<Cow<'_, Bits>>, Vec::new());
        for word in query.text.map(words).unwrap_or_default() {
            let of_word = directory.index.find(&word)?;
            match &mut found {
                Some(sites) => sites.to_mut().intersect(&of_word.sites),
                None => found = Some(of_word.sites),
            }
            if !of_word.sure {
                unsure.push(word);
            }
        }
        let ranks = |ids: &[SiteId]| ids.iter().filter_map(|&id| directory.rank(id)).collect::<Vec<_>>();
        let mut mine = ranks(query.mine);
        mine.sort_unstable();
        mine.dedup();
        let mut earlier = [mine.clone(), ranks(query.recent)].concat();
        earlier.sort_unstable();
        let from = query.near.map(|position| position.on_ball());
        let mut seen = HashSet::new();
        let recent = query.recent.iter().copied().filter(|id| seen.insert(*id)).collect();
        Some(Self { directory, found, unsure, from, mine, recent, earlier, limit: query.limit, hits: Vec::new() })
    }

    /// What comes behind that place.
    pub(super) fn page(mut self, after: Option<&Place>) -> Vec<Hit> {
        let after = after.map(|place| &place.0);
        let (mine, recent, near) = match after {
            Some(Spot::All(key, edge)) => {
                self.all(Some(key), *edge);
                return self.hits;
            }
            Some(Spot::Near(distance, key, edge)) => (None, None, Some((*distance, key, *edge))),
            Some(Spot::Recent(last)) => (None, Some(Some(*last)), None),
            Some(Spot::Mine(key)) => (Some(Some(key)), Some(None), None),
            None => (Some(None), Some(None), None),
        };
        if let Some(after) = mine {
            self.mine(after);
        }
        if let Some(after) = recent {
            self.recent(after);
        }
        let edge = self.near(near);
        self.all(None, edge);
        self.hits
    }

    /// How many more the page takes.
    fn room(&self) -> usize {
        self.limit - self.hits.len()
    }

    fn is_earlier(&self, rank: u32) -> bool {
        self.earlier.binary_search(&rank).is_ok()
    }

    fn matches(&self, rank: u32) -> bool {
        self.found.as_ref().is_none_or(|found| found.contains(rank)) && self.confirmed(rank)
    }

    fn confirmed(&self, rank: u32) -> bool {
        let text = &self.directory.texts[rank as usize];
        self.unsure.iter().all(|word| self.directory.index.confirms(text, word))
    }

    /// The visible sites that match, from this rank on.
    fn matching(&self, from: u32) -> impl Iterator<Item = u32> + '_ {
        let visible = &self.directory.visible;
        let found = self.found.as_deref().unwrap_or(visible);
        found.both(visible, from).filter(|&rank| self.confirmed(rank))
    }

    fn key(&self, rank: u32) -> (&'a str, SiteId) {
        let entry = self.directory.entry(rank);
        (&entry.key, entry.site.id)
    }

    /// How far a site is, when both positions are known.
    fn span(&self, rank: u32) -> Option<Span> {
        Some(span(self.from?, self.directory.entry(rank).point?))
    }

    fn show(&mut self, rank: u32, group: Group, spot: impl FnOnce(Key) -> Spot) {
        let entry = self.directory.entry(rank);
        self.hits.push(Hit {
            site: entry.site.clone(),
            group,
            distance_m: self.span(rank).map(|span| metres(span).round() as u32),
            place: Place(spot(Key(entry.key.to_string(), entry.site.id))),
        });
    }

    fn mine(&mut self, after: Option<&Key>) {
        let behind = |&rank: &u32| after.is_none_or(|Key(key, id)| self.key(rank) > (key, *id));
        let mine = self.mine.iter().copied().filter(behind).filter(|&rank| self.matches(rank));
        for rank in mine.take(self.room()).collect::<Vec<_>>() {
            self.show(rank, Group::Mine, Spot::Mine);
        }
    }

    fn recent(&mut self, after: Option<SiteId>) {
        let shown = after.and_then(|last| self.recent.iter().position(|&id| id == last)).map_or(0, |last| last + 1);
        let recent = self.recent[shown..].iter().filter_map(|&id| self.directory.rank(id));
        let recent = recent.filter(|rank| self.mine.binary_search(rank).is_err() && self.matches(*rank));
        for rank in recent.take(self.room()).collect::<Vec<_>>() {
            self.show(rank, Group::Recent, |Key(_, id)| Spot::Recent(id));
        }
    }

    /// Returns the last of those that are near.
    fn near(&mut self, after: Option<(Span, &Key, Edge)>) -> Option<Edge> {
        let from = self.from.filter(|_| self.room() > 0)?;
        let (mut near, edge) = self.nearest(from, after.map(|(_, _, edge)| edge))?;
        near.sort_unstable_by_key(|&(distance, _, rank)| (distance, rank));
        let behind = |&(distance, _, rank): &Near| {
            after.is_none_or(|(last, Key(key, id), _)| (distance, self.key(rank)) > (last, (key, *id)))
        };
        near.retain(|near| behind(near) && !self.is_earlier(near.2));
        for (distance, _, rank) in near.into_iter().take(self.room()) {
            self.show(rank, Group::Near, |key| Spot::Near(distance, key, edge));
        }
        Some(edge)
    }

    /// Those that are near, up to this last one where it is known already, and the last one.
    fn nearest(&self, from: Point, edge: Option<Edge>) -> Option<(Vec<Near>, Edge)> {
        let Limits { reach, near: enough, looked_at, .. } = self.directory.limits;
        let few: Vec<_> = self.matching(0).take(looked_at + 1).collect();
        let nearby = &self.directory.nearby;
        let mut near: Vec<_> = if few.len() <= looked_at {
            let measured = few.into_iter().filter_map(|rank| Some((self.span(rank)?, self.key(rank).1, rank)));
            measured.filter(|(distance, _, _)| *distance <= reach).collect()
        } else if let Some(Edge(distance, _)) = edge {
            nearby.within(from, reach.min(distance)).into_iter().filter(|near| self.matches(near.2)).collect()
        } else {
            nearby.nearest(from, reach, looked_at, enough, |rank| self.matches(rank))
        };
        if let Some(edge) = edge {
            near.retain(|&(distance, id, _)| Edge(distance, id) <= edge);
            return Some((near, edge));
        }
        near.sort_unstable();
        near.truncate(enough);
        let &(distance, id, _) = near.last()?;
        Some((near, Edge(distance, id)))
    }

    fn all(&mut self, after: Option<&Key>, edge: Option<Edge>) {
        let from = after.map_or(0, |Key(key, id)| {
            self.directory.entries.partition_point(|entry| (&*entry.key, entry.site.id) <= (key, *id))
        });
        let is_near = |rank| {
            edge.zip(self.span(rank)).is_some_and(|(edge, distance)| {
                distance <= self.directory.limits.reach && Edge(distance, self.key(rank).1) <= edge
            })
        };
        let rest = self.matching(from as u32).filter(|&rank| !self.is_earlier(rank) && !is_near(rank));
        for rank in rest.take(self.room()).collect::<Vec<_>>() {
            self.show(rank, Group::All, |key| Spot::All(key, edge));
        }
    }
}
