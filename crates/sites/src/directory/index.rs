use std::{borrow::Cow, collections::HashMap};

use super::{
    bits::Bits,
    code::{Prefix, ROOM},
    grams::{Grams, posting},
    limits::Limits,
    spelling::{LONGEST_READING, Spelling, keys, reads},
    words::is_latin,
};

/// Letters of full pinyin in a key: more would be exact for longer words and store more ways to read the same.
const SPELLED: usize = 8;
/// First letters in a key.
const INITIALS: usize = 4;
const LETTER: u32 = 6;

/// Which sites a word is found in. A text that is searched is a site's name, a line feed, and its address.
pub(super) struct Index {
    text: Grams,
    spelled: Grams,
    initials: Grams,
    /// Sites whose names can be read in too many ways to be stored.
    unread: Option<Bits>,
    spelling: Spelling,
}

/// What a word is found in.
pub(super) struct Found<'a> {
    /// All sites that have it, and perhaps some that do not.
    pub(super) sites: Cow<'a, Bits>,
    /// There are none of the latter.
    pub(super) sure: bool,
}

impl<'a> Found<'a> {
    fn either(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        let (mut one, other) = match (one, other) {
            (Some(one), Some(other)) => (one, other),
            (one, other) => return one.or(other),
        };
        one.sites.to_mut().unite(&other.sites);
        one.sure &= other.sure;
        Some(one)
    }
}

fn name(text: &str) -> &str {
    text.split_once('\n').map_or(text, |(name, _)| name)
}

impl Index {
    /// Of these texts, in the order of their ranks.
    pub(super) fn new(texts: &[Box<str>], limits: &Limits) -> Self {
        let grams = |postings| Grams::new(postings, texts.len(), limits.frequent);
        let ranked = || (0..).zip(texts);
        let spelling = Spelling::of(texts.iter().map(|text| name(text)));
        let mut unread = None;
        let mut read = |room: u32, whole: bool| {
            let mut postings = Vec::new();
            for (rank, text) in ranked() {
                let spelled = spelling.spell(name(text));
                let readings = if whole { spelled.whole } else { spelled.initials };
                for from in 0..readings.len() {
                    match keys(&readings[from..], room, limits.spellings) {
                        Some(keys) => postings.extend(keys.into_iter().map(|key| posting(key, rank))),
                        None => unread.get_or_insert_with(|| Bits::none(texts.len())).insert(rank),
                    }
                }
            }
            grams(postings)
        };
        let spelled = read(SPELLED as u32 * LETTER, true);
        let initials = read(INITIALS as u32 * LETTER, false);
        let mut postings = Vec::new();
        for (rank, text) in ranked() {
            for word in text.split_whitespace() {
                let units: Vec<_> = word.encode_utf16().collect();
                postings.extend((0..units.len()).map(|from| posting(Prefix::of(&units[from..], ROOM).0.key, rank)));
            }
        }
        Self { text: grams(postings), spelled, initials, unread, spelling }
    }

    /// Where a word is found; none when nowhere.
    pub(super) fn find(&self, word: &str) -> Option<Found<'_>> {
        let units: Vec<_> = word.encode_utf16().collect();
        let mut found = throughout(&self.text, &units, ROOM);
        if is_latin(word) {
            found = Found::either(found, throughout(&self.initials, &units, INITIALS as u32 * LETTER));
            found = Found::either(found, self.read(&units));
            let unread = self.unread.as_ref().map(|sites| Found { sites: Cow::Borrowed(sites), sure: false });
            found = Found::either(found, unread);
        }
        found.filter(|found| !found.sites.is_empty())
    }

    /// Whether the word is really found in a text.
    pub(super) fn confirms(&self, text: &str, word: &str) -> bool {
        let reads_so = || {
            let spelled = self.spelling.spell(name(text));
            reads(&spelled.whole, word) || reads(&spelled.initials, word)
        };
        text.contains(word) || (is_latin(word) && reads_so())
    }

    /// Where a word is found in full pinyin. A word too long for a key is read on from where the last character
    /// begins that the key holds the beginning of, and is there as well where the rest is.
    fn read(&self, word: &[u16]) -> Option<Found<'_>> {
        let sites = self.read_from(word, 0, &mut HashMap::new())?;
        Some(Found { sites, sure: word.len() <= SPELLED })
    }

    /// The same from some letter of the word on. Each rest of the word is looked up once.
    fn read_from<'a>(
        &'a self,
        word: &[u16],
        from: usize,
        rests: &mut HashMap<usize, Option<Cow<'a, Bits>>>,
    ) -> Option<Cow<'a, Bits>> {
        if let Some(known) = rests.get(&from) {
            return known.clone();
        }
        let mut sites = self.spelled.find(Prefix::of(&word[from..], SPELLED as u32 * LETTER).0);
        let end = from + SPELLED;
        if end < word.len()
            && let Some(begun) = &mut sites
        {
            let mut read_on: Option<Cow<'_, Bits>> = None;
            for rest in end - LONGEST_READING..end {
                match (&mut read_on, self.read_from(word, rest, rests)) {
                    (Some(all), Some(more)) => all.to_mut().unite(&more),
                    (all @ None, more) => *all = more,
                    (Some(_), None) => {}
                }
            }
            match read_on {
                Some(read_on) => begun.to_mut().intersect(&read_on),
                None => sites = None,
            }
        }
        rests.insert(from, sites.clone());
        sites
    }
}

/// Where every part of a word is found that a key has room for.
fn throughout<'a>(grams: &'a Grams, word: &[u16], room: u32) -> Option<Found<'a>> {
    let (prefix, mut end) = Prefix::of(word, room);
    let mut sites = grams.find(prefix)?;
    let sure = end == word.len();
    for from in 1..word.len() {
        if end == word.len() {
            break;
        }
        let (prefix, length) = Prefix::of(&word[from..], room);
        end = from + length;
        sites.to_mut().intersect(&*grams.find(prefix)?);
    }
    Some(Found { sites, sure })
}
