mod force;
mod shared;
mod token;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwapOption;
use http_client::with_causes;
use kernel::{Clock, Timestamp, port::Cache};
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

pub(crate) use self::token::Token;
use self::{
    force::Force,
    shared::{Lease, Shared},
};
use crate::{
    Error,
    app::App,
    endpoint::{Auth, Endpoint, Limit, Repeat},
    time::somewhere,
    wire::Wire,
};

const STABLE: Endpoint = stable_token(Repeat::Transient, true);
/// A second forced refresh would be one too many. Its quota of 20 a day is its own: that one is used up says nothing of
/// calls that force nothing.
const FORCED: Endpoint = stable_token(Repeat::Unsent, false);

/// How long before its end a token is first asked for anew; WeChat may well give the same again.
const RENEWED_EARLY: Duration = Duration::from_secs(600);
/// How long before its end it is asked for once more: WeChat renews it 300 s before.
const RENEWED_SURELY: Duration = Duration::from_secs(240);
/// Longest to wait for another process to fetch a token.
const PATIENCE: Duration = Duration::from_secs(2);
const POLLS: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(400));
const LONGEST_TOKEN: usize = 2048;

const fn stable_token(repeat: Repeat, is_watched: bool) -> Endpoint {
    Endpoint {
        api: "stable_token",
        method: Method::POST,
        path: "/cgi-bin/stable_token",
        auth: Auth::Secret,
        repeat,
        limit: Limit::App,
        of_the_user: &[],
        is_watched,
        budget: |budgets| budgets.stable_token,
        deadline: Duration::from_secs(5),
    }
}

type Outcome = Result<Arc<Token>, Arc<Error>>;
/// Where the outcome of one fetch will be seen.
type Flight = watch::Receiver<Option<Outcome>>;

/// The access token of one app: held in this process, shared through the cache, fetched from WeChat by one for all.
#[derive(Clone)]
pub(crate) struct Tokens(Arc<Inner>);

struct Inner {
    wire: Arc<Wire>,
    app: Arc<App>,
    clock: Arc<dyn Clock>,
    shared: Shared,
    force: Force,
    held: ArcSwapOption<Held>,
    flight: Mutex<Option<Flight>>,
    renewing: AtomicBool,
    /// How long before its end a token is not begun with any more.
    margin: Duration,
}

struct Held {
    token: Arc<Token>,
    fresh_until: Timestamp,
    renew_at: Timestamp,
}

#[derive(Deserialize)]
struct Issued {
    access_token: SecretString,
    expires_in: u32,
}

impl Tokens {
    pub(crate) fn new(wire: Arc<Wire>, app: Arc<App>, cache: Arc<dyn Cache>, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            shared: Shared::new(cache.clone(), &app.id),
            force: Force::new(cache, &app.id),
            wire,
            app,
            clock,
            held: ArcSwapOption::empty(),
            flight: Mutex::default(),
            renewing: AtomicBool::new(false),
            margin: somewhere(Duration::from_secs(60), Duration::from_secs(120)),
        }))
    }

    /// A token that should be good.
    pub(crate) async fn get(&self) -> Result<Arc<Token>, Error> {
        let (inner, now) = (&self.0, self.0.clock.now());
        let held = inner.held.load();
        if let Some(held) = held.as_ref().filter(|held| now < held.fresh_until) {
            if now >= held.renew_at && !inner.renewing.swap(true, Ordering::Relaxed) {
                let (inner, held) = (inner.clone(), held.clone());
                tokio::spawn(async move {
                    inner.renew(&held).await;
                    inner.renewing.store(false, Ordering::Relaxed);
                });
            }
            return Ok(held.token.clone());
        }
        landing(inner.board(None).0).await
    }

    /// A token in place of one that WeChat would not have. The same one, if WeChat insists on it.
    pub(crate) async fn instead_of(&self, spent: &Arc<Token>) -> Result<Arc<Token>, Error> {
        let (flight, is_ours) = self.0.board(Some(spent));
        let token = landing(flight).await?;
        if is_ours || token != *spent {
            return Ok(token);
        }
        // that flight had begun before anybody knew
        landing(self.0.board(Some(spent)).0).await
    }
}

/// Waits for a flight, which goes on if this is dropped.
async fn landing(mut flight: Flight) -> Result<Arc<Token>, Error> {
    let outcome = match flight.wait_for(Option::is_some).await {
        Ok(outcome) => outcome.clone(),
        Err(_) => None,
    };
    outcome.unwrap_or_else(|| Err(Arc::new(Error::Aborted))).map_err(Error::NoToken)
}

impl Inner {
    /// The fetch that is under way, or a new one; whether it is new.
    fn board(self: &Arc<Self>, spent: Option<&Arc<Token>>) -> (Flight, bool) {
        let mut flight = self.flight.lock().unwrap_or_else(PoisonError::into_inner);
        let is_under_way = |flight: &&Flight| flight.borrow().is_none() && flight.has_changed().is_ok();
        if let Some(flight) = flight.as_ref().filter(is_under_way) {
            return (flight.clone(), false);
        }
        let (sender, receiver) = watch::channel(None);
        let (inner, spent) = (self.clone(), spent.cloned());
        tokio::spawn(async move {
            let outcome = inner.fetch(spent.as_deref()).await.map_err(Arc::new);
            sender.send_replace(Some(outcome));
        });
        *flight = Some(receiver.clone());
        (receiver, true)
    }

