//! Opening without a reader: everybody with each of their cards at a virtual door of their site, no card more often than
//! the server lets it.

use std::{
    collections::VecDeque,
    io::Write,
    sync::{Arc, Mutex},
};

use kernel::{ScanId, Timestamp};
use serde_json::json;

use crate::{
    http::Answer,
    operation::{Operation, Prepared, Request, wrong},
    world::World,
};

/// A card opens at most so often in a minute; the server lets it ten times.
const PER_MINUTE: usize = 9;
const MINUTE: i64 = 61_000;
/// And not again within milliseconds; the server says three seconds.
const PAUSE: i64 = 3_500;

/// Everybody opens a door, one after the other.
pub struct Unlocks {
    host: String,
    next: usize,
    all: Vec<Unlock>,
}

/// A card at its door.
struct Unlock {
    /// Whose, counted from 0.
    person: usize,
    token: String,
    door: String,
    body: String,
    /// When it opened of late, milliseconds.
    opened: VecDeque<i64>,
}

impl Unlocks {
    /// Of everybody in this world.
    pub fn of(world: &World) -> Arc<Mutex<Self>> {
        let mut all: Vec<Unlock> = Vec::new();
        let most = world.people.iter().map(|person| person.bindings.len()).max().unwrap_or_default();
        for card in 0..most {
            for (n, person) in world.people.iter().enumerate() {
                let place = &world.sites[person.site];
                let turn = n / world.sites.len();
                let door = place.doors.phones.get(turn % place.doors.phones.len().max(1));
                let (Some(binding), Some(door)) = (person.bindings.get(card), door) else { continue };
                let position = json!({ "lng": place.position["lng"], "lat": place.position["lat"], "accuracy": 10.0 });
                let body = json!({ "siteId": place.id, "bindingId": binding, "doorId": door, "position": position });
                let (body, door, opened) = (body.to_string(), door.clone(), VecDeque::new());
                all.push(Unlock { person: n, token: String::new(), door, body, opened });
            }
        }
        Arc::new(Mutex::new(Self { host: world.address.to_string(), next: 0, all }))
    }

    /// From now on they ask as whom they are logged in now.
    pub fn log_in(&mut self, world: &World) {
        for unlock in &mut self.all {
            unlock.token.clone_from(&world.people[unlock.person].token);
        }
    }
}

impl Unlock {
    /// When it may open next, milliseconds.
    fn due(&self) -> i64 {
        let rested = self.opened.back().map_or(0, |last| last + PAUSE);
        let few = self.opened.front().filter(|_| self.opened.len() >= PER_MINUTE).map_or(0, |first| first + MINUTE);
        rested.max(few)
    }

    fn open(&mut self, now: i64) {
        if self.opened.len() >= PER_MINUTE {
            self.opened.pop_front();
        }
        self.opened.push_back(now);
    }
}

impl Operation for Unlocks {
    fn prepare(&mut self, now: Timestamp, request: &mut Request) -> Prepared {
        let Some(unlock) = self.all.get_mut(self.next) else { return Prepared::At(now.seconds() + 1) };
        if unlock.due() > now.millis() {
            return Prepared::At(unlock.due() / 1000 + 1);
        }
        unlock.open(now.millis());
        request.subject = self.next;
        request.bytes.clear();
        let Unlock { token, body, .. } = unlock;
        let (host, length, key) = (&self.host, body.len(), ScanId::new(now));
        let written = write!(
            request.bytes,
            "POST /v1/unlocks HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\nidempotency-key: {key}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}",
        );
        written.expect("memory takes what is written");
        self.next = (self.next + 1) % self.all.len();
        Prepared::Ready
    }

    fn check(&self, request: &Request, answer: &Answer) -> Result<(), String> {
        let (said, door) = (answer.text().unwrap_or_default(), &self.all[request.subject].door);
        let opened = said.contains(r#""state":"acked""#) && said.contains(r#""reason":"ok""#);
        if answer.status == 200 && opened && said.contains(door.as_str()) {
            Ok(())
        } else {
            Err(wrong("not opened", answer))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_opens_as_often_as_the_server_lets_it() {
        let empty = String::new;
        let mut unlock = Unlock { person: 0, token: empty(), door: empty(), body: empty(), opened: VecDeque::new() };
        let mut times = Vec::new();
        let mut now = 1_000_000;
        for _ in 0..30 {
            now = unlock.due().max(now);
            unlock.open(now);
            times.push(now);
        }
        assert!(times.windows(2).all(|two| two[1] - two[0] > 3_000), "{times:?}");
        assert!(times.windows(11).all(|some| some[10] - some[0] > 60_000), "{times:?}");
        assert!(times[8] - times[0] <= 32_000, "it waits no longer than it must: {times:?}");
    }
}
