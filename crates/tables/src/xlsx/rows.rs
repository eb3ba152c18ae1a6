use std::{
    fs::File,
    io::{Read, Take},
};

use quick_xml::events::{BytesStart, Event};

use super::{
    format::{self, Format},
    merge::Merges,
    number,
    package::Package,
    strings::{Strings, longest, unescaped},
    workbook::{self, Sheet},
    xml::{Xml, attribute},
};
use crate::{
    cell::column_of,
    fault::{Flaw, TableFault},
    header::{Known, LOOKED_AT, best, known_names},
    limits::Limits,
    note::Note,
    row::RawRow,
};

/// The last column of a spreadsheet is XFD.
const COLUMNS: usize = 16_384;
/// Among so many sheets the one to be read is looked for.
const SHEETS: usize = 20;

/// The rows of the visible sheet with the best header. What a sheet says of its own size is not read.
pub(crate) struct XlsxRows {
    sheet: SheetRows,
    book: Book,
    limits: Limits,
    merges: Merges,
    notes: Vec<Note>,
}

/// What the cells of a sheet refer to.
struct Book {
    strings: Strings,
    formats: Vec<Format>,
    from_1904: bool,
}

/// The rows of a sheet as it lies there.
struct SheetRows {
    xml: Xml<Take<File>>,
    number: u64,
    /// Columns that are hidden, from the first to the last of each range.
    hidden: Vec<(usize, usize)>,
    ended: bool,
}

impl XlsxRows {
    /// Reads what the cells refer to, looks for the sheet, and begins at its first row.
    pub(crate) fn open(file: File, limits: Limits, known: Known<'_>) -> Result<Self, TableFault> {
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
        let book = Book { strings, formats, from_1904: places.from_1904 };
        let looks = |sheet: &Sheet| look(&package, &book, &limits, known, &sheet.place);
        let looked: Vec<_> = places.sheets.iter().take(SHEETS).map(looks).collect();
        let chosen = best(looked.iter().map(|look| look.names)).unwrap_or(0);
        let others = places.sheets.iter().enumerate().filter(|(at, _)| *at != chosen);
        let others = others.filter(|(at, _)| looked.get(*at).is_none_or(|look| look.holds));
        let others: Vec<_> = others.map(|(_, sheet)| sheet.name.clone()).collect();
        let hidden = places.hidden.iter().enumerate();
        let hidden = hidden.filter(|(at, sheet)| *at >= SHEETS || looks(sheet).holds);
        let hidden: Vec<_> = hidden.map(|(_, sheet)| sheet.name.clone()).collect();
        let mut notes = Vec::new();
        let Sheet { name, place } = &places.sheets[chosen];
        if !others.is_empty() {
            notes.push(Note::OtherSheets { read: name.clone(), others });
        }
        if !hidden.is_empty() {
            notes.push(Note::HiddenSheets(hidden));
        }
        let merges = Merges::read(&mut package.part(place)?, limits.columns)?;
        let sheet = SheetRows::begin(package.part(place)?)?;
        Ok(Self { sheet, book, limits, merges, notes })
    }

    /// What of the workbook is not read, or cannot be seen and is, where these columns are.
    pub(crate) fn notes(&self, read: &[bool]) -> Vec<Note> {
        let is_hidden =
            |column: usize| self.sheet.hidden.iter().any(|(first, last)| (*first..=*last).contains(&column));
        let hidden: Vec<_> = (0..read.len()).filter(|column| read[*column] && is_hidden(*column)).collect();
        let hidden = (!hidden.is_empty()).then_some(Note::HiddenColumns(hidden));
        self.notes.iter().cloned().chain(hidden).collect()
    }

