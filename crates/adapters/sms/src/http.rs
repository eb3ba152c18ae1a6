use std::time::Duration;

use http_client::{BodyError, PlainHttp, Proxy, base_url, body, is_loopback};
use reqwest::{RequestBuilder, Url};
use tokio::time::timeout;

use crate::{Error, Failure, Kind};

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
        let url = base_url(endpoint, PlainHttp::OnLoopback)
            .map_err(|bad| Error::Settings { setting, problem: bad.problem() })?;
        let name = url.host_str().unwrap_or_default();
        let host = url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
        // the simulator is here, whatever proxy the environment names for the way out
        let proxy = if is_loopback(&url) { Proxy::None } else { Proxy::OfTheEnvironment };
        let http = http_client::client(Some(IDLE), proxy).map_err(Error::Build)?;
        Ok(Self { http, url, host, deadline: DEADLINE })
    }

    /// Sends a request once.
    pub(crate) async fn call(&self, request: RequestBuilder) -> Result<Answer, Failure> {
        let call = async {
            let answer = request.send().await?;
            Ok(Answer { status: answer.status().as_u16(), body: body(answer, LONGEST_BODY).await? })
        };
        timeout(self.deadline, call).await.unwrap_or(Err(Failure::ours(Kind::Ambiguous, "timeout")))
    }
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLong => Self::ours(Kind::Ambiguous, "answer-too-long"),
            BodyError::Lost(source) => source.into(),
        }
    }
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
