//! Cells that are merged: all of them show what the first one holds.

use std::io::Read;

use quick_xml::events::Event;

use super::xml::{Xml, attribute};
use crate::{
    cell::column_of,
    fault::{Flaw, TableFault},
    row::{Covered, RawRow},
};

/// More ranges than any sheet of people has.
const MOST: usize = 500_000;

/// A range of cells that are one; columns from 0, rows from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    first_row: u64,
    last_row: u64,
    first_column: usize,
    last_column: usize,
}

/// The ranges of a sheet, and what each column shows of them at the row that was read last.
pub(super) struct Merges {
    /// Those whose first row is still to come, the next one last.
    ranges: Vec<Range>,
    columns: Vec<Option<Shown>>,
}

#[derive(Clone)]
struct Shown {
    last_row: u64,
    first_column: usize,
    content: Result<String, Flaw>,
}

impl Merges {
    /// Reads a sheet to its end: its ranges stand after its rows. Only the first `columns` matter.
    pub(super) fn read<R: Read>(xml: &mut Xml<R>, columns: usize) -> Result<Self, TableFault> {
        let mut ranges = Vec::new();
        loop {
            match xml.next()? {
                Event::Start(e) if e.local_name().as_ref() == "mergeCell" => {
                    let range = attribute(&e, "ref")?.and_then(|place| range(&place));
                    if let Some(range) = range.filter(|range| range.first_column < columns) {
                        if ranges.len() == MOST {
                            return Err(TableFault::UnpackedTooLarge);
                        }
                        ranges.push(range);
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        ranges.sort_unstable_by_key(|range| std::cmp::Reverse(range.first_row));
        Ok(Self { ranges, columns: vec![None; columns] })
    }

    /// Notes in a row, of which there is none before it that was not shown, which of its cells show the content of others.
    pub(super) fn cover(&mut self, row: &mut RawRow) {
        while let Some(range) = self.ranges.pop_if(|range| range.first_row <= row.number) {
            // a first row that is not in the file is blank
            let here = range.first_row == row.number;
            let content = if here { row.content(range.first_column).map(str::to_owned) } else { Ok(String::new()) };
            let shown = Shown { last_row: range.last_row, first_column: range.first_column, content };
            let last = range.last_column.min(self.columns.len() - 1);
            self.columns[range.first_column..=last].fill(Some(shown));
        }
        for (column, shown) in self.columns.iter_mut().enumerate() {
            match shown {
                Some(one) if one.last_row >= row.number => {
                    let (content, sideways) = (one.content.clone(), one.first_column < column);
                    row.covered.push(Covered { column, content, sideways });
                }
                _ => *shown = None,
            }
        }
    }
}

/// `E2:E4`
fn range(place: &str) -> Option<Range> {
    let (first, last) = place.split_once(':')?;
    let ((first_column, first_row), (last_column, last_row)) = (cell(first)?, cell(last)?);
    let good = first_column <= last_column && first_row <= last_row;
    good.then_some(Range { first_row, last_row, first_column, last_column })
}

fn cell(place: &str) -> Option<(usize, u64)> {
    let place = place.replace('$', "");
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic).count();
    Some((column_of(&place)?, place.get(letters..)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_from_its_corners() {
        let range_of = |first_row, last_row, first_column, last_column| {
            Some(Range { first_row, last_row, first_column, last_column })
        };
        assert_eq!(range("E2:E4"), range_of(2, 4, 4, 4));
        assert_eq!(range("$A$1:$AB$12"), range_of(1, 12, 0, 27));
        for place in ["E2", "E4:E2", "B1:A2", "1:2", "", ":"] {
            assert_eq!(range(place), None, "{place}");
        }
    }
}
