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
    setup::{HeldKeys, World},
};

/// Reads whose requests are made once and sent in turn.
pub struct Reads {
    next: usize,
    all: Vec<Read>,
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
        request.subject = self.next;
        self.next = (self.next + 1) % self.all.len();
        request.bytes.clear();
        request.bytes.extend_from_slice(&self.all[request.subject].request);
        Prepared::Ready
    }

    fn check(&self, request: &Request, answer: &Answer) -> Result<(), String> {
        let Read { status, expected, .. } = &self.all[request.subject];
        let right = match expected {
            Expected::Body(body) => answer.body == *body,
            Expected::Parts(parts) => answer.text().is_some_and(|text| parts.iter().all(|part| text.contains(part))),
        };
        if answer.status == *status && right { Ok(()) } else { Err(wrong("not the expected answer", answer)) }
    }
}

impl Reads {
    fn shared(all: impl Iterator<Item = Read>) -> Shared {
        Arc::new(Mutex::new(Self { next: 0, all: all.collect() }))
    }

    pub fn hello(address: SocketAddr) -> Shared {
        let expected = Expected::Body(HELLO.into());
        Self::shared(std::iter::once(Read { request: get(address, "/", None), status: 200, expected }))
    }

    /// Every account asks who it is and is told what it was told when it was set up.
    pub fn session(world: &World) -> Shared {
        Self::shared(world.accounts.iter().map(|account| Read {
            request: get(world.address, "/v1/me", Some(&account.token)),
            status: 200,
            expected: Expected::Body(account.me.clone()),
        }))
    }

    /// Every account asks who it is with a token whose signature is another's, and is not believed.
    pub fn bad_token(world: &World) -> Shared {
        let tokens: Vec<_> = world.accounts.iter().map(|account| account.token.as_str()).collect();
        let others = tokens.iter().cycle().skip(1);
        Self::shared(tokens.iter().zip(others).map(|(own, other)| Read {
            request: get(world.address, "/v1/me", Some(&with_signature_of(own, other))),
            status: 401,
            expected: Expected::Parts(vec!["token-refused".to_owned()]),
        }))
    }

    /// Every account lists the sites and is told what it was told when it was set up.
    pub fn sites(world: &World) -> Shared {
        Self::shared(world.accounts.iter().map(|account| Read {
            request: get(world.address, World::SITES, Some(&account.token)),
            status: 200,
            expected: Expected::Body(account.sites.clone()),
        }))
    }

    /// Every account lists its cards and is told what it was told when it was set up.
    pub fn cards(world: &World) -> Shared {
        Self::shared(world.accounts.iter().map(|account| Read {
            request: get(world.address, World::CARDS, Some(&account.token)),
            status: 200,
            expected: Expected::Body(account.cards.clone()),
        }))
    }

    /// Every account looks at each of its cards.
    pub fn card(world: &World) -> Shared {
        let all = world.accounts.iter().flat_map(|account| account.bindings.iter().map(move |id| (account, id)));
        Self::shared(all.map(|(account, id)| Read {
            request: get(world.address, &format!("/v1/card-bindings/{id}"), Some(&account.token)),
            status: 200,
            expected: Expected::Parts(vec![id.clone(), "\"doors\":[{".to_owned()]),
        }))
    }

    /// One question again and again; the answer is to stay the same.
    pub fn same(request: Vec<u8>, answer: Vec<u8>) -> Shared {
        Self::shared(std::iter::once(Read { request, status: 200, expected: Expected::Body(answer) }))
    }

    /// Every holder of a card asks for its keys.
    pub fn credentials(world: &World) -> Shared {
        Self::shared(world.held_keys.iter().map(|HeldKeys { account, target, parts }| Read {
            request: get(world.address, target, Some(&world.accounts[*account].token)),
            status: 200,
            expected: Expected::Parts(parts.clone()),
        }))
    }
}

fn with_signature_of(token: &str, other: &str) -> String {
    let signed = token.rsplit_once('.').map_or(token, |(signed, _)| signed);
    let signature = other.rsplit_once('.').map_or(other, |(_, signature)| signature);
    format!("{signed}.{signature}")
}
