//! The tables, a file each. Rows never leave this folder.

pub(crate) mod command;
pub(crate) mod event;
mod place;
pub(crate) mod request_name;
mod standing;
pub(crate) mod used_code;

use kernel::{Code, Kind};

pub(crate) use standing::standing;

/// A row of ours makes no sense.
const INCONSISTENT: Code = Code::new(Kind::Internal, "door-record-inconsistent", "开门记录有误，请联系管理员");

/// Both counts together, while both are known.
fn sum(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    Some(one? + other?)
}
