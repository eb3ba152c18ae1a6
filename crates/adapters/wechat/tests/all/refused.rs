//! APIs that WeChat refuses: for a quota, for our settings, because it took them away.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use kernel::{
    Fault as Problem, Result,
    port::{LOGIN_CODE_REFUSED, PHONE_CODE_REFUSED, WECHAT_AWAY, WECHAT_USER_BLOCKED, WechatLogin, WechatSubject},
};
use store::LocalCache;
use tokio::sync::Semaphore;
use wechat::{Client, Error, Health, PROBE_EVERY, RefusedApi, simulator::Fault};

use crate::{
    log::Log,
    loopback::Loopback,
    platform::{APP_ID, Away, PHONE, Platform, SECRET, STABLE, at, cause, errcode, refused, settings, until},
};

const LOGIN: &str = "/sns/jscode2session";
const QUOTA: i64 = 45009;
const SECOND: Duration = Duration::from_secs(1);

async fn login(platform: &Platform, client: &Client) -> Result<WechatSubject> {
    client.identify(&platform.wechat.issue_code(None, false).into()).await
}

fn client(platform: &Platform) -> Client {
    platform.client(Arc::new(LocalCache::default()))
}

fn degraded(api: &'static str, errcode: i64) -> Health {
    Health::Degraded(vec![RefusedApi { api, errcode }])
}

fn is_unsent(fault: &Problem) -> bool {
    matches!(cause(fault), Some(Error::Refused { .. }))
}

#[tokio::test]
async fn a_quota_used_up_closes_logins_until_a_probe_three_minutes_later_and_is_told_once() {
    let (log, _guard) = Log::listen();
    let platform = Platform::start().await;
    let client = client(&platform);
    platform.wechat.inject_at(LOGIN, Fault::Errcode(QUOTA), 2);
    let fault = refused(login(&platform, &client).await, WECHAT_AWAY);
    assert_eq!((errcode(&fault), fault.retry_after()), (Some(QUOTA), Some(PROBE_EVERY)));
    assert!(fault.detail().contains("短信") && fault.detail().contains("密码"), "{fault}");
    platform.clock.advance(75 * SECOND);
    for _ in 0..10 {
        let fault = refused(login(&platform, &client).await, WECHAT_AWAY);
        assert!(is_unsent(&fault));
        assert_eq!(fault.retry_after(), Some(105 * SECOND));
    }
    assert_eq!((platform.asked(LOGIN), client.health()), (1, degraded("jscode2session", QUOTA)));
    platform.phone(&client).await.expect("a number: another API");

    // the quota is still used up at the first probe, and not at the second
    platform.clock.advance(105 * SECOND);
    assert!(!is_unsent(&refused(login(&platform, &client).await, WECHAT_AWAY)));
    assert!(is_unsent(&refused(login(&platform, &client).await, WECHAT_AWAY)));
    assert_eq!(platform.asked(LOGIN), 2);
    platform.clock.advance(PROBE_EVERY - Duration::from_millis(1));
    assert!(is_unsent(&refused(login(&platform, &client).await, WECHAT_AWAY)));
    platform.clock.advance(Duration::from_millis(1));
    for _ in 0..3 {
        login(&platform, &client).await.expect("it is answered again");
    }
    assert_eq!((platform.asked(LOGIN), client.health()), (5, Health::Ok));
    let logged = log.text();
    let told = |level: &str| logged.lines().filter(|line| line.contains(level) && line.contains("45009")).count();
    assert_eq!((told("ERROR"), told("INFO")), (1, 1), "{logged}");
    assert!(logged.contains("rid="), "{logged}");
}

#[tokio::test]
async fn each_refusal_closes_the_api_that_was_refused_and_no_other() {
    for code in [QUOTA, 44993, 40013, 40125, 40164, 40243, 41002, 48001, 50002, 50007, 89503, 45109] {
        let platform = Platform::start().await;
        let client = client(&platform);
        platform.wechat.inject_at(LOGIN, Fault::Errcode(code), 1);
        platform.wechat.inject_at(STABLE, Fault::Errcode(code), 1);
        for _ in 0..3 {
            let fault = refused(login(&platform, &client).await, WECHAT_AWAY);
            assert_eq!((errcode(&fault), fault.retry_after()), (Some(code), Some(PROBE_EVERY)), "{code}");
            let fault = refused(platform.phone(&client).await, WECHAT_AWAY);
            assert_eq!((errcode(&fault), fault.retry_after()), (Some(code), Some(PROBE_EVERY)), "{code}");
        }
        assert_eq!((platform.asked(LOGIN), platform.asked(STABLE), platform.asked(PHONE)), (1, 1, 0), "{code}");
        let both = ["jscode2session", "stable_token"].map(|api| RefusedApi { api, errcode: code });
        assert_eq!(client.health(), Health::Degraded(both.into()));
        platform.clock.advance(PROBE_EVERY);
        login(&platform, &client).await.expect("a probe");
        assert_eq!(client.health(), degraded("stable_token", code));
        platform.phone(&client).await.expect("a probe");
        assert_eq!(client.health(), Health::Ok);
    }
}

