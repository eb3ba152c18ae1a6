use std::collections::{HashMap, hash_map::Entry};

use kernel::sha256;
use tables::Row;

use crate::{
    columns::{Column, Columns},
    report::RowProblem,
};

/// How cells were taken, each said once for all rows.
#[derive(Default)]
pub(crate) struct Remarks(Vec<Remark>);

struct Remark {
    header: String,
    text: &'static str,
    first: u64,
    count: u64,
}

impl Remarks {
    fn add(&mut self, header: &str, text: &'static str, row: u64) {
        match self.0.iter_mut().find(|one| one.text == text && one.header == header) {
            Some(one) => one.count += 1,
            None => self.0.push(Remark { header: header.to_owned(), text, first: row, count: 1 }),
        }
    }

    /// For the person who chose the file.
    pub(crate) fn texts(&self) -> Vec<String> {
        let text = |Remark { header, text, first, count }: &Remark| {
            format!("“{header}”列有 {count} 行（从第 {first} 行起）{text}")
        };
        self.0.iter().map(text).collect()
    }
}

/// The cells of a row, and what is wrong with them.
pub struct Cells<'a, C> {
    pub(crate) row: &'a Row,
    pub(crate) columns: &'a Columns<C>,
    pub(crate) seen: &'a mut HashMap<[u8; 12], u64>,
    pub(crate) problems: Vec<RowProblem>,
    pub(crate) remarks: &'a mut Remarks,
}

impl<C: Column> Cells<'_, C> {
    /// What a cell says; none where it cannot be read, and where the file has no such column.
    pub fn read<T>(&mut self, column: C, advice: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let value = read(&self.columns.cell(column, &self.row.cells)?);
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

    /// Remarks that the cell of a column was taken in a way that its owner should know.
    pub fn remark(&mut self, column: C, text: &'static str) {
        self.remarks.add(self.columns.header_of(column), text, self.row.number);
    }

    fn wrong(&mut self, column: C, code: &str, advice: &str) {
        let (row, header) = (self.row.number, self.columns.header_of(column));
        let message = format!("第 {row} 行“{header}”：{advice}");
        self.problems.push(RowProblem { row, column: Some(header.to_owned()), code: code.to_owned(), message });
    }
}
