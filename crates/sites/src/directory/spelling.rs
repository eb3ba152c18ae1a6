use std::collections::HashMap;

use pinyin::ToPinyinMulti;

use super::code::Prefix;

/// The longest reading of one character, letters (`zhuang`).
pub(super) const LONGEST_READING: usize = 6;

/// The ways to read one character, whole or by the first letter.
pub(super) type Readings = [Box<str>];

/// The readings of every character of the names. Letters and digits read as themselves; what is neither those nor
/// Chinese is not read at all.
#[derive(Default)]
pub(super) struct Spelling {
    known: HashMap<char, (Box<Readings>, Box<Readings>)>,
}

/// A name as it is read: character after character, whole and by the first letters.
pub(super) struct Spelled<'a> {
    pub(super) whole: Vec<&'a Readings>,
    pub(super) initials: Vec<&'a Readings>,
}

impl Spelling {
    /// Of the characters of these names, which are in the searched form.
    pub(super) fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut known = HashMap::new();
        for c in names.flat_map(str::chars) {
            known.entry(c).or_insert_with(|| {
                let whole = readings(c);
                let initials = distinct(whole.iter().filter_map(|reading| reading.get(..1)).map(Box::from));
                (whole, initials)
            });
        }
        known.retain(|_, (whole, _)| !whole.is_empty());
        Self { known }
    }

    /// One of those names.
    pub(super) fn spell(&self, name: &str) -> Spelled<'_> {
        let (whole, initials) =
            name.chars().filter_map(|c| self.known.get(&c)).map(|(whole, initials)| (&**whole, &**initials)).unzip();
        Spelled { whole, initials }
    }
}

fn distinct(readings: impl Iterator<Item = Box<str>>) -> Box<Readings> {
    let mut readings: Vec<_> = readings.collect();
    readings.sort_unstable();
    readings.dedup();
    readings.into()
}

/// All readings in the letters of a keyboard: `ü` is `v`.
fn readings(c: char) -> Box<Readings> {
    if c.is_ascii_alphanumeric() {
        return [c.to_string().into()].into();
    }
    let all = c.to_pinyin_multi().into_iter().flatten();
    distinct(all.map(|reading| reading.plain().replace('ü', "v").replace('ê', "e").into()))
}

/// Whether the word begins at one of the characters and goes on through the next ones, each in one of its readings;
/// the last may be cut short. The word is `a`–`z` and `0`–`9`, at most 64 of them.
pub(super) fn reads(name: &[&Readings], word: &str) -> bool {
    // how much of the word may have been read before this character, a bit for each length
    let mut read = 0_u64;
    for readings in name {
        let mut next = 0;
        let mut open = read | 1;
        while open != 0 {
            let rest = word.get(open.trailing_zeros() as usize..).unwrap_or_default();
            for reading in *readings {
                if reading.starts_with(rest) {
                    return true;
                }
                if rest.starts_with(&**reading) {
                    next |= 1 << (word.len() - rest.len() + reading.len());
                }
            }
            open &= open - 1;
        }
        read = next;
    }
    false
}

/// The keys of all that can be read from the first of these characters on; none when those are more than so many.
pub(super) fn keys(name: &[&Readings], room: u32, most: usize) -> Option<Vec<u64>> {
    let mut full = Vec::new();
    let mut open = vec![Prefix::default()];
    for readings in name {
        let mut next = Vec::new();
        for (prefix, reading) in open.iter().flat_map(|prefix| readings.iter().map(move |reading| (prefix, reading))) {
            let mut longer = *prefix;
            for unit in reading.encode_utf16() {
                match longer.with(unit, room) {
                    Some(with) => longer = with,
                    None => break,
                }
            }
            if longer.bits == room { full.push(longer.key) } else { next.push(longer) }
        }
        next.sort_unstable();
        next.dedup();
        full.sort_unstable();
        full.dedup();
        if full.len() + next.len() > most {
            return None;
        }
        open = next;
        if open.is_empty() {
            break;
        }
    }
    full.extend(open.iter().map(|prefix| prefix.key));
    Some(full)
}
