//! Bad input: each has a Problem of its own, with a sentence one can act on, and leaves nothing half made.

use serde_json::{Value, json};
use store::on_every_database;
use tests::{Cache, PASSWORD, Person, TestApp};

const PHONE: &str = "13900000001";

#[track_caller]
fn field(answer: &tests::Answer) -> (&str, &str) {
    let error = &answer.body["errors"][0];
    assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()), "{:?}", answer.body);
    (error["field"].as_str().unwrap(), error["code"].as_str().unwrap())
}

on_every_database! {
    async fn what_is_typed_wrongly_is_told_at_its_field(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let stranger = Person::stranger(&app.base);
        let agreements = stranger.agreements().await;
        let whole = json!({
            "phone": PHONE, "challengeId": "01a20b27-babe-7065-acbc-0ead6deaa8bb", "code": "123456",
            "password": PASSWORD, "agreements": agreements,
        });
        for (name, value, rule) in [
            ("phone", json!("12345"), "invalid"),
            ("email", json!("zhang@example.com\r\nBcc: li@example.com"), "invalid"),
            ("email", json!("zhang\u{0}@example.com"), "invalid"),
            ("code", json!("12345"), "invalid"),
            ("password", json!("1234567"), "password-length"),
            ("password", json!("password123"), "password-common"),
            ("password", json!(PHONE), "password-own"),
            ("device", json!("x\ny"), "invalid"),
        ] {
            let mut new = whole.clone();
            new[name] = value;
            let answer = stranger.post("/v1/auth/register", new).await;
            assert_eq!((answer.status, field(&answer)), (422, (name, rule)));
        }
        let mut new = whole.clone();
        new["agreements"] = json!([]);
        assert_eq!(stranger.post("/v1/auth/register", new).await.code(), "consent-needed");
        let mut new = whole.clone();
        new["agreements"][0]["version"] = json!("2020-01-01");
        assert_eq!(stranger.post("/v1/auth/register", new).await.code(), "consent-outdated");
        assert_eq!(stranger.post("/v1/auth/register", whole).await.code(), "code-expired");
        for identifier in ["", "张三", "12345678901", "a@b"] {
            let login = json!({ "identifier": identifier, "password": PASSWORD });
            let answer = stranger.post("/v1/auth/login/password", login).await;
            assert_eq!((answer.status, field(&answer)), (422, ("identifier", "invalid")), "{identifier}");
        }
        let login = json!({ "identifier": PHONE, "password": PASSWORD });
        assert_eq!(stranger.post("/v1/auth/login/password", login).await.code(), "wrong-credentials", "nobody was made");
        app.stop().await;
    }

    async fn codes_reused_expired_or_of_another_purpose_are_told_apart(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let clock = std::sync::Arc::new(kernel::ManualClock::at(kernel::Clock::now(&kernel::SystemClock)));
        let app = TestApp::with(db, &cache, clock.clone(), |_| ()).await;
        let person = Person::registered(&app.base, PHONE).await;
        let (challenge, code) = person.code("login", PHONE, PHONE).await;
        let login = |challenge: &Value, code: &str| json!({ "phone": PHONE, "challengeId": challenge, "code": code });
        let with = async |challenge: &Value, code: &str| {
            person.post("/v1/auth/login/sms", login(challenge, code)).await
        };
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let answer = with(&challenge, wrong).await;
        assert_eq!((answer.status, answer.code()), (422, "code-wrong"));
        assert!(answer.body["detail"].as_str().unwrap().contains("还可以再试 4 次"));
        with(&challenge, &code).await.expect(200);
        let answer = with(&challenge, &code).await;
        assert_eq!((answer.status, answer.code()), (409, "code-used"));
        let (challenge, code) = person.code("reset", PHONE, PHONE).await;
        assert_eq!(with(&challenge, &code).await.code(), "code-of-another-purpose");
        let (challenge, code) = person.code("login", PHONE, PHONE).await;
        for _ in 0..4 {
            assert_eq!(with(&challenge, wrong).await.code(), "code-wrong");
        }
        assert_eq!(with(&challenge, wrong).await.code(), "code-exhausted");
        assert_eq!(with(&challenge, &code).await.code(), "code-exhausted");
        let (challenge, code) = person.code("login", PHONE, PHONE).await;
        clock.advance(std::time::Duration::from_secs(300));
        assert_eq!(with(&challenge, &code).await.code(), "code-expired");
        app.stop().await;
    }

    async fn what_wechat_refuses_is_said_and_what_it_cannot_say_is_ours_to_say(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let stranger = Person::stranger(&app.base);
        let login = async |code: &Value| stranger.post("/v1/auth/login/wechat", json!({ "code": code })).await;
        let used = stranger.wechat_code(None).await;
        login(&used).await.expect(200);
        let answer = login(&used).await;
        assert_eq!((answer.status, answer.code()), (401, "wechat-code-refused"), "40163");
        assert_eq!(login(&json!("nonsense")).await.code(), "wechat-code-refused", "40029");
        let blocked = stranger.post("/_sim/wechat/codes", json!({ "blocked": true })).await.expect(201)["code"].clone();
        let answer = login(&blocked).await;
        assert_eq!((answer.status, answer.code()), (403, "wechat-user-blocked"), "40226");
        for fault in [json!("html"), json!("truncatedJson"), json!({ "status": 502 }), json!({ "errcode": -1 })] {
            stranger.post("/_sim/faults", json!({ "target": "wechat", "fault": fault, "times": 1 })).await.expect(204);
            let answer = login(&stranger.wechat_code(None).await).await;
            assert_eq!((answer.status, answer.code()), (503, "wechat-unavailable"), "{fault}");
        }
        app.stop().await;
    }

    async fn a_days_quota_of_wechats_is_shown_and_probed_every_three_minutes(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let clock = std::sync::Arc::new(kernel::ManualClock::at(kernel::Clock::now(&kernel::SystemClock)));
        let app = TestApp::with(db, &cache, clock.clone(), |_| ()).await;
        let stranger = Person::stranger(&app.base);
        let ready = async || {
            let answer = stranger.get("/readyz").await.expect(200);
            [answer["status"].clone(), answer["wechat"].clone()]
        };
        let login = async || {
            stranger.post("/v1/auth/login/wechat", json!({ "code": stranger.wechat_code(None).await })).await
        };
        let refused = async |retry_after: &str| {
            let answer = login().await;
            assert_eq!((answer.status, answer.code()), (503, "wechat-unavailable"));
            assert_eq!(answer.retry_after.as_deref(), Some(retry_after));
            let detail = answer.body["detail"].as_str().unwrap();
            assert!(detail.contains("短信验证码") && detail.contains("密码"), "{detail}");
        };
        assert_eq!(ready().await, ["ready", "ok"]);
        let case: Value = serde_json::from_str(include_str!("../../cases/wechat-45009.json")).unwrap();
        stranger.post("/_sim/faults", case).await.expect(204);
        refused("180").await;
        clock.advance(std::time::Duration::from_secs(75));
        refused("105").await;
        assert_eq!(ready().await, ["degraded", "degraded: errcode 45009 on jscode2session"]);
        let asked = stranger.get("/_sim/wechat/log").await.expect(200)["stats"]["/sns/jscode2session"].clone();
        assert_eq!(asked, 1);
        // what else there is goes on
        Person::registered(&app.base, PHONE).await;
        clock.advance(std::time::Duration::from_secs(105));
        login().await.expect(200);
        assert_eq!(ready().await, ["ready", "ok"]);
        app.stop().await;
    }

    async fn a_refresh_token_used_twice_ends_the_sign_in_and_its_owner_is_told(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::registered(&app.base, PHONE).await;
        let card = person.cards().await[0].clone();
        let bound = person.bind(&card).await;
        let reader = tests::Reader::enrol(&app.base, card["siteId"].as_str().unwrap()).await;
        assert_eq!(reader.show(&bound.code(0)).await, "ok");
        let body = json!({ "refreshToken": person.refresh });
        let next = person.entered(person.post("/v1/auth/refresh", body.clone()).await);
        let answer = person.post("/v1/auth/refresh", body).await;
        assert_eq!((answer.status, answer.code()), (401, "session-ended"));
        assert_eq!(reader.show(&bound.code(1)).await, "revoked", "whoever has the copy opens nothing, at once");
        assert_eq!(next.get("/v1/me/export").await.code(), "session-ended");
        let login = json!({ "identifier": PHONE, "password": PASSWORD });
        let back = person.entered(person.post("/v1/auth/login/password", login).await);
        tests::until("the owner is told", async || {
            let notices = back.get("/v1/notices").await.expect(200);
            notices["items"].as_array().unwrap().iter().any(|one| one["title"] == "登录异常，已结束")
        }).await;
        app.stop().await;
    }
}
