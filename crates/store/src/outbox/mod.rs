//! The outbox: a message is written in the transaction that makes it necessary and carried out by the outbox worker, at
//! least once, by the handler of its topic.

mod handler;
mod message;
mod table;

pub use handler::{Handler, OutboxHandler, Outcome};
pub use message::OutboxMessage;
pub use table::{ClaimedMessage, State, claim, count, enqueue, enqueue_after, purge, settle};
