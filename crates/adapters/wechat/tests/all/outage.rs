use std::{sync::Arc, time::Duration};

use kernel::{
    Fault as Refused, Result,
    port::{WECHAT_AWAY, WechatLogin, WechatSubject},
};
use store::LocalCache;
use tokio::{sync::Semaphore, task::JoinHandle};
use wechat::{Class, Client, Error, simulator::Fault};

use crate::{
    counted::Counted,
    log::Log,
    loopback::Loopback,
    platform::{APP_ID, PHONE, Platform, SECRET, STABLE, cause, refused, settings, until},
};

const OPEN: Duration = Duration::from_secs(10);
const LOGIN: &str = "/sns/jscode2session";
/// Enough to see that nothing more arrives.
const MANY: usize = 20;

/// Somebody logs in, with a code that is good.
async fn login(platform: &Platform, client: &Client) -> Result<WechatSubject> {
    client.identify(&platform.wechat.issue_code(None, false).into()).await
}

fn is_open(fault: &Refused) -> bool {
    matches!(cause(fault), Some(Error::Open { .. }))
}

/// A client of this platform that talks to another server.
fn client_of(platform: &Platform, scheme: &str, server: &Loopback) -> Client {
    let settings = settings(&format!("{scheme}://{}", server.address), APP_ID, SECRET);
    Client::new(settings, Arc::new(LocalCache::default()), platform.clock.clone()).expect("settings that work")
}

/// The platform behind a gate that lets as many connections through as it has permits.
async fn gated(platform: &Platform, permits: usize) -> (Loopback, Client, Arc<Semaphore>) {
    let (gate, wechat) = (Arc::new(Semaphore::new(permits)), platform.wechat.clone());
    let server = Loopback::serve_when(gate.clone(), move |method, path, query, body| {
        Some(wechat.answer(method, path, query, body))
    })
    .await;
    let client = client_of(platform, "http", &server);
    (server, client, gate)
}

fn spawned(client: &Client) -> JoinHandle<Result<WechatSubject>> {
    let client = client.clone();
    tokio::spawn(async move { client.identify(&"nonsense".into()).await })
}

async fn hang_up(call: JoinHandle<Result<WechatSubject>>) {
    call.abort();
    assert!(call.await.expect_err("no outcome").is_cancelled());
}

#[tokio::test]
async fn an_outage_reaches_the_wire_five_times_and_one_call_sees_after_ten_seconds() {
    let gateways = [500, 502, 302, 404, 429].map(Fault::Status);
    for fault in gateways.into_iter().chain([Fault::Html, Fault::TruncatedJson, Fault::Reset]) {
        let platform = Platform::start().await;
        let client = platform.client(Arc::new(LocalCache::default()));
        platform.wechat.inject(fault, 6);
        for call in 0..MANY {
            let refusal = refused(login(&platform, &client).await, WECHAT_AWAY);
            assert_eq!(is_open(&refusal), call >= 5, "{fault:?}, call {call}: {refusal}");
        }
        assert_eq!(platform.asked(LOGIN), 5, "{fault:?}");

        platform.clock.advance(OPEN - Duration::from_millis(1));
        let refusal = refused(login(&platform, &client).await, WECHAT_AWAY);
        assert_eq!(cause(&refusal).map(Error::class), Some(Class::Transient));
        assert_eq!(platform.asked(LOGIN), 5, "{fault:?}");
        platform.clock.advance(Duration::from_millis(1));
        for _ in 0..MANY {
            refused(login(&platform, &client).await, WECHAT_AWAY);
        }
        assert_eq!(platform.asked(LOGIN), 6, "{fault:?}: one to see, and it failed");

        platform.clock.advance(OPEN);
        for _ in 0..MANY {
            login(&platform, &client).await.expect("it is back");
        }
    }
}

#[tokio::test]
async fn a_platform_that_never_answers_is_left_alone_too() {
    let (platform, server) = (Platform::start().await, Loopback::say_nothing().await);
    let client = client_of(&platform, "http", &server).with_deadline(Duration::from_millis(50));
    for call in 0..MANY {
        let refusal = refused(login(&platform, &client).await, WECHAT_AWAY);
        assert_eq!(is_open(&refusal), call >= 5, "{refusal}");
    }
    until("every connection was taken", || server.connections() == 5).await;
}

#[tokio::test]
async fn connections_that_fail_count_each_and_the_first_failure_is_told() {
    let (platform, nobody) = (Platform::start().await, Loopback::hang_up().await);
    // over TLS nothing is written before the handshake, which fails here, so each call is tried twice
    let client = client_of(&platform, "https", &nobody);
    for call in 0..MANY {
        let refusal = refused(login(&platform, &client).await, WECHAT_AWAY);
        assert_eq!(is_open(&refusal), call >= 3, "{refusal}");
    }
    assert_eq!(nobody.connections(), 5);
}

#[tokio::test]
async fn what_wechat_refuses_a_user_or_cannot_do_now_stops_nobody_else() {
    let platform = Platform::start().await;
    let client = platform.client(Arc::new(LocalCache::default()));
    let codes = [40029, 40163, 40226, 45011, -1, 99999];
    for code in codes {
        platform.wechat.inject(Fault::Errcode(code), 10);
        for _ in 0..10 {
            let refusal = login(&platform, &client).await.expect_err("a refusal");
            assert_eq!(cause(&refusal).and_then(Error::errcode), Some(code));
        }
    }
    assert_eq!(platform.asked(LOGIN), 10 * codes.len() as u64);
    login(&platform, &client).await.expect("nothing was held against WeChat");
}

