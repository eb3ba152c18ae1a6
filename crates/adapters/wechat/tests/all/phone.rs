use std::{sync::Arc, time::Duration};

use kernel::port::{PHONE_CODE_REFUSED, WECHAT_AWAY, WechatLogin, WechatPhone};
use secrecy::ExposeSecret;
use store::LocalCache;
use wechat::{Client, simulator::Fault};

use crate::{
    loopback::Loopback,
    platform::{APP_ID, NUMBER, OPENID, PHONE, Platform, SECRET, STABLE, cause, errcode, number, refused, settings},
};

#[tokio::test]
async fn a_user_logs_in_and_gives_their_number_by_one_button() {
    let platform = Platform::start().await;
    let client = platform.client(Arc::new(LocalCache::default()));
    let login = platform.wechat.issue_code(None, false);
    let subject = client.identify(&login.into()).await.expect("a good code");
    let code = platform.wechat.issue_phone_code(&number(), Some(subject.openid.expose_secret()));
    let phone = client.phone(&code.as_str().into(), &subject.openid).await.expect("a good code");
    assert_eq!(phone.expose(), NUMBER);
    let fault = refused(client.phone(&code.into(), &subject.openid).await, PHONE_CODE_REFUSED);
    assert_eq!(errcode(&fault), Some(40029));
}

#[tokio::test]
async fn a_phone_code_is_good_for_its_user_and_for_five_minutes() {
    let platform = Platform::start().await;
    let client = platform.client(Arc::new(LocalCache::default()));
    let code = platform.wechat.issue_phone_code(&number(), Some(OPENID));
    refused(client.phone(&code.as_str().into(), &"oSomebodyElse".into()).await, PHONE_CODE_REFUSED);
    platform.clock.advance(Duration::from_secs(299));
    client.phone(&code.into(), &OPENID.into()).await.expect("a good code");

    let code = platform.wechat.issue_phone_code(&number(), None);
    platform.wechat.advance(Duration::from_secs(300));
    refused(client.phone(&code.into(), &OPENID.into()).await, PHONE_CODE_REFUSED);
    let code = platform.wechat.issue_phone_code(&number(), None);
    client.phone(&code.into(), &"oAnybody".into()).await.expect("a code of nobody in particular");
}

#[tokio::test]
async fn codes_of_logins_and_of_phones_are_not_the_same() {
    let platform = Platform::start().await;
    let client = platform.client(Arc::new(LocalCache::default()));
    let (login, phone) =
        (platform.wechat.issue_code(Some(OPENID), false), platform.wechat.issue_phone_code(&number(), Some(OPENID)));
    refused(client.phone(&login.as_str().into(), &OPENID.into()).await, PHONE_CODE_REFUSED);
    refused(client.identify(&phone.as_str().into()).await, kernel::port::LOGIN_CODE_REFUSED);
    client.phone(&phone.into(), &OPENID.into()).await.expect("a phone code");
    client.identify(&login.into()).await.expect("a login code");
}

#[tokio::test]
async fn what_can_be_no_phone_code_is_refused_without_a_call() {
    let platform = Platform::start().await;
    let client = platform.client(Arc::new(LocalCache::default()));
    for code in ["", &"a".repeat(513)] {
        refused(client.phone(&code.into(), &OPENID.into()).await, PHONE_CODE_REFUSED);
    }
    assert_eq!(platform.server.connections(), 0);
}

#[tokio::test]
async fn a_number_from_abroad_is_refused_with_a_word_on_what_to_do() {
    let platform = Platform::with(APP_ID.to_owned(), |wechat, method, path, query, body| {
        let mut reply = wechat.answer(method, path, query, body);
        let text = String::from_utf8(reply.body).expect("text");
        reply.body = text.replace(r#""countryCode":86"#, r#""countryCode":"852""#).into();
        reply
    })
    .await;
    let client = platform.client(Arc::new(LocalCache::default()));
    let fault = refused(platform.phone(&client).await, PHONE_CODE_REFUSED);
    assert!(fault.detail().contains("短信验证码") && fault.detail() != PHONE_CODE_REFUSED.advice);
}

#[tokio::test]
async fn a_phone_call_is_repeated_only_if_it_surely_was_not_sent() {
    let platform = Platform::start().await;
    let client = platform.client(Arc::new(LocalCache::default()));
    platform.phone(&client).await.expect("a number");
    let before = platform.asked(PHONE);
    for (round, fault) in [Fault::Errcode(-1), Fault::Status(502), Fault::Reset].into_iter().enumerate() {
        platform.wechat.inject_at(PHONE, fault, 1);
        refused(platform.phone(&client).await, WECHAT_AWAY);
        assert_eq!(platform.asked(PHONE), before + round as u64 + 1, "{fault:?}");
    }

    let cache = Arc::new(LocalCache::default());
    platform.phone(&platform.client(cache.clone())).await.expect("a number");
    let nobody = Loopback::hang_up().await;
    let settings = settings(&format!("https://{}", nobody.address), APP_ID, SECRET);
    let client = Client::new(settings, cache, platform.clock.clone()).expect("settings that work");
    // the token is in the cache; over TLS nothing is written before the handshake, which fails here
    refused(platform.phone(&client).await, WECHAT_AWAY);
    assert_eq!(nobody.connections(), 2);
}

#[tokio::test]
async fn an_answer_for_another_app_is_not_believed() {
    let platform = Platform::with(APP_ID.to_owned(), |wechat, method, path, query, body| {
        let mut reply = wechat.answer(method, path, query, body);
        reply.body = String::from_utf8(reply.body).expect("text").replace(APP_ID, "wx0").into();
        reply
    })
    .await;
    let client = platform.client(Arc::new(LocalCache::default()));
    let fault = refused(platform.phone(&client).await, WECHAT_AWAY);
    assert!(matches!(cause(&fault), Some(wechat::Error::Decode)), "{fault}");
    assert_eq!((platform.asked(STABLE), platform.asked(PHONE)), (1, 1));
}
