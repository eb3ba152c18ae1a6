use std::collections::BTreeMap;

use kernel::port::{CardKind, CardRecord, CardState, DoorStatus};
use serde_json::{Value, json};

use super::request::Door;
use crate::carsafe::time::wall;

/// A branch (分场): its cards in the order they are listed, and its doors.
#[derive(Default)]
pub(super) struct Branch {
    pub(super) cards: Vec<CardRecord>,
    doors: BTreeMap<(String, String), State>,
}

struct State {
    status: DoorStatus,
    pulses: u32,
}

impl Branch {
    pub(super) fn set_door(&mut self, controller: &str, door: &str, status: DoorStatus) {
        let address = (controller.to_owned(), door.to_owned());
        self.doors.entry(address).or_insert(State { status, pulses: 0 }).status = status;
    }

    pub(super) fn pulses(&self, controller: &str, door: &str) -> u32 {
        self.doors.get(&(controller.to_owned(), door.to_owned())).map_or(0, |state| state.pulses)
    }

    /// Whether the door could be opened; none when there is no such door.
    pub(super) fn open(&mut self, door: &Door) -> Option<bool> {
        let state = self.doors.get_mut(&door.address())?;
        if state.status.connected {
            state.pulses += 1;
        }
        Some(state.status.connected)
    }

    pub(super) fn statuses(&self, doors: &[Door]) -> Value {
        let told = doors.iter().filter_map(|door| {
            let State { status, .. } = self.doors.get(&door.address())?;
            Some(json!({
                "controllerno": door.controllerno,
                "doorno": door.doorno,
                "connected": i32::from(status.connected),
                "opened": 1 + i32::from(status.opened),
                "broken": i32::from(status.broken),
                "openedtimeout": i32::from(status.held_open),
            }))
        });
        told.collect()
    }

    pub(super) fn by_plate(&self, plate: &str) -> Value {
        self.cards.iter().filter(|card| card.plates.iter().any(|known| known == plate)).map(told).collect()
    }

    pub(super) fn find(&self, kind: &str, number: &str) -> Value {
        let is_asked = |card: &&CardRecord| card.printed == number && kind_number(card.kind).to_string() == kind;
        self.cards.iter().filter(is_asked).map(told).collect()
    }

    pub(super) fn page(&self, page: usize, size: usize) -> Value {
        self.cards.iter().skip((page - 1).saturating_mul(size)).take(size).map(told).collect()
    }
}

impl Door {
    fn address(&self) -> (String, String) {
        (self.controllerno.clone(), self.doorno.clone())
    }
}

fn told(card: &CardRecord) -> Value {
    json!({
        "cardtype": kind_number(card.kind),
        "cardno": card.printed,
        "name": card.holder,
        "phone": card.phone.as_ref().map_or("", |phone| phone.expose()),
        "plates": card.plates,
        "balance": card.balance.map_or(String::new(), yuan),
        "state": state_number(card.state),
        "endtime": card.valid_until.map_or(String::new(), wall),
    })
}

const fn kind_number(kind: CardKind) -> i32 {
    match kind {
        CardKind::Member => 1,
        CardKind::StoredValue => 2,
        CardKind::Access => 3,
    }
}

const fn state_number(state: CardState) -> i32 {
    match state {
        CardState::Active => 1,
        CardState::Lost => 2,
        CardState::Frozen => 3,
        CardState::Replaced => 4,
        CardState::Returned => 5,
    }
}

fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
}
