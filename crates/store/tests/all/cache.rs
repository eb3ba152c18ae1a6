use std::{
    collections::BTreeSet,
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use futures_util::{FutureExt, future::join_all};
use kernel::port::{Cache, CacheAway, Claim};
use store::{LocalCache, MaybeDegraded, RedisCache, SharedCounters, testing::server};

use crate::{some_id, until};

const LONG: Duration = Duration::from_secs(3600);
const SHORT: Duration = Duration::from_millis(40);

/// Both caches; the one that is missing may be skipped.
async fn caches() -> Vec<(&'static str, Arc<dyn Cache>)> {
    let mut caches: Vec<(_, Arc<dyn Cache>)> = vec![("local", Arc::new(LocalCache::default()))];
    if let Some(url) = server("KAIMEN_TEST_REDIS_URL") {
        caches.push(("redis", Arc::new(RedisCache::connect(&url, "").await.unwrap())));
    }
    caches
}

/// A key nobody else has.
fn key(name: &str) -> String {
    format!("test:{}:{name}", some_id())
}

/// Tries on every cache, anew where Redis was too slow to tell anything.
async fn on_every_cache(test: impl AsyncFn(&str, Arc<dyn Cache>) -> Result<(), CacheAway>) {
    for (name, cache) in caches().await {
        let mut tries = 1;
        while test(name, cache.clone()).await.is_err() {
            tries += 1;
            assert!(tries < 6, "{name} is away");
            until("it answers again", || async { cache.answers() }.boxed()).await;
        }
    }
}

/// What all of them came to, running beside each other.
async fn beside_each_other<T: Send + 'static>(
    acts: impl Iterator<Item = impl Future<Output = Result<T, CacheAway>> + Send + 'static>,
) -> Result<Vec<T>, CacheAway> {
    let tasks: Vec<_> = acts.map(tokio::spawn).collect();
    join_all(tasks).await.into_iter().map(Result::unwrap).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_cache_counts_each_key_by_itself_and_misses_nobody() {
    on_every_cache(async |name, cache| {
        assert!(cache.answers(), "{name}");
        let (many, other) = (key("many"), key("other"));
        let counts = (0..64).map(|_| {
            let (cache, many) = (cache.clone(), many.clone());
            async move { cache.count(&many, LONG).await }
        });
        let counts: BTreeSet<_> = beside_each_other(counts).await?.into_iter().collect();
        assert_eq!(counts, (1..=64).collect(), "{name}");
        assert_eq!(cache.count(&other, LONG).await?, 1, "{name}");
        assert_eq!(cache.count(&many, LONG).await?, 65, "{name}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_cache_gives_a_key_to_one_of_many() {
    on_every_cache(async |name, cache| {
        let key = key("claimed");
        let claims = (0..64).map(|n| {
            let (cache, key) = (cache.clone(), key.clone());
            async move { Ok((n, cache.claim(&key, &n.to_string(), LONG).await?)) }
        });
        let claims = beside_each_other(claims).await?;
        let winners: Vec<_> = claims.iter().filter(|(_, claim)| *claim == Claim::Won).map(|(n, _)| *n).collect();
        assert_eq!(winners.len(), 1, "{name}");
        let held = Claim::Held(winners[0].to_string());
        assert!(claims.iter().all(|(n, claim)| *n == winners[0] || *claim == held), "{name}");
        // its holder, too, holds it only once
        assert_eq!(cache.claim(&key, &winners[0].to_string(), LONG).await?, held, "{name}");
        let chinese = self::key("中文");
        assert_eq!(cache.claim(&chinese, "值：😀", LONG).await?, Claim::Won, "{name}");
        assert_eq!(cache.claim(&chinese, "", LONG).await?, Claim::Held("值：😀".into()), "{name}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_cache_forgets_when_the_time_is_over_and_asking_does_not_prolong_it() {
    on_every_cache(async |_, cache| {
        let (cache, claimed, counted) = (&cache, &key("claimed"), &key("counted"));
        assert_eq!(cache.count(counted, SHORT).await?, 1);
        until("the count starts again", || async move { cache.count(counted, SHORT).await == Ok(1) }.boxed()).await;
        assert_eq!(cache.claim(claimed, "a", SHORT).await?, Claim::Won);
        until("the key is free", || async move { cache.claim(claimed, "b", SHORT).await == Ok(Claim::Won) }.boxed())
            .await;
        Ok(())
    })
    .await;
}

/// The servers of apps with these prefixes, on one Redis.
async fn apps<const N: usize>(prefixes: [&str; N]) -> Option<[Arc<RedisCache>; N]> {
    let url = server("KAIMEN_TEST_REDIS_URL")?;
    let caches = prefixes.map(|prefix| RedisCache::connect(&url, prefix).map(|cache| Arc::new(cache.unwrap())));
    Some(join_all(caches).await.try_into().ok().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_servers_share_one_redis() {
    let Some([one, two]) = apps(["", ""]).await else { return };
    let (claimed, counted) = (key("claimed"), key("counted"));
    assert_eq!(one.claim(&claimed, "one", LONG).await, Ok(Claim::Won));
    assert_eq!(two.claim(&claimed, "two", LONG).await, Ok(Claim::Held("one".into())));
    assert_eq!(one.count(&counted, LONG).await, Ok(1));
    assert_eq!(two.count(&counted, LONG).await, Ok(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_in_one_redis_share_nothing() {
    let Some(apps) = apps(["", "a:", "b:"]).await else { return };
    let (claimed, counted) = (key("claimed"), key("counted"));
    for app in apps {
        assert_eq!(app.claim(&claimed, "v", LONG).await, Ok(Claim::Won));
        assert_eq!(app.count(&counted, LONG).await, Ok(1));
    }
}

#[tokio::test]
async fn a_url_that_makes_no_sense_is_refused() {
    assert!(RedisCache::connect("nonsense://x", "").await.is_err());
}

/// A Redis of a test's own, on a port that nobody else has.
struct OwnRedis {
    port: u16,
    process: Option<Child>,
}

impl OwnRedis {
    /// Not yet running; `None` where there is no Redis and skipping is allowed.
    fn prepared() -> Option<Self> {
        server("KAIMEN_TEST_REDIS_URL")?;
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Some(Self { port, process: None })
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    fn start(&mut self) {
        let process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", &self.port.to_string()])
            .current_dir(std::env::temp_dir())
            .stdout(Stdio::null())
            .spawn();
        self.process = Some(process.expect("redis-server runs"));
    }

    fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    fn signal(&self, signal: &str) {
        let pid = self.process.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }
}

impl Drop for OwnRedis {
    fn drop(&mut self) {
        self.kill();
    }
}

/// That a call comes back at all, whatever became of Redis.
async fn soon<T>(call: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), call).await.expect("nobody waits for Redis")
}

async fn until_it_answers(cache: &RedisCache) {
    until("Redis answers again", || async { cache.answers() }.boxed()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_killed_and_started_again_is_missed_and_found_again() {
    let Some(mut redis) = OwnRedis::prepared() else { return };
    let cache = soon(RedisCache::connect(&redis.url(), "")).await.expect("a Redis that is away stops nobody");
    // never there yet
    assert!(!cache.answers());
    assert_eq!(soon(cache.count("n", LONG)).await, Err(CacheAway));
    assert_eq!(soon(cache.claim("c", "v", LONG)).await, Err(CacheAway));

    for round in 1..=2 {
        redis.start();
        until_it_answers(&cache).await;
        // a new Redis does not know the scripts
        until("it counts", || async { cache.count("n", LONG).await.is_ok() }.boxed()).await;
        until("it gives keys", || async { cache.claim("c", "v", LONG).await.is_ok() }.boxed()).await;

        redis.kill();
        assert_eq!(soon(cache.count("n", LONG)).await, Err(CacheAway), "round {round}");
        assert!(!cache.answers(), "one failure is enough");
        assert_eq!(soon(cache.claim("c", "v", LONG)).await, Err(CacheAway), "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_hangs_is_taken_out_of_service_and_comes_back() {
    let Some(mut redis) = OwnRedis::prepared() else { return };
    redis.start();
    let cache = RedisCache::connect(&redis.url(), "").await.unwrap();
    until_it_answers(&cache).await;
    redis.signal("-STOP"); // its sockets stay open
    let calls = join_all((0..64).map(|_| cache.count("n", LONG)));
    assert!(soon(calls).await.iter().all(|outcome| *outcome == Err(CacheAway)));
    assert!(!cache.answers());
    redis.signal("-CONT");
    until("it gives keys", || async { cache.claim(&key("c"), "v", LONG).await == Ok(Claim::Won) }.boxed()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn marks_are_to_be_had_without_redis_and_say_so() {
    let Some(mut redis) = OwnRedis::prepared() else { return };
    let cache = Arc::new(RedisCache::connect(&redis.url(), "").await.unwrap());
    let counters = SharedCounters::new(cache.clone());
    assert!(!counters.shared_answers());
    assert_eq!((soon(counters.count("n", LONG)).await, soon(counters.count("n", LONG)).await), (1, 2));
    assert_eq!(soon(counters.claim("c", "first", LONG)).await, MaybeDegraded { value: Claim::Won, degraded: true });
    let held = MaybeDegraded { value: Claim::Held("first".into()), degraded: true };
    assert_eq!(soon(counters.claim("c", "second", LONG)).await, held);

    redis.start();
    until_it_answers(&cache).await;
    assert!(counters.shared_answers());
    let whole = MaybeDegraded { value: Claim::Won, degraded: false };
    until("counters are shared", || async { counters.claim(&key("d"), "v", LONG).await == whole }.boxed()).await;

    redis.kill();
    assert_eq!(soon(counters.claim("e", "first", LONG)).await, MaybeDegraded { value: Claim::Won, degraded: true });
    assert!(!counters.shared_answers());
    let claims = join_all((0..64).map(|n| counters.claim("f", if n == 0 { "a" } else { "b" }, LONG)));
    let won = soon(claims).await.into_iter().filter(|counted| counted.value == Claim::Won && counted.degraded).count();
    assert_eq!(won, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_cache_keeps_a_value_until_it_is_released_or_too_old() {
    on_every_cache(async |name, cache| {
        let key = key("kept");
        assert_eq!(cache.get(&key).await?, None, "{name}");
        cache.put(&key, "a", LONG).await?;
        cache.put(&key, "b", LONG).await?;
        assert_eq!(cache.get(&key).await?.as_deref(), Some("b"), "{name}");
        assert!(!cache.release(&key, "a").await?, "{name}");
        assert_eq!(cache.get(&key).await?.as_deref(), Some("b"), "{name}: another's is left alone");
        assert!(cache.release(&key, "b").await?, "{name}");
        assert_eq!(cache.get(&key).await?, None, "{name}");
        assert!(!cache.release(&key, "b").await?, "{name}");
        cache.put(&key, "c", SHORT).await?;
        until("it is too old", || async { cache.get(&key).await == Ok(None) }.boxed()).await;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_can_be_taken_back_down_to_none() {
    for (name, cache) in caches().await {
        let (counters, key) = (SharedCounters::new(cache), key("counted"));
        counters.uncount(&key, 1).await;
        assert_eq!((counters.count(&key, LONG).await, counters.count(&key, LONG).await), (1, 2), "{name}");
        counters.uncount(&key, 1).await;
        assert_eq!(counters.count(&key, LONG).await, 2, "{name}");
        counters.uncount(&key, u64::MAX).await;
        assert_eq!(counters.count(&key, LONG).await, 1, "{name}");
    }
}
