use std::{borrow::Cow, collections::HashMap};

use super::{bits::Bits, code::Prefix};

/// Where texts begin at each of their places: which sites have a text that goes on with some prefix. A prefix that
/// stands in few places is gathered when asked for; the sets of the frequent ones are kept ready.
pub(super) struct Grams {
    /// Distinct keys, in order.
    keys: Vec<u64>,
    /// Where the ranks of each key begin, and the end.
    starts: Vec<u32>,
    /// The ranks of each key, in order.
    ranks: Vec<u32>,
    /// The sets of frequent ranges of keys.
    ready: HashMap<(usize, usize), Bits>,
    /// How many places make a prefix frequent.
    frequent: usize,
    sites: usize,
}

/// A key and the rank of a site that has it, in one number that sorts.
pub(super) fn posting(key: u64, rank: u32) -> u128 {
    u128::from(key) << 32 | u128::from(rank)
}

impl Grams {
    /// Of these [`posting`]s.
    pub(super) fn new(mut postings: Vec<u128>, sites: usize, frequent: usize) -> Self {
        postings.sort_unstable();
        postings.dedup();
        let (mut keys, mut starts) = (Vec::new(), Vec::new());
        let mut ranks = Vec::with_capacity(postings.len());
        for posting in postings {
            let key = (posting >> 32) as u64;
            if keys.last() != Some(&key) {
                keys.push(key);
                starts.push(ranks.len() as u32);
            }
            ranks.push(posting as u32);
        }
        starts.push(ranks.len() as u32);
        keys.shrink_to_fit();
        starts.shrink_to_fit();
        let mut grams = Self { keys, starts, ranks, ready: HashMap::new(), frequent, sites };
        grams.prepare((0, grams.keys.len()), Prefix::default());
        grams
    }

    /// The sites in which some text goes on so; none when there are none.
    pub(super) fn find(&self, prefix: Prefix) -> Option<Cow<'_, Bits>> {
        let from = self.keys.partition_point(|&key| key < prefix.key);
        let range = (from, from + self.keys[from..].partition_point(|&key| key <= prefix.last()));
        match self.ready.get(&range) {
            Some(bits) => Some(Cow::Borrowed(bits)),
            None => (range.0 < range.1).then(|| Cow::Owned(self.gather(range))),
        }
    }

    fn places(&self, (from, to): (usize, usize)) -> &[u32] {
        &self.ranks[self.starts[from] as usize..self.starts[to] as usize]
    }

    fn gather(&self, range: (usize, usize)) -> Bits {
        let mut bits = Bits::none(self.sites);
        self.places(range).iter().for_each(|&rank| bits.insert(rank));
        bits
    }

    /// Keeps the sets of all frequent prefixes longer than this one.
    fn prepare(&mut self, (mut from, to): (usize, usize), prefix: Prefix) {
        while from < to {
            let Some(longer) = prefix.longer(self.keys[from]) else {
                from += 1;
                continue;
            };
            let range = (from, from + self.keys[from..to].partition_point(|&key| key <= longer.last()));
            if self.places(range).len() > self.frequent {
                if !self.ready.contains_key(&range) {
                    self.ready.insert(range, self.gather(range));
                }
                self.prepare(range, longer);
            }
            from = range.1;
        }
    }
}
