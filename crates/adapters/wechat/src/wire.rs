use std::sync::Arc;

use http_client::{BadBaseUrl, BodyError, PlainHttp, Proxy, base_url, body, is_loopback};
use kernel::{Breaker, Clock, Permit};
use reqwest::Url;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout_at};

use crate::{
    Budgets, Error, answer::Answer, availability::Availability, endpoint::Endpoint, rate_limiter::RateLimiter,
    time::somewhere,
};

/// WeChat's own answers are below 1 KiB; this only keeps a stranger in between from filling the memory.
const LONGEST_BODY: usize = 1 << 20;

/// The way to WeChat: one HTTP client, repeats as each API allows, and the memory of what is to be left alone and of what
/// we may still ask.
pub(crate) struct Wire {
    http: reqwest::Client,
    base: Url,
    pub(crate) availability: Availability,
    breaker: Breaker,
    rate_limiter: RateLimiter,
    clock: Arc<dyn Clock>,
}

impl Wire {
    pub(crate) fn new(base: &str, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let base = checked(base)?;
        // the simulator is here, whatever proxy the environment names for the way out
        let proxy = if is_loopback(&base) { Proxy::None } else { Proxy::OfTheEnvironment };
        let http = http_client::client(None, proxy).map_err(Error::Build)?;
        let (breaker, rate_limiter) = (Breaker::new(clock.clone()), RateLimiter::new(clock.clone()));
        Ok(Self { http, base, availability: Availability::default(), breaker, rate_limiter, clock })
    }

    /// From now on there are these budgets, all of them full.
    pub(crate) fn allow(&self, budgets: Budgets) {
        self.rate_limiter.set_budgets(budgets);
    }

    /// Asks until there is an answer, a failure that no repeat would mend, or `until` has come.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        endpoint: &Endpoint,
        query: &[(&str, &str)],
        body: Option<&Value>,
        until: Instant,
    ) -> Result<T, Error> {
        let entered = self.availability.enter(endpoint, self.clock.now());
        let mut pass = entered.inspect_err(|_| count(endpoint, "refused"))?;
        let (mut pauses, mut before) = (endpoint.pauses(), None);
        loop {
            let permit = match self.enter(endpoint) {
                Ok(permit) => permit,
                Err(refusal) => return Err(before.unwrap_or(refusal)),
            };
            let attempt = async { Answer::of(self.send(endpoint, query, body).await?) };
            let heard = timeout_at(until, attempt).await.unwrap_or(Err(Error::Deadline));
            match &heard {
                // a refusal too: only WeChat makes one
                Ok(_) => permit.answered(),
                Err(error) => {
                    if permit.failed() {
                        tracing::error!(wechat.api = endpoint.api, error.cause = %error, "WeChat does not answer, calls paused");
                    }
                }
            }
            let outcome = heard.and_then(Answer::read);
            count(endpoint, outcome.as_ref().err().map_or("ok", |error| error.class().name()));
            pass.note(outcome.as_ref().err(), self.clock.now());
            let error = match outcome {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let pause = pauses.next().filter(|_| endpoint.may_repeat(&error));
            match pause.map(|pause| somewhere(pause, pause * 5 / 4)) {
                Some(pause) if Instant::now() + pause < until => sleep(pause).await,
                _ => return Err(error),
            }
            before = Some(error);
        }
    }

    /// Leave for one call. Whoever hangs up on us says nothing of WeChat.
    fn enter(&self, endpoint: &Endpoint) -> Result<Permit<'_>, Error> {
        let Some(permit) = self.breaker.enter().map(Permit::forgiving) else {
            count(endpoint, "open");
            return Err(Error::Open { wait: self.breaker.wait() });
        };
        self.rate_limiter.take(endpoint).inspect_err(|_| count(endpoint, "budget"))?;
        Ok(permit)
    }

    async fn send(&self, endpoint: &Endpoint, query: &[(&str, &str)], json: Option<&Value>) -> Result<Vec<u8>, Error> {
        let mut request = self.http.request(endpoint.method.clone(), at(&self.base, endpoint.path)).query(query);
        if let Some(json) = json {
            request = request.json(json);
        }
        let answer = request.send().await?;
        match answer.status().as_u16() {
            200 => Ok(body(answer, LONGEST_BODY).await?),
            status => Err(Error::Status(status)),
        }
    }
}

fn count(endpoint: &Endpoint, class: &'static str) {
    metrics::counter!("kaimen_wechat_total", "api" => endpoint.api, "class" => class).increment(1);
}

impl From<BodyError> for Error {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLong => Self::TooLarge,
            BodyError::Lost(source) => source.into(),
        }
    }
}

fn checked(base: &str) -> Result<Url, Error> {
    base_url(base, PlainHttp::OnLoopback).map_err(|bad| {
        Error::Settings(match bad {
            BadBaseUrl::NoUrl => "wechat.base_url is no URL",
            BadBaseUrl::NotSafe => "wechat.base_url must be https without query, or http on loopback",
        })
    })
}

fn at(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url
}

#[cfg(test)]
mod tests {
    use super::{at, checked};

    #[test]
    fn the_secret_is_never_sent_in_the_clear_over_a_network() {
        for text in
            ["https://api.weixin.qq.com", "http://127.0.0.1:8080/_sim/wechat/", "http://[::1]:1", "http://localhost"]
        {
            let url = at(&checked(text).expect(text), "/sns/jscode2session");
            assert!(url.as_str().ends_with("/sns/jscode2session"), "{url}");
            assert!(!url.path().contains("//"), "{url}");
        }
        for text in [
            "",
            "api.weixin.qq.com",
            "http://api.weixin.qq.com",
            "http://10.0.0.1",
            "ftp://127.0.0.1",
            "https://a?b=",
            "https://a#b",
        ] {
            checked(text).expect_err(text);
        }
    }
}
