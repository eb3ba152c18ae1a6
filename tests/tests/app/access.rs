//! Who may open what, and when, as those say who run the site; and why.

use serde_json::{Value, json};
use store::on_every_database;
use tests::{Bound, Cache, Person, Reader, TestApp, until};

struct Site {
    id: String,
    admin: Person,
    bound: Bound,
    reader: Reader,
}

impl Site {
    async fn ready(app: &TestApp) -> Self {
        let person = Person::new(&app.base).await;
        let card = person.cards_at("测试Z停车场", "access").await[0].clone();
        let id = card["siteId"].as_str().unwrap().to_owned();
        let admin = Person::new(&app.base).await.running(&card["siteId"]).await;
        Self { bound: person.bind(&card).await, reader: Reader::enrol(&app.base, &id).await, id, admin }
    }

    fn door(&self, n: usize) -> Value {
        self.reader.doors[n]["doorId"].clone()
    }

    async fn access(&self) -> Value {
        self.admin.get(&format!("/v1/sites/{}/access", self.id)).await.expect(200)
    }

    /// Says anew who may open what; the next version.
    async fn set(&self, version: &mut i32, document: &Value) {
        self.admin.put_version(&format!("/v1/sites/{}/access", self.id), *version, document).await.expect(200);
        *version += 1;
    }

    async fn why(&self, card: &Value, door: &Value, also: &str) -> Value {
        let (card, door) = (card.as_str().unwrap(), door.as_str().unwrap());
        let path = format!("/v1/sites/{}/access/explanation?cardId={card}&doorId={door}{also}", self.id);
        self.admin.get(&path).await.expect(200)
    }
}

/// A rule for all cards at all doors and hours, with these changes.
fn rule(changes: Value) -> Value {
    let always: Vec<_> = (1..=7).map(|day| json!({ "weekday": day, "from": "00:00", "to": "24:00" })).collect();
    let mut rule = json!({
        "id": "0199a000-0000-7000-8000-000000000001", "name": "通行", "subject": { "who": "any" },
        "doors": { "which": "all" }, "schedule": always, "methods": ["qr", "shake"],
    });
    rule.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    rule
}

