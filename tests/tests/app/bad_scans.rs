//! Scans that must not open: unsigned, mis-signed, replayed, stale, from strangers; codes of every wrong kind.

use std::{sync::Arc, time::Duration};

use kernel::{Clock, ManualClock, SystemClock, Timestamp, device_signature as signature, port::CardState};
use serde_json::{Value, json};
use store::on_every_database;
use tests::{Cache, Person, Reader, Scan, TestApp};

fn signed(reader: &Reader, scan: &Scan) -> (Vec<u8>, String) {
    let body = serde_json::to_vec(&scan.body).unwrap();
    let time = scan.time.to_string();
    let sign = signature::of_request(&reader.key, "POST", "/device/v1/scan", &time, &scan.nonce, &body);
    (body, sign)
}

async fn ready(app: &TestApp) -> (Person, Value, Reader) {
    let person = Person::new(&app.base).await;
    let card = person.cards().await[0].clone();
    let reader = Reader::enrol(&app.base, card["siteId"].as_str().unwrap()).await;
    (person, card, reader)
}

on_every_database! {
    async fn only_a_fresh_signature_of_a_known_device_is_heard(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (person, card, reader) = ready(&app).await;
        let bound = person.bind(&card).await;
        let scan = reader.scan(&bound.code(0));
        let (body, sign) = signed(&reader, &scan);

        let unsigned = app.http.post(format!("{}/device/v1/scan", app.base)).json(&scan.body).send().await.unwrap();
        assert_eq!(tests::Answer::of(unsigned).await.code(), "device-signature");
        let mut bent = body.clone();
        let last = bent.len() - 2;
        bent[last] ^= 1;
        let (answer, replied) = reader.send_signed(&scan, bent, &sign).await.unwrap();
        assert_eq!((answer.code(), replied), ("device-signature", false));
        for wrong in ["", "AAAA", &sign[1..]] {
            let (answer, _) = reader.send_signed(&scan, body.clone(), wrong).await.unwrap();
            assert_eq!(answer.code(), "device-signature");
        }
        let mut stranger = reader.clone();
        stranger.id = kernel::DeviceId::new(SystemClock.now()).to_string();
        assert_eq!(stranger.send(&scan).await.code(), "device-signature");
        stranger.id = "not-an-id".into();
        assert_eq!(stranger.send(&scan).await.code(), "device-signature");
        for off in [-120, 120] {
            let mut skewed = scan.clone();
            skewed.time += off;
            let answer = reader.send(&skewed).await;
            assert_eq!((answer.status, answer.code()), (425, "device-clock-skew"));
        }
        let (answer, replied) = reader.send_signed(&scan, body.clone(), &sign).await.unwrap();
        assert_eq!((answer.expect(200)["reason"].clone(), replied), (json!("ok"), true));
        let (answer, _) = reader.send_signed(&scan, body, &sign).await.unwrap();
        assert_eq!((answer.status, answer.code()), (409, "device-nonce-replayed"));

        let mut elsewhere = reader.scan(&bound.code(1));
        elsewhere.body["door"] = json!(9);
        assert_eq!(reader.send(&elsewhere).await.code(), "door-not-found");
        app.running.app.devices.disable(reader.id.parse().unwrap()).await.unwrap();
        assert_eq!(reader.send(&reader.scan(&bound.code(2))).await.code(), "device-signature");
        app.stop().await;
    }

    async fn a_claim_enrols_one_device_within_ten_minutes(db) {
        let clock = Arc::new(ManualClock::at(SystemClock.now()));
        let app = TestApp::with(db, &Cache::Own, clock.clone(), |_| ()).await;
        let person = Person::new(&app.base).await;
        let site = person.cards().await[0]["siteId"].clone();
        let enrol = async |claim: &Value, serial: &str| {
            person.post("/device/v1/enroll", json!({ "claim": claim, "serial": serial, "model": "m", "fw": "1" })).await
        };
        let offer = async || person.post("/_sim/claims", json!({ "siteId": site })).await.expect(201)["claim"].clone();
        let claim = offer().await;
        let first = enrol(&claim, "a").await.expect(201);
        assert_eq!(enrol(&claim, "b").await.code(), "claim-refused");
        assert_eq!(enrol(&json!("0000000000000000"), "c").await.code(), "claim-refused");
        let late = offer().await;
        clock.advance(Duration::from_secs(600));
        assert_eq!(enrol(&late, "d").await.code(), "claim-refused");
        let again = enrol(&offer().await, "a").await.expect(201);
        assert_eq!(again["deviceId"], first["deviceId"], "the same serial number is the same device");
        assert_ne!(again["key"], first["key"], "with a new key");
        app.stop().await;
    }

    async fn every_wrong_code_is_refused_for_its_own_reason(db) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(SystemClock.now().seconds() / 15 * 15 + 2)));
        let app = TestApp::with(db, &Cache::Own, clock.clone(), |_| ()).await;
        let (person, card, reader) = ready(&app).await;
        let bound = person.bind(&card).await;
        let now = clock.now().seconds();
        let show = async |code: String| {
            let answer = reader.send(&reader.scan_at(&code, clock.now())).await.expect(200);
            assert_eq!(answer["decision"] == "grant", answer["reason"] == "ok");
            answer["reason"].as_str().unwrap().to_owned()
        };
        let good = bound.code_at(now, 0);
        let mut mutated = good.clone().into_bytes();
        mutated[40] = b'0' + (mutated[40] - b'0' + 1) % 10;
        for (code, reason) in [
            (String::new(), "bad_code"),
            ("你好".into(), "bad_code"),
            ("0".repeat(75), "bad_code"),
            ("9".repeat(75), "bad_code"),
            (good[..74].to_owned(), "bad_code"),
            (String::from_utf8(mutated).unwrap(), "bad_code"),
            (bound.code_at(now - 45, 0), "stale_code"),
            (bound.code_at(now - 30, 0), "stale_code"),
            (bound.code_at(now + 30, 0), "clock_skew"),
            (bound.code_at(now + 15, 0), "clock_skew"),
            (bound.code_at(now - 15, 0), "ok"),
            (good.clone(), "ok"),
            (good, "replayed"),
        ] {
            assert_eq!(show(code.clone()).await, reason, "{code}");
        }
        clock.advance(Duration::from_secs(9));
        assert_eq!(show(bound.code_at(now + 15, 1)).await, "ok", "five seconds early is in time");

        let elsewhere = person.cards().await.into_iter().find(|other| other["siteId"] != card["siteId"]).unwrap();
        let foreign = person.bind(&elsewhere).await;
        assert_eq!(show(foreign.code_at(clock.now().seconds(), 0)).await, "wrong_site");

        let mut card_pin = reader.scan_at("12345678", clock.now());
        for kind in ["card", "pin"] {
            card_pin.body["kind"] = json!(kind);
            card_pin.nonce = reader.scan("").nonce;
            card_pin.body["seq"] = json!(card_pin.body["seq"].as_i64().unwrap() + 1);
            card_pin.body["scanId"] = reader.scan("").body["scanId"].clone();
            assert_eq!(reader.send(&card_pin).await.expect(200)["reason"], "bad_code");
        }
        app.stop().await;
    }

    async fn an_unusable_card_opens_nothing_and_says_why(db) {
        let app = TestApp::over(db, &Cache::Own).await;
        let (person, card, reader) = ready(&app).await;
        let bound = person.bind(&card).await;
        let site = bound.site;
        let id = app.running.app.register.find(site, card["number"].as_str().unwrap()).await.unwrap().unwrap();
        let register = &app.running.app.register;
        for (n, (state, reason)) in (0..).zip([
            (CardState::Active, "ok"),
            (CardState::Lost, "card_lost"),
            (CardState::Frozen, "card_frozen"),
            (CardState::Active, "ok"),
        ]) {
            register.set_state("test", site, id, state).await.unwrap();
            assert_eq!(reader.show(&bound.code(n)).await, reason, "{state:?}");
        }
        register.set_valid_until("test", site, id, Some(Timestamp::from_seconds(1))).await.unwrap();
        assert_eq!(reader.show(&bound.code(10)).await, "card_expired");
        let keys = person.get(&format!("/v1/sites/{site}/credentials")).await.expect(200)["credentials"][0].clone();
        assert_eq!((&keys["reason"], &keys["keys"]), (&json!("card_expired"), &json!([])));
        register.set_valid_until("test", site, id, None).await.unwrap();
        register.set_state("test", site, id, CardState::Returned).await.unwrap();
        assert_eq!(reader.show(&bound.code(11)).await, "revoked");
        register.set_state("test", site, id, CardState::Active).await.unwrap();
        assert_eq!(reader.show(&bound.code(12)).await, "revoked", "taken back is taken back: it must be bound anew");
        app.stop().await;
    }

    async fn a_door_that_does_not_answer_is_reported_as_not_opened(db) {
        let app = TestApp::over(db, &Cache::Own).await;
        let (person, card, reader) = ready(&app).await;
        let bound = person.bind(&card).await;
        let door = reader.doors[0]["doorId"].clone();
        for (n, (fault, reason)) in (0..).zip([("offline", "door_offline"), ("refuses", "door_not_opened"), ("silent", "door_not_opened")]) {
            let fault = json!({ "target": "door", "doorId": door, "fault": fault, "times": 1 });
            person.post("/_sim/faults", fault).await;
            assert_eq!(reader.show(&bound.code(n)).await, reason);
        }
        assert_eq!(reader.show(&bound.code(9)).await, "ok");
        app.stop().await;
    }

    async fn a_reader_that_shows_rubbish_is_slowed_down(db) {
        let app = TestApp::over(db, &Cache::Own).await;
        let (person, card, reader) = ready(&app).await;
        for _ in 0..60 {
            assert_eq!(reader.show(&"7".repeat(75)).await, "bad_code");
        }
        let answer = reader.send(&reader.scan(&"7".repeat(75))).await;
        assert_eq!((answer.status, answer.code()), (429, "too-many-bad-codes"));
        assert!(answer.retry_after.is_some());
        assert_eq!(reader.show(&person.bind(&card).await.code(0)).await, "ok", "good codes still open");
        app.stop().await;
    }
}
