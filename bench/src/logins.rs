//! Logins: with a password, and with WeChat.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use kernel::Timestamp;
use serde_json::json;
use tokio::task::JoinSet;

use crate::{
    client::Client,
    http::Answer,
    http::request,
    members::Member,
    operation::{Operation, Prepared, Request, Shared, wrong},
    world::World,
};

/// Logins with WeChat per second for which there shall be codes.
const CODES_PER_SECOND: f64 = 12_000.0;
/// Connections that fetch codes.
const FETCHERS: usize = 8;

fn is_let_in(answer: &Answer, account: Option<&str>) -> Result<(), String> {
    let text = answer.text().unwrap_or_default();
    let right = account.is_none_or(|id| text.contains(&format!(r#""accountId":"{id}""#)));
    if answer.status == 200 && text.contains(r#""accessToken":"#) && right {
        Ok(())
    } else {
        Err(wrong("not let in", answer))
    }
}

/// Members log in with their passwords, one after the other.
pub struct PasswordLogins {
    next: usize,
    requests: Vec<Vec<u8>>,
}

impl PasswordLogins {
    pub fn shared(address: SocketAddr, members: &[Member]) -> Shared {
        let one = |Member { phone, password, .. }: &Member| {
            let body = json!({ "identifier": phone, "password": password }).to_string();
            request(address, "POST", "/v1/auth/login/password", None, Some(&body))
        };
        Arc::new(Mutex::new(Self { next: 0, requests: members.iter().map(one).collect() }))
    }
}

impl Operation for PasswordLogins {
    fn prepare(&mut self, _: Timestamp, request: &mut Request) -> Prepared {
        request.bytes.clear();
        request.bytes.extend_from_slice(&self.requests[self.next]);
        self.next = (self.next + 1) % self.requests.len();
        Prepared::Ready
    }

    fn check(&self, _: &Request, answer: &Answer) -> Result<(), String> {
        is_let_in(answer, None)
    }

    fn turned_away(&self, answer: &Answer) -> bool {
        answer.status == 503 && answer.text().is_some_and(|text| text.contains("login-busy"))
    }
}

/// WeChat users log in, each with a code of their own that is good once.
pub struct WechatLogins {
    left: Vec<Login>,
}

struct Login {
    request: Vec<u8>,
    /// Whose account it leads to, where that is known.
    account: String,
}

/// A WeChat user, and the id of their account where there is one.
type User = (String, String);

impl WechatLogins {
    /// The people of this world log in, again and again; enough of it for so many seconds.
    ///
    /// # Errors
    /// When the simulator gives no codes.
    pub async fn known(world: &World, seconds: f64) -> anyhow::Result<Shared> {
        let users = world.people.iter().cycle().map(|person| (person.openid.clone(), person.id.clone()));
        Self::of(world.address, users, seconds).await
    }

    /// People come who never came before; enough of them for so many seconds.
    ///
    /// # Errors
    /// When the simulator gives no codes.
    pub async fn first(world: &World, seconds: f64) -> anyhow::Result<Shared> {
        let series = u64::from_be_bytes(kernel::random());
        let users = (0..).map(|n: u64| (format!("bench-{series:016x}-{n}"), String::new()));
        Self::of(world.address, users, seconds).await
    }

    async fn of(address: SocketAddr, users: impl Iterator<Item = User>, seconds: f64) -> anyhow::Result<Shared> {
        let users: Vec<_> = users.take((CODES_PER_SECOND * seconds) as usize).collect();
        let mut fetchers = JoinSet::new();
        for share in users.chunks(users.len().div_ceil(FETCHERS).max(1)) {
            let share = share.to_vec();
            fetchers.spawn(async move {
                let (mut client, mut logins) = (Client::new(address), Vec::new());
                for (openid, account) in share {
                    let body = json!({ "code": client.wechat_code(&openid).await? }).to_string();
                    let request = request(address, "POST", "/v1/auth/login/wechat", None, Some(&body));
                    logins.push(Login { request, account });
                }
                anyhow::Ok(logins)
            });
        }
        let mut left = Vec::new();
        while let Some(fetched) = fetchers.join_next().await {
            left.extend(fetched??);
        }
        Ok(Arc::new(Mutex::new(Self { left })))
    }
}

impl Operation for WechatLogins {
    fn prepare(&mut self, now: Timestamp, request: &mut Request) -> Prepared {
        let Some(login) = self.left.pop() else { return Prepared::At(now.seconds() + 1) };
        request.bytes = login.request;
        request.id = login.account;
        Prepared::Ready
    }

    fn check(&self, request: &Request, answer: &Answer) -> Result<(), String> {
        is_let_in(answer, Some(&*request.id).filter(|id| !id.is_empty()))
    }
}