#[tokio::test]
async fn a_phone_api_that_is_refused_closes_neither_tokens_nor_logins() {
    for code in [QUOTA, 48001] {
        let platform = Platform::start().await;
        let client = client(&platform);
        platform.wechat.inject_at(PHONE, Fault::Errcode(code), 1);
        for _ in 0..3 {
            refused(platform.phone(&client).await, WECHAT_AWAY);
        }
        assert_eq!((platform.asked(PHONE), client.health()), (1, degraded("getuserphonenumber", code)));
        login(&platform, &client).await.expect("a login");
        platform.clock.advance(PROBE_EVERY);
        platform.phone(&client).await.expect("a probe");
        assert_eq!(client.health(), Health::Ok);
    }
}

#[tokio::test]
async fn a_reason_that_changes_is_told_once_more() {
    let (log, _guard) = Log::listen();
    let platform = Platform::start().await;
    let client = client(&platform);
    for (code, errors) in [(QUOTA, 1), (QUOTA, 1), (40125, 2), (40125, 2), (QUOTA, 3)] {
        platform.wechat.inject_at(LOGIN, Fault::Errcode(code), 1);
        refused(login(&platform, &client).await, WECHAT_AWAY);
        assert_eq!((log.text().matches("ERROR").count(), client.health()), (errors, degraded("jscode2session", code)));
        platform.clock.advance(PROBE_EVERY);
    }
}

#[tokio::test]
async fn what_a_user_sends_closes_nothing_and_shows_that_wechat_answers() {
    let platform = Platform::start().await;
    let client = client(&platform);
    // 40013 is about our settings at other APIs, and here about a code that another mini-program got
    for code in [40013, 40029] {
        platform.wechat.inject_at(PHONE, Fault::Errcode(code), 1);
        refused(platform.phone(&client).await, PHONE_CODE_REFUSED);
    }
    for (code, expected) in [(40029, LOGIN_CODE_REFUSED), (40163, LOGIN_CODE_REFUSED), (40226, WECHAT_USER_BLOCKED)] {
        platform.wechat.inject_at(LOGIN, Fault::Errcode(code), 1);
        refused(login(&platform, &client).await, expected);
    }
    assert_eq!(client.health(), Health::Ok);
    platform.wechat.inject_at(LOGIN, Fault::Errcode(QUOTA), 1);
    refused(login(&platform, &client).await, WECHAT_AWAY);
    platform.clock.advance(PROBE_EVERY);
    refused(client.identify(&"nonsense".into()).await, LOGIN_CODE_REFUSED);
    assert_eq!(client.health(), Health::Ok);
    login(&platform, &client).await.expect("a login");
}

