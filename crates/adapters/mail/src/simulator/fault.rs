use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// What may go wrong at the mail server or on the way. In JSON: `{"recipient":550}`, `{"data":451}`, `"lost"`,
/// `{"slow":3000}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fault {
    /// The recipient is refused with this reply code, 400 to 599.
    Recipient(u16),
    /// The text is refused with this reply code, 400 to 599, after all of it was sent.
    Data(u16),
    /// The mail is kept and the connection closed before the server says so.
    Lost,
    /// The mail is kept and the server says so this many milliseconds late.
    Slow(u64),
}

impl Fault {
    fn is_for_recipient(self) -> bool {
        matches!(self, Self::Recipient(_))
    }
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

    /// The code with which this recipient is refused, if it is its turn.
    pub(super) fn at_recipient(&mut self) -> Option<u16> {
        match self.next(Fault::is_for_recipient)? {
            Fault::Recipient(code) => Some(code),
            _ => None,
        }
    }

    /// What goes wrong at the end of this text, if it is its turn.
    pub(super) fn at_data(&mut self) -> Option<Fault> {
        self.next(|fault| !fault.is_for_recipient())
    }

    fn next(&mut self, belongs: impl Fn(Fault) -> bool) -> Option<Fault> {
        let (fault, left) = self.0.front_mut()?;
        let fault = *fault;
        if !belongs(fault) {
            return None;
        }
        *left -= 1;
        if *left == 0 {
            self.0.pop_front();
        }
        Some(fault)
    }
}
