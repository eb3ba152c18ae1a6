use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use arc_swap::ArcSwapOption;
use async_trait::async_trait;
use kernel::port::{Cache, CacheAway, Claim};
use redis::{
    AsyncConnectionConfig, Client, ExistenceCheck, Script, SetExpiry, SetOptions,
    aio::{ConnectionLike, MultiplexedConnection},
};
use tokio::time::timeout;

/// A counter's value is its count in decimal, as in Redis.
struct Entry {
    value: String,
    until: Instant,
}

#[derive(Default)]
struct Entries {
    map: HashMap<String, Entry>,
    sweep_at: usize,
}

impl Entries {
    const FEW: usize = 4096;

    /// The living entry under `key`. Sweeps whenever the map has doubled since the last sweep.
    fn living(&mut self, key: &str, now: Instant) -> Option<&mut Entry> {
        if self.map.len() >= self.sweep_at.max(Self::FEW) {
            self.map.retain(|_, entry| entry.until > now);
            self.sweep_at = self.map.len() * 2;
        }
        self.map.get_mut(key).filter(|entry| entry.until > now)
    }
}

/// The cache of a server with one server: in this process.
#[derive(Default)]
pub struct LocalCache(Mutex<Entries>);

#[async_trait]
impl Cache for LocalCache {
    async fn count(&self, key: &str, span: Duration) -> Result<u64, CacheAway> {
        let (mut entries, now) = (self.0.lock().unwrap_or_else(PoisonError::into_inner), Instant::now());
        if let Some(entry) = entries.living(key, now) {
            let count = entry.value.parse::<u64>().unwrap_or_default().saturating_add(1);
            entry.value = count.to_string();
            return Ok(count);
        }
        entries.map.insert(key.to_owned(), Entry { value: "1".to_owned(), until: now + span });
        Ok(1)
    }

    async fn uncount(&self, key: &str, times: u64) -> Result<(), CacheAway> {
        let (mut entries, now) = (self.0.lock().unwrap_or_else(PoisonError::into_inner), Instant::now());
        if let Some(entry) = entries.living(key, now) {
            let left = entry.value.parse::<u64>().unwrap_or_default().saturating_sub(times);
            entry.value = left.to_string();
        }
        Ok(())
    }

    async fn claim(&self, key: &str, value: &str, span: Duration) -> Result<Claim, CacheAway> {
        let (mut entries, now) = (self.0.lock().unwrap_or_else(PoisonError::into_inner), Instant::now());
        if let Some(entry) = entries.living(key, now) {
            return Ok(Claim::Held(entry.value.clone()));
        }
        entries.map.insert(key.to_owned(), Entry { value: value.to_owned(), until: now + span });
        Ok(Claim::Won)
    }

    async fn get(&self, key: &str) -> Result<Option<String>, CacheAway> {
        let (mut entries, now) = (self.0.lock().unwrap_or_else(PoisonError::into_inner), Instant::now());
        Ok(entries.living(key, now).map(|entry| entry.value.clone()))
    }

    async fn put(&self, key: &str, value: &str, span: Duration) -> Result<(), CacheAway> {
        let (mut entries, now) = (self.0.lock().unwrap_or_else(PoisonError::into_inner), Instant::now());
        entries.map.insert(key.to_owned(), Entry { value: value.to_owned(), until: now + span });
        Ok(())
    }

    async fn release(&self, key: &str, value: &str) -> Result<bool, CacheAway> {
        let (mut entries, now) = (self.0.lock().unwrap_or_else(PoisonError::into_inner), Instant::now());
        let held = entries.living(key, now).is_some_and(|entry| entry.value == value);
        if held {
            entries.map.remove(key);
        }
        Ok(held)
    }

    fn answers(&self) -> bool {
        true
    }
}

/// Redis takes no span of nothing.
fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX).max(1)
}

/// Longest any caller waits for Redis.
const PATIENCE: Duration = Duration::from_millis(150);
const HEARTBEAT: Duration = Duration::from_millis(500);

