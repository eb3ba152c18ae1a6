use std::collections::HashMap;

use tables::{Row, RowFault};

use crate::{cells::Cells, columns::Columns, report::RowProblem, subject::Subject};

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