#[tokio::test]
async fn one_api_whose_answers_make_no_sense_does_not_take_the_others_with_it() {
    let platform = Platform::with(APP_ID.to_owned(), |wechat, method, path, query, body| {
        let mut reply = wechat.answer(method, path, query, body);
        if path == PHONE {
            reply.body = br#"{"errcode":0,"phone":{}}"#.into();
        }
        reply
    })
    .await;
    let client = platform.client(Arc::new(LocalCache::default()));
    for _ in 0..MANY {
        let refusal = refused(platform.phone(&client).await, WECHAT_AWAY);
        assert!(matches!(cause(&refusal), Some(Error::Decode)), "{refusal}");
    }
    assert_eq!(platform.asked(PHONE), MANY as u64);
    login(&platform, &client).await.expect("it is WeChat all the same");
}

#[tokio::test]
async fn all_apis_of_the_platform_are_left_alone_together() {
    let platform = Platform::start().await;
    let client = platform.client(Arc::new(LocalCache::default()));
    platform.wechat.inject_at(LOGIN, Fault::Status(502), 5);
    for _ in 0..5 {
        refused(login(&platform, &client).await, WECHAT_AWAY);
    }
    let refusal = refused(platform.phone(&client).await, WECHAT_AWAY);
    assert!(matches!(cause(&refusal), Some(Error::NoToken(why)) if matches!(**why, Error::Open { .. })), "{refusal}");
    assert_eq!(platform.asked(STABLE), 0);
    platform.clock.advance(OPEN);
    platform.phone(&client).await.expect("a number");
    login(&platform, &client).await.expect("it is back");
}

#[tokio::test]
async fn a_repeat_does_not_go_out_once_the_platform_is_left_alone() {
    let platform = Platform::start().await;
    let client = platform.client(Arc::new(LocalCache::default()));
    platform.wechat.inject(Fault::Status(502), 8);
    for _ in 0..4 {
        refused(login(&platform, &client).await, WECHAT_AWAY);
    }
    let refusal = refused(platform.phone(&client).await, WECHAT_AWAY);
    assert!(matches!(cause(&refusal), Some(Error::NoToken(why)) if matches!(**why, Error::Status(502))), "{refusal}");
    assert_eq!(platform.asked(STABLE), 1);
}

#[tokio::test]
async fn while_one_call_sees_the_others_do_not_wait_for_it() {
    let platform = Platform::start().await;
    let (server, client, gate) = gated(&platform, 5).await;
    platform.wechat.inject(Fault::Status(502), 5);
    for _ in 0..5 {
        refused(login(&platform, &client).await, WECHAT_AWAY);
    }
    platform.clock.advance(OPEN);
    let probe = spawned(&client);
    until("it is under way", || server.connections() == 6).await;
    for _ in 0..MANY {
        assert!(is_open(&refused(login(&platform, &client).await, WECHAT_AWAY)));
    }
    assert_eq!(server.connections(), 6);
    gate.add_permits(100);
    probe.await.expect("an outcome").expect_err("a nonsensical code, which only WeChat could refuse");
    login(&platform, &client).await.expect("it is back");
}

#[tokio::test]
async fn people_who_hang_up_close_the_way_for_nobody() {
    let platform = Platform::start().await;
    let (server, client, gate) = gated(&platform, 0).await;
    for call in 0..8 {
        let given_up = spawned(&client);
        until("it is under way", || server.connections() == call + 1).await;
        hang_up(given_up).await;
    }
    gate.add_permits(100);
    login(&platform, &client).await.expect("nothing was held against WeChat");
}

#[tokio::test]
async fn when_the_one_who_sees_hangs_up_the_next_one_sees() {
    let platform = Platform::start().await;
    let (server, client, gate) = gated(&platform, 5).await;
    platform.wechat.inject(Fault::Status(502), 5);
    for _ in 0..5 {
        refused(login(&platform, &client).await, WECHAT_AWAY);
    }
    platform.clock.advance(OPEN);
    let probe = spawned(&client);
    until("it is under way", || server.connections() == 6).await;
    hang_up(probe).await;
    gate.add_permits(100);
    login(&platform, &client).await.expect("it is back");
    login(&platform, &client).await.expect("for all");
}

#[tokio::test]
async fn an_outage_is_counted_and_told_once_each_time_it_is_seen() {
    let counted = Counted::default();
    let _recorder = metrics::set_default_local_recorder(&counted);
    let (log, _guard) = Log::listen();
    let platform = Platform::start().await;
    let client = platform.client(Arc::new(LocalCache::default()));
    platform.wechat.inject(Fault::Html, 1);
    platform.wechat.inject(Fault::Status(502), 5);
    for _ in 0..2 {
        for _ in 0..MANY {
            refused(login(&platform, &client).await, WECHAT_AWAY);
        }
        refused(platform.phone(&client).await, WECHAT_AWAY);
        platform.clock.advance(OPEN);
    }
    let logged = log.text();
    let told = |what: &str| logged.lines().filter(|line| line.contains(what)).count();
    assert_eq!((told("calls paused"), told("WeChat call failed"), told("no access token")), (2, 6, 0), "{logged}");
    let expected = [
        ("kaimen_wechat_total jscode2session open", 2 * MANY as u64 - 6),
        ("kaimen_wechat_total jscode2session transient", 5),
        ("kaimen_wechat_total jscode2session unknown", 1),
        ("kaimen_wechat_total stable_token open", 2),
    ];
    assert_eq!(counted.all(), expected.map(|(name, count)| (name.to_owned(), count)));
}
