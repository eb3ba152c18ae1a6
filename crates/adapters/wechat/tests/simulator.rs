//! The simulator's manners where the client never takes it.

use std::sync::Arc;

use kernel::{ManualClock, Timestamp};
use serde_json::Value;
use wechat::simulator::{Fault, Query, Reply, Wechat};

fn platform() -> Wechat {
    Wechat::new("wx1", "s".into(), Arc::new(ManualClock::at(Timestamp::from_seconds(1_800_000_000))))
}

fn query(pairs: &[(&str, &str)]) -> Query {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[track_caller]
fn errcode(reply: &Reply) -> i64 {
    assert_eq!((reply.status, reply.content_type), (200, "text/plain"));
    let body: Value = serde_json::from_slice(&reply.body).expect("JSON");
    assert!(body["errmsg"].as_str().expect("a message").contains(", rid: "), "{body}");
    body["errcode"].as_i64().expect("a number")
}

#[test]
fn it_refuses_as_the_platform_does_in_the_platforms_order() {
    let wechat = platform();
    let code = wechat.issue_code(None, false);
    let whole = [("appid", "wx1"), ("secret", "s"), ("js_code", code.as_str()), ("grant_type", "authorization_code")];
    for (given, expected) in [(0, 41002), (1, 41004), (2, 41008), (3, 40002)] {
        assert_eq!(errcode(&wechat.jscode2session(&query(&whole[..given]))), expected);
    }
    assert_eq!(errcode(&wechat.answer("POST", "/sns/jscode2session", &query(&whole))), 43001);
    assert_eq!(errcode(&wechat.answer("GET", "/sns/nothing", &query(&whole))), 40066);

    let reply = wechat.answer("GET", "/sns/jscode2session", &query(&whole));
    let body: Value = serde_json::from_slice(&reply.body).expect("JSON");
    assert_eq!((reply.status, reply.content_type), (200, "text/plain"));
    assert!(body["openid"].is_string() && body["session_key"].is_string() && body.get("errcode").is_none(), "{body}");
}

#[test]
fn faults_happen_in_order_and_as_often_as_asked() {
    let wechat = platform();
    wechat.inject(Fault::Html, 0);
    wechat.inject(Fault::Slow(250), 2);
    wechat.inject(Fault::Status(503), 1);
    let replies: Vec<_> = (0..4).map(|_| wechat.jscode2session(&Query::new())).collect();
    let seen: Vec<_> = replies.iter().map(|reply| (reply.status, reply.delay.as_millis())).collect();
    assert_eq!(seen, [(200, 250), (200, 250), (503, 0), (200, 0)]);
}

#[test]
fn faults_are_written_in_json_as_documented() {
    for (text, fault) in [
        (r#"{"errcode":-1}"#, Fault::Errcode(-1)),
        (r#"{"status":502}"#, Fault::Status(502)),
        (r#""html""#, Fault::Html),
        (r#""truncatedJson""#, Fault::TruncatedJson),
        (r#"{"slow":3000}"#, Fault::Slow(3000)),
    ] {
        assert_eq!(serde_json::from_str::<Fault>(text).expect(text), fault);
    }
}

#[test]
fn one_code_used_by_many_at_once_is_good_for_one() {
    let wechat = platform();
    let code = wechat.issue_code(None, false);
    let query = query(&[("appid", "wx1"), ("secret", "s"), ("js_code", &code), ("grant_type", "authorization_code")]);
    let won = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..16).map(|_| scope.spawn(|| wechat.jscode2session(&query))).collect();
        asked.into_iter().map(|thread| thread.join().expect("an answer")).filter(is_success).count()
    });
    assert_eq!(won, 1);
}

fn is_success(reply: &Reply) -> bool {
    serde_json::from_slice::<Value>(&reply.body).expect("JSON").get("openid").is_some()
}