on_every_database! {
    async fn a_door_opens_by_its_rules_and_gives_the_reason_of_refusals(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let site = Site::ready(&app).await;
        let mut version = 1;
        let open = site.access().await;
        assert_eq!(open["rules"][0]["subject"]["who"], "any", "a new site lets every card in");
        let mut said = 0..;
        let mut scan = async || site.reader.show(&site.bound.code(said.next().unwrap())).await;
        assert_eq!(scan().await, "ok");
        for (document, reason) in [
            (json!({ "rules": [] }), "door_not_allowed"),
            (json!({ "rules": [rule(json!({ "subject": { "who": "kind", "kind": "member" } }))] }), "door_not_allowed"),
            (json!({ "rules": [rule(json!({ "subject": { "who": "kind", "kind": "access" } }))] }), "ok"),
            (json!({ "rules": [rule(json!({ "doors": { "which": "door", "doorId": site.door(1) } }))] }), "door_not_allowed"),
            (json!({ "rules": [rule(json!({ "methods": ["shake"] }))] }), "door_not_allowed"),
            (json!({ "rules": [rule(json!({ "schedule": [] }))] }), "outside_schedule"),
            (json!({ "rules": [rule(json!({ "validFrom": "2100-01-01T00:00:00Z" }))] }), "not_yet_valid"),
            (json!({ "rules": [rule(json!({ "validUntil": "2020-01-01T00:00:00Z" }))] }), "expired"),
            (json!({ "rules": [rule(json!({}))], "lockdown": {} }), "lockdown"),
            (json!({ "rules": [rule(json!({}))], "modes": { site.door(0).as_str().unwrap(): { "mode": "lockdown" } } }), "lockdown"),
            (json!({ "rules": [], "modes": { site.door(0).as_str().unwrap(): { "mode": "keep_unlocked" } } }), "ok"),
            (open, "ok"),
        ] {
            site.set(&mut version, &document).await;
            assert_eq!(scan().await, reason, "{document}");
        }
        app.stop().await;
    }

    async fn what_decided_is_explained(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let site = Site::ready(&app).await;
        let cards = site.admin.get(&format!("/v1/sites/{}/cards?limit=100", site.id)).await.expect(200);
        let card = cards["items"].as_array().unwrap().iter().find(|card| card["kind"] == "access").unwrap()["id"].clone();
        let group = "0199a000-0000-7000-8000-0000000000aa";
        let office = [1, 2, 3, 4, 5].map(|day| json!({ "weekday": day, "from": "08:00", "to": "18:00" }));
        let document = json!({
            "holidays": [{ "name": "国庆节", "from": "2026-10-01", "until": "2026-10-07", "yearly": true, "hours": [] }],
            "doorGroups": [{ "id": group, "name": "大门组", "doors": [site.door(0)] }],
            "rules": [
                rule(json!({ "name": "工作日", "doors": { "which": "group", "groupId": group }, "schedule": office })),
                rule(json!({ "id": "0199a000-0000-7000-8000-000000000002", "name": "车主", "subject": { "who": "kind", "kind": "member" } })),
            ],
        });
        site.set(&mut 1, &document).await;
        let why = site.why(&card, &site.door(0), "&at=2026-11-25T10:00:00%2B08:00").await;
        assert_eq!((&why["decision"], &why["by"], &why["text"]), (&json!("grant"), &json!("rule"), &json!("现在可通行")));
        assert_eq!(why["ruleId"], document["rules"][0]["id"]);
        assert_eq!(why["changesAt"], "2026-11-25T10:00:00Z", "18:00 in Shanghai");
        let verdicts: Vec<_> = why["rules"].as_array().unwrap().iter().map(|rule| (rule["name"].as_str().unwrap(), rule["verdict"].as_str().unwrap())).collect();
        assert_eq!(verdicts, [("工作日", "opens"), ("车主", "other_subject")]);
        let late = site.why(&card, &site.door(0), "&at=2026-11-25T20:00:00%2B08:00").await;
        assert_eq!((&late["reason"], &late["rules"][0]["text"]), (&json!("outside_schedule"), &json!("不在通行时段")));
        let feast = site.why(&card, &site.door(0), "&at=2027-10-02T10:00:00%2B08:00").await;
        assert_eq!((&feast["reason"], &feast["holiday"]), (&json!("outside_schedule"), &json!("国庆节")));
        let other = site.why(&card, &site.door(1), "").await;
        assert_eq!((&other["reason"], &other["by"]), (&json!("door_not_allowed"), &json!("no_rule")));
        let path = format!("/v1/sites/{}/cards/{}/state", site.id, card.as_str().unwrap());
        site.admin.put(&path, json!({ "state": "lost" })).await.expect(204);
        let lost = site.why(&card, &site.door(0), "&at=2026-11-25T10:00:00%2B08:00").await;
        assert_eq!((&lost["reason"], &lost["by"], &lost["cardState"]), (&json!("card_lost"), &json!("card"), &json!("lost")));
        app.stop().await;
    }

    async fn rules_that_do_not_hold_together_are_refused_and_nothing_changes(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let site = Site::ready(&app).await;
        let path = format!("/v1/sites/{}/access", site.id);
        let before = site.access().await;
        let nobody = "0199a000-0000-7000-8000-0000000000ff";
        for (document, status, field) in [
            (json!({ "rules": [rule(json!({ "doors": { "which": "door", "doorId": nobody } }))] }), 422, "rules[0].doors"),
            (json!({ "rules": [rule(json!({ "doors": { "which": "group", "groupId": nobody } }))] }), 422, "rules[0].doors"),
            (json!({ "rules": [rule(json!({ "subject": { "who": "group", "groupId": nobody } }))] }), 422, "rules[0].subject"),
            (json!({ "rules": [rule(json!({})), rule(json!({ "name": "另一条" }))] }), 422, "rules[1].id"),
            (json!({ "rules": [rule(json!({ "name": " " }))] }), 422, "rules[0].name"),
            (json!({ "modes": { nobody: { "mode": "lockdown" } } }), 422, &format!("modes.{nobody}")),
            (json!({ "lockdown": { "until": "2020-01-01T00:00:00Z" } }), 422, "lockdown.until"),
            (json!({ "lockdown": { "untill": "2100-01-01T00:00:00Z" } }), 400, ""),
            (json!({ "rules": [rule(json!({ "doors": { "which": "door", "door": nobody } }))] }), 400, ""),
            (json!({ "rules": [rule(json!({ "schedule": [{ "weekday": 8, "from": "08:00", "to": "18:00" }] }))] }), 400, ""),
            (json!({ "rules": [rule(json!({ "methods": ["magic"] }))] }), 400, ""),
            (json!({ "regeln": [] }), 400, ""),
        ] {
            let answer = site.admin.put_version(&path, 1, &document).await;
            assert_eq!((answer.status, answer.body["errors"][0]["field"].as_str().unwrap_or_default()), (status, field), "{document}");
        }
        assert_eq!(site.admin.put(&path, json!({})).await.code(), "if-match-missing");
        for stale in [0, 7] {
            assert_eq!(site.admin.put_version(&path, stale, &json!({})).await.code(), "access-changed");
        }
        let (one, two) = (json!({ "rules": [] }), json!({ "rules": [rule(json!({}))] }));
        let both = [site.admin.put_version(&path, 1, &one), site.admin.put_version(&path, 1, &two)];
        let mut statuses: Vec<_> = futures_util::future::join_all(both).await.into_iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "of two who change it at once one is told");
        let stranger = Person::new(&app.base).await;
        let elsewhere = stranger.clone().running(&stranger.cards_at("麓谷科技园", "access").await[0]["siteId"]).await;
        assert_eq!((elsewhere.get(&path).await.status, elsewhere.put_version(&path, 2, &before).await.status), (403, 403));
        app.stop().await;
    }

    async fn another_process_follows_a_change_within_a_second(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let folder = tempfile::TempDir::new().unwrap();
        let one = tests::Process::start(crate::BINARY, &db.url, &cache, folder.path()).await;
        let two = tests::Process::start(crate::BINARY, &db.url, &cache, folder.path()).await;
        let person = Person::new(&one.base).await.with_inbox(&two.base);
        let card = person.cards_at("测试Z停车场", "access").await[0].clone();
        let site = card["siteId"].as_str().unwrap().to_owned();
        let bound = person.bind(&card).await;
        let reader = Reader::enrol(&one.base, &site).await.at(&two.base);
        assert_eq!(reader.show(&bound.code(0)).await, "ok");
        let admin = Person::new(&one.base).await.running(&card["siteId"]).await;
        admin.put_version(&format!("/v1/sites/{site}/access"), 1, &json!({ "lockdown": {} })).await.expect(200);
        let mut n = 0;
        until("the other process closes too", async || {
            n += 1;
            reader.show(&bound.code(n)).await == "lockdown"
        }).await;
    }
}
