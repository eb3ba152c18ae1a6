//! Accounts over HTTP, from registering to leaving, with a card in hand and a door in front.

use serde_json::{Value, json};
use store::{on_every_database, testing::TestDatabase};
use tests::{Cache, PASSWORD, Person, Reader, TestApp, until};

const PHONE: &str = "13900000001";

async fn me(person: &Person) -> Value {
    person.get("/v1/me").await.expect(200)
}

on_every_database! {
    async fn a_user_registers_logs_in_every_way_and_closes_the_account(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let stranger = Person::stranger(&app.base);
        let registered = stranger.register(PHONE, json!({ "email": "zhang@example.com" })).await;
        let email_challenge = registered.body["emailChallengeId"].clone();
        let person = stranger.entered(registered);
        let account = me(&person).await;
        assert_eq!((&account["phone"], &account["email"]), (&json!("139****0001"), &Value::Null));
        let number = account["number"].as_str().unwrap();
        assert_eq!(number.len(), 8);

        let code = stranger.mail("zhang@example.com").await;
        let verified = json!({ "email": "zhang@example.com", "challengeId": email_challenge, "code": code });
        person.put("/v1/me/email", verified).await.expect(204);
        assert_eq!(me(&person).await["email"], "z***@example.com");

        for identifier in [PHONE, number, "Zhang@Example.com", " 139 0000 0001 "] {
            let login = json!({ "identifier": identifier, "password": PASSWORD, "device": "另一部手机" });
            let entered = person.entered(stranger.post("/v1/auth/login/password", login).await);
            assert_eq!(me(&entered).await["id"], account["id"], "{identifier}");
        }
        let (challenge, code) = stranger.code("login", PHONE, PHONE).await;
        let login = json!({ "phone": PHONE, "challengeId": challenge, "code": code });
        let by_sms = stranger.entered(stranger.post("/v1/auth/login/sms", login).await);
        assert_eq!(me(&by_sms).await["id"], account["id"]);

        // the list of sign-ins, and ending one
        let sign_ins = person.get("/v1/me/sessions").await.expect(200)["items"].as_array().unwrap().clone();
        assert_eq!(sign_ins.len(), 6);
        let methods: Vec<_> = sign_ins.iter().map(|one| one["method"].as_str().unwrap()).collect();
        assert_eq!(methods.iter().filter(|method| **method == "password").count(), 4);
        assert!(methods.contains(&"registration") && methods.contains(&"sms"));
        let current: Vec<_> = sign_ins.iter().filter(|one| one["current"] == true).collect();
        assert_eq!((current.len(), &current[0]["device"]), (1, &json!("测试手机")));
        let other = sign_ins.iter().find(|one| one["method"] == "sms").unwrap()["id"].as_str().unwrap();
        person.delete(&format!("/v1/me/sessions/{other}")).await.expect(204);
        assert_eq!(person.delete(&format!("/v1/me/sessions/{other}")).await.code(), "not-found");
        let refreshed = stranger.post("/v1/auth/refresh", json!({ "refreshToken": by_sms.refresh })).await;
        assert_eq!(refreshed.code(), "session-ended");

        // another password, by the old one, and by a code that was mailed
        let change = json!({ "proof": { "password": PASSWORD }, "newPassword": "another horse" });
        person.put("/v1/me/password", change).await.expect(204);
        assert_eq!(person.get("/v1/me/sessions").await.expect(200)["items"].as_array().unwrap().len(), 1);
        let wanted = json!({ "purpose": "reset", "identifier": "zhang@example.com" });
        let sent = stranger.post("/v1/auth/codes", wanted).await.expect(202);
        assert_eq!(sent["sentTo"], "z***@example.com");
        let first = code_after(&stranger, 1).await;
        let reset = json!({
            "identifier": "zhang@example.com", "challengeId": sent["challengeId"], "code": first,
            "password": "a third horse",
        });
        stranger.post("/v1/auth/password/reset", reset).await.expect(204);
        let login = json!({ "identifier": number, "password": "a third horse" });
        let person = stranger.entered(stranger.post("/v1/auth/login/password", login).await);

        // data taken along, and leaving
        let export = person.get("/v1/me/export").await.expect(200);
        assert_eq!((&export["account"]["phone"], &export["account"]["number"]), (&json!(PHONE), &json!(number)));
        assert_eq!(export["consents"].as_array().unwrap().len(), 2);
        let topics: Vec<_> = export["notices"].as_array().unwrap().iter().map(|one| one["title"].clone()).collect();
        assert!(topics.contains(&json!("密码已修改")), "{topics:?}");
        let closing = person.post("/v1/me/closing", json!({ "proof": { "password": "a third horse" } })).await;
        assert!(closing.expect(202)["eraseAt"].is_string());
        assert_eq!(person.get("/v1/me/export").await.code(), "session-ended");
        let login = json!({ "identifier": number, "password": "a third horse" });
        let person = stranger.entered(stranger.post("/v1/auth/login/password", login).await);
        assert_eq!(me(&person).await["state"], "closing");
        person.delete("/v1/me/closing").await.expect(204);
        person.post("/v1/auth/logout", json!({})).await.expect(204);
        assert_eq!(person.get("/v1/me/export").await.code(), "session-ended");
        app.stop().await;
    }

    async fn a_sign_in_that_ended_opens_nothing_and_changes_nothing_at_once(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::registered(&app.base, PHONE).await;
        let card = person.cards().await[0].clone();
        let bound = person.bind(&card).await;
        let site = card["siteId"].as_str().unwrap();
        let reader = Reader::enrol(&app.base, site).await;
        assert_eq!(reader.show(&bound.code(0)).await, "ok");

        // the phone is lost; its owner ends its sign-in from another one
        let login = json!({ "identifier": PHONE, "password": PASSWORD });
        let other = person.entered(person.post("/v1/auth/login/password", login).await);
        let sign_ins = other.get("/v1/me/sessions").await.expect(200);
        let lost = sign_ins["items"].as_array().unwrap().iter().find(|one| one["current"] == false).unwrap();
        other.delete(&format!("/v1/me/sessions/{}", lost["id"].as_str().unwrap())).await.expect(204);

        assert_eq!(reader.show(&bound.code(1)).await, "revoked", "what the lost phone still mints is dead");
        for path in [format!("/v1/sites/{site}/credentials"), "/v1/me/export".to_owned()] {
            assert_eq!(person.get(&path).await.code(), "session-ended", "{path}");
        }
        assert_eq!(person.request(&card).await.code(), "session-ended");
        assert_eq!(person.delete(&format!("/v1/card-bindings/{}", bound.id)).await.code(), "session-ended");
        let change = json!({ "proof": { "password": PASSWORD }, "newPassword": "another horse" });
        assert_eq!(person.put("/v1/me/password", change).await.code(), "session-ended");
        // an ordinary call is believed until the token expires: no database is asked
        person.get("/v1/sites?limit=1").await.expect(200);

        let export = other.get("/v1/me/export").await.expect(200);
        assert_eq!((export["cards"].as_array().unwrap().len(), export["uses"].as_array().unwrap().len()), (1, 1));

        // the owner's other phone fetches the new key, and opens
        let renewed = other.credential(site, &bound.id).await;
        assert_eq!(reader.show(&renewed.code(0)).await, "ok");
        app.stop().await;
    }

    async fn data_of_a_wechat_user_is_merged_when_they_register_elsewhere(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let stranger = Person::stranger(&app.base);
        let code = stranger.wechat_code(Some("openid-of-zhang")).await;
        let shadow = stranger.entered(stranger.post("/v1/auth/login/wechat", json!({ "code": code })).await);
        assert_eq!(me(&shadow).await["consentsDue"], json!(["privacy", "terms"]));
        let card = shadow.cards().await[0].clone();
        let bound = shadow.bind(&card).await;
        let site = card["siteId"].as_str().unwrap();
        shadow.put("/v1/me/site", json!({ "siteId": site })).await.expect(200);
        let reader = Reader::enrol(&app.base, site).await;
        until("the notice arrives", async || {
            !shadow.get("/v1/notices").await.expect(200)["items"].as_array().unwrap().is_empty()
        }).await;

        let full = Person::registered(&app.base, PHONE).await;
        let login = json!({ "identifier": PHONE, "password": PASSWORD });
        assert_eq!(full.post("/v1/auth/login/password", login).await.expect(200)["wechatLinked"], false);
        let code = full.wechat_code(Some("openid-of-zhang")).await;
        assert_eq!(full.put("/v1/me/wechat", json!({ "code": code })).await.expect(200)["linked"], true);

        let cards = full.get("/v1/card-bindings").await.expect(200);
        assert_eq!(cards["items"][0]["id"], json!(bound.id));
        assert_eq!(full.get("/v1/me/site").await.expect(200)["id"], json!(site));
        let titles = async || full.get("/v1/notices").await.expect(200)["items"].as_array().unwrap().clone();
        until("all notices are there", async || {
            let titles: Vec<_> = titles().await.iter().map(|one| one["title"].clone()).collect();
            ["卡绑定成功", "账号已合并", "微信已关联"].iter().all(|title| titles.contains(&json!(title)))
        }).await;
        assert_eq!(reader.show(&bound.code(0)).await, "revoked", "the shadow's keys are dead");
        assert_eq!(reader.show(&full.credential(site, &bound.id).await.code(0)).await, "ok");
        let code = full.wechat_code(Some("openid-of-zhang")).await;
        let again = full.entered(full.post("/v1/auth/login/wechat", json!({ "code": code })).await);
        assert_eq!(me(&again).await["id"], me(&full).await["id"]);
        app.stop().await;
    }

    async fn an_erased_account_leaves_nothing_and_its_card_is_free(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::with(db, &cache, std::sync::Arc::new(kernel::SystemClock), |settings| {
            settings.auth.cooling_off_days = 0;
        }).await;
        let person = Person::registered(&app.base, PHONE).await;
        let card = person.cards().await[0].clone();
        let bound = person.bind(&card).await;
        let reader = Reader::enrol(&app.base, card["siteId"].as_str().unwrap()).await;
        person.post("/v1/me/closing", json!({ "proof": { "password": PASSWORD } })).await.expect(202);
        app.running.app.clean_up().await.unwrap();
        assert_eq!(reader.show(&bound.code(0)).await, "revoked");
        let login = json!({ "identifier": PHONE, "password": PASSWORD });
        assert_eq!(person.post("/v1/auth/login/password", login).await.code(), "wrong-credentials");
        assert_eq!(person.get("/v1/me").await.code(), "session-ended");
        let heir = Person::registered(&app.base, PHONE).await;
        heir.bind(&card).await;
        app.stop().await;
    }

    async fn roles_are_checked_on_every_request(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let admin = Person::registered(&app.base, PHONE).await;
        let member = Person::registered(&app.base, "13900000002").await;
        let number = me(&member).await["number"].clone();
        let site = admin.cards().await[0]["siteId"].clone();
        let role = json!({ "number": number, "role": "guard", "siteId": site });
        assert_eq!(admin.post("/v1/roles", role.clone()).await.code(), "forbidden");
        assert_eq!(admin.get("/v1/roles").await.code(), "forbidden");

        let said = operator(db, &app, &["admin", "create", "--number", me(&admin).await["number"].as_str().unwrap()]);
        assert!(said.contains("已授权"), "{said}");
        // said by another process that does not share the cache
        until("the server knows", async || admin.get("/v1/roles").await.status == 200).await;
        admin.post("/v1/roles", role).await.expect(204);
        let roles = me(&member).await["roles"].clone();
        assert_eq!(roles, json!([{ "role": "guard", "siteId": site }]));
        let held = admin.get(&format!("/v1/roles?siteId={}", site.as_str().unwrap())).await.expect(200);
        assert_eq!(held["items"][0]["number"], number);
        let path = format!("/v1/accounts/{}/state", number.as_str().unwrap());
        assert_eq!(member.put(&path, json!({ "disabled": true })).await.code(), "forbidden");
        let token = operator(db, &app, &["token", "--number", number.as_str().unwrap()]);
        let mut as_member = member.clone();
        as_member.token = token.trim().to_owned();
        assert_eq!(me(&as_member).await["number"], number);
        admin.put(&path, json!({ "disabled": true })).await.expect(204);
        assert_eq!(as_member.get("/v1/me/export").await.code(), "session-ended");
        assert_eq!(member.get("/v1/me/export").await.code(), "session-ended");
        app.stop().await;
    }
}

/// The code in the newest mail after so many others.
async fn code_after(person: &Person, others: usize) -> String {
    let mut mails = Value::Null;
    until("the mail arrives", async || {
        mails = person.get("/_sim/mail?email=zhang@example.com").await.expect(200)["items"].clone();
        mails.as_array().unwrap().len() > others
    })
    .await;
    mails[0]["code"].as_str().unwrap().into()
}

/// What an operator does by hand, beside the running server.
fn operator(db: &TestDatabase, app: &TestApp, arguments: &[&str]) -> String {
    let mut command = std::process::Command::new(crate::BINARY);
    command.args(arguments).env("KAIMEN__DATABASE__URL", &db.url).env("KAIMEN__SERVER__DATA_DIR", app.folder());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
