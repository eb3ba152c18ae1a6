use std::{fmt::Display, time::Duration};

use agent::Problem;
use anyhow::{Context, Result, ensure};
use kernel::random;
use reqwest::{Client, Method, RequestBuilder, StatusCode, header};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::screen::otherwise;

const PATIENCE: Duration = Duration::from_secs(10);
/// What happens by message happens within this.
const SOON: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(50);
const NO_SIMULATORS: &str = "      演示要用模拟器：请在本机以默认设置运行 kaimen serve
      The demo needs the simulators: run `kaimen serve` with default settings on this machine";

/// The server, from outside.
pub struct Server {
    base: String,
    http: Client,
}

pub struct Answer {
    status: StatusCode,
    tag: Option<String>,
    body: Vec<u8>,
}

/// A list, or a part of one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Paged<T> {
    pub items: Vec<T>,
    /// Where the next part begins.
    pub next_cursor: Option<String>,
}

impl Server {
    /// The server at this address.
    pub fn at(url: &str) -> Result<Self> {
        Ok(Self { base: url.trim_end_matches('/').to_owned(), http: agent::client()? })
    }

    pub fn base(&self) -> &str {
        &self.base
    }

    /// A client to speak to it with.
    pub fn http(&self) -> Client {
        self.http.clone()
    }

    /// A request of nobody in particular.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).timeout(PATIENCE)
    }

    /// Asks the simulators' control side.
    pub async fn simulators<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<T> {
        ask(self.request(Method::GET, &format!("/_sim/{path}")).query(query)).await?.json()
    }

    /// The agreements to the texts in force.
    pub async fn agreements(&self) -> Result<Value> {
        let texts: Paged<Value> = ask(self.request(Method::GET, "/v1/auth/consent-texts")).await?.json()?;
        let agreed = texts.items.iter().map(|text| json!({ "purpose": text["purpose"], "version": text["version"] }));
        Ok(agreed.collect())
    }

    /// Tells the simulators' control side something that has no answer.
    pub async fn tell(&self, path: &str, body: &Value) -> Result<()> {
        ask(self.request(Method::POST, &format!("/_sim/{path}")).json(body)).await?.empty()
    }

    /// Tells the simulators' control side.
    pub async fn simulate<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Result<T> {
        let answer = ask(self.request(Method::POST, &format!("/_sim/{path}")).json(body)).await?;
        ensure!(answer.status != StatusCode::NOT_FOUND, "/_sim/{path} 404\n{NO_SIMULATORS}");
        answer.json()
    }
}

pub async fn ask(request: RequestBuilder) -> Result<Answer> {
    let response = request.send().await.context("连不上服务器 the server cannot be reached")?;
    let status = response.status();
    let tag = response.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    let body = response.bytes().await.context("回复中断 the reply was cut off")?.to_vec();
    Ok(Answer { status, tag, body })
}

/// A key no other request has (`Idempotency-Key`).
pub fn fresh_key() -> String {
    format!("{:032x}", u128::from_be_bytes(random()))
}

/// Looks again and again until it is there, for as long as messages may take.
pub async fn soon<T>(what: impl Display, look: impl AsyncFn() -> Result<Option<T>>) -> Result<T> {
    let until = Instant::now() + SOON;
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        if Instant::now() >= until {
            return Err(otherwise(what, format!("nothing within {} s", SOON.as_secs())));
        }
        sleep(PAUSE).await;
    }
}

impl Answer {
    /// The body of a success.
    pub fn json<T: DeserializeOwned>(self) -> Result<T> {
        if !self.status.is_success() {
            return Err(otherwise("success", self));
        }
        serde_json::from_slice(&self.body).with_context(|| format!("{self}"))
    }

    /// The version of what it says, in quotes.
    pub fn tag(&self) -> Option<String> {
        self.tag.clone()
    }

    /// Success without a body.
    pub fn empty(self) -> Result<()> {
        if self.status == StatusCode::NO_CONTENT { Ok(()) } else { Err(otherwise("HTTP 204", self)) }
    }

    /// The problem, if it is this one.
    pub fn problem(&self, code: &str) -> Option<Problem> {
        let problem: Problem = serde_json::from_slice(&self.body).ok()?;
        (!self.status.is_success() && problem.code == code).then_some(problem)
    }
}

impl Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match serde_json::from_slice::<Problem>(&self.body) {
            Ok(problem) => write!(f, "{problem}"),
            Err(_) => write!(f, "HTTP {} {:.200}", self.status, String::from_utf8_lossy(&self.body)),
        }
    }
}
