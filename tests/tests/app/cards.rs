//! A bound card: what is seen of it, what its issuer makes of it, and who may share it.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::{Value, json};
use store::on_every_database;
use tests::{Cache, Person, Reader, TestApp, until};

const SITE: &str = "测试Z停车场";

async fn state(person: &Person, id: &str) -> Value {
    person.get(&format!("/v1/card-bindings/{id}")).await.expect(200)["state"].clone()
}

async fn told(person: &Person, title: &str) -> Value {
    let mut found = Value::Null;
    until("the notice comes", async || {
        let all = person.get("/v1/notices").await.expect(200)["items"].clone();
        found = all.as_array().unwrap().iter().find(|one| one["title"] == title).cloned().unwrap_or_default();
        !found.is_null()
    })
    .await;
    found["body"].clone()
}

/// The id of a card, as those know it who run its site.
async fn card_id(admin: &Person, card: &Value) -> Value {
    let mut path = format!("/v1/sites/{}/cards?limit=100", card["siteId"].as_str().unwrap());
    loop {
        let part = admin.get(&path).await.expect(200);
        let of_number = |one: &&Value| one["number"] == card["number"];
        if let Some(found) = part["items"].as_array().unwrap().iter().find(of_number) {
            return found["id"].clone();
        }
        let cursor = part["nextCursor"].as_str().expect("the card");
        path = format!("/v1/sites/{}/cards?limit=100&cursor={cursor}", card["siteId"].as_str().unwrap());
    }
}

async fn set_state(admin: &Person, card: &Value, id: &Value, state: Value) -> u16 {
    let path = format!("/v1/sites/{}/cards/{}/state", card["siteId"].as_str().unwrap(), id.as_str().unwrap());
    admin.put(&path, state).await.status
}

