use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_util::future::join_all;
use kernel::{
    Bytes,
    port::{Cache, CacheAway, Claim, WECHAT_AWAY, WECHAT_BUSY, WechatPhone},
    random,
};
use store::{LocalCache, RedisCache, testing::server};
use tokio::sync::Semaphore;
use wechat::{
    Class, Client,
    simulator::{Fault, Wechat},
};

use crate::{
    loopback::Loopback,
    platform::{
        APP_ID, Away, NUMBER, OPENID, PHONE, Platform, SECRET, STABLE, Watched, cause, errcode, number, refused,
        settings, until,
    },
};

const MINUTE: Duration = Duration::from_secs(60);

fn fresh_app() -> String {
    format!("wx{}", Bytes::encode(&random::<9>()))
}

async fn redis() -> Option<RedisCache> {
    let url = server("KAIMEN_TEST_REDIS_URL")?;
    Some(RedisCache::connect(&url, "test:").await.expect("a URL"))
}

/// So many calls at once from each of these clients, all of which succeed.
async fn calls_each(times: u32, platform: &Platform, clients: &[Client]) {
    let calls = clients.iter().flat_map(|client| (0..times).map(|_| platform.phone(client)));
    for outcome in join_all(calls).await {
        assert_eq!(outcome.expect("a number"), number());
    }
}

/// 32 processes that share one cache: the first call of each, and one more after the platform has lost the token.
async fn all_share(cache: &Arc<dyn Cache>, platform: &Platform) -> [u64; 4] {
    let clients: Vec<_> = (0..32).map(|_| platform.client(cache.clone())).collect();
    calls_each(1, platform, &clients).await;
    let first = [platform.asked(STABLE), platform.asked(PHONE)];
    platform.wechat.drop_token();
    calls_each(1, platform, &clients).await;
    [first[0], first[1], platform.asked(STABLE), platform.asked(PHONE)]
}

