//! What is asked of the server, and what a right answer is.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use kernel::Timestamp;

use crate::{
    hello::HELLO,
    http::Answer,
    options::Part,
    setup::{HeldKeys, World},
};

/// The operations, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A bare actix-web handler.
    Hello,
    Session,
    /// The same with a token that was tampered with.
    BadToken,
    /// The list of sites.
    Sites,
    /// The keys of a card.
    Credentials,
    Cards,
    /// One of them in full.
    Card,
    /// A code at a door.
    Scan,
    /// A known WeChat user logs in.
    Wechat,
    /// A WeChat user logs in for the first time.
    WechatFirst,
}

impl Kind {
    pub const ALL: [Self; 10] = [
        Self::Hello,
        Self::Session,
        Self::BadToken,
        Self::Sites,
        Self::Credentials,
        Self::Cards,
        Self::Card,
        Self::Scan,
        Self::Wechat,
        Self::WechatFirst,
    ];

    /// Whether it is a login with WeChat.
    pub const fn is_wechat(self) -> bool {
        matches!(self, Self::Wechat | Self::WechatFirst)
    }

    /// Its name on the command line.
    pub const fn part(self) -> Part {
        match self {
            Self::Hello => Part::Hello,
            Self::Session => Part::Session,
            Self::BadToken => Part::BadToken,
            Self::Sites => Part::Sites,
            Self::Credentials => Part::Credentials,
            Self::Cards => Part::Cards,
            Self::Card => Part::Card,
            Self::Scan => Part::Scan,
            Self::Wechat => Part::Wechat,
            Self::WechatFirst => Part::WechatFirst,
        }
    }

    /// Its name in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::Session => "session",
            Self::BadToken => "bad-token",
            Self::Sites => "sites",
            Self::Credentials => "credentials",
            Self::Cards => "cards",
            Self::Card => "card",
            Self::Scan => "scan",
            Self::Wechat => "wechat",
            Self::WechatFirst => "wechat-first",
        }
    }
}

/// A request being prepared or under way; used again and again.
#[derive(Default)]
pub struct Request {
    /// All of it, as it is sent.
    pub bytes: Vec<u8>,
    /// Whose it is, in the operation's own counting.
    pub subject: usize,
    /// Its body, while it is put together.
    pub body: Vec<u8>,
    /// What the answer is signed over.
    pub nonce: String,
    /// What the answer must repeat.
    pub id: String,
}

/// Whether a request could be prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prepared {
    Ready,
    /// Not before then, seconds since 1970.
    At(i64),
}

/// Asks one thing of the server again and again.
pub trait Operation: Send {
    /// Prepares the next request.
    fn prepare(&mut self, now: Timestamp, request: &mut Request) -> Prepared;

    /// Judges the answer to it.
    ///
    /// # Errors
    /// What is wrong with it.
    fn check(&self, request: &Request, answer: &Answer) -> Result<(), String>;

    /// Whether the server says, as it may, that it has too much to do: neither right nor wrong.
    fn turned_away(&self, _: &Answer) -> bool {
        false
    }
}

/// An operation that all connections share.
pub type Shared = Arc<Mutex<dyn Operation>>;

/// Locks; there is one thread only, and if it panicked, that is told elsewhere.
pub fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells a wrong answer in a few words.
pub fn wrong(what: &str, answer: &Answer) -> String {
    let body: String = String::from_utf8_lossy(&answer.body).chars().take(300).collect();
    format!("{what}; status {}: {body}", answer.status)
}

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

/// A whole request; its body is JSON.
pub fn request(address: SocketAddr, method: &str, target: &str, token: Option<&str>, body: Option<&str>) -> Vec<u8> {
    let token = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    let described = body.map(|body| {
        let length = body.len();
        format!("content-type: application/json\r\ncontent-length: {length}\r\n")
    });
    let (described, body) = (described.unwrap_or_default(), body.unwrap_or_default());
    format!("{method} {target} HTTP/1.1\r\nhost: {address}\r\n{token}{described}\r\n{body}").into_bytes()
}

/// A whole GET request.
pub fn get(address: SocketAddr, target: &str, token: Option<&str>) -> Vec<u8> {
    request(address, "GET", target, token, None)
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