    /// The next row that is not blank.
    pub(crate) fn next_row(&mut self) -> Result<Option<RawRow>, TableFault> {
        while let Some(mut row) = self.sheet.next_row(&self.book, &self.limits)? {
            self.merges.cover(&mut row);
            if !row.is_blank() {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }
}

/// What a sheet has.
struct Look {
    /// How many of the caller's columns one of its first rows names.
    names: usize,
    /// Whether it holds anything. One that cannot be read may.
    holds: bool,
}

fn look(package: &Package, book: &Book, limits: &Limits, known: Known<'_>, place: &str) -> Look {
    let mut look = Look { names: 0, holds: false };
    let Ok(mut sheet) = package.part(place).and_then(SheetRows::begin) else { return Look { holds: true, ..look } };
    let mut left = LOOKED_AT;
    while left > 0 {
        match sheet.next_row(book, limits) {
            Ok(Some(row)) if row.is_blank() => {}
            Ok(Some(row)) => {
                look.holds = true;
                left -= 1;
                if !row.hidden {
                    look.names = look.names.max(known_names(row.cells.iter().map(String::as_str), known));
                }
            }
            Ok(None) => break,
            Err(_) => {
                look.holds = true;
                break;
            }
        }
    }
    look
}

impl SheetRows {
    fn begin(mut xml: Xml<Take<File>>) -> Result<Self, TableFault> {
        let mut hidden = Vec::new();
        loop {
            match xml.next()? {
                Event::Start(e) => match e.local_name().as_ref() {
                    "sheetData" => return Ok(Self { xml, number: 0, hidden, ended: false }),
                    "col" if hidden.len() < COLUMNS && (is_set(&e, "hidden")? || is_nothing(&e, "width")?) => {
                        let place =
                            |name| Ok::<_, TableFault>(attribute(&e, name)?.and_then(|at| at.parse::<usize>().ok()));
                        if let (Some(first), Some(last)) = (place("min")?, place("max")?) {
                            hidden.push((first.saturating_sub(1), last.saturating_sub(1)));
                        }
                    }
                    _ => {}
                },
                Event::Eof => return Err(TableFault::Damaged),
                _ => {}
            }
        }
    }

    fn next_row(&mut self, book: &Book, limits: &Limits) -> Result<Option<RawRow>, TableFault> {
        while !self.ended {
            let (number, hidden) = match self.xml.next()? {
                Event::Start(e) if e.local_name().as_ref() == "row" => {
                    let number = match attribute(&e, "r")? {
                        Some(number) => number.parse().map_err(|_| TableFault::Damaged)?,
                        None => self.number + 1,
                    };
                    (number, is_set(&e, "hidden")? || is_nothing(&e, "ht")?)
                }
                Event::End(e) if e.local_name().as_ref() == "sheetData" => {
                    self.xml.drain()?;
                    self.ended = true;
                    break;
                }
                Event::Eof => return Err(TableFault::Damaged),
                _ => continue,
            };
            if number <= self.number || number > u64::from(u32::MAX) {
                return Err(TableFault::Damaged);
            }
            self.number = number;
            let mut row = RawRow::new(number, limits);
            row.hidden = hidden;
            self.read_row(&mut row, book, limits)?;
            return Ok(Some(row));
        }
        Ok(None)
    }

    fn read_row(&mut self, row: &mut RawRow, book: &Book, limits: &Limits) -> Result<(), TableFault> {
        let mut column = 0;
        loop {
            match self.xml.next()? {
                Event::Start(e) if e.local_name().as_ref() == "c" => {
                    let cell = CellHead::of(&e, column)?;
                    column = cell.column + 1;
                    match cell.read(&mut self.xml, book, longest(limits.cell_bytes))? {
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

fn is_set(element: &BytesStart<'_>, name: &str) -> Result<bool, TableFault> {
    Ok(attribute(element, name)?.is_some_and(|value| value == "1" || value == "true"))
}

/// Whether a height or a width is 0.
fn is_nothing(element: &BytesStart<'_>, name: &str) -> Result<bool, TableFault> {
    Ok(attribute(element, name)?.is_some_and(|size| size.parse() == Ok(0.0)))
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
                let format = self.style.and_then(|style| book.formats.get(style)).unwrap_or(&Format::General);
                number::shown(number, format, book.from_1904)
            }
            _ => Err(Flaw::UnreadableCell),
        }
    }
}
