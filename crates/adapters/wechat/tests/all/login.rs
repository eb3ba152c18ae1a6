use std::{sync::Arc, time::Duration};

use kernel::{
    Result,
    port::{LOGIN_CODE_REFUSED, WECHAT_AWAY, WECHAT_BUSY, WECHAT_USER_BLOCKED, WechatLogin, WechatSubject},
};
use secrecy::{ExposeSecret, SecretString};
use store::LocalCache;
use wechat::{
    Client, Error, Settings,
    simulator::{Fault, Reply},
};

use crate::{
    log::Log,
    loopback::Loopback,
    platform::{APP_ID, Platform, SECRET, at, cause, errcode, refused},
};

impl Platform {
    async fn identify(&self, code: &str) -> Result<WechatSubject> {
        self.client(Arc::new(LocalCache::default())).identify(&code.into()).await
    }
}

fn client(server: &Loopback, app_id: &str, secret: &str) -> Client {
    at(&format!("http://{}", server.address), app_id, secret)
}

#[tokio::test]
async fn a_code_tells_who_it_is_and_the_same_user_is_known_again() {
    let platform = Platform::start().await;
    let stranger = platform.wechat.issue_code(None, false);
    let subject = platform.identify(&stranger).await.expect("a good code");
    let openid = subject.openid.expose_secret();
    assert_eq!((subject.app_id.as_str(), openid.len(), subject.unionid.is_none()), (APP_ID, 28, true));

    let again = platform.wechat.issue_code(Some(openid), false);
    assert_ne!(again, stranger);
    assert_eq!(platform.identify(&again).await.expect("a good code").openid.expose_secret(), openid);
    let other = platform.wechat.issue_code(None, false);
    assert_ne!(platform.identify(&other).await.expect("a good code").openid.expose_secret(), openid);
}

#[tokio::test]
async fn a_code_is_good_once_and_for_five_minutes() {
    let platform = Platform::start().await;
    let code = platform.wechat.issue_code(None, false);
    platform.identify(&code).await.expect("a good code");
    assert_eq!(errcode(&refused(platform.identify(&code).await, LOGIN_CODE_REFUSED)), Some(40163));

    let code = platform.wechat.issue_code(None, false);
    platform.clock.advance(Duration::from_secs(299));
    platform.identify(&code).await.expect("still good");
    let code = platform.wechat.issue_code(None, false);
    platform.clock.advance(Duration::from_secs(300));
    assert_eq!(errcode(&refused(platform.identify(&code).await, LOGIN_CODE_REFUSED)), Some(40029));
    assert_eq!(errcode(&refused(platform.identify("never issued").await, LOGIN_CODE_REFUSED)), Some(40029));
}

#[tokio::test]
async fn what_can_be_no_code_is_refused_without_a_call() {
    let platform = Platform::start().await;
    for code in ["", &"a".repeat(513)] {
        refused(platform.identify(code).await, LOGIN_CODE_REFUSED);
    }
    assert_eq!(platform.server.connections(), 0);
}

#[tokio::test]
async fn a_user_blocked_by_wechat_gets_an_error_that_says_so() {
    let platform = Platform::start().await;
    let code = platform.wechat.issue_code(None, true);
    assert_eq!(errcode(&refused(platform.identify(&code).await, WECHAT_USER_BLOCKED)), Some(40226));
}

#[tokio::test]
async fn too_many_logins_are_told_to_wait_a_minute() {
    let platform = Platform::start().await;
    platform.wechat.inject(Fault::Errcode(45011), 1);
    let code = platform.wechat.issue_code(None, false);
    let fault = refused(platform.identify(&code).await, WECHAT_BUSY);
    assert_eq!(fault.retry_after(), Some(Duration::from_secs(60)));
    platform.identify(&code).await.expect("the fault happened once and left the code good");
}

#[tokio::test]
async fn one_user_who_logs_in_too_often_stops_nobody_else() {
    let platform = Platform::start().await;
    let client = platform.client(Arc::new(LocalCache::default()));
    platform.wechat.inject(Fault::Errcode(45011), 1);
    refused(client.identify(&"anything".into()).await, WECHAT_BUSY);
    let code = platform.wechat.issue_code(None, false);
    client.identify(&code.into()).await.expect("another user");
}

#[tokio::test]
async fn a_user_known_across_apps_tells_so() {
    let platform = Platform::start().await;
    platform.wechat.set_unionid("oA", "uA");
    let subject = platform.identify(&platform.wechat.issue_code(Some("oA"), false)).await.expect("a good code");
    assert_eq!(subject.unionid.as_ref().map(|id| id.expose_secret()), Some("uA"));
    let subject = platform.identify(&platform.wechat.issue_code(Some("oB"), false)).await.expect("a good code");
    assert!(subject.unionid.is_none());
}

#[tokio::test]
async fn an_app_or_a_secret_that_wechat_does_not_know_is_unavailability_with_the_request_id() {
    let platform = Platform::start().await;
    let code = platform.wechat.issue_code(None, false);
    for (app_id, secret, expected) in [("wx0", SECRET, 40013), (APP_ID, "wrong", 40125)] {
        let outcome = client(&platform.server, app_id, secret).identify(&code.as_str().into()).await;
        let fault = refused(outcome, WECHAT_AWAY);
        assert_eq!(errcode(&fault), Some(expected));
        let rid = cause(&fault).and_then(Error::rid).expect("a request id");
        assert_eq!(rid.split('-').count(), 3, "{rid}");
    }
}

