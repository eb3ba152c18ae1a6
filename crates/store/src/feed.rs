//! What this process has heard of changes: at once of its own, of those of other processes by the shared cache, or by looking
//! twice a second for revisions that were raised.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use kernel::Result;
use tokio::{sync::Mutex, time::Instant};

use crate::{
    ChangeScope, RedisCache,
    changes::{Raised, Recent},
    shared_changes::{News, Position},
};

/// Revisions that other processes have raised are known here within this time, if nobody shares a cache.
pub(crate) const PROMISE: Duration = Duration::from_millis(500);
/// More scopes than this are not remembered one by one.
const REMEMBERED: usize = 65_536;

tokio::task_local! {
    static BEGAN: Instant;
}

/// Handles a request: what it reads of memory is as new as its beginning, so that it has to ask only once whether that is so.
pub async fn within_request<T>(request: impl Future<Output = T>) -> T {
    BEGAN.scope(Instant::now(), request).await
}

/// A point in the changes that this process has heard of. Taken before rows are read, it says how new they are at least.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Heard(u64);

/// The last that was heard of a scope.
struct Latest {
    at: u64,
    revision: i64,
}

pub(crate) struct Feed {
    latest: RwLock<HashMap<ChangeScope, Latest>>,
    /// How much was heard so far.
    count: AtomicU64,
    /// What is older may be of anything: it was not remembered, or missed.
    forgotten: AtomicU64,
    redis: Option<Arc<RedisCache>>,
    /// What was published before this was heard, microseconds since `start`.
    caught_up: AtomicU64,
    /// What was raised before this was heard, microseconds since `start`.
    polled: AtomicU64,
    start: Instant,
    /// Where to go on in the shared cache. One asks at a time, the others wait for what it finds.
    position: Mutex<Option<Position>>,
    /// Where to go on in the database. One asks at a time.
    polling: Mutex<Option<i64>>,
}

impl Feed {
    /// Changes of this process and of others, that may share a cache.
    pub(crate) fn new(redis: Option<Arc<RedisCache>>) -> Self {
        Self {
            latest: RwLock::default(),
            count: AtomicU64::new(0),
            forgotten: AtomicU64::new(0),
            redis,
            caught_up: AtomicU64::new(0),
            polled: AtomicU64::new(0),
            start: Instant::now(),
            position: Mutex::default(),
            polling: Mutex::default(),
        }
    }

    pub(crate) fn now(&self) -> Heard {
        Heard(self.count.load(Ordering::Acquire))
    }

    /// Whether nothing was heard of a scope since then.
    pub(crate) fn is_current(&self, scope: ChangeScope, since: Heard) -> bool {
        if since == self.now() {
            return true;
        }
        since.0 >= self.forgotten.load(Ordering::Acquire)
            && self
                .latest
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .get(&scope)
                .is_none_or(|latest| latest.at <= since.0)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<ChangeScope, Latest>> {
        self.latest.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what was raised; what was known already says nothing new.
    pub(crate) fn announce(&self, raised: &[Raised]) {
        if raised.is_empty() {
            return;
        }
        let mut latest = self.write();
        for Raised { scope, revision } in raised {
            let known = latest.get(scope).map_or(0, |known| known.revision);
            if *revision > 0 && known >= *revision {
                continue;
            }
            let at = self.count.load(Ordering::Acquire) + 1;
            latest.insert(*scope, Latest { at, revision: known.max(*revision) });
            self.count.store(at, Ordering::Release);
        }
        if latest.len() > REMEMBERED {
            self.forget(&mut latest);
        }
    }

    /// Everything may have changed: something was missed.
    fn missed(&self) {
        self.forget(&mut self.write());
    }

    fn forget(&self, latest: &mut HashMap<ChangeScope, Latest>) {
        latest.clear();
        let at = self.count.load(Ordering::Acquire) + 1;
        self.forgotten.store(at, Ordering::Release);
        self.count.store(at, Ordering::Release);
    }

    /// Tells this process at once, and the others as soon as the shared cache lets them know.
    pub(crate) async fn publish(&self, raised: &[Raised]) {
        self.announce(raised);
        if let Some(redis) = self.redis.as_ref().filter(|_| !raised.is_empty())
            && redis.publish_changes(raised).await.is_err()
        {
            tracing::debug!("changes could not be published in the shared cache");
        }
    }

    /// Hears what other processes had published when this was called, or when the request began. `poll` finds in the database
    /// what was raised of late.
    ///
    /// # Errors
    /// When neither the shared cache nor the database answers: nobody knows then how old memory is.
    pub(crate) async fn catch_up<P, F>(&self, poll: P) -> Result<Heard>
    where
        P: FnOnce(Option<i64>, Duration) -> F,
        F: Future<Output = Result<Recent>>,
    {
        let wanted = self.micros(BEGAN.try_with(|began| *began).unwrap_or_else(|_| Instant::now()));
        if let Some(redis) = &self.redis
            && (self.is_caught_up(wanted) || self.ask(redis, wanted).await)
        {
            return Ok(self.now());
        }
        if !self.has_polled(wanted) {
            let mut latest = self.polling.lock().await;
            if !self.has_polled(wanted) {
                self.look(&mut latest, poll).await?;
            }
        }
        Ok(self.now())
    }

    /// Hears what was published, unless somebody else just has. False when the cache is away.
    async fn ask(&self, redis: &RedisCache, wanted: u64) -> bool {
        let mut position = self.position.lock().await;
        if self.is_caught_up(wanted) {
            return true;
        }
        let began = self.micros(Instant::now());
        let Ok((now, news)) = redis.changes_after(position.as_ref()).await else { return false };
        match news {
            News::Raised(raised) => self.announce(&raised),
            News::Missed => self.missed(),
        }
        *position = Some(now);
        self.caught_up.store(began, Ordering::Release);
        true
    }

    /// Looks for what was raised, whether or not a cache is shared: a process that cannot reach it tells nobody by it.
    ///
    /// # Errors
    /// When the database is away.
    pub(crate) async fn poll<P, F>(&self, poll: P) -> Result<()>
    where
        P: FnOnce(Option<i64>, Duration) -> F,
        F: Future<Output = Result<Recent>>,
    {
        self.look(&mut *self.polling.lock().await, poll).await
    }

    async fn look<P, F>(&self, latest: &mut Option<i64>, poll: P) -> Result<()>
    where
        P: FnOnce(Option<i64>, Duration) -> F,
        F: Future<Output = Result<Recent>>,
    {
        let began = self.micros(Instant::now());
        let silent = Duration::from_micros(began.saturating_sub(self.polled.load(Ordering::Acquire)));
        let found = poll(*latest, silent).await?;
        self.announce(&found.raised);
        *latest = found.latest.max(*latest);
        self.polled.store(began, Ordering::Release);
        Ok(())
    }

    fn micros(&self, at: Instant) -> u64 {
        micros(at.saturating_duration_since(self.start))
    }

    /// Whether what was published before then is known.
    fn is_caught_up(&self, wanted: u64) -> bool {
        self.caught_up.load(Ordering::Acquire) > wanted
    }

    /// Whether what was raised is known so far that the promise is kept.
    fn has_polled(&self, wanted: u64) -> bool {
        self.polled.load(Ordering::Acquire) + micros(PROMISE) >= wanted
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}
