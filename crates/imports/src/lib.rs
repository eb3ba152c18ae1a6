//! Import of a table from a file (导入), and export back (导出): what is the same whatever the rows are about.
//!
//! A feature says by `subject` what it imports: its columns, how a row is read, how it is compared and put. `columns` finds
//! the columns of a file by the names that `header` makes of its header, `cell` what cells of any table say, `line` reads a row from its `cells`, `sheet` a file, batch by batch on a thread of its own; `report` is what is
//! said of it. `files` keeps the files, `service` is what a person can do, `run` finds the work and `stages` does it,
//! `export` writes a list as a file, `rows` the table, `http` their face.

pub mod cell;
mod cells;
mod columns;
mod desk;
mod export;
mod files;
mod header;
pub mod http;
mod import;
mod line;
mod report;
mod rows;
mod run;
mod service;
mod sheet;
mod stages;
mod subject;

pub use cells::Cells;
pub use columns::{Column, Columns};
pub use export::{Leave, Pages, Spool, file};
pub use import::{Import, ImportState};
pub use line::{Line, LineReader};
pub use report::{Field, Reason, Report, RowChange, RowOutcome, RowProblem, Tally};
pub use service::{Deps, Imports, NewImport};
pub use subject::{Note, Subject};
