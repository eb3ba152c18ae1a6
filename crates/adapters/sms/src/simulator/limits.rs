use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use kernel::Timestamp;

/// How many messages a number may get within a sliding window, and what the vendor calls it when that is used up.
pub(super) struct Limit {
    pub(super) span: Duration,
    pub(super) messages: usize,
    pub(super) says: &'static str,
}

/// When each number got its last messages, oldest first.
#[derive(Default)]
pub(super) struct Counts(HashMap<String, VecDeque<Timestamp>>);

impl Counts {
    /// Counts one more message to `phone`, unless a limit is used up: then that.
    pub(super) fn take<'a>(&mut self, phone: &str, limits: &'a [Limit], now: Timestamp) -> Result<(), &'a Limit> {
        let Some(longest) = limits.iter().map(|limit| limit.span).max() else { return Ok(()) };
        let past = self.0.entry(phone.to_owned()).or_default();
        past.retain(|at| *at > now.before(longest));
        let within = |span| past.iter().filter(|at| **at > now.before(span)).count();
        if let Some(limit) = limits.iter().find(|limit| within(limit.span) >= limit.messages) {
            return Err(limit);
        }
        past.push_back(now);
        Ok(())
    }
}
