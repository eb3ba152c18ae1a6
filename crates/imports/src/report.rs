//! What is said of a file and its rows, to the person who chose it. No value of a cell is ever said again.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// So many rows are told of one by one.
const TOLD: usize = 100;

/// Why a file was rejected, or its import failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportReason)]
pub struct Reason {
    /// Stable kebab-case code.
    #[schema(example = "columns-missing")]
    pub code: String,
    /// What is wrong and what to do.
    #[schema(example = "表头缺少“卡号”列，请补上后重新上传")]
    pub message: String,
}

impl Reason {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }

    /// The same, with the row that was taken for the header where that is not the first.
    pub(crate) fn of_header(self, row: u64) -> Self {
        if row == 1 {
            return self;
        }
        Self { message: format!("{}（取第 {row} 行为表头）", self.message), ..self }
    }
}

/// An error in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportRowProblem)]
pub struct RowProblem {
    /// Row number as in a spreadsheet, from 1.
    pub row: u64,
    /// Header of the column; null if the whole row is meant.
    pub column: Option<String>,
    /// Stable kebab-case code.
    pub code: String,
    /// Where the error is, what is wrong and what to do.
    #[schema(example = "第 12 行“手机号”：请填写 11 位手机号，或留空")]
    pub message: String,
}

/// A row that changes existing data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportRowChange)]
pub struct RowChange {
    /// Row number as in a spreadsheet, from 1.
    pub row: u64,
    /// Identifies the record, masked: a card number or a host's phone.
    #[schema(example = "******7706")]
    pub number: String,
    /// Names of the changed fields.
    #[schema(example = json!(["phone"]))]
    pub fields: Vec<String>,
}

/// The result of checking a file: what applying it would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportReport)]
pub struct Report {
    /// Number of rows with content.
    pub rows: u64,
    /// Number of rows that would be added.
    pub new: u64,
    /// Number of rows that would change existing records.
    pub changed: u64,
    /// Number of rows that change nothing.
    pub same: u64,
    /// Number of rows with errors. The file can only be applied if it is 0.
    pub errors: u64,
    /// The first hundred errors.
    pub error_list: Vec<RowProblem>,
    /// The first hundred changes.
    pub changes: Vec<RowChange>,
    /// Columns, rows and sheets that are left out, and cells that are taken in a way their owner should know.
    pub warnings: Vec<String>,
    /// Number of existing records that are not in the file; they are kept. Not counted while rows have errors.
    pub missing: Option<u64>,
}

impl Report {
    /// A row that something is wrong with.
    pub(crate) fn wrong(&mut self, problems: Vec<RowProblem>) {
        self.rows += 1;
        self.errors += 1;
        let room = TOLD - self.error_list.len();
        self.error_list.extend(problems.into_iter().take(room));
    }

    /// A row that reads well, and what would become of what it tells of.
    pub(crate) fn right<F: Field>(&mut self, row: u64, number: impl FnOnce() -> String, becomes: RowOutcome<F>) {
        self.rows += 1;
        match becomes {
            RowOutcome::New => self.new += 1,
            RowOutcome::Same => self.same += 1,
            RowOutcome::Changed(fields) => {
                self.changed += 1;
                if self.changes.len() < TOLD {
                    let fields = fields.into_iter().map(|field| field.name().to_owned()).collect();
                    self.changes.push(RowChange { row, number: number(), fields });
                }
            }
        }
    }
}

/// What of something may differ.
pub trait Field: Copy + Send + 'static {
    /// As JSON says it, camelCase.
    fn name(self) -> &'static str;
}

/// What became, or would become, of one of them when it is put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowOutcome<F> {
    /// It was not there.
    New,
    /// Something of it was otherwise.
    Changed(Vec<F>),
    /// It was like that.
    Same,
}

impl<F> RowOutcome<F> {
    /// What becomes of what is there, and differs in these.
    pub fn of(differs: Vec<F>) -> Self {
        if differs.is_empty() { Self::Same } else { Self::Changed(differs) }
    }
}

/// Applied rows, by effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ImportApplied)]
pub struct Tally {
    /// Number of added records.
    pub new: u64,
    /// Number of changed records.
    pub changed: u64,
    /// Number of unchanged records.
    pub same: u64,
}

impl Tally {
    /// Counts what became of many.
    pub fn of<'a, F: 'a>(many: impl IntoIterator<Item = &'a RowOutcome<F>>) -> Self {
        let mut tally = Self::default();
        for one in many {
            match one {
                RowOutcome::New => tally.new += 1,
                RowOutcome::Changed(_) => tally.changed += 1,
                RowOutcome::Same => tally.same += 1,
            }
        }
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy)]
    struct Price;

    impl Field for Price {
        fn name(self) -> &'static str {
            "price"
        }
    }

    fn problem(row: u64) -> RowProblem {
        RowProblem { row, column: None, code: "wrong".to_owned(), message: String::new() }
    }

    #[test]
    fn every_row_is_counted_once_and_only_what_changes_is_named() {
        let mut report = Report::default();
        let unasked = || panic!("only what changes is named");
        report.right::<Price>(2, unasked, RowOutcome::New);
        report.right::<Price>(3, unasked, RowOutcome::Same);
        report.right(4, || "***6".to_owned(), RowOutcome::Changed(vec![Price]));
        report.wrong(vec![problem(5), problem(5)]);
        let Report { rows, new, changed, same, errors, error_list, changes, missing, .. } = report;
        assert_eq!((rows, new, changed, same, errors), (4, 1, 1, 1, 1));
        assert_eq!(changes, [RowChange { row: 4, number: "***6".to_owned(), fields: vec!["price".to_owned()] }]);
        assert_eq!((error_list.len(), missing), (2, None));
    }

    #[test]
    fn the_first_hundred_are_told_and_all_are_counted() {
        let mut report = Report::default();
        for row in 0..70 {
            report.wrong(vec![problem(row), problem(row)]);
            report.right(row, String::new, RowOutcome::Changed(vec![Price]));
            report.right(row, String::new, RowOutcome::Changed(vec![Price]));
        }
        assert_eq!((report.errors, report.error_list.len()), (70, 100));
        assert_eq!((report.changed, report.changes.len()), (140, 100));
        assert_eq!(report.error_list.last().map(|one| one.row), Some(49));
    }

    #[test]
    fn what_differs_in_nothing_is_the_same() {
        assert!(matches!(RowOutcome::<Price>::of(Vec::new()), RowOutcome::Same));
        assert!(matches!(RowOutcome::of(vec![Price]), RowOutcome::Changed(_)));
        let many = [RowOutcome::New, RowOutcome::Same, RowOutcome::Changed(vec![Price]), RowOutcome::New];
        assert_eq!(Tally::of(&many), Tally { new: 2, changed: 1, same: 1 });
    }
}
