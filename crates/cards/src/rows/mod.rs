//! Rows never leave this folder.

pub(crate) mod binding;
pub(crate) mod card;
pub(crate) mod reconciliation;

use kernel::{Code, Kind};

pub(crate) const INCONSISTENT: Code = Code::new(Kind::Internal, "card-inconsistent", "卡资料有误，请联系管理员");
