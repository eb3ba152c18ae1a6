//! Import of a site's cards from a file (导入), and export back (导出): what of it is about cards.
//!
//! `column` knows the columns and `cell` what their cells say, `basis` what their meaning depends on, `subject` makes cards
//! something to import, `export` writes them as a file of the same columns.

mod basis;
mod cell;
mod column;
mod export;
mod subject;
#[cfg(test)]
mod tests;

use kernel::{Code, Kind};

/// The site's cards are kept elsewhere.
const NOT_HERE: Code =
    Code::new(Kind::Conflict, "import-not-here", "这个场区的卡由已接入的卡系统维护，请在卡系统中修改");
