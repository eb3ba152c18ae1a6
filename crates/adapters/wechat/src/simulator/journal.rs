use std::collections::{BTreeMap, VecDeque};

use kernel::Timestamp;
use serde::Serialize;

use super::{paths::PATHS, reply::Reply};

const KEPT: usize = 1000;

/// A call that was answered: nothing that the caller wrote but its path, if there is one like that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Logged {
    /// When, by the platform's clock.
    pub at: Timestamp,
    /// `GET`, `POST` or `other`.
    pub method: &'static str,
    /// The path, or `unknown`.
    pub path: &'static str,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The `errcode` of the answer, 0 for a success; none when a fault came in between.
    pub errcode: Option<i64>,
}

/// What was asked, without its secrets.
#[derive(Default)]
pub(super) struct Journal {
    calls: VecDeque<Logged>,
    counts: BTreeMap<&'static str, u64>,
}

impl Journal {
    pub(super) fn note(&mut self, at: Timestamp, method: &str, path: &str, reply: &Reply) {
        let path = PATHS.into_iter().find(|known| *known == path).unwrap_or("unknown");
        let method = ["GET", "POST"].into_iter().find(|known| *known == method).unwrap_or("other");
        *self.counts.entry(path).or_default() += 1;
        if self.calls.len() == KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(Logged { at, method, path, status: reply.status, errcode: reply.errcode() });
    }

    pub(super) fn calls(&self) -> Vec<Logged> {
        self.calls.iter().cloned().collect()
    }

    pub(super) fn counts(&self) -> BTreeMap<&'static str, u64> {
        self.counts.clone()
    }
}
