//! Asking one thing of the server again and again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kernel::Timestamp;

use crate::http::Answer;

/// A request being prepared or under way; used again and again.
#[derive(Default)]
pub struct Request {
    /// All of it, as it is sent.
    pub bytes: Vec<u8>,
    /// Whose it is, in the operation's own counting.
    pub subject: usize,
    /// Which it is of those that are one operation, counted from 0.
    pub step: usize,
    /// Its body, while it is put together.
    pub body: Vec<u8>,
    /// What the answer is signed over.
    pub nonce: String,
    /// What the answer must repeat.
    pub id: String,
}

/// Whether a request could be prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prepared {
    Ready,
    /// Not before then, seconds since 1970.
    At(i64),
}

/// Asks one thing of the server again and again.
pub trait Operation: Send {
    /// Prepares the next request.
    fn prepare(&mut self, now: Timestamp, request: &mut Request) -> Prepared;

    /// Judges the answer to it.
    ///
    /// # Errors
    /// What is wrong with it.
    fn check(&self, request: &Request, answer: &Answer) -> Result<(), String>;

    /// Prepares the next of the requests that are one operation, once the one before was answered rightly. False when that
    /// was the last.
    fn goes_on(&self, _: &mut Request) -> bool {
        false
    }

    /// Whether the server says, as it may, that it has too much to do: neither right nor wrong.
    fn turned_away(&self, _: &Answer) -> bool {
        false
    }
}

/// An operation that all connections share.
pub type Shared = Arc<Mutex<dyn Operation>>;

/// Locks; there is one thread only, and if it panicked, that is told elsewhere.
pub fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells a wrong answer in a few words.
pub fn wrong(what: &str, answer: &Answer) -> String {
    let body: String = String::from_utf8_lossy(&answer.body).chars().take(300).collect();
    format!("{what}; status {}: {body}", answer.status)
}
