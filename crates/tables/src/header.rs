//! Finding the header of a table among its first rows.

use std::collections::HashSet;

/// Whether a cell of a header names a column that the caller reads.
pub type Known<'a> = &'a dyn Fn(&str) -> bool;

/// Among so many rows that hold something the header is looked for.
pub(crate) const LOOKED_AT: usize = 20;

/// How many different columns of the caller's a row names.
pub(crate) fn known_names<'a>(cells: impl IntoIterator<Item = &'a str>, known: Known<'_>) -> usize {
    let names = cells.into_iter().map(str::trim).filter(|name| !name.is_empty() && known(name));
    names.collect::<HashSet<_>>().len()
}

/// The place of the first of the rows that name the most; none where no row names one.
pub(crate) fn best(counts: impl IntoIterator<Item = usize>) -> Option<usize> {
    let mut best = None;
    for (at, count) in counts.into_iter().enumerate() {
        if count > best.map_or(0, |(_, most)| most) {
            best = Some((at, count));
        }
    }
    best.map(|(at, _)| at)
}