    async fn fetch(&self, spent: Option<&Token>) -> Result<Arc<Token>, Error> {
        if let Some(held) = self.held.load_full() {
            if spent == Some(&*held.token) {
                self.held.store(None);
            } else if self.clock.now() < held.fresh_until {
                return Ok(held.token.clone());
            }
        }
        let (mut pause, patient_until) = (POLLS.0, Instant::now() + PATIENCE);
        let lease = loop {
            if let Some(token) = self.cached(spent).await {
                return Ok(self.hold(token));
            }
            match self.shared.lease().await {
                Lease::Ours(lease) => break Some(lease),
                Lease::Theirs if Instant::now() < patient_until => {
                    sleep(pause).await;
                    pause = (pause * 2).min(POLLS.1);
                }
                Lease::Theirs | Lease::Away => break None,
            }
        };
        let Some(lease) = lease else { return self.obtain(spent).await };
        // another may have put it there between the look and the lease
        let outcome = match self.cached(spent).await {
            Some(token) => Ok(self.hold(token)),
            None => self.obtain(spent).await,
        };
        self.shared.give_back(&lease).await;
        outcome
    }

    /// The token in the cache, if it is good for more than a moment and not the spent one, which is forgotten.
    async fn cached(&self, spent: Option<&Token>) -> Option<Token> {
        let cached = self.shared.load().await?;
        if spent == Some(&cached.token) {
            self.shared.forget(&cached).await;
            return None;
        }
        (self.clock.now() < cached.token.expires_at.before(self.margin)).then_some(cached.token)
    }

    /// A token of WeChat's, for all.
    async fn obtain(&self, spent: Option<&Token>) -> Result<Arc<Token>, Error> {
        let mut token = self.ask(false).await?;
        if spent == Some(&token) && self.force.is_due(self.clock.now()).await {
            tracing::warn!("WeChat returned a refused access token, forcing a refresh");
            // a failure is logged, and the call is tried with what there is
            if let Ok(forced) = self.ask(true).await {
                token = forced;
            }
        }
        self.shared.keep(&token, self.clock.now()).await;
        Ok(self.hold(token))
    }

    async fn ask(&self, force: bool) -> Result<Token, Error> {
        let body = json!({
            "grant_type": "client_credential",
            "appid": self.app.id,
            "secret": self.app.secret.expose_secret(),
            "force_refresh": force,
        });
        let (endpoint, asked_at) = (if force { &FORCED } else { &STABLE }, self.clock.now());
        let answer = self.wire.ask(endpoint, &[], Some(&body), Instant::now() + endpoint.deadline).await;
        let outcome = answer.and_then(|issued| token(issued, asked_at));
        let error = outcome.as_ref().err();
        if let Some(error) = error.filter(|error| force || !error.is_old_news()) {
            let (class, errcode, rid) = (error.class(), error.errcode(), error.rid());
            tracing::warn!(wechat.force = force, wechat.class = ?class, wechat.errcode = errcode, wechat.rid = rid, error.cause = %with_causes(error), "no access token from WeChat");
        }
        outcome
    }

    fn hold(&self, token: Token) -> Arc<Token> {
        let (token, now) = (Arc::new(token), self.clock.now());
        let ahead = [RENEWED_EARLY, RENEWED_SURELY].map(|ahead| token.expires_at.before(ahead));
        let fresh_until = token.expires_at.before(self.margin);
        let renew_at = ahead.into_iter().find(|instant| now < *instant).unwrap_or(fresh_until);
        self.held.store(Some(Arc::new(Held { token: token.clone(), fresh_until, renew_at })));
        token
    }

    /// Fetches a token ahead of the end of the one that is held, which stays in use meanwhile.
    async fn renew(&self, held: &Arc<Held>) {
        const LATER: Duration = Duration::from_secs(30);
        let is_newer = |token: &Token| token.expires_at > held.token.expires_at;
        if let Some(cached) = self.shared.load().await.filter(|cached| is_newer(&cached.token)) {
            self.hold(cached.token);
            return;
        }
        let is_renewed = match self.shared.lease().await {
            Lease::Ours(lease) => {
                let is_renewed = self.obtain(None).await.is_ok();
                self.shared.give_back(&lease).await;
                is_renewed
            }
            Lease::Theirs => false,
            Lease::Away => self.obtain(None).await.is_ok(),
        };
        if !is_renewed {
            let (token, renew_at) = (held.token.clone(), self.clock.now().after(LATER));
            let later = Held { token, fresh_until: held.fresh_until, renew_at };
            self.held.compare_and_swap(&Some(held.clone()), Some(Arc::new(later)));
        }
    }
}

fn token(issued: Issued, asked_at: Timestamp) -> Result<Token, Error> {
    let Issued { access_token: value, expires_in } = issued;
    if expires_in == 0 || !(1..=LONGEST_TOKEN).contains(&value.expose_secret().len()) {
        return Err(Error::Decode);
    }
    Ok(Token { value, expires_at: asked_at.after(Duration::from_secs(expires_in.into())) })
}