#[track_caller]
fn assert_one_for_all([first, calls, second, all_calls]: [u64; 4]) {
    assert_eq!((first, calls, second), (1, 32, 2));
    // each call that met the dead token was repeated once
    assert!((32 + 32..=32 + 64).contains(&all_calls), "{all_calls}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_calls_of_32_processes_share_one_token_through_a_local_cache() {
    let platform = Platform::start().await;
    let cache: Arc<dyn Cache> = Arc::new(LocalCache::default());
    assert_one_for_all(all_share(&cache, &platform).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_calls_of_32_processes_share_one_token_through_redis() {
    // anew where Redis was too slow to tell anything
    for _ in 0..5 {
        let Some(redis) = redis().await else { return };
        let (watched, platform) = (Watched::over(redis), Platform::start_as(fresh_app()).await);
        let cache: Arc<dyn Cache> = watched.clone();
        let counts = all_share(&cache, &platform).await;
        if !watched.was_away() {
            return assert_one_for_all(counts);
        }
    }
    panic!("redis is away");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_cache_is_away_each_process_has_a_token_of_its_own() {
    let platform = Platform::start().await;
    let clients: Vec<_> = (0..4).map(|_| platform.client(Arc::new(Away))).collect();
    calls_each(8, &platform, &clients).await;
    assert_eq!((platform.asked(STABLE), platform.asked(PHONE)), (4, 32));
}

#[tokio::test]
async fn a_token_that_wechat_lost_or_ended_costs_one_refresh_and_one_repeat() {
    type End = fn(&Wechat);
    for end in [Wechat::drop_token as End, Wechat::expire_token as End] {
        for cache in [Arc::new(LocalCache::default()) as Arc<dyn Cache>, Arc::new(Away)] {
            let platform = Platform::start().await;
            let client = platform.client(cache);
            platform.phone(&client).await.expect("a number");
            end(&platform.wechat);
            platform.phone(&client).await.expect("a number");
            assert_eq!((platform.asked(STABLE), platform.asked(PHONE)), (2, 3));
            platform.phone(&client).await.expect("a number");
            assert_eq!((platform.asked(STABLE), platform.asked(PHONE)), (2, 4));
        }
    }
}

#[tokio::test]
async fn a_process_takes_the_token_that_another_fetched_in_place_of_a_dead_one() {
    let platform = Platform::start().await;
    let cache = Arc::new(LocalCache::default());
    let (one, two) = (platform.client(cache.clone()), platform.client(cache));
    platform.phone(&one).await.expect("a number");
    platform.phone(&two).await.expect("a number");
    platform.wechat.drop_token();
    platform.phone(&one).await.expect("a number");
    assert_eq!((platform.asked(STABLE), platform.asked(PHONE)), (2, 4));
    platform.phone(&two).await.expect("a number");
    assert_eq!((platform.asked(STABLE), platform.asked(PHONE)), (2, 6));
}

#[tokio::test]
async fn a_lasting_refusal_of_tokens_ends_after_two_calls() {
    let platform = Platform::start().await;
    let client = platform.client(Arc::new(LocalCache::default()));
    platform.wechat.break_tokens(true);
    let fault = refused(platform.phone(&client).await, WECHAT_AWAY);
    assert_eq!((errcode(&fault), cause(&fault).map(|error| error.class())), (Some(40001), Some(Class::Token)));
    // the first, the same again, and the forced one
    assert_eq!((platform.asked(PHONE), platform.asked(STABLE)), (2, 3));
    refused(platform.phone(&client).await, WECHAT_AWAY);
    // no second forced one within half a minute
    assert_eq!((platform.asked(PHONE), platform.asked(STABLE)), (4, 4));
    platform.wechat.break_tokens(false);
    platform.phone(&client).await.expect("a number");
    assert_eq!((platform.asked(PHONE), platform.asked(STABLE)), (5, 4));
}

/// A platform that refuses its own token until a new one is forced, and counts how often that was.
async fn stubborn() -> (Platform, Arc<AtomicU64>) {
    let forced = Arc::new(AtomicU64::new(0));
    let counted = forced.clone();
    let platform = Platform::with(APP_ID.to_owned(), move |wechat, method, path, query, body| {
        if String::from_utf8_lossy(body).contains(r#""force_refresh":true"#) {
            counted.fetch_add(1, Ordering::SeqCst);
            wechat.break_tokens(false);
        }
        wechat.answer(method, path, query, body)
    })
    .await;
    (platform, forced)
}

#[tokio::test]
async fn a_token_that_wechat_insists_on_and_refuses_is_forced_out() {
    let (platform, forced) = stubborn().await;
    let client = platform.client(Arc::new(LocalCache::default()));
    platform.wechat.break_tokens(true);
    platform.phone(&client).await.expect("a number");
    assert_eq!((platform.asked(PHONE), forced.load(Ordering::SeqCst)), (2, 1));
}

#[tokio::test]
async fn a_refresh_is_forced_three_times_a_day_at_most_also_without_a_cache() {
    let (platform, forced) = stubborn().await;
    let client = platform.client(Arc::new(Away));
    for (round, expected) in [(1, 1), (2, 2), (3, 3), (4, 3), (5, 3)] {
        platform.wechat.break_tokens(true);
        let outcome = platform.phone(&client).await;
        assert_eq!((outcome.is_ok(), forced.load(Ordering::SeqCst)), (round <= 3, expected), "round {round}");
        platform.clock.advance(MINUTE);
    }
    // it was four in the afternoon
    platform.clock.advance(8 * 60 * MINUTE);
    platform.wechat.break_tokens(true);
    platform.phone(&client).await.expect("a number: it is tomorrow in China");
    assert_eq!(forced.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn one_process_does_not_force_a_refresh_right_after_another() {
    let (platform, forced) = stubborn().await;
    let cache = Arc::new(LocalCache::default());
    let (one, two) = (platform.client(cache.clone()), platform.client(cache));
    platform.wechat.break_tokens(true);
    platform.phone(&one).await.expect("a number");
    platform.wechat.break_tokens(true);
    refused(platform.phone(&two).await, WECHAT_AWAY);
    assert_eq!(forced.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_caller_who_goes_away_does_not_take_the_fetch_with_them() {
    let gate = Arc::new(Semaphore::new(0));
    let platform = Platform::start().await;
    let wechat = platform.wechat.clone();
    let gated = Loopback::serve_when(gate.clone(), move |method, path, query, body| {
        Some(wechat.answer(method, path, query, body))
    })
    .await;
    let settings = settings(&format!("http://{}", gated.address), APP_ID, SECRET);
    let client = Client::new(settings, Arc::new(Away), platform.clock.clone()).expect("settings that work");

    let caller = tokio::spawn({
        let client = client.clone();
        async move { client.phone(&"anything".into(), &OPENID.into()).await }
    });
    until("the fetch is under way", || gated.connections() == 1).await;
    caller.abort();
    assert!(caller.await.expect_err("no outcome").is_cancelled());
    let impatient = client.clone().with_deadline(Duration::from_millis(20));
    refused(platform.phone(&impatient).await, WECHAT_AWAY);

    gate.add_permits(100);
    platform.phone(&client).await.expect("a number");
    assert_eq!((platform.asked(STABLE), platform.asked(PHONE), gated.connections()), (1, 1, 2));
}

#[tokio::test]
async fn a_token_is_renewed_ahead_of_its_end_while_calls_go_on_with_it() {
    let platform = Platform::start().await;
    let cache = Arc::new(LocalCache::default());
    let client = platform.client(cache.clone());
    platform.phone(&client).await.expect("a number");
    platform.clock.advance(109 * MINUTE);
    platform.phone(&client).await.expect("a number");
    assert_eq!(platform.asked(STABLE), 1, "eleven minutes are left");

    platform.clock.advance(2 * MINUTE);
    for _ in 0..8 {
        platform.phone(&client).await.expect("a number");
    }
    until("it is asked for", || platform.asked(STABLE) == 2).await;
    platform.phone(&client).await.expect("a number");
    assert_eq!(platform.asked(STABLE), 2, "WeChat gave the same again: once is enough");

    platform.clock.advance(6 * MINUTE);
    platform.phone(&client).await.expect("a number");
    until("it is asked for again", || platform.asked(STABLE) == 3).await;
    // the old one has two minutes left, the new one two hours; another process finds it in the cache
    let other = platform.client(cache);
    let renewed = || async { platform.phone(&other).await.is_ok() && platform.asked(STABLE) == 3 };
    platform.clock.advance(2 * MINUTE);
    assert!(renewed().await);
    platform.clock.advance(60 * MINUTE);
    platform.phone(&client).await.expect("a number");
    assert_eq!(platform.asked(STABLE), 3);
}

#[tokio::test]
async fn a_token_near_its_end_is_not_begun_with() {
    let platform = Platform::start().await;
    let cache = Arc::new(LocalCache::default());
    let (one, two) = (platform.client(cache.clone()), platform.client(cache));
    platform.phone(&one).await.expect("a number");
    platform.clock.advance(119 * MINUTE);
    platform.phone(&one).await.expect("a number");
    assert_eq!(platform.asked(STABLE), 2);
    platform.phone(&two).await.expect("a number");
    assert_eq!(platform.asked(STABLE), 2);
}

#[tokio::test]
async fn nonsense_in_the_cache_is_as_good_as_nothing() {
    let platform = Platform::start().await;
    let cache = Arc::new(LocalCache::default());
    let key = format!("wechat:token:{APP_ID}");
    for nonsense in ["", "{}", "[]", r#"{"token":"t"}"#, r#"{"token":"t","expiresAt":"2001-01-01T00:00:00Z"}"#] {
        cache.put(&key, nonsense, MINUTE).await.expect("put");
        platform.phone(&platform.client(cache.clone())).await.expect("a number");
    }
    assert_eq!((platform.asked(STABLE), platform.asked(PHONE)), (5, 5));
    let kept = cache.get(&key).await.expect("an answer").expect("a value");
    let kept: serde_json::Value = serde_json::from_str(&kept).expect("JSON");
    assert!(kept["token"].is_string() && kept["expiresAt"] == "2027-01-15T10:00:00Z", "{}", kept["expiresAt"]);
}

#[tokio::test]
async fn a_lease_of_a_crashed_worker_ends_soon() {
    let platform = Platform::start().await;
    let cache = Arc::new(LocalCache::default());
    cache.claim(&format!("wechat:lease:{APP_ID}"), "somebody", MINUTE).await.expect("claimed");
    platform.phone(&platform.client(cache)).await.expect("a number");
    assert_eq!(platform.asked(STABLE), 1);
}

#[tokio::test]
async fn a_fetch_that_may_work_in_a_moment_is_repeated() {
    let platform = Platform::start().await;
    platform.wechat.inject_at(STABLE, Fault::Errcode(-1), 1);
    platform.wechat.inject_at(STABLE, Fault::Status(502), 1);
    platform.phone(&platform.client(Arc::new(Away))).await.expect("a number");
    assert_eq!((platform.asked(STABLE), platform.asked(PHONE)), (3, 1));
}

#[tokio::test]
async fn a_token_api_that_wants_to_be_left_alone_is() {
    let platform = Platform::start().await;
    platform.wechat.inject_at(STABLE, Fault::Errcode(45011), 1);
    let client = platform.client(Arc::new(Away));
    for _ in 0..3 {
        refused(platform.phone(&client).await, WECHAT_BUSY);
    }
    assert_eq!((platform.asked(STABLE), platform.asked(PHONE)), (1, 0));
    platform.clock.advance(MINUTE);
    platform.phone(&client).await.expect("a number");
}

#[tokio::test]
async fn tokens_that_make_no_sense_are_not_used() {
    for body in [
        r#"{"access_token":"","expires_in":7200}"#,
        r#"{"access_token":"t"}"#,
        r#"{"access_token":"t","expires_in":0}"#,
    ] {
        let asked_phone = Arc::new(AtomicBool::new(false));
        let seen = asked_phone.clone();
        let platform = Platform::with(APP_ID.to_owned(), move |wechat, method, path, query, sent| {
            seen.fetch_or(path == PHONE, Ordering::SeqCst);
            let mut reply = wechat.answer(method, path, query, sent);
            reply.body = body.into();
            reply
        })
        .await;
        refused(platform.phone(&platform.client(Arc::new(Away))).await, WECHAT_AWAY);
        assert!(!asked_phone.load(Ordering::SeqCst), "{body}");
    }
}

#[tokio::test]
async fn the_token_travels_in_the_query_and_the_secret_in_the_body() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = seen.clone();
    let platform = Platform::with(APP_ID.to_owned(), move |wechat, method, path, query, body| {
        let names: Vec<_> = query.keys().cloned().collect();
        kept.lock().expect("a list").push((method.to_owned(), path.to_owned(), names));
        wechat.answer(method, path, query, body)
    })
    .await;
    platform.phone(&platform.client(Arc::new(Away))).await.expect("a number");
    let expected = [("POST", STABLE, vec![]), ("POST", PHONE, vec!["access_token".to_owned()])];
    let expected = expected.map(|(method, path, names)| (method.to_owned(), path.to_owned(), names));
    assert_eq!(*seen.lock().expect("a list"), expected);
}

/// A cache that misses once what it holds, as when another process puts it there a moment later.
struct Late {
    cache: LocalCache,
    has_missed: AtomicBool,
}

#[async_trait]
impl Cache for Late {
    async fn count(&self, key: &str, span: Duration) -> Result<u64, CacheAway> {
        self.cache.count(key, span).await
    }
    async fn uncount(&self, key: &str, times: u64) -> Result<(), CacheAway> {
        self.cache.uncount(key, times).await
    }

    async fn claim(&self, key: &str, value: &str, span: Duration) -> Result<Claim, CacheAway> {
        self.cache.claim(key, value, span).await
    }
    async fn get(&self, key: &str) -> Result<Option<String>, CacheAway> {
        if self.has_missed.swap(true, Ordering::SeqCst) { self.cache.get(key).await } else { Ok(None) }
    }
    async fn put(&self, key: &str, value: &str, span: Duration) -> Result<(), CacheAway> {
        self.cache.put(key, value, span).await
    }
    async fn release(&self, key: &str, value: &str) -> Result<bool, CacheAway> {
        self.cache.release(key, value).await
    }
    fn answers(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn a_token_that_came_between_the_look_and_the_lease_is_taken() {
    let platform = Platform::start().await;
    let cache = Arc::new(Late { cache: LocalCache::default(), has_missed: AtomicBool::new(true) });
    platform.phone(&platform.client(cache.clone())).await.expect("a number");
    cache.has_missed.store(false, Ordering::SeqCst);
    platform.phone(&platform.client(cache.clone())).await.expect("a number");
    assert_eq!((platform.asked(STABLE), platform.asked(PHONE)), (1, 2));
}

#[tokio::test]
async fn a_late_refusal_of_the_old_token_does_not_cost_the_new_one() {
    let platform = Platform::start().await;
    let client = platform.client(Arc::new(Away));
    platform.phone(&client).await.expect("a number");
    platform.wechat.drop_token();
    platform.wechat.inject_at(PHONE, Fault::Slow(200), 1);
    let slow = platform.phone(&client);
    let quick = async {
        until("the slow one is under way", || platform.asked(PHONE) == 2).await;
        platform.phone(&client).await
    };
    let (slow, quick) = tokio::join!(slow, quick);
    assert!(slow.is_ok() && quick.is_ok());
    assert_eq!((platform.asked(STABLE), platform.asked(PHONE)), (2, 5));
}

#[tokio::test]
async fn nobody_begins_with_a_token_that_is_being_replaced() {
    let platform = Platform::start().await;
    let client = platform.client(Arc::new(LocalCache::default()));
    platform.phone(&client).await.expect("a number");
    platform.wechat.drop_token();
    platform.wechat.inject_at(STABLE, Fault::Slow(200), 1);
    let first = platform.phone(&client);
    let second = async {
        until("the fetch is under way", || platform.asked(STABLE) == 2).await;
        platform.phone(&client).await
    };
    let (first, second) = tokio::join!(first, second);
    assert!(first.is_ok() && second.is_ok());
    assert_eq!((platform.asked(STABLE), platform.asked(PHONE)), (2, 4));
}

#[tokio::test]
async fn a_dead_token_leaves_the_cache_also_when_there_is_no_other() {
    let platform = Platform::start().await;
    let cache = Arc::new(LocalCache::default());
    let client = platform.client(cache.clone());
    platform.phone(&client).await.expect("a number");
    platform.wechat.drop_token();
    platform.wechat.inject_at(STABLE, Fault::Html, 1);
    refused(platform.phone(&client).await, WECHAT_AWAY);
    assert_eq!(cache.get(&format!("wechat:token:{APP_ID}")).await, Ok(None));
    platform.phone(&client).await.expect("a number");
}

#[tokio::test]
async fn the_processes_count_forced_refreshes_together() {
    let (platform, forced) = stubborn().await;
    let cache = Arc::new(LocalCache::default());
    // the 15th of January 2027 in China
    let today = format!("wechat:forced:{APP_ID}:20833");
    for _ in 0..3 {
        cache.count(&today, 60 * MINUTE).await.expect("counted");
    }
    platform.wechat.break_tokens(true);
    refused(platform.phone(&platform.client(cache)).await, WECHAT_AWAY);
    assert_eq!(forced.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_fetch_that_began_before_the_refusal_does_not_settle_it() {
    let normal = Arc::new(AtomicU64::new(0));
    let counted = normal.clone();
    // WeChat insists on `old`, which is never fresh here and never any good
    let platform = Platform::with(APP_ID.to_owned(), move |wechat, method, path, query, body| {
        let is_forced = String::from_utf8_lossy(body).contains(r#""force_refresh":true"#);
        let mut reply = wechat.answer(method, path, query, b"{}");
        let (text, delay) = match (path, query.get("access_token").map(String::as_str)) {
            (STABLE, _) if is_forced => (r#"{"access_token":"new","expires_in":7200}"#.to_owned(), 0),
            (STABLE, _) => {
                let is_second = counted.fetch_add(1, Ordering::SeqCst) == 1;
                (r#"{"access_token":"old","expires_in":60}"#.to_owned(), if is_second { 400 } else { 0 })
            }
            (_, Some("old")) => (r#"{"errcode":40001,"errmsg":"not latest"}"#.to_owned(), 100),
            _ => {
                let info = format!(
                    r#"{{"purePhoneNumber":"{NUMBER}","countryCode":"86","watermark":{{"appid":"{APP_ID}"}}}}"#
                );
                (format!(r#"{{"errcode":0,"phone_info":{info}}}"#), 0)
            }
        };
        (reply.body, reply.delay) = (text.into(), Duration::from_millis(delay));
        reply
    })
    .await;
    let client = platform.client(Arc::new(Away));
    let first = platform.phone(&client);
    let second = async {
        until("the first is under way", || platform.asked(PHONE) == 1).await;
        platform.phone(&client).await
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!((first.expect("a number"), second.expect("a number")), (number(), number()));
}
