//! Opening without a reader: one shake, one pulse; never late; only where somebody is and may.

use futures_util::future::join_all;
use kernel::Clock;
use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};
use store::on_every_database;
use tests::{Answer, Cache, Person, Process, Redis, TestApp, until};
use tokio::io::AsyncWriteExt;

const SITE: &str = "测试Z停车场";

/// Somebody with a card of the site.
struct Holder {
    person: Person,
    card: Value,
    binding: String,
}

impl Holder {
    async fn nth(base: &str, n: usize) -> Self {
        let person = Person::new(base).await;
        let card = person.cards_at(SITE, "access").await.remove(n);
        let binding = person.bind(&card).await.id;
        Self { person, card, binding }
    }

    fn site(&self) -> &str {
        self.card["siteId"].as_str().unwrap()
    }

    /// So many metres north of the first door.
    fn at(&self, metres: f64) -> Value {
        let position = json!({ "lng": 112.93, "lat": 28.20 + metres / 111_195.0, "accuracy": 20 });
        json!({ "siteId": self.site(), "position": position })
    }

    async fn doors(&self) -> Vec<Value> {
        self.person.get(&format!("/_sim/doors?siteId={}", self.site())).await.expect(200).as_array().unwrap().clone()
    }

    async fn pulses(&self) -> u64 {
        self.doors().await.iter().map(|door| door["pulses"].as_u64().unwrap()).sum()
    }
}

async fn shake(person: &Person, key: &str, request: &Value) -> Answer {
    person.post_as(key, "/v1/unlocks", request).await
}

fn names(answer: &Answer) -> Vec<&str> {
    answer.body["doors"].as_array().unwrap().iter().map(|door| door["name"].as_str().unwrap()).collect()
}

