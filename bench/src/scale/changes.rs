use std::net::SocketAddr;

use kernel::{SiteId, Timestamp};
use serde_json::json;

use crate::{
    http::{Answer, request},
    operation::{Operation, Prepared, Request, wrong},
};

/// What an administrator says of a card.
#[derive(Clone, Copy)]
pub enum Said {
    Lost,
    Active,
}

impl Said {
    const fn state(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Active => "active",
        }
    }
}

/// A card, and who may say something of it.
#[derive(Clone)]
pub struct Told {
    pub site: SiteId,
    pub card: String,
    pub token: String,
}

impl Told {
    /// The request that says it.
    pub fn request(&self, address: SocketAddr, said: Said) -> Vec<u8> {
        let Self { site, card, token } = self;
        let body = json!({ "state": said.state() }).to_string();
        request(address, "PUT", &format!("/v1/sites/{site}/cards/{card}/state"), Some(token), Some(&body))
    }
}

/// Card by card is reported lost, then found again.
pub struct Changes {
    next: usize,
    all: Vec<Vec<u8>>,
}

impl Changes {
    /// Of these cards, all of which are in good standing.
    pub fn new(address: SocketAddr, cards: &[Told]) -> Self {
        let all = [Said::Lost, Said::Active].into_iter();
        Self { next: 0, all: all.flat_map(|said| cards.iter().map(move |card| card.request(address, said))).collect() }
    }
}

impl Operation for Changes {
    fn prepare(&mut self, _: Timestamp, request: &mut Request) -> Prepared {
        request.bytes.clear();
        request.bytes.extend_from_slice(&self.all[self.next]);
        self.next = (self.next + 1) % self.all.len();
        Prepared::Ready
    }

    fn check(&self, _: &Request, answer: &Answer) -> Result<(), String> {
        if answer.status == 204 { Ok(()) } else { Err(wrong("not changed", answer)) }
    }
}