#[tokio::test]
async fn without_app_or_secret_nothing_is_sent() {
    let platform = Platform::start().await;
    for (app_id, secret) in [("", SECRET), (APP_ID, "")] {
        refused(client(&platform.server, app_id, secret).identify(&"code".into()).await, WECHAT_AWAY);
    }
    assert_eq!(platform.server.connections(), 0);
}

#[tokio::test]
async fn every_fault_of_the_platform_is_unavailability_asked_once() {
    let platform = Platform::start().await;
    let faults = [-1, 40164, 40243, 41008, 45009, 47001, 99999].map(Fault::Errcode);
    let others = [500, 502, 302, 404, 429].map(Fault::Status);
    let faults: Vec<_> = faults.into_iter().chain(others).chain([Fault::Html, Fault::TruncatedJson]).collect();
    for (asked, fault) in faults.into_iter().enumerate() {
        platform.wechat.inject(fault, 1);
        refused(platform.identify(&platform.wechat.issue_code(None, false)).await, WECHAT_AWAY);
        assert_eq!(platform.server.connections(), asked + 1, "{fault:?}");
    }
    platform.identify(&platform.wechat.issue_code(None, false)).await.expect("all faults are used up");
}

#[tokio::test]
async fn a_truncated_answer_has_burnt_the_code() {
    let platform = Platform::start().await;
    platform.wechat.inject(Fault::TruncatedJson, 1);
    let code = platform.wechat.issue_code(None, false);
    refused(platform.identify(&code).await, WECHAT_AWAY);
    assert_eq!(errcode(&refused(platform.identify(&code).await, LOGIN_CODE_REFUSED)), Some(40163));
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let server = Loopback::serve(|_, _, _, _| {
        let padding = "x".repeat(2 << 20);
        let body = format!(r#"{{"openid":"oA","session_key":"k","padding":"{padding}"}}"#).into_bytes();
        Some(Reply { status: 200, content_type: "application/json", body, delay: Duration::ZERO, reset: false })
    })
    .await;
    let fault = refused(client(&server, APP_ID, SECRET).identify(&"code".into()).await, WECHAT_AWAY);
    assert!(matches!(cause(&fault), Some(Error::TooLarge)), "{fault}");
}

#[tokio::test]
async fn a_request_that_may_have_arrived_is_not_repeated() {
    let server = Loopback::serve(|_, _, _, _| None).await;
    refused(client(&server, APP_ID, SECRET).identify(&"code".into()).await, WECHAT_AWAY);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_connection_that_failed_before_the_request_is_tried_once_more() {
    let server = Loopback::hang_up().await;
    // over TLS nothing is written before the handshake, which fails here
    let client = at(&format!("https://{}", server.address), APP_ID, SECRET);
    refused(client.identify(&"code".into()).await, WECHAT_AWAY);
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_closed_port_is_unavailability() {
    let address = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("bound");
    let client = at(&format!("http://{address}"), APP_ID, SECRET);
    let fault = refused(client.identify(&"code".into()).await, WECHAT_AWAY);
    assert!(matches!(cause(&fault), Some(Error::Transport { ambiguous: false, .. })), "{fault}");
}

#[tokio::test]
async fn a_silent_platform_is_unavailability_at_the_deadline() {
    let server = Loopback::say_nothing().await;
    let client = client(&server, APP_ID, SECRET).with_deadline(Duration::from_millis(100));
    let fault = refused(client.identify(&"code".into()).await, WECHAT_AWAY);
    assert!(matches!(cause(&fault), Some(Error::Deadline)), "{fault}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = Loopback::serve(|_, path, _, _| {
        let (status, content_type) = match path {
            // the tiny server has no other way to send one more header
            "/sns/jscode2session" => (302, "text/html\r\nlocation: /elsewhere"),
            _ => (200, "text/plain"),
        };
        Some(Reply { status, content_type, body: br#"{"openid":"oA"}"#.into(), delay: Duration::ZERO, reset: false })
    })
    .await;
    let fault = refused(client(&server, APP_ID, SECRET).identify(&"code".into()).await, WECHAT_AWAY);
    assert!(matches!(cause(&fault), Some(Error::Status(302))), "{fault}");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn neither_secret_nor_code_nor_url_shows_in_any_error_or_log() {
    const CODE: &str = "c0de-of-the-login";
    let (log, _guard) = Log::listen();
    let platform = Platform::start().await;
    let mut shown = String::new();
    let show = |outcome: Result<WechatSubject>| {
        let fault = outcome.expect_err("a fault");
        let error = fault.source().expect("a cause");
        format!("{fault} {fault:?} {error} {error:?} {error:#?} {:?}\n", error.source())
    };
    for fault in [Fault::Errcode(-1), Fault::Errcode(40029), Fault::Status(500), Fault::Html, Fault::TruncatedJson] {
        platform.wechat.inject(fault, 1);
        shown += &show(platform.identify(CODE).await);
    }
    for server in [Loopback::serve(|_, _, _, _| None).await, Loopback::hang_up().await, Loopback::say_nothing().await] {
        for scheme in ["http", "https"] {
            let client = at(&format!("{scheme}://{}", server.address), APP_ID, SECRET);
            shown += &format!("{client:?}\n");
            shown += &show(client.with_deadline(Duration::from_millis(100)).identify(&CODE.into()).await);
        }
    }
    let settings = Settings { base_url: String::new(), app_id: String::new(), app_secret: SecretString::from(SECRET) };
    shown += &format!("{settings:?}\n");

    let logged = log.text();
    assert!(logged.contains("errcode=-1") && logged.contains("rid="), "{logged}");
    for text in [shown, logged] {
        for kept in [SECRET, CODE, "js_code", "session_key"] {
            assert!(!text.contains(kept), "{kept} in {text}");
        }
    }
}
