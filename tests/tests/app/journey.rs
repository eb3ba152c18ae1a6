//! The main job: log in, choose a site, bind a card, show a code, the door opens, once.

use serde_json::json;
use store::on_every_database;
use tests::{Cache, Person, Reader, TestApp, until};

on_every_database! {
    async fn a_code_opens_the_door_once_and_is_on_record(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::new(&app.base).await;
        let me = person.get("/v1/me").await.expect(200);
        let sites = person.get("/v1/sites?limit=100").await.expect(200);
        let sites = sites["items"].as_array().unwrap();
        assert_eq!(sites.len(), 14);
        assert_eq!(sites.iter().filter(|site| site["address"].is_null()).count(), 1);
        let site = sites.iter().find(|site| site["name"] == "测试Z停车场").unwrap();
        let whole = person.get(&format!("/v1/sites/{}", site["id"].as_str().unwrap())).await.expect(200);
        assert!(whole["entryNotice"].as_str().unwrap().contains("消防通道"));
        assert_eq!((&whole["visitingHours"], &whole["timeZone"]), (&json!("全天"), &json!("Asia/Shanghai")));
        assert_eq!(person.get("/v1/me/site").await.code(), "not-found");
        person.put("/v1/me/site", json!({ "siteId": site["id"] })).await.expect(200);
        assert_eq!(person.get("/v1/me/site").await.expect(200)["name"], "测试Z停车场");

        let cards = person.cards().await;
        let card = cards.iter().find(|card| card["siteId"] == site["id"]).unwrap();
        let bound = person.bind(card).await;
        let reader = Reader::enrol(&app.base, site["id"].as_str().unwrap()).await;
        let door = reader.doors[0]["doorId"].as_str().unwrap();
        let pulses = async || person.get(&format!("/_sim/doors/{door}")).await.expect(200)["pulses"].as_u64().unwrap();
        assert_eq!(pulses().await, 0);

        let code = bound.code(0);
        let first = reader.scan(&code);
        let granted = reader.send(&first).await.expect(200);
        assert_eq!((&granted["decision"], &granted["reason"]), (&json!("grant"), &json!("ok")));
        assert_eq!(pulses().await, 1);
        assert_eq!(reader.show(&code).await, "replayed");
        let mut again = first.clone();
        again.nonce = reader.scan(&code).nonce;
        assert_eq!(reader.send(&again).await.expect(200), granted, "a retry of a scan gets the same answer");
        assert_eq!(pulses().await, 1, "and no second pulse");
        assert_eq!(reader.show(&bound.code(1)).await, "ok");
        assert_eq!(pulses().await, 2);

        let uses = person.get(&format!("/v1/card-bindings/{}/uses", bound.id)).await.expect(200);
        let mut reasons: Vec<_> = uses["items"].as_array().unwrap().iter().map(|one| one["reason"].clone()).collect();
        reasons.sort_by_key(|reason| reason.to_string());
        assert_eq!(reasons, [json!("ok"), json!("ok"), json!("replayed")]);

        let late = bound.code(2);
        person.delete(&format!("/v1/card-bindings/{}", bound.id)).await.expect(204);
        assert_eq!(reader.show(&late).await, "revoked");
        assert_eq!(pulses().await, 2);
        assert_eq!(person.delete(&format!("/v1/card-bindings/{}", bound.id)).await.code(), "card-not-bound");
        until("both notices arrive", async || {
            person.get("/v1/notices").await.expect(200)["items"].as_array().unwrap().len() == 2
        }).await;
        assert_eq!(person.get("/v1/me").await.expect(200), me);
        app.stop().await;
    }

    async fn a_list_is_read_to_its_end_in_parts(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::new(&app.base).await;
        let whole = person.get("/v1/sites?limit=100").await.expect(200);
        let (mut parts, mut path) = (Vec::new(), "/v1/sites?limit=4".to_owned());
        loop {
            let part = person.get(&path).await.expect(200);
            parts.extend(part["items"].as_array().unwrap().clone());
            let Some(cursor) = part["nextCursor"].as_str() else { break };
            path = format!("/v1/sites?limit=4&cursor={cursor}");
        }
        assert_eq!(json!(parts), whole["items"]);
        let names: Vec<_> = parts.iter().map(|site| site["name"].as_str().unwrap()).collect();
        let place = |name| names.iter().position(|one| *one == name).unwrap();
        assert!(place("测试Z停车场") < place("麓谷科技园") && place("麓谷科技园") < place("株洲动力谷"), "by pinyin: {names:?}");
        assert_eq!(person.get("/v1/sites?cursor=rubbish").await.code(), "bad-cursor");
        app.stop().await;
    }
}
