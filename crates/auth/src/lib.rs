//! Accounts: logging in, sessions and their tokens, and the one-time codes other features ask for.
//!
//! `session` and `code` hold the rules, `rows` the tables, `service` and `codes` one method per thing a person can do,
//! `http` their face.

mod access;
mod code;
mod codes;
mod hs256;
pub mod http;
mod limits;
mod rows;
mod service;
mod session;

pub use access::AccessTokens;
pub use code::{CODE_EXPIRED, CODE_LIFE, CODE_WRONG, Purpose, Verdict};
pub use codes::{Asked, Codes, NewChallenge};
pub use limits::Limits;
pub use service::{Account, Accounts, Entered};
