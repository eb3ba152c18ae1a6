use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// What may go wrong at the platform or on the way. In JSON: `{"errcode":-1}`, `{"status":502}`, `"html"`,
/// `"truncatedJson"`, `{"slow":3000}`, `"timeout"`, `"reset"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fault {
    /// The platform refuses with this `errcode`; a code in the request stays good.
    Errcode(i64),
    /// A gateway answers with this HTTP status; the platform never sees the request.
    Status(u16),
    /// A gateway answers 200 with a page of HTML; the platform never sees the request.
    Html,
    /// The platform does its work and half of the answer is lost: a code in the request is burnt.
    TruncatedJson,
    /// The platform does its work and answers this many milliseconds late.
    Slow(u64),
    /// The platform never sees the request; a gateway says so after a minute.
    Timeout,
    /// The connection is reset after the request was read; the platform never sees it.
    Reset,
}

/// The faults still to happen, in order.
#[derive(Default)]
pub(super) struct Faults(VecDeque<Due>);

struct Due {
    prefix: String,
    fault: Fault,
    times: u32,
}

impl Faults {
    /// `fault` happens `times` more to calls whose path begins with `prefix`.
    pub(super) fn add(&mut self, prefix: &str, fault: Fault, times: u32) {
        if times > 0 {
            self.0.push_back(Due { prefix: prefix.to_owned(), fault, times });
        }
    }

    /// What goes wrong with this call.
    pub(super) fn next(&mut self, path: &str) -> Option<Fault> {
        let index = self.0.iter().position(|due| path.starts_with(&due.prefix))?;
        let due = self.0.get_mut(index)?;
        let fault = due.fault;
        due.times -= 1;
        if due.times == 0 {
            self.0.remove(index);
        }
        Some(fault)
    }
}
