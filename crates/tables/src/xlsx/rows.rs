use std::{
    fs::File,
    io::{Read, Take},
};

use quick_xml::events::{BytesStart, Event};

use super::{
    format::{self, Format},
    number,
    package::Package,
    strings::{Strings, longest, unescaped},
    workbook,
    xml::{Xml, attribute},
};
use crate::{
    fault::{Flaw, RowFault, TableFault},
    limits::Limits,
    row::{Row, RowBuilder},
};

/// The last column of a spreadsheet is XFD.
const COLUMNS: usize = 16_384;

/// The rows of the first visible sheet of a workbook. What the sheet says of its own size is not read.
pub(crate) struct XlsxRows {
    xml: Xml<Take<File>>,
    book: Book,
    limits: Limits,
    number: u64,
}

/// What the cells of a sheet refer to.
struct Book {
    strings: Strings,
    formats: Vec<Format>,
    from_1904: bool,
}

impl XlsxRows {
    /// Reads what the cells refer to, and begins at the first row.
    pub(crate) fn open(file: File, limits: Limits) -> Result<Self, TableFault> {
        let mut package = Package::open(file, limits.unpacked_bytes)?;
        let places = workbook::places(&mut package)?;
        let strings = match &places.strings {
            Some(place) => package.read(place, |xml| Strings::read(xml, limits.cell_bytes))?,
            None => Strings::default(),
        };
        let formats = match &places.styles {
            Some(place) => package.read(place, format::read)?,
            None => Vec::new(),
        };
        let mut xml = package.into_part(&places.sheet)?;
        to_the_rows(&mut xml)?;
        Ok(Self { xml, book: Book { strings, formats, from_1904: places.from_1904 }, limits, number: 0 })
    }

    /// The next row that is not blank.
    pub(crate) fn next_row(&mut self, width: usize) -> Result<Option<Result<Row, RowFault>>, TableFault> {
        loop {
            let number = match self.xml.next()? {
                Event::Start(e) if e.local_name().as_ref() == "row" => match attribute(&e, "r")? {
                    Some(number) => number.parse().map_err(|_| TableFault::Damaged)?,
                    None => self.number + 1,
                },
                Event::End(e) if e.local_name().as_ref() == "sheetData" => {
                    self.xml.drain()?;
                    return Ok(None);
                }
                Event::Eof => return Err(TableFault::Damaged),
                _ => continue,
            };
            if number <= self.number || number > u64::from(u32::MAX) {
                return Err(TableFault::Damaged);
            }
            self.number = number;
            let mut row = RowBuilder::new(number, width, &self.limits);
            self.read_row(&mut row)?;
            if let Some(row) = row.finish() {
                return Ok(Some(row));
            }
        }
    }

    fn read_row(&mut self, row: &mut RowBuilder) -> Result<(), TableFault> {
        let mut column = 0;
        loop {
            match self.xml.next()? {
                Event::Start(e) if e.local_name().as_ref() == "c" => {
                    let cell = CellHead::of(&e, column)?;
                    column = cell.column + 1;
                    match cell.read(&mut self.xml, &self.book, longest(self.limits.cell_bytes))? {
                        Ok(text) => row.put(cell.column, &text),
                        Err(flaw) => row.flaw(Some(cell.column), flaw),
                    }
                }
                Event::End(e) if e.local_name().as_ref() == "row" => return Ok(()),
                Event::Eof => return Err(TableFault::Damaged),
                _ => {}
            }
        }
    }
}

fn to_the_rows<R: Read>(xml: &mut Xml<R>) -> Result<(), TableFault> {
    loop {
        match xml.next()? {
            Event::Start(e) if e.local_name().as_ref() == "sheetData" => return Ok(()),
            Event::Eof => return Err(TableFault::Damaged),
            _ => {}
        }
    }
}

/// What a cell says of itself before its value.
struct CellHead {
    column: usize,
    style: Option<usize>,
    kind: String,
}

impl CellHead {
    fn of(element: &BytesStart<'_>, next: usize) -> Result<Self, TableFault> {
        let column = match attribute(element, "r")? {
            Some(place) => column_of(&place).ok_or(TableFault::Damaged)?,
            None => next,
        };
        if column >= COLUMNS {
            return Err(TableFault::Damaged);
        }
        Ok(Self {
            column,
            style: attribute(element, "s")?.and_then(|style| style.parse().ok()),
            kind: attribute(element, "t")?.unwrap_or_default(),
        })
    }

    /// The cell's text as people see it, or what keeps it from being seen.
    fn read<R: Read>(&self, xml: &mut Xml<R>, book: &Book, most: usize) -> Result<Result<String, Flaw>, TableFault> {
        let (mut value, mut formula) = (String::new(), false);
        loop {
            match xml.next()? {
                Event::Start(e) => match e.local_name().as_ref() {
                    "v" if self.kind != "inlineStr" => xml.text("v", "v", most, &mut value)?,
                    "is" => xml.text("is", "t", most, &mut value)?,
                    "f" => formula = true,
                    _ => {}
                },
                Event::End(e) if e.local_name().as_ref() == "c" => break,
                Event::Eof => return Err(TableFault::Damaged),
                _ => {}
            }
        }
        Ok(if formula && value.is_empty() && self.kind != "str" {
            Err(Flaw::UncalculatedFormula)
        } else {
            self.shown(&value, book)
        })
    }

    fn shown(&self, value: &str, book: &Book) -> Result<String, Flaw> {
        match self.kind.as_str() {
            "str" | "inlineStr" => Ok(unescaped(value).into_owned()),
            _ if value.trim().is_empty() => Ok(String::new()),
            "s" => {
                let text = value.trim().parse().ok().and_then(|index| book.strings.get(index));
                text.map(str::to_owned).ok_or(Flaw::UnreadableCell)
            }
            "b" => match value.trim() {
                "1" | "true" => Ok("是".to_owned()),
                "0" | "false" => Ok("否".to_owned()),
                _ => Err(Flaw::UnreadableCell),
            },
            "e" => Err(Flaw::ErrorCell),
            "d" => number::iso(value.trim()),
            "" | "n" => {
                let number = value.trim().parse().map_err(|_| Flaw::UnreadableCell)?;
                let format = self.style.and_then(|style| book.formats.get(style)).copied().unwrap_or_default();
                number::shown(number, format, book.from_1904)
            }
            _ => Err(Flaw::UnreadableCell),
        }
    }
}

/// The column, from 0, of a place such as `BC12`.
fn column_of(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic).take(4);
    let column = letters.fold(0, |column, b| column * 26 + usize::from(b.to_ascii_uppercase() - b'A') + 1);
    column.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::column_of;

    #[test]
    fn the_letters_of_a_place_are_its_column() {
        for (place, column) in [("A1", 0), ("z9", 25), ("AA10", 26), ("XFD1048576", 16_383)] {
            assert_eq!(column_of(place), Some(column));
        }
        assert_eq!(column_of("12"), None);
        assert_eq!(column_of(""), None);
    }
}
