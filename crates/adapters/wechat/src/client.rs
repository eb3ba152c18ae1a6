use std::{fmt, sync::Arc, time::Duration};

use kernel::{Clock, port::Cache};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use crate::{
    Budgets, Class, Error, Health,
    app::App,
    endpoint::{Auth, Endpoint},
    tokens::{Token, Tokens},
    wire::Wire,
};

/// Where WeChat is and who we are there.
#[derive(Clone, Debug, Deserialize)]
pub struct Settings {
    /// `https://api.weixin.qq.com`, or where the simulator is. Plain `http` is taken for loopback alone: the secret is
    /// in the URL.
    pub base_url: String,
    /// The mini-program's AppID. May be empty: then every call fails with `wechat-unavailable`.
    pub app_id: String,
    /// The mini-program's AppSecret. May be empty, as above.
    pub app_secret: SecretString,
}

/// Talks to WeChat: connect within 2 s, a whole login within 4 s and any other call within 5 s, no redirects, answers up
/// to 1 MiB. A call that is not idempotent is repeated only if the connection failed before anything was sent, or once
/// with another access token if WeChat would not have the first. An API that was called too often is not called for
/// a minute; one that WeChat refuses because a quota is used up or because of our settings is probed by one call every 3
/// minutes until it is answered, and [`Client::health`] tells of it. After 5 failures within 10 s that were not
/// WeChat's own words, all of it is left alone for 10 s, then one call sees. A call beyond the [`Budgets`] is not made.
///
/// The access token is shared through the cache by all processes of one server. A clone shares all of it.
#[derive(Clone)]
pub struct Client {
    pub(crate) app: Arc<App>,
    wire: Arc<Wire>,
    tokens: Tokens,
    pub(crate) clock: Arc<dyn Clock>,
    deadline: Option<Duration>,
}

impl Client {
    /// A client for these settings, with the default [`Budgets`]; nothing is sent yet. The cache holds the access token
    /// under `wechat:token:{app_id}` in the clear; while it is away, every process has a token of its own.
    ///
    /// # Errors
    /// [`Error::Settings`] when the base URL is none or would send the secret in the clear, [`Error::Build`] when there
    /// is nothing to check certificates with.
    ///
    /// # Panics
    /// When no rustls crypto provider is installed in this process.
    pub fn new(settings: Settings, cache: Arc<dyn Cache>, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let Settings { base_url, app_id: id, app_secret: secret } = settings;
        let (wire, app) = (Arc::new(Wire::new(&base_url, clock.clone())?), Arc::new(App { id, secret }));
        let tokens = Tokens::new(wire.clone(), app.clone(), cache, clock.clone());
        if app.id.is_empty() || app.secret.expose_secret().is_empty() {
            tracing::warn!("wechat.app_id and wechat.app_secret are not both set: nobody can log in with WeChat");
        }
        Ok(Self { app, wire, tokens, clock, deadline: None })
    }

    /// The same client with another deadline for every whole call, repeats included, in place of 4 s and 5 s.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The same client with other budgets, full ones, for itself and its clones.
    #[must_use]
    pub fn with_budgets(self, budgets: Budgets) -> Self {
        self.wire.allow(budgets);
        self
    }

    /// Which APIs WeChat refuses for a limit, for our settings or for our address, as far as calls have shown. Makes no
    /// call.
    pub fn health(&self) -> Health {
        if self.is_configured() { self.wire.availability.health() } else { Health::NotConfigured }
    }

    fn is_configured(&self) -> bool {
        !self.app.id.is_empty() && !self.app.secret.expose_secret().is_empty()
    }

    /// One call: `body` is sent as JSON if there is one.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        endpoint: &Endpoint,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<T, Error> {
        if !self.is_configured() {
            return Err(Error::Settings("wechat.app_id and wechat.app_secret are not both set"));
        }
        let until = Instant::now() + self.deadline.unwrap_or(endpoint.deadline);
        if endpoint.auth == Auth::Secret {
            return self.wire.ask(endpoint, query, body, until).await;
        }
        let with = async |token: &Token| {
            let query: Vec<_> = [("access_token", token.value.expose_secret())].iter().chain(query).copied().collect();
            self.wire.ask(endpoint, &query, body, until).await
        };
        let token = timeout_at(until, self.tokens.get()).await.map_err(|_| Error::Deadline)??;
        match with(&token).await {
            Err(error) if error.class() == Class::Token => {
                tracing::info!(
                    wechat.api = endpoint.api,
                    wechat.errcode = error.errcode(),
                    wechat.rid = error.rid(),
                    "WeChat access token refused, renewing"
                );
                let other = timeout_at(until, self.tokens.instead_of(&token)).await.map_err(|_| Error::Deadline)??;
                let begun_at = self.clock.now();
                let outcome = with(&other).await;
                if let Some(error) = outcome.as_ref().err().filter(|error| error.class() == Class::Token) {
                    self.wire.availability.note_token_refused(endpoint, error, begun_at, self.clock.now());
                }
                outcome
            }
            outcome => outcome,
        }
    }
}

/// Says which app, and nothing that is secret.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("app_id", &self.app.id).finish_non_exhaustive()
    }
}
