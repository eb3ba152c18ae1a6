use std::{collections::VecDeque, fs::File, path::Path};

use crate::{
    csv::CsvRows,
    fault::{Flaw, RowFault, TableFault},
    header::{self, Known, LOOKED_AT, known_names},
    limits::Limits,
    note::{self, Note},
    row::{RawRow, Row},
    sniff::{self, Shape},
    xlsx::XlsxRows,
};

/// A table with a header, read row by row. The outer error of an item ends the table; the inner one is that row's alone.
pub struct Table {
    rows: Rows,
    /// Rows that were read to find the header.
    ahead: VecDeque<RawRow>,
    /// What ended the reading ahead.
    stopped: Option<TableFault>,
    header: Vec<String>,
    header_number: u64,
    /// For each column of the header whether it is the caller's.
    read: Vec<bool>,
    limit: u64,
    given: u64,
    done: bool,
    below: bool,
    hidden: Option<note::Rows>,
    others: Option<note::Rows>,
    unnamed: Vec<usize>,
}

enum Rows {
    Csv(Box<CsvRows>),
    Xlsx(Box<XlsxRows>),
}

impl Table {
    /// Opens a CSV or XLSX file and reads its header: of the first rows the one that names the most columns that are
    /// `known`, else the first row that is not blank. The columns that are known are read, or all where none is: what
    /// stands in others makes no row, and what is wrong in them is not looked at. What a file is shows in its bytes; its
    /// name is of no matter. Of a workbook, the visible sheet with the best header is read, and what is hidden is not;
    /// see [`Table::notes`]. A CSV file is read through once to find its encoding.
    ///
    /// # Errors
    /// Whatever keeps the file from being read; see [`TableFault`].
    pub fn open(path: &Path, limits: Limits, known: Known<'_>) -> Result<Self, TableFault> {
        let mut file = File::open(path).map_err(TableFault::Io)?;
        let mut rows = match sniff::shape(&mut file)? {
            Shape::Text => Rows::Csv(Box::new(CsvRows::open(file, limits, known)?)),
            Shape::Zip => Rows::Xlsx(Box::new(XlsxRows::open(file, limits, known)?)),
        };
        let (mut ahead, mut concealed, mut stopped) = (VecDeque::new(), Vec::new(), None);
        while ahead.len() < LOOKED_AT {
            match rows.next_row() {
                Ok(Some(row)) if row.hidden => concealed.push(row.number),
                Ok(Some(row)) => ahead.push_back(row),
                Ok(None) => break,
                Err(fault) => {
                    stopped = Some(fault);
                    break;
                }
            }
        }
        let counts = ahead.iter().map(|row| known_names(names(row).iter().map(String::as_str), known));
        let at = header::best(counts).unwrap_or(0);
        let first = ahead.front().map(|row| row.number);
        let mut ahead = ahead.split_off(at.min(ahead.len()));
        let Some(row) = ahead.pop_front() else { return Err(stopped.unwrap_or(TableFault::Empty)) };
        if row.beyond.is_some() {
            return Err(TableFault::TooManyColumns { limit: limits.columns });
        }
        if let Some((column, flaw)) = row.flaws.first() {
            return Err(TableFault::Header(RowFault { row: row.number, column: *column, flaw: *flaw }));
        }
        let mut header = names(&row);
        let width = header.iter().rposition(|name| !name.is_empty()).ok_or(TableFault::Empty)? + 1;
        header.truncate(width);
        let mut read: Vec<_> = header.iter().map(|name| !name.is_empty() && known(name)).collect();
        if !read.contains(&true) {
            read.fill(true);
        }
        let below = first.is_some_and(|first| first != row.number);
        let mut hidden = None;
        for number in concealed.into_iter().filter(|number| *number > row.number) {
            note::Rows::add(&mut hidden, number);
        }
        Ok(Self {
            rows,
            ahead,
            stopped,
            header,
            header_number: row.number,
            read,
            limit: limits.rows,
            given: 0,
            done: false,
            below,
            hidden,
            others: None,
            unnamed: Vec::new(),
        })
    }

    /// The names of the columns, trimmed. A column without a name has an empty one; the last has a name.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The row of the header, from 1.
    pub fn header_row(&self) -> u64 {
        self.header_number
    }

