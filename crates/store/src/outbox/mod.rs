//! The outbox: a message is written in the transaction that makes it necessary and carried out by the outbox worker, at
//! least once, by the handler of its topic.

mod handler;
mod message;
mod outcome;
mod table;

pub use handler::{Handler, OutboxHandler};
pub use message::OutboxMessage;
pub use outcome::Outcome;
pub use table::{ClaimedMessage, State, claim, count, enqueue, enqueue_after, purge, settle};