struct Remote {
    client: Client,
    connection: ArcSwapOption<MultiplexedConnection>,
    answers: AtomicBool,
    count: Script,
    release: Script,
    uncount: Script,
    prefix: String,
}

/// The cache of a server with several servers: Redis. A call that fails takes it out of service at once; a watcher
/// brings it back over a fresh connection, so that a dead socket or a slow Redis costs one short wait.
pub struct RedisCache(Arc<Remote>);

impl RedisCache {
    /// A cache at this URL, its keys beginning with `prefix`. Never fails for a Redis that is away: it starts out of service then.
    ///
    /// # Errors
    /// When the URL makes no sense.
    pub async fn connect(url: &str, prefix: &str) -> kernel::Result<Self> {
        let remote = Arc::new(Remote {
            client: Client::open(url)?,
            connection: ArcSwapOption::empty(),
            answers: AtomicBool::new(false),
            prefix: prefix.to_owned(),
            count: Script::new(
                "local n = redis.call('INCR', KEYS[1]) \
                 if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end \
                 return n",
            ),
            uncount: Script::new(
                "local n = tonumber(redis.call('GET', KEYS[1]) or '0') \
                 if n > 0 then return redis.call('DECRBY', KEYS[1], math.min(n, tonumber(ARGV[1]))) end \
                 return 0",
            ),
            release: Script::new(
                "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end \
                 return 0",
            ),
        });
        remote.watch().await;
        let weak = Arc::downgrade(&remote);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(HEARTBEAT).await;
                let Some(remote) = weak.upgrade() else { break };
                remote.watch().await;
            }
        });
        Ok(Self(remote))
    }
}

impl RedisCache {
    /// The name of a key in Redis.
    pub(crate) fn key(&self, key: &str) -> String {
        format!("{}{key}", self.0.prefix)
    }

    /// See [`Remote::within`].
    pub(crate) async fn within<T, Fut>(&self, act: impl FnOnce(MultiplexedConnection) -> Fut) -> Result<T, CacheAway>
    where
        Fut: Future<Output = redis::RedisResult<T>>,
    {
        self.0.within(act).await
    }
}

impl Remote {
    async fn watch(&self) {
        if self.answers.load(Ordering::Relaxed) && self.ask(&redis::cmd("PING")).await.is_ok() {
            return;
        }
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(HEARTBEAT))
            .set_response_timeout(Some(2 * PATIENCE));
        let Ok(Ok(mut fresh)) =
            timeout(HEARTBEAT, self.client.get_multiplexed_async_connection_with_config(&config)).await
        else {
            return;
        };
        if matches!(timeout(PATIENCE, fresh.req_packed_command(&redis::cmd("PING"))).await, Ok(Ok(_))) {
            tracing::info!("Redis answers again");
            self.connection.store(Some(Arc::new(fresh)));
            self.answers.store(true, Ordering::Relaxed);
        }
    }

    /// Runs `act` on the connection within the limit, or takes Redis out of service.
    async fn within<T, Fut>(&self, act: impl FnOnce(MultiplexedConnection) -> Fut) -> Result<T, CacheAway>
    where
        Fut: Future<Output = redis::RedisResult<T>>,
    {
        if !self.answers.load(Ordering::Relaxed) {
            return Err(CacheAway);
        }
        let connection = self.connection.load().as_deref().cloned().ok_or(CacheAway)?;
        match timeout(PATIENCE, act(connection)).await {
            Ok(Ok(value)) => Ok(value),
            failure => {
                let cause = failure.err().map_or("error", |_| "too slow");
                tracing::warn!(error.cause = cause, "Redis is out of service, limits are counted per process");
                metrics::counter!("kaimen_cache_failures_total").increment(1);
                self.answers.store(false, Ordering::Relaxed);
                Err(CacheAway)
            }
        }
    }

    async fn ask(&self, command: &redis::Cmd) -> Result<redis::Value, CacheAway> {
        self.within(|mut connection| async move { connection.req_packed_command(command).await }).await
    }
}