    /// What of the rows that were read so far, and of what lies around them, was left out or may be taken otherwise.
    pub fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        if self.below {
            notes.push(Note::HeaderBelow { row: self.header_number });
        }
        if let Rows::Xlsx(rows) = &self.rows {
            notes.extend(rows.notes(&self.read));
        }
        notes.extend(self.hidden.map(Note::HiddenRows));
        notes.extend(self.others.map(Note::OtherRows));
        if !self.unnamed.is_empty() {
            notes.push(Note::UnnamedColumns(self.unnamed.clone()));
        }
        notes
    }

    fn next_raw(&mut self) -> Result<Option<RawRow>, TableFault> {
        match (self.ahead.pop_front(), self.stopped.take()) {
            (Some(row), stopped) => {
                self.stopped = stopped;
                Ok(Some(row))
            }
            (None, Some(fault)) => Err(fault),
            (None, None) => self.rows.next_row(),
        }
    }

    fn next_row(&mut self) -> Result<Option<Result<Row, RowFault>>, TableFault> {
        while let Some(raw) = self.next_raw()? {
            if raw.hidden {
                note::Rows::add(&mut self.hidden, raw.number);
                continue;
            }
            let number = raw.number;
            let Some(row) = self.fitted(raw) else {
                note::Rows::add(&mut self.others, number);
                continue;
            };
            self.given += 1;
            if self.given > self.limit || number - self.header_number > self.limit {
                return Err(TableFault::TooManyRows { limit: self.limit });
            }
            return Ok(Some(row));
        }
        Ok(None)
    }

    /// The row in the columns of the header; none where those that are read hold nothing.
    fn fitted(&mut self, mut raw: RawRow) -> Option<Result<Row, RowFault>> {
        let width = self.header.len();
        let outside = (width..raw.cells.len()).find(|column| raw.holds(*column)).or(raw.beyond);
        let unread: Vec<_> = (0..width).filter(|column| !self.read[*column] && raw.holds(*column)).collect();
        for column in unread.into_iter().filter(|column| self.header[*column].is_empty()) {
            if !self.unnamed.contains(&column) {
                self.unnamed.push(column);
            }
        }
        let own = (0..width).any(|column| self.read[column] && raw.holds(column));
        let whole = raw.flaws.iter().any(|(column, _)| column.is_none());
        if !own && !whole && outside.is_none() {
            return None;
        }
        for covered in std::mem::take(&mut raw.covered) {
            raw.flaws.retain(|(column, _)| *column != Some(covered.column));
            match covered.content {
                Ok(text) => raw.cells[covered.column] = text,
                Err(flaw) => raw.flaws.push((Some(covered.column), flaw)),
            }
        }
        let concerns = |column: &Option<usize>| column.is_none_or(|column| column < width && self.read[column]);
        let flaw = raw.flaws.iter().find(|(column, _)| concerns(column)).copied();
        let flaw = flaw.or(outside.map(|column| (Some(column), Flaw::CellOutsideHeader)));
        let number = raw.number;
        raw.cells.truncate(width);
        Some(match flaw {
            Some((column, flaw)) => Err(RowFault { row: number, column, flaw }),
            None => Ok(Row { number, cells: raw.cells }),
        })
    }
}

impl Rows {
    fn next_row(&mut self) -> Result<Option<RawRow>, TableFault> {
        match self {
            Self::Csv(rows) => rows.next_row(),
            Self::Xlsx(rows) => rows.next_row(),
        }
    }
}

impl Iterator for Table {
    type Item = Result<Result<Row, RowFault>, TableFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let row = self.next_row();
        self.done = !matches!(row, Ok(Some(_)));
        row.transpose()
    }
}

/// The names in a row, if it is the header. A cell that is merged with one above it has its name, one that is merged with
/// one beside it has none.
fn names(row: &RawRow) -> Vec<String> {
    let unseen = ['\u{feff}', '\u{200b}', '\u{3000}'];
    let mut names: Vec<_> = row.cells.iter().map(|cell| cell.replace(unseen, "").trim().to_owned()).collect();
    for covered in &row.covered {
        let above = covered.content.as_ref().ok().filter(|_| !covered.sideways);
        names[covered.column] = above.map(|text| text.trim().to_owned()).unwrap_or_default();
    }
    names
}
