//! Accounts: registering, logging in, linking WeChat, proving oneself, leaving; sessions and their tokens; roles; and the
//! one-time codes other features ask for.
//!
//! `account`, `code`, `consent`, `identifier`, `password`, `role` and `session` hold the rules, `rows` the tables,
//! `service` and its neighbours one method per thing a person can do, `http` their face.

mod access;
mod account;
mod bulk;
mod closing;
mod code;
mod codes;
mod consent;
mod consents;
mod feature;
mod fields;
mod grants;
mod hashing;
mod hs256;
pub mod http;
mod identifier;
mod limits;
mod linking;
mod login;
mod messages;
mod password;
mod profile;
mod proof;
mod register;
mod role;
mod roles;
mod rows;
mod sending;
mod service;
mod session;
mod sessions;

pub use access::AccessTokens;
pub use account::AccountState;
pub use code::{CODE_EXPIRED, CODE_LIFE, Purpose, Verdict};
pub use codes::{Checker, CodeRequest, Codes, Destination, NewChallenge, Outgoing, Sent, post_code};
pub use consent::{Agreement, CONSENT_REQUIRED, Consent, ConsentPurpose, TEXTS, Text};
pub use consents::{require_consents, without_consents};
pub use grants::Grants;
pub use hashing::Hashing;
pub use identifier::Identifier;
pub use limits::Limits;
pub use linking::{Linked, OthersProof, WechatRevocation};
pub use login::WantedCode;
pub use messages::CodeIssued;
pub use password::NewPassword;
pub use proof::{Act, Key, Proof};
pub use register::{PhoneProof, Registered, Registration};
pub use role::{Holder, Role, RoleGrant};
pub use roles::Named;
pub use sending::SendCode;
pub use service::{Account, Accounts, Deps, IssuedTokens, Origin};
pub use session::Method;
pub use sessions::SignIn;
