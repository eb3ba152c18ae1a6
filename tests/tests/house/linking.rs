//! WeChat, between us and the platform: moving a user, tokens that die, and a user who leaves.

use serde_json::json;
use store::on_every_database;
use tests::{App, Cache, PASSWORD, Person};

on_every_database! {
    async fn a_wechat_user_moves_with_both_sides_proved_and_the_old_one_told(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = App::over(db, &cache).await;
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
        let app = App::over(db, &cache).await;
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
        let app = App::over(db, &cache).await;
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

    async fn when_one_sms_vendor_fails_the_other_stands_in(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = App::over(db, &cache).await;
        let stranger = Person::stranger(&app.base);
        let fault = json!({ "target": "sms", "vendor": "aliyun", "fault": { "code": "isv.OUT_OF_SERVICE" }, "times": 1 });
        stranger.post("/_sim/faults", fault).await.expect(204);
        Person::registered(&app.base, "13900000001").await;
        app.stop().await;
    }
}