on_every_database! {
    async fn the_door_that_is_near_opens_and_the_same_shake_moves_it_once(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let holder = Holder::nth(&app.base, 0).await;
        let Holder { person, binding, .. } = &holder;
        let opened = shake(person, "first", &holder.at(10.0)).await.expect(200);
        assert_eq!((&opened["state"], &opened["reason"], &opened["text"]), (&json!("acked"), &json!("ok"), &json!("已开门")));
        assert_eq!(opened["door"]["name"], "大门");
        assert_eq!(holder.pulses().await, 1);
        for request in [holder.at(10.0), holder.at(9000.0)] {
            assert_eq!(shake(person, "first", &request).await.expect(200), opened, "the same shake");
        }
        let garage = holder.doors().await.into_iter().find(|door| door["name"] == "车库门").unwrap()["id"].clone();
        let another = json!({ "siteId": holder.site(), "doorId": garage });
        assert_eq!(shake(person, "first", &another).await.code(), "idempotency-key-reused");
        let path = format!("/v1/unlocks/{}", opened["id"].as_str().unwrap());
        assert_eq!(person.get(&path).await.expect(200), opened);
        assert_eq!(Person::new(&app.base).await.get(&path).await.code(), "not-found");
        let soon = shake(person, "second", &holder.at(10.0)).await;
        assert_eq!(soon.code(), "too-many-unlocks");
        assert_eq!(holder.pulses().await, 1);
        let uses = person.get(&format!("/v1/card-bindings/{binding}/uses")).await.expect(200);
        let uses = uses["items"].as_array().unwrap();
        assert_eq!((uses.len(), &uses[0]["reason"], &uses[0]["doorName"]), (1, &json!("ok"), &json!("大门")));
        // somebody else's same word for it is another shake
        let other = Holder::nth(&app.base, 1).await;
        let theirs = shake(&other.person, "first", &other.at(230.0)).await.expect(200);
        assert_eq!(theirs["door"]["name"], "车库门");
        assert_ne!(theirs["id"], opened["id"]);
        assert_eq!(other.person.get(&path).await.code(), "not-found", "nor is it theirs who hold a card there too");
        app.stop().await;
    }

    async fn a_user_who_is_not_near_chooses_a_door_or_is_refused(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let holder = Holder::nth(&app.base, 0).await;
        let (person, site) = (&holder.person, holder.site());
        let anywhere = json!({ "siteId": site });
        let choose = shake(person, "a", &anywhere).await;
        assert_eq!((choose.status, choose.code()), (409, "choose-door"));
        let mut doors = names(&choose);
        doors.sort_unstable();
        assert_eq!(doors, ["大门", "车库门"]);
        let coarse = json!({ "siteId": site, "position": { "lng": 112.93, "lat": 28.2, "accuracy": 500 } });
        assert_eq!(shake(person, "a", &coarse).await.code(), "choose-door");
        let between = shake(person, "b", &json!({ "siteId": site, "position": { "lng": 112.93, "lat": 28.201, "accuracy": 60 } })).await;
        assert_eq!(between.code(), "choose-door");
        assert!(between.body["doors"][0]["distance"].as_u64().unwrap() <= 115);
        assert_eq!(shake(person, "c", &holder.at(5000.0)).await.code(), "no-door-near");
        let garage = choose.body["doors"].as_array().unwrap().iter().find(|door| door["name"] == "车库门").unwrap()["id"].clone();
        let mut far = holder.at(0.0);
        far["doorId"] = garage.clone();
        assert_eq!(shake(person, "d", &far).await.code(), "no-door-near", "a position that says otherwise counts");
        let ours = person.get(&format!("/v1/sites/{site}")).await.expect(200)["beaconUuid"].clone();
        let heard = |minor: u16, rssi: i16| json!({ "uuid": ours, "major": 0, "minor": minor, "rssi": rssi });
        let alike = json!({ "siteId": site, "beacons": [heard(1, -60), heard(2, -64)] });
        assert_eq!(names(&shake(person, "e", &alike).await), ["大门", "车库门"], "the best first");
        let stranger = json!({ "siteId": site, "beacons": [{ "uuid": uuid(), "major": 0, "minor": 1, "rssi": -40 }] });
        assert_eq!(shake(person, "e", &stranger).await.code(), "choose-door");
        assert_eq!(holder.pulses().await, 0);
        let clear = json!({ "siteId": site, "beacons": [heard(1, -75), heard(2, -60)] });
        assert_eq!(shake(person, "f", &clear).await.expect(200)["door"]["name"], "车库门");
        let other = Holder::nth(&app.base, 1).await;
        let chosen = json!({ "siteId": site, "doorId": garage, "bindingId": other.binding });
        assert_eq!(shake(&other.person, "g", &chosen).await.expect(200)["door"]["name"], "车库门");
        assert_eq!(holder.pulses().await, 2);

        assert_eq!(shake(person, "h", &json!({ "siteId": site, "bindingId": other.binding })).await.code(), "not-found");
        assert_eq!(shake(person, "h", &json!({ "siteId": site, "doorId": uuid() })).await.code(), "no-shake-door");
        assert_eq!(shake(person, "h", &json!({ "siteId": uuid() })).await.code(), "site-not-found");
        assert_eq!(shake(&Person::new(&app.base).await, "h", &anywhere).await.code(), "no-card-here");
        assert_eq!(person.post("/v1/unlocks", anywhere.clone()).await.code(), "idempotency-key-missing");
        for odd in [
            json!({ "siteId": site, "position": { "lng": 181, "lat": 0, "accuracy": 1 } }),
            json!({ "siteId": site, "position": { "lng": 112.93, "lat": 28.2, "accuracy": -1 } }),
            json!({ "siteId": site, "position": { "lng": 112.93, "lat": 28.2 } }),
            json!({ "siteId": site, "beacons": vec![heard(9, -60); 33] }),
        ] {
            assert_eq!(shake(person, "h", &odd).await.code(), "choose-door", "says nothing: {odd}");
        }
        for bad in [json!({}), json!({ "siteId": "?" }), json!({ "siteId": site, "beacons": [{}] })] {
            assert_eq!(shake(person, "h", &bad).await.status, 400, "{bad}");
        }
        let past = json!({ "siteId": site, "doorId": garage, "notAfter": "2026-01-01T00:00:00Z" });
        assert_eq!(shake(person, "h", &past).await.code(), "unlock-too-late");
        assert_eq!(holder.pulses().await, 2);
        person.delete(&format!("/v1/card-bindings/{}", holder.binding)).await.expect(204);
        assert_eq!(shake(person, "i", &holder.at(0.0)).await.code(), "no-card-here");
        // an unbound card is named where it is asked for, at its own site
        let named = json!({ "siteId": site, "bindingId": holder.binding });
        let ended = shake(person, "j", &named).await.expect(200);
        assert_eq!((&ended["state"], &ended["reason"], &ended["door"]), (&json!("denied"), &json!("revoked"), &Value::Null));
        let elsewhere = person.cards_at("麓谷科技园", "access").await[0]["siteId"].clone();
        let named = json!({ "siteId": elsewhere, "bindingId": holder.binding });
        assert_eq!(shake(person, "j", &named).await.code(), "not-found");
        app.stop().await;
    }

    async fn one_shake_that_comes_64_times_at_once_is_one_pulse(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        for n in 0..3 {
            let holder = Holder::nth(&app.base, n).await;
            let (before, request) = (holder.pulses().await, holder.at(0.0));
            let told = join_all((0..64).map(|_| shake(&holder.person, "shake", &request))).await;
            let first = told[0].body.clone();
            assert_eq!(first["state"], "acked");
            for one in told {
                assert_eq!(one.expect(200), first);
            }
            assert_eq!(holder.pulses().await, before + 1);
        }
        app.stop().await;
    }

    async fn two_processes_that_share_no_cache_move_the_lock_once(db) {
        if db.backend == store::testing::Backend::Sqlite {
            return; // is one process's
        }
        let folder = tempfile::TempDir::new().unwrap();
        let one = Process::start(crate::BINARY, &db.url, &Cache::Own, folder.path()).await;
        let two = Process::start(crate::BINARY, &db.url, &Cache::Own, folder.path()).await;
        let person = Person::new(&one.base).await.with_inbox(&two.base);
        let card = person.cards_at(SITE, "access").await.remove(0);
        person.bind(&card).await;
        let doors = person.get(&format!("/_sim/doors?siteId={}", card["siteId"].as_str().unwrap())).await.expect(200);
        let request = json!({ "siteId": card["siteId"], "doorId": doors[0]["id"] });
        let there = person.at(&two.base);
        until("the other process knows the card", async || shake(&there, "other", &json!({ "siteId": card["siteId"] })).await.code() == "choose-door").await;
        let told = join_all((0..64).map(|n| shake(if n % 2 == 0 { &person } else { &there }, "shake", &request))).await;
        assert!(told.iter().all(|one| one.body["id"] == told[0].body["id"]), "one order");
        assert!(told.iter().all(|one| one.body["state"] == "acked"), "{:?}", told.iter().map(|one| &one.body).collect::<Vec<_>>());
        let door = format!("/_sim/doors/{}", doors[0]["id"].as_str().unwrap());
        let pulses = async |person: &Person| person.get(&door).await.expect(200)["pulses"].as_u64().unwrap();
        assert_eq!(pulses(&person).await + pulses(&there).await, 1);
    }

    async fn a_command_that_arrives_too_late_opens_nothing(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let holder = Holder::nth(&app.base, 0).await;
        let Holder { person, binding, .. } = &holder;
        let door = holder.doors().await.into_iter().find(|door| door["name"] == "大门").unwrap()["id"].clone();
        let fault = json!({ "target": "door", "doorId": door, "fault": "stuck", "times": 1 });
        person.post("/_sim/faults", fault).await.expect(204);
        let request = holder.at(0.0);
        let waiting = shake(person, "shake", &request).await.expect(202);
        assert_eq!((&waiting["state"], &waiting["text"]), (&json!("sent"), &json!("正在开门")));
        assert_eq!(shake(person, "shake", &request).await.expect(202), waiting, "the same shake asks the door no second time");
        let path = format!("/v1/unlocks/{}", waiting["id"].as_str().unwrap());
        until("its time is over", async || person.get(&path).await.body["state"] == "expired").await;
        let over = person.get(&path).await.expect(200);
        assert_eq!((&over["reason"], &over["text"]), (&json!("door_not_opened"), &json!("门未响应")));
        let arrivals = format!("/_sim/doors/{}/arrivals", door.as_str().unwrap());
        assert_eq!(person.post(&arrivals, json!({})).await.expect(200), json!({ "arrived": 1, "opened": 0 }));
        assert_eq!(holder.pulses().await, 0);
        assert_eq!(shake(person, "shake", &request).await.expect(200), over, "nor is it sent again");
        assert_eq!(holder.pulses().await, 0);
        until("it is on record", async || {
            let uses = person.get(&format!("/v1/card-bindings/{binding}/uses")).await.expect(200);
            uses["items"][0]["reason"] == "door_not_opened"
        }).await;
        app.stop().await;
    }

    async fn a_shake_whose_phone_hangs_up_opens_all_the_same(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let address = app.base.trim_start_matches("http://");
        for n in 0..5 {
            let holder = Holder::nth(&app.base, n).await;
            let (before, request) = (holder.pulses().await, holder.at(0.0));
            let body = request.to_string();
            let raw = format!(
                "POST /v1/unlocks HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nIdempotency-Key: shake\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                holder.person.token,
                body.len(),
            );
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            stream.write_all(raw.as_bytes()).await.unwrap();
            drop(stream);
            until("it was opened, or is now", async || {
                shake(&holder.person, "shake", &request).await.body["state"] == "acked"
            }).await;
            assert_eq!(holder.pulses().await, before + 1);
        }
        app.stop().await;
    }

    async fn without_the_shared_cache_a_careful_site_opens_nothing(db) {
        if db.backend == store::testing::Backend::Sqlite {
            return; // has no shared cache to lose
        }
        let mut redis = Redis::start().await;
        let app = TestApp::over(db, &Cache::Redis(redis.url())).await;
        // before anybody asks a door there
        let direct = Database::connect(&db.url).await.unwrap();
        direct.execute_unprepared("UPDATE sites SET cache_loss = 1").await.unwrap();
        direct.close().await.unwrap();
        let holder = Holder::nth(&app.base, 0).await;
        redis.kill_9();
        let told = shake(&holder.person, "shake", &holder.at(0.0)).await.expect(200);
        assert_eq!((&told["state"], &told["reason"]), (&json!("denied"), &json!("device_busy")));
        assert_eq!(holder.pulses().await, 0);
        app.stop().await;
    }

    async fn what_a_door_says_is_what_is_told(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        for (n, (fault, state, reason, text)) in [
            ("offline", "offline", "door_offline", "门口设备离线"),
            ("refuses", "refused", "door_not_opened", "门未响应"),
            ("silent", "expired", "door_not_opened", "门未响应"),
        ].into_iter().enumerate() {
            let holder = Holder::nth(&app.base, n).await;
            let door = holder.doors().await.into_iter().find(|door| door["name"] == "大门").unwrap()["id"].clone();
            holder.person.post("/_sim/faults", json!({ "target": "door", "doorId": door, "fault": fault, "times": 1 })).await.expect(204);
            let told = shake(&holder.person, "shake", &holder.at(0.0)).await.expect(200);
            assert_eq!((&told["state"], &told["reason"], &told["text"]), (&json!(state), &json!(reason), &json!(text)));
        }
        app.stop().await;
    }

    async fn a_shake_is_decided_like_any_code(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let holder = Holder::nth(&app.base, 0).await;
        let Holder { person, card, .. } = &holder;
        let site = holder.site();
        let admin = Person::new(&app.base).await.running(&card["siteId"]).await;
        let access = format!("/v1/sites/{site}/access");
        let everybody = |also: Value| {
            let mut rule = json!({
                "id": uuid(), "name": "通行", "subject": { "who": "any" }, "doors": { "which": "all" }, "methods": ["qr", "shake"],
                "schedule": (1..=7).map(|day| json!({ "weekday": day, "from": "00:00", "to": "24:00" })).collect::<Vec<_>>(),
            });
            rule.as_object_mut().unwrap().extend(also.as_object().unwrap().clone());
            json!({ "rules": [rule] })
        };
        // three days from now, in Shanghai
        let weekday = ((kernel::SystemClock.now().seconds() + 28_800) / 86_400 + 3 + 3) % 7 + 1;
        let mut closed = everybody(json!({}));
        closed["lockdown"] = json!({});
        for (version, (document, reason)) in (1..).zip([
            (closed, "lockdown"),
            (everybody(json!({ "schedule": [{ "weekday": weekday, "from": "08:00", "to": "18:00" }] })), "outside_schedule"),
            (everybody(json!({ "methods": ["qr"] })), "no-shake-door"),
            (everybody(json!({})), "ok"),
        ]) {
            admin.put_version(&access, version, &document).await.expect(200);
            let told = shake(person, &format!("shake-{version}"), &holder.at(0.0)).await;
            let found = told.body["reason"].as_str().or(told.body["code"].as_str());
            assert_eq!(found, Some(reason), "{}", told.body);
            assert_eq!(holder.pulses().await, u64::from(reason == "ok"));
        }
        let cards = admin.get(&format!("/v1/sites/{site}/cards?limit=100")).await.expect(200);
        let printed = card["number"].as_str().unwrap();
        let id = cards["items"].as_array().unwrap().iter().find(|one| one["number"] == printed).expect("the card")["id"].clone();
        let state = format!("/v1/sites/{site}/cards/{}/state", id.as_str().unwrap());
        admin.put(&state, json!({ "state": "lost" })).await.expect(204);
        let told = shake(person, "lost", &holder.at(0.0)).await.expect(200);
        assert_eq!((&told["state"], &told["door"]), (&json!("denied"), &Value::Null));
        assert!(["card_lost", "binding_suspended"].contains(&told["reason"].as_str().unwrap()), "{told}");
        assert_eq!(holder.pulses().await, 1);
        person.post("/v1/auth/logout", json!({})).await;
        assert_eq!(shake(person, "gone", &holder.at(0.0)).await.status, 401);
        app.stop().await;
    }
}

fn uuid() -> String {
    kernel::SiteId::new(kernel::Timestamp::from_millis(1)).to_string()
}
