//! WeChat, between us and the platform: moving a user, tokens that die, and a user who leaves.

use std::{sync::Arc, time::Duration};

use kernel::{Clock, ManualClock, SystemClock, Timestamp};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use store::on_every_database;
use tests::{Cache, PASSWORD, Person, Process, TestApp};

/// Somebody logged in with WeChat.
async fn signed_in(stranger: &Person, openid: &str) -> Person {
    let code = stranger.wechat_code(Some(openid)).await;
    stranger.entered(stranger.post("/v1/auth/login/wechat", json!({ "code": code })).await)
}

/// WeChat's message that this user took back what they had allowed, in the second of `at`.
fn revocation(openid: &str, at: Timestamp) -> Value {
    json!({
        "ToUserName": "gh_simulated", "FromUserName": "oPlatform", "CreateTime": at.seconds(), "MsgType": "event",
        "Event": "user_authorization_revoke", "OpenID": openid, "AppID": "wx0000000000000000", "RevokeInfo": "8",
    })
}

/// The request by which WeChat would push this message, encrypted and signed now.
async fn sealed(stranger: &Person, message: &Value) -> Value {
    stranger.post("/_sim/wechat/pushes", json!({ "message": message })).await.expect(201)
}

/// Delivers a push, which must be acknowledged.
async fn deliver(base: &str, push: &Value) {
    let query: Vec<_> =
        push["query"].as_object().unwrap().iter().map(|(name, value)| (name, value.as_str().unwrap())).collect();
    let request = tests::client().post(format!("{base}/callbacks/wechat")).query(&query);
    let answer = request.body(push["body"].as_str().unwrap().to_owned()).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (200, "success"));
}

