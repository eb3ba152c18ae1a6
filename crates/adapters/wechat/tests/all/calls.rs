use std::{sync::Arc, time::Duration};

use kernel::{
    Result,
    port::{WECHAT_AWAY, WECHAT_BUSY, WechatPhone},
};
use store::LocalCache;
use wechat::simulator::Fault;

use crate::{
    counted::Counted,
    log::Log,
    loopback::Loopback,
    platform::{APP_ID, NUMBER, OPENID, PHONE, Platform, SECRET, STABLE, at, errcode, number, refused},
};

#[tokio::test]
async fn an_api_that_was_asked_too_often_is_left_alone_for_a_minute() {
    let platform = Platform::start().await;
    let client = platform.client(Arc::new(LocalCache::default()));
    for code in [45011, 44991] {
        let before = platform.asked(PHONE);
        platform.wechat.inject_at(PHONE, Fault::Errcode(code), 1);
        let fault = refused(platform.phone(&client).await, WECHAT_BUSY);
        assert_eq!(fault.retry_after(), Some(Duration::from_secs(60)));
        platform.clock.advance(Duration::from_secs(45));
        let fault = refused(platform.phone(&client).await, WECHAT_BUSY);
        assert_eq!((errcode(&fault), fault.retry_after()), (Some(code), Some(Duration::from_secs(15))));
        assert_eq!(platform.asked(PHONE), before + 1);
        platform.clock.advance(Duration::from_secs(15));
        platform.phone(&client).await.expect("a number");
    }
}

#[tokio::test]
async fn every_call_that_was_made_is_counted_by_what_came_of_it() {
    let counted = Counted::default();
    let _guard = metrics::set_default_local_recorder(&counted);
    let platform = Platform::start().await;
    let client = platform.client(Arc::new(LocalCache::default()));
    platform.phone(&client).await.expect("a number");
    platform.wechat.drop_token();
    platform.phone(&client).await.expect("a number");
    platform.wechat.inject(Fault::Slow(60_000), 1);
    refused(platform.phone(&client.with_deadline(Duration::from_millis(50))).await, WECHAT_AWAY);
    let expected = [
        ("kaimen_wechat_total getuserphonenumber ok", 2),
        ("kaimen_wechat_total getuserphonenumber token", 1),
        ("kaimen_wechat_total getuserphonenumber transient", 1),
        ("kaimen_wechat_total stable_token ok", 2),
    ];
    assert_eq!(counted.all(), expected.map(|(name, count)| (name.to_owned(), count)));
}

#[tokio::test]
async fn whatever_comes_in_between_is_unavailability_and_nothing_secret_shows() {
    const CODE: &str = "c0de-of-the-phone";
    let (log, _guard) = Log::listen();
    let mut shown = String::new();
    let mut show = |outcome: Result<kernel::Phone>| {
        let fault = refused(outcome, WECHAT_AWAY);
        let error = fault.source().expect("a cause");
        shown += &format!("{fault} {fault:?} {error} {error:?} {error:#?} {:?}\n", error.source());
    };
    let faults = [
        Fault::Errcode(-1),
        Fault::Errcode(40001),
        Fault::Errcode(99999),
        Fault::Status(500),
        Fault::Status(302),
        Fault::Html,
        Fault::TruncatedJson,
        Fault::Slow(60_000),
        Fault::Timeout,
        Fault::Reset,
    ];
    let mut tokens = Vec::new();
    for path in [STABLE, PHONE] {
        for fault in faults {
            let platform = Platform::start().await;
            let cache = Arc::new(LocalCache::default());
            let client = platform.client(cache.clone()).with_deadline(Duration::from_millis(150));
            platform.wechat.inject_at(path, fault, 100);
            show(platform.phone(&client).await);
            tokens.extend(kept_token(&*cache).await);
        }
    }
    let token = tokens.first().expect("a token was had").clone();
    for server in [Loopback::serve(|_, _, _, _| None).await, Loopback::hang_up().await, Loopback::say_nothing().await] {
        for scheme in ["http", "https"] {
            let client = at(&format!("{scheme}://{}", server.address), APP_ID, SECRET);
            show(client.with_deadline(Duration::from_millis(50)).phone(&CODE.into(), &OPENID.into()).await);
        }
    }
    let logged = log.text();
    assert!(logged.contains("errcode=99999") && logged.contains("rid="), "{logged}");
    for text in [shown, logged] {
        for kept in [SECRET, CODE, OPENID, NUMBER, &number().masked(), token.as_str(), "access_token="] {
            assert!(!text.contains(kept), "{kept} in {text}");
        }
    }
}

async fn kept_token(cache: &dyn kernel::port::Cache) -> Option<String> {
    let kept = cache.get(&format!("wechat:token:{APP_ID}")).await.ok()??;
    let kept: serde_json::Value = serde_json::from_str(&kept).expect("JSON");
    kept["token"].as_str().map(str::to_owned)
}
