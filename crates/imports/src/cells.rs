use std::collections::{HashMap, hash_map::Entry};

use kernel::sha256;
use tables::Row;

use crate::{
    columns::{Column, Columns},
    report::RowProblem,
};

/// The cells of a row, and what is wrong with them.
pub struct Cells<'a, C> {
    pub(crate) row: &'a Row,
    pub(crate) columns: &'a Columns<C>,
    pub(crate) seen: &'a mut HashMap<[u8; 12], u64>,
    pub(crate) problems: Vec<RowProblem>,
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