#[async_trait]
impl Cache for RedisCache {
    async fn count(&self, key: &str, span: Duration) -> Result<u64, CacheAway> {
        let mut call = self.0.count.key(self.key(key));
        call.arg(millis(span));
        self.0.within(|mut connection| async move { call.invoke_async(&mut connection).await }).await
    }

    async fn uncount(&self, key: &str, times: u64) -> Result<(), CacheAway> {
        let mut call = self.0.uncount.key(self.key(key));
        call.arg(times.min(i64::MAX as u64));
        self.0.within(|mut connection| async move { call.invoke_async::<i64>(&mut connection).await }).await.map(|_| ())
    }

    async fn claim(&self, key: &str, value: &str, span: Duration) -> Result<Claim, CacheAway> {
        let options = SetOptions::default()
            .conditional_set(ExistenceCheck::NX)
            .get(true)
            .with_expiration(SetExpiry::PX(millis(span)));
        let (key, value) = (self.key(key), value.to_owned());
        let held: Option<String> = self
            .0
            .within(|mut connection| async move {
                redis::AsyncCommands::set_options(&mut connection, key, value, options).await
            })
            .await?;
        Ok(held.map_or(Claim::Won, Claim::Held))
    }

    async fn get(&self, key: &str) -> Result<Option<String>, CacheAway> {
        let key = self.key(key);
        self.0.within(|mut connection| async move { redis::AsyncCommands::get(&mut connection, key).await }).await
    }

    async fn put(&self, key: &str, value: &str, span: Duration) -> Result<(), CacheAway> {
        let options = SetOptions::default().with_expiration(SetExpiry::PX(millis(span)));
        let (key, value) = (self.key(key), value.to_owned());
        self.0
            .within(|mut connection| async move {
                redis::AsyncCommands::set_options(&mut connection, key, value, options).await
            })
            .await
    }

    async fn release(&self, key: &str, value: &str) -> Result<bool, CacheAway> {
        let mut call = self.0.release.key(self.key(key));
        call.arg(value);
        self.0.within(|mut connection| async move { call.invoke_async(&mut connection).await }).await
    }

    fn answers(&self) -> bool {
        self.0.answers.load(Ordering::Relaxed)
    }
}

/// Counters and one-time counters that are always to be had: in the shared cache, or in this process while that is away.
pub struct SharedCounters {
    shared: Arc<dyn Cache>,
    own: LocalCache,
}

/// What came of it, and whether the shared cache was away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaybeDegraded<T> {
    /// The outcome.
    pub value: T,
    /// It holds for this process only.
    pub degraded: bool,
}

impl SharedCounters {
    /// Counters in this cache.
    pub fn new(shared: Arc<dyn Cache>) -> Self {
        Self { shared, own: LocalCache::default() }
    }

    /// Counts one more under `key`; the count starts again `span` after its first.
    pub async fn count(&self, key: &str, span: Duration) -> u64 {
        match self.shared.count(key, span).await {
            Ok(count) => count,
            Err(CacheAway) => self.own.count(key, span).await.unwrap_or(1),
        }
    }

    /// Takes `key` for `span`, if nobody holds it.
    pub async fn claim(&self, key: &str, value: &str, span: Duration) -> MaybeDegraded<Claim> {
        match self.shared.claim(key, value, span).await {
            Ok(claim) => MaybeDegraded { value: claim, degraded: false },
            Err(CacheAway) => {
                let claim = self.own.claim(key, value, span).await.unwrap_or(Claim::Won);
                MaybeDegraded { value: claim, degraded: true }
            }
        }
    }

    /// Lets `key` go, if it still holds `value`.
    pub async fn release(&self, key: &str, value: &str) {
        if self.shared.release(key, value).await.is_err() {
            let _ = self.own.release(key, value).await;
        }
    }

    /// Takes back `times` of the counts under `key`, down to none.
    pub async fn uncount(&self, key: &str, times: u64) {
        if self.shared.uncount(key, times).await.is_err() {
            let _ = self.own.uncount(key, times).await;
        }
    }

    /// Whether the shared cache answers.
    pub fn shared_answers(&self) -> bool {
        self.shared.answers()
    }
}
