use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use kernel::{
    Clock, Code, Fault, ManualClock, Phone, Result, SystemClock, Timestamp,
    port::{Cache, CacheAway, Claim, WechatPhone},
};
use store::LocalCache;
use wechat::{
    Client, Error, Settings,
    simulator::{Query, Reply, Wechat},
};

use crate::loopback::Loopback;

pub const APP_ID: &str = "wx00000000000000aa";
pub const SECRET: &str = "s3cret-of-the-app";
pub const OPENID: &str = "oPeN1d-of-the-user";
pub const NUMBER: &str = "13800001234";

pub const STABLE: &str = "/cgi-bin/stable_token";
pub const PHONE: &str = "/wxa/business/getuserphonenumber";

/// The simulator behind a real connection.
pub struct Platform {
    pub app_id: String,
    pub wechat: Arc<Wechat>,
    pub clock: Arc<ManualClock>,
    pub server: Loopback,
}

impl Platform {
    pub async fn start() -> Self {
        Self::start_as(APP_ID.to_owned()).await
    }

    pub async fn start_as(app_id: String) -> Self {
        Self::with(app_id, |wechat, method, path, query, body| wechat.answer(method, path, query, body)).await
    }

    /// A platform that answers by this function.
    pub async fn with(
        app_id: String,
        answer: impl Fn(&Wechat, &str, &str, &Query, &[u8]) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_800_000_000)));
        let wechat = Arc::new(Wechat::new(app_id.clone(), SECRET.into(), clock.clone() as Arc<dyn Clock>));
        let platform = wechat.clone();
        let server =
            Loopback::serve(move |method, path, query, body| Some(answer(&platform, method, path, query, body))).await;
        Self { app_id, wechat, clock, server }
    }

    /// A client like that of another process.
    pub fn client(&self, cache: Arc<dyn Cache>) -> Client {
        let settings = settings(&format!("http://{}", self.server.address), &self.app_id, SECRET);
        Client::new(settings, cache, self.clock.clone()).expect("settings that work")
    }

    /// Asks for a phone number, with a good code.
    pub async fn phone(&self, client: &Client) -> Result<Phone> {
        let code = self.wechat.issue_phone_code(&number(), Some(OPENID));
        client.phone(&code.into(), &OPENID.into()).await
    }

    /// How often this path was asked.
    pub fn asked(&self, path: &str) -> u64 {
        self.wechat.stats().get(path).copied().unwrap_or(0)
    }
}

pub fn number() -> Phone {
    Phone::parse(NUMBER).expect("a number")
}

pub fn settings(base_url: &str, app_id: &str, secret: &str) -> Settings {
    // another test of this process may have installed it
    let _ = rustls::crypto::ring::default_provider().install_default();
    Settings { base_url: base_url.to_owned(), app_id: app_id.to_owned(), app_secret: secret.into() }
}

/// A client that shares nothing with any other.
pub fn at(base_url: &str, app_id: &str, secret: &str) -> Client {
    let cache = Arc::new(LocalCache::default());
    Client::new(settings(base_url, app_id, secret), cache, Arc::new(SystemClock)).expect("settings that work")
}

#[track_caller]
pub fn refused<T: std::fmt::Debug>(outcome: Result<T>, expected: Code) -> Fault {
    let fault = outcome.expect_err("a fault");
    assert_eq!(fault.code(), expected, "{fault}");
    fault
}

pub fn cause(fault: &Fault) -> Option<&Error> {
    fault.source()?.downcast_ref()
}

pub fn errcode(fault: &Fault) -> Option<i64> {
    cause(fault)?.errcode()
}

/// Waits for it, at most ten seconds.
pub async fn until(what: &str, holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.unwrap_or_else(|_| panic!("never: {what}"));
}

/// A cache that is away.
pub struct Away;

#[async_trait]
impl Cache for Away {
    async fn count(&self, _: &str, _: Duration) -> Result<u64, CacheAway> {
        Err(CacheAway)
    }
    async fn uncount(&self, _: &str, _: u64) -> Result<(), CacheAway> {
        Err(CacheAway)
    }

    async fn claim(&self, _: &str, _: &str, _: Duration) -> Result<Claim, CacheAway> {
        Err(CacheAway)
    }
    async fn get(&self, _: &str) -> Result<Option<String>, CacheAway> {
        Err(CacheAway)
    }
    async fn put(&self, _: &str, _: &str, _: Duration) -> Result<(), CacheAway> {
        Err(CacheAway)
    }
    async fn release(&self, _: &str, _: &str) -> Result<bool, CacheAway> {
        Err(CacheAway)
    }
    fn answers(&self) -> bool {
        false
    }
}

/// A cache that remembers whether it ever was away: a test machine may be slow.
pub struct Watched<C> {
    cache: C,
    failures: AtomicUsize,
}

impl<C> Watched<C> {
    pub fn over(cache: C) -> Arc<Self> {
        Arc::new(Self { cache, failures: AtomicUsize::new(0) })
    }

    pub fn was_away(&self) -> bool {
        self.failures.load(Ordering::SeqCst) > 0
    }

    fn seen<T>(&self, outcome: Result<T, CacheAway>) -> Result<T, CacheAway> {
        self.failures.fetch_add(usize::from(outcome.is_err()), Ordering::SeqCst);
        outcome
    }
}

#[async_trait]
impl<C: Cache> Cache for Watched<C> {
    async fn count(&self, key: &str, span: Duration) -> Result<u64, CacheAway> {
        self.seen(self.cache.count(key, span).await)
    }
    async fn uncount(&self, key: &str, times: u64) -> Result<(), CacheAway> {
        self.seen(self.cache.uncount(key, times).await)
    }

    async fn claim(&self, key: &str, value: &str, span: Duration) -> Result<Claim, CacheAway> {
        self.seen(self.cache.claim(key, value, span).await)
    }
    async fn get(&self, key: &str) -> Result<Option<String>, CacheAway> {
        self.seen(self.cache.get(key).await)
    }
    async fn put(&self, key: &str, value: &str, span: Duration) -> Result<(), CacheAway> {
        self.seen(self.cache.put(key, value, span).await)
    }
    async fn release(&self, key: &str, value: &str) -> Result<bool, CacheAway> {
        self.seen(self.cache.release(key, value).await)
    }
    fn answers(&self) -> bool {
        self.cache.answers()
    }
}
