//! What is said of a file and its rows, to the person who chose it. No value of a cell is ever said again.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{PutCard, card::CardField, register::Tally};

/// So many rows are told of one by one.
const TOLD: usize = 100;

/// Why a file was not taken, or its import did not end well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportReason)]
pub struct Reason {
    /// Stable kebab-case name.
    #[schema(example = "columns-missing")]
    pub code: String,
    /// What is wrong and what to do.
    #[schema(example = "表头缺少“卡号”列，请补上后重新上传")]
    pub message: String,
}

impl Reason {
    pub(super) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

/// Something wrong in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportRowProblem)]
pub struct RowProblem {
    /// As a spreadsheet numbers it, from 1.
    pub row: u64,
    /// The header of the column; none where the row as a whole is meant.
    pub column: Option<String>,
    /// Stable kebab-case name.
    pub code: String,
    /// Where it is, what is wrong and what to do.
    #[schema(example = "第 12 行“手机号”：请填写 11 位手机号，或留空")]
    pub message: String,
}

/// A row whose card is otherwise in the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportRowChange)]
pub struct RowChange {
    /// As a spreadsheet numbers it, from 1.
    pub row: u64,
    /// The card's number, masked.
    #[schema(example = "******7706")]
    pub number: String,
    /// What of it differs.
    pub fields: Vec<CardField>,
}

/// What came of reading a file: what applying it would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportReport)]
pub struct Report {
    /// Rows that hold something.
    pub rows: u64,
    /// Cards that are not in the register.
    pub new: u64,
    /// Cards that are otherwise there.
    pub changed: u64,
    /// Cards that are there just so.
    pub same: u64,
    /// Rows with something wrong. The file can be applied when there are none.
    pub errors: u64,
    /// What is wrong, the first hundred.
    pub error_list: Vec<RowProblem>,
    /// What would change, the first hundred.
    pub changes: Vec<RowChange>,
    /// What its owner should know of the header.
    pub warnings: Vec<String>,
    /// Cards in the register that the file does not have: they stay. Not counted while rows are wrong.
    pub missing: Option<u64>,
}

impl Report {
    /// A row that something is wrong with.
    pub(super) fn wrong(&mut self, problems: Vec<RowProblem>) {
        self.rows += 1;
        self.errors += 1;
        let room = TOLD - self.error_list.len();
        self.error_list.extend(problems.into_iter().take(room));
    }

    /// A row that reads well, and what would become of its card.
    pub(super) fn right(&mut self, row: u64, number: impl FnOnce() -> String, becomes: PutCard) {
        self.rows += 1;
        match becomes {
            PutCard::New => self.new += 1,
            PutCard::Same => self.same += 1,
            PutCard::Changed(fields) => {
                self.changed += 1;
                if self.changes.len() < TOLD {
                    self.changes.push(RowChange { row, number: number(), fields });
                }
            }
        }
    }
}

/// What applying has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ImportApplied)]
pub struct Applied {
    /// Cards that were added.
    pub new: u64,
    /// Cards that were changed.
    pub changed: u64,
    /// Cards that were just so.
    pub same: u64,
}

impl From<Tally> for Applied {
    fn from(Tally { new, changed, same }: Tally) -> Self {
        Self { new, changed, same }
    }
}
