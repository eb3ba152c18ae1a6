use std::collections::{HashMap, hash_map::Entry};

use kernel::sha256;
use tables::{Row, RowFault};

use crate::{
    columns::{Column, Columns},
    report::RowProblem,
    subject::Subject,
};

pub struct Line<F> {
    /// As a spreadsheet numbers it.
    pub row: u64,
    /// What it says, or what is wrong with it.
    pub fact: Result<F, Vec<RowProblem>>,
}

/// Reads the rows of one file.
pub struct LineReader<S: Subject> {
    columns: Columns<S::Column>,
    basis: S::Basis,
    /// The row of each so far, by twelve bytes of a digest: the file's memory of itself stays small.
    seen: HashMap<[u8; 12], u64>,
}

impl<S: Subject> LineReader<S> {
    /// A reader of a file with these columns.
    pub fn new(columns: Columns<S::Column>, basis: S::Basis) -> Self {
        Self { columns, basis, seen: HashMap::new() }
    }

    /// What a row says.
    pub fn read(&mut self, row: Result<Row, RowFault>) -> Line<S::Fact> {
        match row {
            Ok(row) => Line { row: row.number, fact: self.fact(&row) },
            Err(fault) => Line { row: fault.row, fact: Err(vec![self.unread(fault)]) },
        }
    }

    fn unread(&self, fault: RowFault) -> RowProblem {
        let column = fault.column.and_then(|at| self.columns.header(at)).map(str::to_owned);
        RowProblem { row: fault.row, column, code: fault.code().to_owned(), message: fault.text() }
    }

    fn fact(&mut self, row: &Row) -> Result<S::Fact, Vec<RowProblem>> {
        let mut cells = Cells { row, columns: &self.columns, seen: &mut self.seen, problems: Vec::new() };
        match S::read(&self.basis, &mut cells) {
            Some(fact) if cells.problems.is_empty() => Ok(fact),
            _ => Err(cells.problems),
        }
    }
}

/// The cells of a row, and what is wrong with them.
pub struct Cells<'a, C> {
    row: &'a Row,
    columns: &'a Columns<C>,
    seen: &'a mut HashMap<[u8; 12], u64>,
    problems: Vec<RowProblem>,
}

impl<C: Column> Cells<'_, C> {
    /// What a cell says; none where it cannot be read, and where the file has no such column.
    pub fn read<T>(&mut self, column: C, advice: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let value = read(self.columns.cell(column, &self.row.cells)?);
        if value.is_none() {
            self.wrong(column, column.code(), advice);
        }
        value
    }

    /// Notes that the row is of `key`, which `column` shows; two rows of one key are `the_same`.
    pub fn once(&mut self, column: C, key: &str, code: &str, the_same: &str) {
        let digest = sha256(key.as_bytes());
        let first = match self.seen.entry(std::array::from_fn(|n| digest[n])) {
            Entry::Vacant(free) => {
                free.insert(self.row.number);
                return;
            }
            Entry::Occupied(first) => *first.get(),
        };
        self.wrong(column, code, &format!("与第 {first} 行是{the_same}，请只留一行"));
    }

    fn wrong(&mut self, column: C, code: &str, advice: &str) {
        let (row, header) = (self.row.number, self.columns.header_of(column));
        let message = format!("第 {row} 行“{header}”：{advice}");
        self.problems.push(RowProblem { row, column: Some(header.to_owned()), code: code.to_owned(), message });
    }
}
