use std::{net::IpAddr, time::Duration};

use reqwest::{Response, Url, redirect, retry};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;

use crate::Error;

const CONNECT: Duration = Duration::from_secs(2);
const LOGIN_DEADLINE: Duration = Duration::from_secs(4);
/// WeChat's own answers are below 1 KiB; this only keeps a stranger in between from filling the memory.
const LONGEST_BODY: usize = 1 << 20;

/// Where WeChat is and who we are there.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `https://api.weixin.qq.com`, or where the simulator is. Plain `http` is taken for loopback alone: the secret is
    /// in the URL.
    pub base_url: String,
    /// The mini-program's AppID. May be empty: then every login fails with `wechat-unavailable`.
    pub app_id: String,
    /// The mini-program's AppSecret. May be empty, as above.
    pub app_secret: SecretString,
}

/// Talks to WeChat: connect within 2 s, the whole login within 4 s, no redirects, answers up to 1 MiB, one repeat only if
/// the connection failed before anything was sent.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    login: Url,
    pub(crate) app_id: String,
    app_secret: SecretString,
    deadline: Duration,
}

impl Client {
    /// A client for these settings; nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Settings`] when the base URL is none or would send the secret in the clear, [`Error::Build`] when there
    /// is nothing to check certificates with.
    ///
    /// # Panics
    /// When no rustls crypto provider is installed in this process.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let Settings { base_url, app_id, app_secret } = settings;
        let login = endpoint(&base_url, "/sns/jscode2session")?;
        let mut http = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false);
        if is_loopback(&login) {
            // the proxy of the environment is for the way out, the simulator is here
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| Error::Build(error.without_url()))?;
        Ok(Self { http, login, app_id, app_secret, deadline: LOGIN_DEADLINE })
    }

    /// The same client with another deadline for a whole login, repeat included, in place of 4 s.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The body of WeChat's answer to this login code.
    pub(crate) async fn jscode2session(&self, code: &SecretString) -> Result<Vec<u8>, Error> {
        if self.app_id.is_empty() || self.app_secret.expose_secret().is_empty() {
            return Err(Error::Settings("wechat.app_id and wechat.app_secret are not both set"));
        }
        let attempts = async {
            match self.ask(code).await {
                // a lost answer would have burnt the code, a lost connection attempt has not
                Err(error) if error.never_sent() => self.ask(code).await,
                answer => answer,
            }
        };
        timeout(self.deadline, attempts).await.map_err(|_| Error::Deadline)?
    }

    async fn ask(&self, code: &SecretString) -> Result<Vec<u8>, Error> {
        let query = [
            ("appid", self.app_id.as_str()),
            ("secret", self.app_secret.expose_secret()),
            ("js_code", code.expose_secret()),
            ("grant_type", "authorization_code"),
        ];
        let answer = self.http.get(self.login.clone()).query(&query).send().await?;
        match answer.status().as_u16() {
            200 => body(answer).await,
            status => Err(Error::Status(status)),
        }
    }
}

async fn body(mut answer: Response) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > LONGEST_BODY {
            return Err(Error::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn endpoint(base: &str, path: &str) -> Result<Url, Error> {
    let url = Url::parse(&format!("{}{path}", base.trim_end_matches('/')))
        .map_err(|_| Error::Settings("wechat.base_url is no URL"))?;
    if url.path().ends_with(path) && (url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url)) {
        return Ok(url);
    }
    Err(Error::Settings("wechat.base_url must be https without query, or http on loopback"))
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use super::endpoint;

    #[test]
    fn the_secret_is_never_sent_in_the_clear_over_a_network() {
        for base in
            ["https://api.weixin.qq.com", "http://127.0.0.1:8080/_sim/wechat/", "http://[::1]:1", "http://localhost"]
        {
            let url = endpoint(base, "/sns/jscode2session").expect(base);
            assert!(url.as_str().ends_with("/sns/jscode2session"), "{url}");
            assert!(!url.path().contains("//"), "{url}");
        }
        for base in
            ["", "api.weixin.qq.com", "http://api.weixin.qq.com", "http://10.0.0.1", "ftp://127.0.0.1", "https://a?b="]
        {
            endpoint(base, "/sns/jscode2session").expect_err(base);
        }
    }
}
