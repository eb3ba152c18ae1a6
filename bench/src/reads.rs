//! Reads: requests that are made once and sent in turn, and what a right answer is.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use kernel::Timestamp;

use crate::{
    hello::HELLO,
    http::{Answer, get},
    operation::{Operation, Prepared, Request, Shared, wrong},
    setup::credentials_of,
    world::{Person, World},
};

/// Reads whose requests are made once and sent in turn; those of one operation are sent one after the other.
pub struct Reads {
    next: usize,
    all: Vec<Vec<Read>>,
}

struct Read {
    request: Vec<u8>,
    status: u16,
    expected: Expected,
}

enum Expected {
    Body(Vec<u8>),
    /// All of these in the body.
    Parts(Vec<String>),
}

impl Operation for Reads {
    fn prepare(&mut self, _: Timestamp, request: &mut Request) -> Prepared {
        (request.subject, request.step) = (self.next, 0);
        self.next = (self.next + 1) % self.all.len();
        self.write(request);
        Prepared::Ready
    }

    fn goes_on(&self, request: &mut Request) -> bool {
        request.step += 1;
        let more = request.step < self.all[request.subject].len();
        if more {
            self.write(request);
        }
        more
    }

    fn check(&self, request: &Request, answer: &Answer) -> Result<(), String> {
        let Read { status, expected, .. } = &self.all[request.subject][request.step];
        let right = match expected {
            Expected::Body(body) => answer.body == *body,
            Expected::Parts(parts) => answer.text().is_some_and(|text| parts.iter().all(|part| text.contains(part))),
        };
        if answer.status == *status && right { Ok(()) } else { Err(wrong("not the expected answer", answer)) }
    }
}

/// Somebody asks, and is told what they were told when they were set up.
fn told(world: &World, person: &Person, target: &str, answer: &[u8]) -> Read {
    let request = get(world.address, target, Some(&person.token));
    Read { request, status: 200, expected: Expected::Body(answer.to_vec()) }
}

impl Reads {
    fn shared(all: impl Iterator<Item = Read>) -> Shared {
        Self::in_rows(all.map(|read| vec![read]))
    }

    fn in_rows(all: impl Iterator<Item = Vec<Read>>) -> Shared {
        Arc::new(Mutex::new(Self { next: 0, all: all.collect() }))
    }

    fn write(&self, request: &mut Request) {
        request.bytes.clear();
        request.bytes.extend_from_slice(&self.all[request.subject][request.step].request);
    }

    pub fn hello(address: SocketAddr) -> Shared {
        let expected = Expected::Body(HELLO.into());
        Self::shared(std::iter::once(Read { request: get(address, "/", None), status: 200, expected }))
    }

    /// Everybody asks who they are.
    pub fn session(world: &World) -> Shared {
        Self::shared(world.people.iter().map(|person| told(world, person, "/v1/me", &person.me)))
    }

    /// Everybody asks who they are with a token whose signature is another's, and is not believed.
    pub fn bad_token(world: &World) -> Shared {
        let tokens: Vec<_> = world.people.iter().map(|person| person.token.as_str()).collect();
        let others = tokens.iter().cycle().skip(1);
        Self::shared(tokens.iter().zip(others).map(|(own, other)| Read {
            request: get(world.address, "/v1/me", Some(&with_signature_of(own, other))),
            status: 401,
            expected: Expected::Parts(vec!["token-refused".to_owned()]),
        }))
    }

    /// Everybody lists the sites.
    pub fn sites(world: &World) -> Shared {
        Self::shared(world.people.iter().map(|person| told(world, person, World::SITES, &person.listed)))
    }

    /// Everybody lists their cards.
    pub fn cards(world: &World) -> Shared {
        Self::shared(world.people.iter().map(|person| told(world, person, World::CARDS, &person.cards)))
    }

    /// Everybody opens the home screen: who they are, the sites and their cards.
    pub fn home(world: &World) -> Shared {
        Self::in_rows(world.people.iter().map(|person| {
            vec![
                told(world, person, "/v1/me", &person.me),
                told(world, person, World::SITES, &person.listed),
                told(world, person, World::CARDS, &person.cards),
            ]
        }))
    }

    /// Everybody looks at each of their cards.
    pub fn card(world: &World) -> Shared {
        let all = world.people.iter().flat_map(|person| person.bindings.iter().map(move |id| (person, id)));
        Self::shared(all.map(|(person, id)| Read {
            request: get(world.address, &format!("{}/{id}", World::CARDS), Some(&person.token)),
            status: 200,
            expected: Expected::Parts(vec![id.clone(), "\"doors\":[{".to_owned()]),
        }))
    }

    /// One question again and again; the answer is to stay the same.
    pub fn same(request: Vec<u8>, answer: Vec<u8>) -> Shared {
        Self::shared(std::iter::once(Read { request, status: 200, expected: Expected::Body(answer) }))
    }

    /// Everybody asks for the keys of their cards.
    pub fn credentials(world: &World) -> Shared {
        Self::shared(world.people.iter().map(|person| Read {
            request: get(world.address, &credentials_of(world.sites[person.site].id), Some(&person.token)),
            status: 200,
            expected: Expected::Parts(person.keys.clone()),
        }))
    }
}

fn with_signature_of(token: &str, other: &str) -> String {
    let signed = token.rsplit_once('.').map_or(token, |(signed, _)| signed);
    let signature = other.rsplit_once('.').map_or(other, |(_, signature)| signature);
    format!("{signed}.{signature}")
}
