use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What may go wrong at the installed card system. In JSON: `"html"`, `"truncated"`, `{"status":500}`, `"flagText"`,
/// `"flagZero"`, `"garbage"`, `"anotherCard"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CarsafeFault {
    /// Something answers 200 with a page of HTML; the card system never sees the request.
    Html,
    /// Something answers with this HTTP status; the card system never sees the request.
    Status(u16),
    /// It does its work and half of the answer is lost.
    Truncated,
    /// It does its work and writes every flag as a text, `"1"`.
    FlagText,
    /// It refuses with flag 0 and does nothing.
    FlagZero,
    /// It answers JSON that says nothing, and does nothing.
    Garbage,
    /// It does its work and tells of cards with other numbers.
    AnotherCard,
}

/// The faults still to happen, in order.
#[derive(Default)]
pub(super) struct Faults(VecDeque<(CarsafeFault, u32)>);

impl Faults {
    /// `fault` happens `times` more.
    pub(super) fn add(&mut self, fault: CarsafeFault, times: u32) {
        if times > 0 {
            self.0.push_back((fault, times));
        }
    }

    /// What goes wrong this time.
    pub(super) fn next(&mut self) -> Option<CarsafeFault> {
        let (fault, left) = self.0.front_mut()?;
        let fault = *fault;
        *left -= 1;
        if *left == 0 {
            self.0.pop_front();
        }
        Some(fault)
    }
}

pub(super) fn flags_as_text(answer: &mut Value) {
    for pointer in ["/flag", "/data/flag"] {
        if let Some(flag) = answer.pointer_mut(pointer) {
            *flag = json!(flag.to_string());
        }
    }
}

pub(super) fn other_numbers(answer: &mut Value) {
    for card in answer["data"].as_array_mut().into_iter().flatten() {
        card["cardno"] = json!("4040404040");
    }
}
