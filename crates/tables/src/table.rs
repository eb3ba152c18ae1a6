use std::{collections::HashMap, fs::File, path::Path};

use crate::{
    csv::CsvRows,
    fault::{Flaw, RowFault, TableFault},
    limits::Limits,
    row::Row,
    sniff::{self, Shape},
    xlsx::XlsxRows,
};

/// A table with a header, read row by row. The outer error of an item ends the table; the inner one is that row's alone.
pub struct Table {
    rows: Rows,
    header: Vec<String>,
    header_number: u64,
    limit: u64,
    given: u64,
    done: bool,
}

enum Rows {
    Csv(Box<CsvRows>),
    Xlsx(Box<XlsxRows>),
}

impl Table {
    /// Opens a CSV or XLSX file and reads its header, the first row that is not blank. What a file is shows in its
    /// bytes; its name is of no matter. Of a workbook, the first visible sheet is read. A CSV file is read through once
    /// to find its encoding.
    ///
    /// # Errors
    /// Whatever keeps the file from being read; see [`TableFault`].
    pub fn open(path: &Path, limits: Limits) -> Result<Self, TableFault> {
        let mut file = File::open(path).map_err(TableFault::Io)?;
        let mut rows = match sniff::shape(&mut file)? {
            Shape::Text => Rows::Csv(Box::new(CsvRows::open(file, limits)?)),
            Shape::Zip => Rows::Xlsx(Box::new(XlsxRows::open(file, limits)?)),
        };
        let first = rows.next_row(limits.columns)?.ok_or(TableFault::Empty)?.map_err(|fault| match fault.flaw {
            Flaw::CellOutsideHeader => TableFault::TooManyColumns { limit: limits.columns },
            _ => TableFault::Header(fault),
        })?;
        let header = names(&first.cells)?;
        Ok(Self { rows, header, header_number: first.number, limit: limits.rows, given: 0, done: false })
    }

    /// The names of the columns, trimmed. A column without a name has an empty one; the last has a name.
    pub fn header(&self) -> &[String] {
        &self.header
    }
}

impl Rows {
    fn next_row(&mut self, width: usize) -> Result<Option<Result<Row, RowFault>>, TableFault> {
        match self {
            Self::Csv(rows) => rows.next_row(width),
            Self::Xlsx(rows) => rows.next_row(width),
        }
    }
}

impl Iterator for Table {
    type Item = Result<Result<Row, RowFault>, TableFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let row = self.rows.next_row(self.header.len()).and_then(|row| {
            let number = match &row {
                None => return Ok(None),
                Some(Ok(row)) => row.number,
                Some(Err(fault)) => fault.row,
            };
            self.given += 1;
            if self.given > self.limit || number - self.header_number > self.limit {
                return Err(TableFault::TooManyRows { limit: self.limit });
            }
            Ok(row)
        });
        self.done = !matches!(row, Ok(Some(_)));
        row.transpose()
    }
}

fn names(cells: &[String]) -> Result<Vec<String>, TableFault> {
    let unseen = ['\u{feff}', '\u{200b}', '\u{3000}'];
    let mut names: Vec<String> = cells.iter().map(|cell| cell.replace(unseen, "").trim().to_owned()).collect();
    let width = names.iter().rposition(|name| !name.is_empty()).ok_or(TableFault::Empty)? + 1;
    names.truncate(width);
    let mut seen = HashMap::new();
    for (second, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if let Some(first) = seen.insert(name, second) {
            return Err(TableFault::DuplicateColumn { first, second });
        }
    }
    Ok(names)
}
