use std::{sync::Arc, time::Duration};

use http_client::{BodyError, Proxy, is_loopback};
use kernel::{Breaker, Clock, Permit, random};
use reqwest::{Url, header::CONTENT_TYPE};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::time::timeout;

use super::{Error, Failure, answer::Answer, signing::sign, time::wall};

/// A server of that age closes idle connections early; a request that meets the closing is lost.
const IDLE: Duration = Duration::from_secs(15);
const LONGEST_BODY: usize = 1 << 20;

/// One thing that can be asked, and where.
pub(super) struct Line {
    pub(super) name: &'static str,
    url: Url,
}

impl Line {
    pub(super) fn new(name: &'static str, base: &Url, path: &str) -> Result<Self, Error> {
        let refuse = |problem| Error::Settings { setting: "carsafe.paths", problem };
        if !path.starts_with('/') {
            return Err(refuse("must begin with a slash, each"));
        }
        let url = format!("{}{path}", base.as_str().trim_end_matches('/'));
        Ok(Self { name, url: Url::parse(&url).map_err(|_| refuse("make no URL"))? })
    }
}

/// The way to the card system: one HTTP client and the memory of whether it answers.
pub(super) struct Wire {
    http: reqwest::Client,
    from: String,
    secret: SecretString,
    breaker: Breaker,
    clock: Arc<dyn Clock>,
}

#[derive(Serialize)]
struct Frame<'a> {
    from: &'a str,
    timestamp: &'a str,
    nonce: &'a str,
    sign: &'a str,
    branchno: &'a str,
    data: &'a RawValue,
}

impl Wire {
    pub(super) fn new(base: &Url, from: String, secret: SecretString, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        // it is here or in a private network, whatever proxy the environment names for the way out
        let is_near = is_loopback(base) || base.scheme() == "http";
        let proxy = if is_near { Proxy::None } else { Proxy::OfTheEnvironment };
        let http = http_client::client(Some(IDLE), proxy).map_err(Error::Build)?;
        Ok(Self { http, from, secret, breaker: Breaker::new(clock.clone()), clock })
    }

    pub(super) fn is_open(&self) -> bool {
        self.breaker.is_open()
    }

    /// Asks once, within the deadline.
    pub(super) async fn ask(
        &self,
        line: &Line,
        branch: &str,
        data: &impl Serialize,
        deadline: Duration,
    ) -> Result<Answer, Failure> {
        // whoever hangs up on us says nothing of the card system
        let permit = self.breaker.enter().map(Permit::forgiving).ok_or(Failure::Open)?;
        let body = self.frame(branch, data);
        let call = async {
            let request = self.http.post(line.url.clone()).header(CONTENT_TYPE, "application/json; charset=utf-8");
            let answer = request.body(body).send().await?;
            match answer.status().as_u16() {
                200 => Answer::of(&http_client::body(answer, LONGEST_BODY).await?),
                status => Err(Failure::Status(status)),
            }
        };
        let heard = timeout(deadline, call).await.unwrap_or(Err(Failure::Deadline));
        match &heard {
            // a refusal too: only the card system makes one
            Ok(_) => permit.answered(),
            Err(_) => {
                if permit.failed() {
                    tracing::warn!(cardsystem.call = line.name, "card system does not answer, calls paused");
                }
            }
        }
        heard
    }

    fn frame(&self, branchno: &str, data: &impl Serialize) -> String {
        let data = serde_json::value::to_raw_value(data).expect("questions have text keys and no failing parts");
        let (timestamp, nonce) = (wall(self.clock.now()), (u32::from_be_bytes(random()) % 100).to_string());
        let sign = sign(self.secret.expose_secret(), &self.from, &timestamp, &nonce, data.get());
        let (from, timestamp, nonce, sign) = (&*self.from, &*timestamp, &*nonce, &*sign);
        let frame = Frame { from, timestamp, nonce, sign, branchno, data: &data };
        serde_json::to_string(&frame).expect("a frame of texts")
    }
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLong => Self::TooLong,
            BodyError::Lost(source) => source.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::Url;

    use super::Line;

    #[test]
    fn a_path_is_added_to_the_base_and_never_leaves_its_host() {
        let at = |base, path| Line::new("a", &Url::parse(base).expect(base), path).map(|line| line.url.to_string());
        assert_eq!(at("https://a", "/door/open").expect("a line"), "https://a/door/open");
        assert_eq!(at("https://a/api/", "/x?do=open").expect("a line"), "https://a/api/x?do=open");
        assert_eq!(at("https://a", "//b/c").expect("a line"), "https://a//b/c");
        for path in ["", "door/open", "@b/c", ":81/c", ".b/c"] {
            assert!(at("https://a", path).expect_err(path).to_string().starts_with("carsafe.paths "));
        }
    }
}
