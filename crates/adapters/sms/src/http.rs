use std::{net::IpAddr, time::Duration};

use reqwest::{RequestBuilder, Response, Url, redirect, retry};
use tokio::time::timeout;

use crate::{Error, Failure, Kind};

const CONNECT: Duration = Duration::from_secs(2);
const DEADLINE: Duration = Duration::from_secs(4);
/// Vendors close idle connections after a minute or so; a request that meets the closing is lost.
const IDLE: Duration = Duration::from_secs(15);
/// A vendor's own answers are below 2 KiB; this only keeps a stranger in between from filling the memory.
const LONGEST_BODY: usize = 64 << 10;

/// Where a vendor is: connect within 2 s, the whole call within 4 s, no redirects, no repeats, answers up to 64 KiB.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) http: reqwest::Client,
    pub(crate) url: Url,
    /// As the `Host` header says it, with the port when it is not the scheme's own.
    pub(crate) host: String,
    pub(crate) deadline: Duration,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Endpoint {
    /// The endpoint that this setting names; nothing is sent yet.
    pub(crate) fn new(setting: &'static str, endpoint: &str) -> Result<Self, Error> {
        let refuse = |problem| Error::Settings { setting, problem };
        let url = Url::parse(endpoint).map_err(|_| refuse("is no URL"))?;
        let is_near = is_loopback(&url);
        let is_safe = url.scheme() == "https" || url.scheme() == "http" && is_near;
        let names_nobody = url.username().is_empty() && url.password().is_none();
        let is_bare = names_nobody && url.query().is_none() && url.fragment().is_none();
        if !(is_safe && is_bare) {
            return Err(refuse("must be https without query, or http on loopback"));
        }
        let name = url.host_str().unwrap_or_default();
        let host = url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
        let mut http = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false);
        if is_near {
            // the proxy of the environment is for the way out, the simulator is here
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| Error::Build(error.without_url()))?;
        Ok(Self { http, url, host, deadline: DEADLINE })
    }

    /// Sends a request once.
    pub(crate) async fn call(&self, request: RequestBuilder) -> Result<Answer, Failure> {
        let call = async {
            let answer = request.send().await?;
            Ok(Answer { status: answer.status().as_u16(), body: body(answer).await? })
        };
        timeout(self.deadline, call).await.unwrap_or(Err(Failure::ours(Kind::Ambiguous, "timeout")))
    }
}

async fn body(mut answer: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > LONGEST_BODY {
            return Err(Failure::ours(Kind::Ambiguous, "answer-too-long"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use super::Endpoint;

    #[test]
    fn nothing_is_sent_in_the_clear_over_a_network_and_the_host_is_told_with_an_unusual_port() {
        // another test of this process may have installed it
        let _ = rustls::crypto::ring::default_provider().install_default();
        for (endpoint, host) in [
            ("https://sms.tencentcloudapi.com", "sms.tencentcloudapi.com"),
            ("https://DYSMSAPI.aliyuncs.com:443/", "dysmsapi.aliyuncs.com"),
            ("https://example.com:8443", "example.com:8443"),
            ("http://127.0.0.1:8080/_sim/sms/aliyun", "127.0.0.1:8080"),
            ("http://[::1]:1", "[::1]:1"),
            ("http://localhost", "localhost"),
        ] {
            assert_eq!(Endpoint::new("sms.a.endpoint", endpoint).expect(endpoint).host, host);
        }
        for endpoint in [
            "",
            "sms.tencentcloudapi.com",
            "http://sms.tencentcloudapi.com",
            "http://10.0.0.1",
            "ftp://127.0.0.1",
            "https://a?b=",
            "https://a#b",
            "https://a@b",
            "https://:a@b",
        ] {
            let error = Endpoint::new("sms.a.endpoint", endpoint).expect_err(endpoint);
            assert!(error.to_string().starts_with("sms.a.endpoint "), "{error}");
        }
    }
}
