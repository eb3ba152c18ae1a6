//! As much of a client as it takes to set things up: JSON in, JSON out, and whatever fails ends it.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{
    http::Connection,
    http::{get, request},
};

/// Servers close a connection that rests for five seconds: one that rested for so long is not used again.
const REST: Duration = Duration::from_secs(2);
/// How long an SMS may take.
const SMS: Duration = Duration::from_secs(20);
/// It is looked for after so long at first, then ever more seldom: looking takes time of the server's, too.
const SOON: Duration = Duration::from_millis(10);
const SELDOM: Duration = Duration::from_millis(160);

#[derive(Deserialize)]
pub struct Items<T> {
    /// What is in it.
    pub items: Vec<T>,
}

/// Something that has an id.
#[derive(Deserialize)]
pub struct Id {
    pub id: String,
}

#[derive(Deserialize)]
struct OneTimeCode {
    code: String,
}

/// Asks for JSON, one question at a time.
pub struct Client {
    address: SocketAddr,
    connection: Connection,
    asked: Instant,
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, connection: Connection::new(address), asked: Instant::now() }
    }

    /// The body of the answer to a GET.
    ///
    /// # Errors
    /// When there is none, or no success.
    pub async fn get(&mut self, target: &str, token: Option<&str>) -> anyhow::Result<Vec<u8>> {
        self.send(target, &get(self.address, target, token)).await
    }

    /// Asks, and understands the answer.
    ///
    /// # Errors
    /// When there is none, no success, or something else than was expected.
    pub async fn call<T: DeserializeOwned>(
        &mut self,
        method: &str,
        target: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> anyhow::Result<T> {
        let body = body.map(|body| body.to_string());
        let request = request(self.address, method, target, token, body.as_deref());
        let answer = self.send(target, &request).await?;
        serde_json::from_slice(&answer).with_context(|| format!("{target} answered something else"))
    }

    /// Asks for something that is answered without a word.
    ///
    /// # Errors
    /// When there is no success.
    pub async fn tell(&mut self, method: &str, target: &str, token: Option<&str>, body: Value) -> anyhow::Result<()> {
        let request = request(self.address, method, target, token, Some(&body.to_string()));
        self.send(target, &request).await?;
        Ok(())
    }

    /// A code of `wx.login` for this user.
    ///
    /// # Errors
    /// When the simulator gives none.
    pub async fn wechat_code(&mut self, openid: &str) -> anyhow::Result<String> {
        let body = json!({ "openid": openid });
        let OneTimeCode { code } = self.call("POST", "/_sim/wechat/codes", None, Some(body)).await?;
        Ok(code)
    }

    /// The code that came last to this phone, if need be after a while.
    ///
    /// # Errors
    /// When none comes.
    pub async fn newest_sms(&mut self, phone: &str) -> anyhow::Result<String> {
        let inbox = format!("/_sim/sms?phone={}", phone.replace('+', "%2B"));
        let asked = Instant::now();
        let mut pause = SOON;
        loop {
            let sent: Items<OneTimeCode> = self.call("GET", &inbox, None, None).await?;
            if let Some(newest) = sent.items.into_iter().next() {
                return Ok(newest.code);
            }
            ensure!(asked.elapsed() < SMS, "no SMS came to {phone}");
            sleep(pause).await;
            pause = SELDOM.min(pause * 2);
        }
    }

    async fn send(&mut self, target: &str, request: &[u8]) -> anyhow::Result<Vec<u8>> {
        if self.asked.elapsed() >= REST {
            self.connection = Connection::new(self.address);
        }
        let answer = self.connection.ask(request).await.with_context(|| target.to_owned())?;
        self.asked = Instant::now();
        if !(200..300).contains(&answer.status) {
            bail!("{target} answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        Ok(answer.body)
    }
}
