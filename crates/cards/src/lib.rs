//! Cards: what the property issued, who has bound it, and the keys a phone needs to show its code.
//!
//! `binding` holds the rules of a hold on a card and `card` what is known of one, `transitions` what a change of a card does
//! to its holders, `register` keeps the cards, `lookup` finds the one that was asked for, `reconcile` compares them with an
//! installed card system, `import` makes them something to import and to export, `rows` the tables, `service` one
//! method per thing a person can do, `http` their face.

mod binding;
mod bulk;
mod card;
mod feature;
mod held;
pub mod http;
mod import;
mod lookup;
mod messages;
mod reconcile;
mod reconciliation;
mod register;
mod renumbering;
mod rows;
mod service;
mod transitions;

pub use binding::{Binding, BindingState, Credential};
pub use card::{CardDetails, CardField, CardNumber, CardSummary, RegisteredCard, Source};
pub use held::{BoundCard, HeldCards};
pub use reconciliation::{Reconciliation, ReconciliationState};
pub use register::{PutCard, Register, UpsertOutcome};
pub use renumbering::CardNumbers;
pub use service::{CardInfo, Cards, CredentialKeys, Credentials, Deps, NewBinding};
