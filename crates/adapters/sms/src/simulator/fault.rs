use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::Reply;

/// What may go wrong at a vendor or on the way. In JSON: `{"code":"isv.OUT_OF_SERVICE"}`, `{"status":502}`, `"html"`,
/// `"truncatedJson"`, `{"slow":3000}`, `"lost"`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fault {
    /// The vendor refuses with this code of its own; nothing is delivered.
    Code(String),
    /// A gateway answers with this HTTP status; the vendor never sees the request.
    Status(u16),
    /// A gateway answers 200 with a page of HTML; the vendor never sees the request.
    Html,
    /// The vendor does its work and half of the answer is lost.
    TruncatedJson,
    /// The vendor does its work and answers this many milliseconds late.
    Slow(u64),
    /// The vendor does its work and the answer is lost.
    Lost,
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
        let fault = fault.clone();
        *left -= 1;
        if *left == 0 {
            self.0.pop_front();
        }
        Some(fault)
    }
}

/// The answer to a request that meets this fault: of a vendor that works, or that refuses with a code, or of others.
pub(super) fn meet(fault: Option<Fault>, work: impl FnOnce() -> Reply, refuse: impl FnOnce(&str) -> Reply) -> Reply {
    match fault {
        None => work(),
        Some(Fault::Code(code)) => refuse(&code),
        Some(Fault::Status(status)) => Reply::gateway(status),
        Some(Fault::Html) => Reply::gateway(200),
        Some(Fault::TruncatedJson) => work().truncated(),
        Some(Fault::Slow(millis)) => work().delayed(millis),
        Some(Fault::Lost) => {
            work();
            Reply::lost()
        }
    }
}
