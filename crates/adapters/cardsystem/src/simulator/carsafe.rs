mod branch;
mod fault;
mod reply;
mod request;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use kernel::{
    Clock, Phone,
    port::{CardRecord, CardState, DoorStatus},
};
use secrecy::SecretString;
use serde_json::{Value, json};

use branch::Branch;
pub use fault::CarsafeFault;
use fault::Faults;
pub use reply::Reply;
use request::{Question, Request};

/// A stand-in for Che'an's installed card system, as strict as it can be: the signature over the data as it was written,
/// a time within ten minutes, a nonce of 0 to 99, a branch that is there, and nothing in a request that is not known.
/// It speaks as [`crate::CarsafePaths`] and [`crate::CardShape`] are by default. Shared between threads by reference.
pub struct CarsafeSim {
    secret: SecretString,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    branches: BTreeMap<String, Branch>,
    faults: Faults,
}

impl CarsafeSim {
    /// A card system without branches, cards and doors.
    pub fn new(secret: SecretString, clock: Arc<dyn Clock>) -> Self {
        Self { secret, clock, state: Mutex::default() }
    }

    /// Answers any request; `path` is the system's own, such as `/door/open`.
    pub fn handle(&self, method: &str, path: &str, body: &[u8]) -> Reply {
        let mut state = self.state();
        let work = |state: &mut State| match method {
            "POST" => self.work(state, path, body),
            _ => Reply::page(405),
        };
        match state.faults.next() {
            None => work(&mut state),
            Some(CarsafeFault::Html) => Reply::page(200),
            Some(CarsafeFault::Status(status)) => Reply::page(status),
            Some(CarsafeFault::Truncated) => work(&mut state).truncated(),
            Some(CarsafeFault::FlagText) => work(&mut state).map(fault::flags_as_text),
            Some(CarsafeFault::FlagZero) => Reply::refusal("系统繁忙"),
            Some(CarsafeFault::Garbage) => Reply::json(&json!({ "result": "ok", "list": {} })),
            Some(CarsafeFault::AnotherCard) => work(&mut state).map(fault::other_numbers),
        }
    }

    fn work(&self, state: &mut State, path: &str, body: &[u8]) -> Reply {
        let request = match Request::read(body, &self.secret, self.clock.now()) {
            Ok(request) => request,
            Err(message) => return Reply::refusal(message),
        };
        let question = match Question::read(path, request.data) {
            Ok(Some(question)) => question,
            Ok(None) => return Reply::page(404),
            Err(message) => return Reply::refusal(message),
        };
        let Some(branch) = state.branches.get_mut(&request.branchno) else { return Reply::refusal("分场不存在") };
        let data: Option<Value> = match question {
            Question::OpenDoor(door) => branch.open(&door).map(|is_open| json!({ "flag": i32::from(is_open) })),
            Question::DoorStatus(doors) => Some(branch.statuses(&doors)),
            Question::ByCredential(credential) => Some(branch.by_plate(&credential)),
            Question::FindCard(kind, number) => Some(branch.find(&kind, &number)),
            Question::ListCards(page, size) => Some(branch.page(page, size)),
        };
        data.map_or_else(
            || Reply::refusal("门不存在"),
            |data| Reply::json(&json!({ "flag": 1, "msg": "成功", "data": data })),
        )
    }

    /// Control side: a card of that branch; the branch is there from then on. Listed after those there are.
    pub fn add_card(&self, branch: &str, card: CardRecord) {
        self.state().branches.entry(branch.to_owned()).or_default().cards.push(card);
    }

    /// Control side: changes every card of that printed number; whether there was one.
    pub fn change_cards(&self, branch: &str, printed: &str, change: impl Fn(&mut CardRecord)) -> bool {
        let mut state = self.state();
        let cards = state.branches.get_mut(branch).map(|branch| &mut branch.cards);
        let mut hits = cards.into_iter().flatten().filter(|card| card.printed == printed).peekable();
        let is_there = hits.peek().is_some();
        hits.for_each(change);
        is_there
    }

    /// Control side: reports a card lost, frozen or whatever else; whether there was one.
    pub fn report(&self, branch: &str, printed: &str, state: CardState) -> bool {
        self.change_cards(branch, printed, |card| card.state = state)
    }

    /// Control side: another phone is on file, or none; whether there was such a card.
    pub fn change_phone(&self, branch: &str, printed: &str, phone: Option<&Phone>) -> bool {
        self.change_cards(branch, printed, |card| card.phone = phone.cloned())
    }

    /// Control side: the card is gone; whether there was one.
    pub fn remove_card(&self, branch: &str, printed: &str) -> bool {
        let mut state = self.state();
        let Some(branch) = state.branches.get_mut(branch) else { return false };
        let before = branch.cards.len();
        branch.cards.retain(|card| card.printed != printed);
        branch.cards.len() < before
    }

    /// Control side: a closed door of that branch, which is there from then on; or how one that is there stands.
    pub fn set_door(&self, branch: &str, controller: &str, door: &str, status: DoorStatus) {
        let mut state = self.state();
        state.branches.entry(branch.to_owned()).or_default().set_door(controller, door, status);
    }

    /// How often this door was opened.
    pub fn pulses(&self, branch: &str, controller: &str, door: &str) -> u32 {
        self.state().branches.get(branch).map_or(0, |branch| branch.pulses(controller, door))
    }

    /// Control side: the next `times` requests end in this way, in the order asked for.
    pub fn inject(&self, fault: CarsafeFault, times: u32) {
        self.state().faults.add(fault, times);
    }

    /// A panic elsewhere leaves nothing half done here, so a poisoned lock is as good as any.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
