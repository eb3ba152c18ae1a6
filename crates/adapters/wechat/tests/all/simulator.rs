use std::{sync::Arc, time::Duration};

use kernel::{ManualClock, Timestamp};
use serde_json::{Value, json};
use wechat::simulator::{Fault, Query, Reply, Wechat};

const LOGIN: &str = "/sns/jscode2session";

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
        assert_eq!(errcode(&wechat.answer("GET", LOGIN, &query(&whole[..given]), b"")), expected);
    }
    assert_eq!(errcode(&wechat.answer("POST", LOGIN, &query(&whole), b"")), 43001);
    assert_eq!(errcode(&wechat.answer("GET", "/sns/nothing", &query(&whole), b"")), 40066);

    let reply = wechat.answer("GET", LOGIN, &query(&whole), b"");
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
    let replies: Vec<_> = (0..4).map(|_| wechat.answer("GET", LOGIN, &Query::new(), b"")).collect();
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
        (r#""timeout""#, Fault::Timeout),
        (r#""reset""#, Fault::Reset),
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
        let asked: Vec<_> = (0..16).map(|_| scope.spawn(|| wechat.answer("GET", LOGIN, &query, b""))).collect();
        asked.into_iter().map(|thread| thread.join().expect("an answer")).filter(is_success).count()
    });
    assert_eq!(won, 1);
}

fn is_success(reply: &Reply) -> bool {
    serde_json::from_slice::<Value>(&reply.body).expect("JSON").get("openid").is_some()
}

const STABLE: &str = "/cgi-bin/stable_token";
const CLASSIC: &str = "/cgi-bin/token";
const PHONE: &str = "/wxa/business/getuserphonenumber";
const UNIFORM: &str = "/cgi-bin/message/wxopen/template/uniform_send";

struct Desk {
    wechat: Wechat,
    clock: Arc<ManualClock>,
}