on_every_database! {
    async fn a_wechat_user_moves_with_both_sides_proved_and_the_old_one_told(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let old = Person::registered(&app.base, "13900000001").await;
        let code = old.wechat_code(Some("openid-of-zhang")).await;
        old.put("/v1/me/wechat", json!({ "code": code })).await.expect(200);
        let new = Person::registered(&app.base, "13900000002").await;
        let code = new.wechat_code(Some("openid-of-zhang")).await;
        let linked = new.put("/v1/me/wechat", json!({ "code": code })).await.expect(200);
        assert_eq!(linked["linked"], false);
        let ticket = linked["ticket"].clone();
        let (challenge, code) = new.own_code(json!({ "purpose": "move_wechat", "ticket": ticket }), "13900000001").await;
        let shift = |others: serde_json::Value| {
            json!({ "ticket": ticket, "proof": { "password": PASSWORD }, "othersProof": others })
        };
        let alone = new.post("/v1/me/wechat/move", shift(json!({}))).await;
        assert_eq!((alone.status, alone.code()), (422, "invalid"));
        let both = shift(json!({ "challengeId": challenge, "code": code }));
        new.post("/v1/me/wechat/move", both).await.expect(204);
        assert_eq!(old.get("/v1/me").await.expect(200)["wechatLinked"], false);
        tests::until("the old one is told", async || {
            let notices = old.get("/v1/notices").await.expect(200);
            notices["items"].as_array().unwrap().iter().any(|one| one["title"] == "微信已转到其他账号")
        }).await;
        app.stop().await;
    }

    async fn a_dropped_token_costs_one_refresh_and_one_retry(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let stranger = Person::stranger(&app.base);
        let registers = async |openid: &str, phone: &str| {
            let code = stranger.post("/_sim/wechat/phone-codes", json!({ "phone": phone, "openid": openid })).await;
            let new = json!({
                "wechatCode": stranger.wechat_code(Some(openid)).await, "phoneCode": code.expect(201)["code"],
                "password": PASSWORD, "agreements": stranger.agreements().await,
            });
            stranger.post("/v1/auth/register", new).await
        };
        let calls = async || {
            let stats = stranger.get("/_sim/wechat/log").await.expect(200)["stats"].clone();
            let of = |path: &str| stats[path].as_u64().unwrap_or_default();
            (of("/cgi-bin/stable_token"), of("/wxa/business/getuserphonenumber"))
        };
        registers("openid-1", "13900000001").await.expect(201);
        assert_eq!(calls().await, (1, 1));
        stranger.post("/_sim/wechat/control", json!({ "act": "dropToken" })).await.expect(204);
        registers("openid-2", "13900000002").await.expect(201);
        assert_eq!(calls().await, (2, 3), "one refresh and one retry");
        stranger.post("/_sim/wechat/control", json!({ "act": "breakTokens", "broken": true })).await.expect(204);
        let refused = registers("openid-3", "13900000003").await;
        assert_eq!((refused.status, refused.code()), (503, "wechat-unavailable"));
        assert_eq!(calls().await.1, 5, "a persistent refusal ends after two calls");
        app.stop().await;
    }

    async fn a_user_who_took_their_permission_back_is_signed_out(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let stranger = Person::stranger(&app.base);
        let code = stranger.wechat_code(Some("openid-of-zhang")).await;
        let person = stranger.entered(stranger.post("/v1/auth/login/wechat", json!({ "code": code })).await);
        let bystander = Person::new(&app.base).await;
        let left = json!({ "act": "revokeAuthorization", "openid": "openid-of-zhang" });
        stranger.post("/_sim/wechat/control", left).await;
        assert_eq!(person.get("/v1/me/export").await.code(), "session-ended");
        bystander.get("/v1/me/export").await.expect(200);
        let forged = stranger.post("/callbacks/wechat?msg_signature=x&timestamp=1&nonce=n", json!({ "Encrypt": "x" })).await;
        assert_eq!((forged.status, forged.code()), (403, "push-refused"));
        app.stop().await;
    }

    async fn the_same_push_again_does_not_end_a_sign_in_made_in_between(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let clock = Arc::new(ManualClock::at(SystemClock.now()));
        let app = TestApp::with(db, &cache, clock.clone(), |_| ()).await;
        let stranger = Person::stranger(&app.base);
        let first = signed_in(&stranger, "openid-of-zhang").await;
        clock.advance(Duration::from_secs(2));
        let push = sealed(&stranger, &revocation("openid-of-zhang", clock.now())).await;
        deliver(&app.base, &push).await;
        assert_eq!(first.get("/v1/me/export").await.code(), "session-ended");
        // right away, within the second of the revocation
        let second = signed_in(&stranger, "openid-of-zhang").await;
        deliver(&app.base, &push).await;
        second.get("/v1/me/export").await.expect(200);
        clock.advance(Duration::from_secs(590));
        deliver(&app.base, &push).await;
        let again = sealed(&stranger, &revocation("openid-of-zhang", clock.now().before(Duration::from_secs(590)))).await;
        deliver(&app.base, &again).await;
        second.get("/v1/me/export").await.expect(200);
        // and what they take back now counts
        let anew = sealed(&stranger, &revocation("openid-of-zhang", clock.now())).await;
        deliver(&app.base, &anew).await;
        assert_eq!(second.get("/v1/me/export").await.code(), "session-ended");
        app.stop().await;
    }

    async fn a_revocation_that_comes_late_ends_older_sign_ins_and_leaves_newer_ones(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let clock = Arc::new(ManualClock::at(SystemClock.now()));
        let app = TestApp::with(db, &cache, clock.clone(), |_| ()).await;
        let stranger = Person::stranger(&app.base);
        let older = signed_in(&stranger, "openid-of-zhang").await;
        clock.advance(Duration::from_secs(5));
        let left_at = clock.now();
        clock.advance(Duration::from_secs(5));
        let newer = signed_in(&stranger, "openid-of-zhang").await;
        let bystander = signed_in(&stranger, "openid-of-li").await;
        clock.advance(Duration::from_secs(300));
        deliver(&app.base, &sealed(&stranger, &revocation("openid-of-zhang", left_at)).await).await;
        assert_eq!(older.get("/v1/me/export").await.code(), "session-ended");
        newer.get("/v1/me/export").await.expect(200);
        bystander.get("/v1/me/export").await.expect(200);
        app.stop().await;
    }

    async fn sixteen_copies_of_a_push_at_once_over_two_processes_have_one_effect(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let folder = tempfile::TempDir::new().unwrap();
        let one = Process::start(crate::BINARY, &db.url, &cache, folder.path()).await;
        let two = Process::start(crate::BINARY, &db.url, &cache, folder.path()).await;
        let stranger = Person::stranger(&one.base);
        let person = signed_in(&stranger, "openid-of-zhang").await;
        let message = revocation("openid-of-zhang", SystemClock.now());
        // each process has a key of its own: the copies are encrypted and signed anew, and the message is the same
        let pushes = [(&one.base, sealed(&stranger, &message).await), (&two.base, sealed(&stranger.at(&two.base), &message).await)];
        let copies = (0..16).map(|n| {
            let (base, push) = &pushes[n % 2];
            deliver(base, push)
        });
        futures_util::future::join_all(copies).await;
        assert_eq!(person.get("/v1/me/export").await.code(), "session-ended");
        let direct = sea_orm::Database::connect(&db.url).await.unwrap();
        let count = async |sql: &str| {
            let statement = Statement::from_string(direct.get_database_backend(), sql);
            direct.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index::<i64>(0).unwrap()
        };
        assert_eq!(count("SELECT COUNT(*) FROM audit_entries WHERE action = 'wechat.left'").await, 1);
        assert_eq!(count("SELECT COUNT(*) FROM inbox_messages").await, 1);
    }

    async fn when_one_sms_vendor_fails_the_other_stands_in(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let stranger = Person::stranger(&app.base);
        let fault = json!({ "target": "sms", "vendor": "aliyun", "fault": { "code": "isv.OUT_OF_SERVICE" }, "times": 1 });
        stranger.post("/_sim/faults", fault).await.expect(204);
        Person::registered(&app.base, "13900000001").await;
        app.stop().await;
    }
}
