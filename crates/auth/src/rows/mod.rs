//! The tables. Rows never leave this folder.

pub(crate) mod account;
pub(crate) mod challenge;
pub(crate) mod consent;
pub(crate) mod identity;
pub(crate) mod role;
pub(crate) mod session;