impl Desk {
    fn open() -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_800_000_000)));
        Self { wechat: Wechat::new("wx1", "s".into(), clock.clone()), clock }
    }

    fn stable(&self, force: bool) -> (String, u64) {
        let body = json!({ "grant_type": "client_credential", "appid": "wx1", "secret": "s", "force_refresh": force });
        issued(&self.wechat.answer("POST", STABLE, &Query::new(), body.to_string().as_bytes()))
    }

    fn classic(&self) -> (String, u64) {
        let query = query(&[("grant_type", "client_credential"), ("appid", "wx1"), ("secret", "s")]);
        issued(&self.wechat.answer("GET", CLASSIC, &query, b""))
    }

    /// What a business call is told with this token: 40029 says that only its code is no good.
    fn told(&self, token: &str) -> i64 {
        code_of(&self.wechat.answer("POST", PHONE, &query(&[("access_token", token)]), br#"{"code":"none"}"#))
    }
}

#[track_caller]
fn issued(reply: &Reply) -> (String, u64) {
    let body: Value = serde_json::from_slice(&reply.body).expect("JSON");
    let token = body["access_token"].as_str().unwrap_or_else(|| panic!("{body}"));
    (token.to_owned(), body["expires_in"].as_u64().expect("seconds"))
}

fn code_of(reply: &Reply) -> i64 {
    serde_json::from_slice::<Value>(&reply.body).expect("JSON")["errcode"].as_i64().unwrap_or(0)
}

#[test]
fn the_stable_token_stays_until_five_minutes_before_its_end_and_overlaps_with_the_next() {
    let desk = Desk::open();
    let (first, life) = desk.stable(false);
    assert_eq!(life, 7200);
    desk.clock.advance(Duration::from_secs(6899));
    assert_eq!(desk.stable(false), (first.clone(), 301));
    desk.clock.advance(Duration::from_secs(1));
    let (second, life) = desk.stable(false);
    assert!(second != first && life == 7200);
    assert_eq!([desk.told(&first), desk.told(&second)], [40029, 40029]);
    desk.wechat.advance(Duration::from_secs(300));
    assert_eq!([desk.told(&first), desk.told(&second)], [42001, 40029]);
}

#[test]
fn two_forced_tokens_kill_the_one_before_them_but_not_at_once() {
    let desk = Desk::open();
    let (first, _) = desk.stable(false);
    let (second, _) = desk.stable(true);
    assert_ne!(first, second);
    assert_eq!(desk.stable(true).0, second, "too early");
    assert_eq!(desk.told(&first), 40029);
    desk.clock.advance(Duration::from_secs(30));
    let (third, _) = desk.stable(true);
    assert_eq!([&first, &second, &third].map(|token| desk.told(token)), [40001, 40029, 40029]);
}

#[test]
fn twenty_tokens_are_forced_a_day() {
    let desk = Desk::open();
    let body = json!({ "grant_type": "client_credential", "appid": "wx1", "secret": "s", "force_refresh": true });
    let force = || {
        desk.clock.advance(Duration::from_secs(30));
        code_of(&desk.wechat.answer("POST", STABLE, &Query::new(), body.to_string().as_bytes()))
    };
    let codes: Vec<_> = (0..22).map(|_| force()).collect();
    assert!(codes[..20].iter().all(|code| *code == 0) && codes[20..] == [45009, 45009], "{codes:?}");
    desk.clock.advance(Duration::from_secs(8 * 3600));
    assert_eq!(force(), 0);
}

#[test]
fn the_classic_token_is_another_at_every_call_and_apart_from_the_stable_one() {
    let desk = Desk::open();
    let (stable, _) = desk.stable(false);
    let [first, second, third] = [(), (), ()].map(|()| desk.classic().0);
    assert_eq!([&first, &second, &third, &stable].map(|token| desk.told(token)), [40001, 40029, 40029, 40029]);
    desk.clock.advance(Duration::from_secs(300));
    assert_eq!([&second, &third].map(|token| desk.told(token)), [42001, 40029]);
    assert_eq!(desk.stable(false).0, stable);
}

#[test]
fn tokens_are_missing_unknown_ended_or_of_another_sort() {
    let desk = Desk::open();
    assert_eq!(code_of(&desk.wechat.answer("POST", PHONE, &Query::new(), b"{}")), 41001);
    assert_eq!(
        [desk.told(""), desk.told("nonsense"), desk.told(&desk.wechat.issue_foreign_token())],
        [41001, 40001, 48001]
    );
    let (token, _) = desk.stable(false);
    desk.wechat.break_tokens(true);
    assert_eq!((desk.told(&token), desk.stable(false).0 == token), (40001, true));
    desk.wechat.break_tokens(false);
    desk.wechat.expire_token();
    assert_eq!(desk.told(&token), 42001);
    let (token, _) = desk.stable(false);
    desk.wechat.drop_token();
    assert_eq!(desk.told(&token), 40001);
    assert_ne!(desk.stable(false).0, token);
}

#[test]
fn methods_bodies_and_settings_are_looked_at() {
    let desk = Desk::open();
    let (token, _) = desk.stable(false);
    let with_token = query(&[("access_token", &token)]);
    let ask =
        |method: &str, path: &str, body: &str| code_of(&desk.wechat.answer(method, path, &with_token, body.as_bytes()));
    for path in [STABLE, PHONE, UNIFORM] {
        assert_eq!(ask("GET", path, ""), 43002, "{path}");
    }
    assert_eq!(ask("POST", CLASSIC, ""), 43001);
    assert_eq!(ask("POST", UNIFORM, "{}"), 45109);
    for path in [STABLE, PHONE] {
        for (body, code) in [("", 44002), ("x", 47001), ("[]", 47001), ("{", 47001)] {
            assert_eq!(ask("POST", path, body), code, "{path} {body}");
        }
    }
    for (body, code) in [
        (json!({}), 41002),
        (json!({ "appid": "wx1" }), 41004),
        (json!({ "appid": "wx1", "secret": "s" }), 40002),
        (json!({ "appid": "wx2", "secret": "s", "grant_type": "client_credential" }), 40013),
        (json!({ "appid": "wx1", "secret": "t", "grant_type": "client_credential" }), 40125),
    ] {
        assert_eq!(ask("POST", STABLE, &body.to_string()), code, "{body}");
    }
    for body in ["{}", r#"{"code":7}"#, r#"{"code":""}"#] {
        assert_eq!(ask("POST", PHONE, body), 40029, "{body}");
    }
}

#[test]
fn a_fault_meets_the_paths_it_is_meant_for() {
    let desk = Desk::open();
    desk.wechat.inject_at("/wxa/", Fault::Reset, 1);
    desk.wechat.inject_at(PHONE, Fault::Timeout, 1);
    assert_eq!(desk.stable(false).1, 7200);
    let replies = [(), ()].map(|()| desk.wechat.answer("POST", PHONE, &Query::new(), b"{}"));
    assert!(replies[0].reset && !replies[1].reset && replies[1].delay >= Duration::from_secs(60));
    assert_eq!(code_of(&desk.wechat.answer("POST", PHONE, &Query::new(), b"{}")), 41001);
}

#[test]
fn calls_are_counted_and_logged_without_what_was_said() {
    let desk = Desk::open();
    desk.stable(false);
    desk.wechat.inject(Fault::Html, 1);
    desk.wechat.answer("POST", PHONE, &query(&[("access_token", "t0ken")]), br#"{"code":"c0de"}"#);
    desk.wechat.answer("BREW", "/s3cret", &Query::new(), b"");
    let log = desk.wechat.log();
    let seen: Vec<_> = log.iter().map(|call| (call.method, call.path, call.status, call.errcode)).collect();
    let expected = [("POST", STABLE, 200, Some(0)), ("POST", PHONE, 200, None), ("other", "unknown", 200, Some(40066))];
    assert_eq!(seen, expected);
    let text = serde_json::to_string(&log).expect("JSON");
    assert!(["t0ken", "c0de", "s3cret"].iter().all(|secret| !text.contains(secret)), "{text}");
    assert_eq!(desk.wechat.stats().into_iter().collect::<Vec<_>>(), [(STABLE, 1), (PHONE, 1), ("unknown", 1)]);
    for _ in 0..1100 {
        desk.wechat.answer("GET", LOGIN, &Query::new(), b"");
    }
    assert_eq!((desk.wechat.log().len(), desk.wechat.stats()[LOGIN]), (1000, 1100));
}