#[tokio::test]
async fn a_probe_that_shows_nothing_is_left_to_the_next_caller() {
    for fault in [Fault::Errcode(-1), Fault::Errcode(45011), Fault::Status(502), Fault::Html, Fault::Reset] {
        let platform = Platform::start().await;
        let client = client(&platform);
        platform.wechat.inject_at(LOGIN, Fault::Errcode(QUOTA), 1);
        refused(login(&platform, &client).await, WECHAT_AWAY);
        platform.clock.advance(PROBE_EVERY);
        platform.wechat.inject_at(LOGIN, fault, 1);
        login(&platform, &client).await.expect_err("a probe that shows nothing");
        assert_eq!(client.health(), degraded("jscode2session", QUOTA), "{fault:?}");
        login(&platform, &client).await.expect("the next one");
        assert_eq!(client.health(), Health::Ok, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_callers_at_once_one_is_the_probe_and_the_next_if_it_hangs_up() {
    let platform = Platform::start().await;
    let (gate, wechat) = (Arc::new(Semaphore::new(1)), platform.wechat.clone());
    let server = Loopback::serve_when(gate.clone(), move |method, path, query, body| {
        Some(wechat.answer(method, path, query, body))
    })
    .await;
    let settings = settings(&format!("http://{}", server.address), APP_ID, SECRET);
    let client = Client::new(settings, Arc::new(Away), platform.clock.clone()).expect("settings that work");
    platform.wechat.inject_at(LOGIN, Fault::Errcode(QUOTA), 1);
    refused(login(&platform, &client).await, WECHAT_AWAY);
    platform.clock.advance(PROBE_EVERY);
    for round in [2, 3] {
        let probing = client.clone();
        let probe = tokio::spawn(async move { probing.identify(&"anything".into()).await });
        until("the probe is under way", || server.connections() == round).await;
        for outcome in join_all((0..20).map(|_| login(&platform, &client))).await {
            let fault = refused(outcome, WECHAT_AWAY);
            assert!(is_unsent(&fault));
            assert_eq!(fault.retry_after(), Some(4 * SECOND), "as long as the probe may take");
        }
        probe.abort();
        assert!(probe.await.expect_err("no outcome").is_cancelled());
    }
    gate.add_permits(100);
    login(&platform, &client).await.expect("the next one");
    assert_eq!(client.health(), Health::Ok);
}

#[tokio::test]
async fn an_answer_to_a_call_from_before_opens_and_closes_nothing() {
    let logins = Arc::new(AtomicU64::new(0));
    let counted = logins.clone();
    // the first answers late, with success or with a refusal; the second refuses; from then on all is well
    let platform = |late: &'static str| {
        let counted = counted.clone();
        Platform::with(APP_ID.to_owned(), move |wechat, method, path, query, body| {
            let mut reply = wechat.answer(method, path, query, body);
            let (text, delay) = match counted.fetch_add(1, Ordering::SeqCst) {
                0 => (late, 400),
                1 => (r#"{"errcode":45009,"errmsg":"quota rid: ab"}"#, 0),
                _ => (r#"{"openid":"oA","session_key":"k"}"#, 0),
            };
            (reply.body, reply.delay) = (text.into(), Duration::from_millis(delay));
            reply
        })
    };
    for (late, recovers) in
        [(r#"{"openid":"oA","session_key":"k"}"#, false), (r#"{"errcode":45009,"errmsg":"quota rid: ab"}"#, true)]
    {
        logins.store(0, Ordering::SeqCst);
        let platform = platform(late).await;
        let client = client(&platform);
        let code = "a".into();
        let first = client.identify(&code);
        let others = async {
            until("the first is under way", || logins.load(Ordering::SeqCst) == 1).await;
            refused(client.identify(&"b".into()).await, WECHAT_AWAY);
            if recovers {
                platform.clock.advance(PROBE_EVERY);
                client.identify(&"c".into()).await.expect("a probe");
            }
        };
        let (first, ()) = tokio::join!(first, others);
        assert_eq!(first.is_ok(), !recovers);
        let expected = if recovers { Health::Ok } else { degraded("jscode2session", QUOTA) };
        assert_eq!(client.health(), expected, "{late}");
    }
}

#[tokio::test]
async fn a_clock_that_is_set_back_does_not_keep_an_api_closed() {
    let platform = Platform::start().await;
    let client = client(&platform);
    platform.wechat.inject_at(LOGIN, Fault::Errcode(QUOTA), 1);
    refused(login(&platform, &client).await, WECHAT_AWAY);
    platform.clock.set(kernel::Timestamp::from_seconds(1_700_000_000));
    login(&platform, &client).await.expect("a probe");
}

#[tokio::test]
async fn access_tokens_that_are_refused_again_and_again_are_shown_and_calls_go_on() {
    let (log, _guard) = Log::listen();
    let platform = Platform::start().await;
    let client = client(&platform);
    platform.wechat.break_tokens(true);
    for calls in [2, 4, 6] {
        refused(platform.phone(&client).await, WECHAT_AWAY);
        assert_eq!((platform.asked(PHONE), client.health()), (calls, degraded("getuserphonenumber", 40001)));
    }
    assert_eq!(log.text().matches("ERROR").count(), 1, "{}", log.text());
    platform.wechat.break_tokens(false);
    platform.phone(&client).await.expect("a number");
    assert_eq!(client.health(), Health::Ok);
}

#[tokio::test]
async fn the_quota_of_forced_refreshes_says_nothing_of_others() {
    let platform = Platform::with(APP_ID.to_owned(), |wechat, method, path, query, body| {
        let mut reply = wechat.answer(method, path, query, body);
        if String::from_utf8_lossy(body).contains(r#""force_refresh":true"#) {
            reply.body = r#"{"errcode":45009,"errmsg":"quota rid: ab"}"#.into();
        }
        reply
    })
    .await;
    let client = client(&platform);
    platform.wechat.break_tokens(true);
    refused(platform.phone(&client).await, WECHAT_AWAY);
    platform.wechat.drop_token();
    platform.wechat.break_tokens(false);
    platform.phone(&client).await.expect("a number, with a token that was not forced");
    assert_eq!(client.health(), Health::Ok);
}

#[tokio::test]
async fn without_settings_nothing_is_asked_and_that_is_shown() {
    let (log, _guard) = Log::listen();
    for (app_id, secret) in [("", SECRET), (APP_ID, ""), ("", "")] {
        let client = at("https://api.weixin.qq.com", app_id, secret);
        assert_eq!(client.health(), Health::NotConfigured);
        let fault = refused(client.identify(&"anything".into()).await, WECHAT_AWAY);
        assert_eq!(fault.retry_after(), None, "no time mends that");
    }
    let logged = log.text();
    assert_eq!((logged.matches("WARN").count(), logged.matches("ERROR").count()), (3, 0), "{logged}");
}
