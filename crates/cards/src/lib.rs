//! Cards: what the property issued, who has bound it, and the keys a phone needs to show its code.
//!
//! `binding` holds the rules, `rows` the tables, `service` one method per thing a person can do, `http` their face.
//! The embedded card system keeps its register here too (`register`).

mod binding;
pub mod http;
mod register;
mod rows;
mod service;

pub use binding::{Binding, BindingState, Holding};
pub use register::{NewCard, Register};
pub use service::{Cards, CredentialKeys, Credentials, NewBinding};