on_every_database! {
    async fn card_details_are_complete_and_names_are_masked(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::new(&app.base).await;
        let (member, stored) = (person.cards_at(SITE, "member").await[0].clone(), person.cards_at(SITE, "stored_value").await[0].clone());
        let (car, purse) = (person.bind(&member).await, person.bind(&stored).await);
        let seen = person.get(&format!("/v1/card-bindings/{}", car.id)).await.expect(200);
        assert_eq!((&seen["state"], &seen["kind"], &seen["card"]["state"]), (&json!("bound"), &json!("member"), &json!("active")));
        assert_eq!(seen["number"], "******1001");
        assert_eq!((&seen["holder"], &seen["plates"]), (&json!("陈**"), &json!(["湘A***00"])));
        let doors: Vec<_> = seen["doors"].as_array().unwrap().iter().map(|door| door["name"].as_str().unwrap()).collect();
        assert_eq!((doors.len(), doors.contains(&"大门"), doors.contains(&"车库门")), (2, true, true));
        assert_eq!((&seen["doors"][0]["hours"], &seen["doors"][0]["text"]), (&json!("全天"), &json!("现在可通行")));
        assert_eq!(seen["doors"][0]["methods"], json!(["qr", "shake"]));
        let listed = person.get("/v1/card-bindings").await.expect(200)["items"].clone();
        assert_eq!(listed.as_array().unwrap().len(), 2);
        let purse = listed.as_array().unwrap().iter().find(|one| one["id"] == purse.id).unwrap();
        assert_eq!((purse["card"]["balance"].as_i64(), purse["card"]["asOf"].is_string()), (stored["balance"].as_i64(), true));
        for secret in [member["holder"].as_str().unwrap(), member["phone"].as_str().unwrap(), member["plate"].as_str().unwrap()] {
            assert!(!format!("{seen}{listed}").contains(secret), "{secret}");
        }
        app.stop().await;
    }

    async fn a_state_set_by_the_issuer_suspends_and_resumes_a_binding(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::new(&app.base).await;
        let card = person.cards_at(SITE, "access").await[0].clone();
        let admin = Person::new(&app.base).await.running(&card["siteId"]).await;
        let reader = Reader::enrol(&app.base, card["siteId"].as_str().unwrap()).await;
        let bound = person.bind(&card).await;
        let id = card_id(&admin, &card).await;
        assert_eq!(set_state(&person, &card, &id, json!({ "state": "lost" })).await, 403, "nobody else says so");
        for (n, (word, reason, why)) in (0..).zip([("lost", "card_lost", "挂失"), ("frozen", "card_frozen", "冻结")]) {
            assert_eq!(set_state(&admin, &card, &id, json!({ "state": word })).await, 204);
            assert_eq!(state(&person, &bound.id).await, "suspended");
            assert_eq!(reader.show(&bound.code(n)).await, reason);
            assert!(told(&person, "卡已暂停使用").await.as_str().unwrap().contains(why) || n > 0);
            let keys = person.get(&format!("/v1/sites/{}/credentials", bound.site)).await.expect(200);
            assert_eq!((&keys["credentials"][0]["reason"], &keys["credentials"][0]["keys"]), (&json!(reason), &json!([])));
            assert_eq!(set_state(&admin, &card, &id, json!({ "state": "active" })).await, 204);
            assert_eq!(state(&person, &bound.id).await, "bound");
            assert_eq!(reader.show(&bound.code(10 + n)).await, "ok");
        }
        told(&person, "卡已恢复使用").await;
        let other = person.cards_at(SITE, "access").await[1].clone();
        let successor = card_id(&admin, &other).await;
        assert_eq!(set_state(&admin, &card, &id, json!({ "state": "replaced" })).await, 422);
        assert_eq!(set_state(&admin, &card, &id, json!({ "state": "replaced", "replacedBy": id })).await, 409);
        assert_eq!(set_state(&admin, &card, &id, json!({ "state": "replaced", "replacedBy": successor })).await, 204);
        let followed = person.get(&format!("/v1/card-bindings/{}", bound.id)).await.expect(200);
        let tail = &other["number"].as_str().unwrap()[6..];
        assert!(followed["number"].as_str().unwrap().ends_with(tail), "it goes on with the new card");
        assert_eq!(followed["state"], "suspended", "whose phone on file is another's");
        assert_eq!(reader.show(&bound.code(20)).await, "binding_suspended");
        assert_eq!(set_state(&admin, &card, &successor, json!({ "state": "returned" })).await, 204);
        assert_eq!(state(&person, &bound.id).await, "revoked");
        assert_eq!(reader.show(&bound.code(21)).await, "revoked");
        app.stop().await;
    }

    async fn a_card_replaced_by_one_that_is_bound_already_ends_its_binding(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::new(&app.base).await;
        let cards = person.cards_at(SITE, "access").await;
        let admin = Person::new(&app.base).await.running(&cards[0]["siteId"]).await;
        let (old, new) = (person.bind(&cards[0]).await, person.bind(&cards[1]).await);
        let (from, to) = (card_id(&admin, &cards[0]).await, card_id(&admin, &cards[1]).await);
        assert_eq!(set_state(&admin, &cards[0], &from, json!({ "state": "replaced", "replacedBy": to })).await, 204);
        assert_eq!((state(&person, &old.id).await, state(&person, &new.id).await), (json!("superseded"), json!("bound")));
        assert_eq!(set_state(&admin, &cards[1], &to, json!({ "state": "replaced", "replacedBy": from })).await, 409);
        app.stop().await;
    }

    async fn a_lost_card_is_not_bound_and_its_owner_is_told_after_the_proof(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::new(&app.base).await;
        let card = person.cards_at(SITE, "access").await[0].clone();
        let admin = Person::new(&app.base).await.running(&card["siteId"]).await;
        let id = card_id(&admin, &card).await;
        set_state(&admin, &card, &id, json!({ "state": "lost" })).await;
        let asked = person.request(&card).await.expect(201);
        let code = person.sms(card["phone"].as_str().unwrap()).await;
        let path = format!("/v1/card-bindings/{}/confirm", asked["id"].as_str().unwrap());
        assert_eq!(person.post(&path, json!({ "code": code })).await.code(), "card-not-usable");
        assert_eq!(state(&person, asked["id"].as_str().unwrap()).await, "failed");
        app.stop().await;
    }

    async fn a_household_shares_a_card_up_to_its_sites_limit(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let first = Person::new(&app.base).await;
        let card = first.cards().await.into_iter().find(|card| card["shared"] == true).unwrap();
        let site = card["siteId"].as_str().unwrap().to_owned();
        let admin = Person::new(&app.base).await.running(&card["siteId"]).await;
        admin.change_settings(&site, |settings| settings["householdLimit"] = json!(2)).await.expect(200);
        let reader = Reader::enrol(&app.base, &site).await;
        let (second, third) = (Person::new(&app.base).await, Person::new(&app.base).await);
        let (one, two) = (first.bind(&card).await, second.bind(&card).await);
        assert_eq!((reader.show(&one.code(0)).await, reader.show(&two.code(0)).await), ("ok".into(), "ok".into()));
        assert_eq!(first.bind(&card).await.id, one.id, "binding again what is mine is success");
        let asked = third.request(&card).await.expect(201);
        let code = third.sms_after(card["phone"].as_str().unwrap(), 3).await;
        let path = format!("/v1/card-bindings/{}/confirm", asked["id"].as_str().unwrap());
        assert_eq!(third.post(&path, json!({ "code": code })).await.code(), "card-household-full");
        first.delete(&format!("/v1/card-bindings/{}", one.id)).await.expect(204);
        assert_eq!(reader.show(&one.code(1)).await, "revoked");
        let three = third.bind(&card).await;
        assert_eq!((reader.show(&two.code(1)).await, reader.show(&three.code(0)).await), ("ok".into(), "ok".into()));
        app.stop().await;
    }

    async fn of_64_who_prove_one_phone_at_once_one_is_bound_and_63_get_the_reason(db) {
        const MANY: usize = 64;
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let first = Person::new(&app.base).await;
        let card = first.cards_at(SITE, "access").await[0].clone();
        let (mut asked, phone) = (Vec::new(), card["phone"].as_str().unwrap());
        for n in 0..MANY {
            let person = Person::new(&app.base).await;
            let id = person.request(&card).await.expect(201)["id"].as_str().unwrap().to_owned();
            asked.push((person.clone(), id, person.sms_after(phone, n).await));
        }
        let confirm = |(person, id, code): &(Person, String, String)| {
            let (person, path, body) = (person.clone(), format!("/v1/card-bindings/{id}/confirm"), json!({ "code": code }));
            async move { person.post(&path, body).await.status }
        };
        assert_eq!(join_all(asked.iter().map(confirm)).await, [200; MANY], "everybody proved the phone");
        let mut states: BTreeMap<String, usize> = BTreeMap::new();
        for (person, id, _) in &asked {
            let state = state(person, id).await.as_str().unwrap().to_owned();
            if state == "superseded" {
                assert!(told(person, "卡已解除绑定").await.as_str().unwrap().contains("另一个账号"));
            }
            *states.entry(state).or_default() += 1;
        }
        assert_eq!(states, BTreeMap::from([("bound".into(), 1), ("superseded".into(), MANY - 1)]));
        app.stop().await;
    }
}
