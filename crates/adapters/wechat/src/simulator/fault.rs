use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// What may go wrong at the platform or on the way. In JSON: `{"errcode":-1}`, `{"status":502}`, `"html"`,
/// `"truncatedJson"`, `{"slow":3000}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fault {
    /// The platform refuses with this `errcode`; the login code stays good.
    Errcode(i64),
    /// A gateway answers with this HTTP status; the platform never sees the request.
    Status(u16),
    /// A gateway answers 200 with a page of HTML; the platform never sees the request.
    Html,
    /// The platform does its work and half of the answer is lost: the login code is burnt.
    TruncatedJson,
    /// The platform does its work and answers this many milliseconds late.
    Slow(u64),
}

/// The faults still to happen, in order.
#[derive(Default)]
pub(super) struct Faults(VecDeque<(Fault, u32)>);

impl Faults {
    /// `fault` happens `times` more.
    pub(super) fn add(&mut self, fault: Fault, times: u32) {
        if times > 0 {
            self.0.push_back((fault, times));
        }
    }

    /// What goes wrong this time.
    pub(super) fn next(&mut self) -> Option<Fault> {
        let (fault, left) = self.0.front_mut()?;
        let fault = *fault;
        *left -= 1;
        if *left == 0 {
            self.0.pop_front();
        }
        Some(fault)
    }
}
