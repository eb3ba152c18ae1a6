//! Binding a card: the same answer whatever the truth, five tries, one holder.

use serde_json::{Value, json};
use store::on_every_database;
use tests::{Cache, Person, Reader, TestApp};

fn shape(answer: &Value) -> Vec<&String> {
    answer.as_object().unwrap().keys().collect()
}

on_every_database! {
    async fn nobody_learns_whether_a_card_exists(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::new(&app.base).await;
        let card = person.cards().await[0].clone();
        let [mut unknown, mut wrong_phone, mut wrong_kind, mut of_another_site] = [(); 4].map(|()| card.clone());
        unknown["number"] = json!("9999999999");
        wrong_phone["phone"] = json!("13800009999");
        wrong_kind["kind"] = json!("access");
        let elsewhere = person.cards().await.into_iter().find(|one| one["siteId"] != card["siteId"]).unwrap();
        of_another_site["siteId"] = elsewhere["siteId"].clone();
        let mut answers = Vec::new();
        for request in [&card, &unknown, &wrong_phone, &wrong_kind, &of_another_site] {
            let body = json!({
                "siteId": request["siteId"], "kind": request["kind"], "number": request["number"], "phone": request["phone"],
            });
            let request = app.http.post(format!("{}/v1/card-bindings", app.base)).bearer_auth(&person.token);
            let response = request.json(&body).send().await.unwrap();
            let mut headers: Vec<_> = response.headers().iter().map(|(name, value)| (name.clone(), value.len())).collect();
            headers.sort_by_key(|(name, _)| name.to_string());
            let (status, body) = (response.status().as_u16(), response.json::<Value>().await.unwrap());
            assert_eq!((status, &body["state"]), (201, &json!("challenged")));
            answers.push((headers, body));
        }
        // what differs by chance or by what was asked: an instant's trailing zeros, an id, what was typed
        let told = |body: &Value| {
            let mut told = body.clone();
            for field in ["id", "expiresAt", "siteId", "kind", "number"] {
                told[field] = Value::Null;
            }
            told
        };
        for (headers, body) in &answers {
            let lengthless = |all: &[(reqwest::header::HeaderName, usize)]| {
                all.iter().filter(|(name, _)| name != "content-length").cloned().collect::<Vec<_>>()
            };
            assert_eq!(lengthless(headers), lengthless(&answers[0].0), "names and lengths of the headers");
            assert_eq!((shape(body), told(body)), (shape(&answers[0].1), told(&answers[0].1)));
        }
        person.sms(card["phone"].as_str().unwrap()).await;
        let sent = person.get("/_sim/sms").await.expect(200);
        assert_eq!(sent["items"].as_array().unwrap().len(), 1, "only the phone on file gets a code");
        for (_, answer) in &answers {
            let path = format!("/v1/card-bindings/{}", answer["id"].as_str().unwrap());
            let seen = person.get(&path).await.expect(200);
            assert_eq!((&seen["card"], &seen["holder"], &seen["doors"]), (&Value::Null, &Value::Null, &json!([])), "nor by looking");
            let wrong = person.post(&format!("{path}/confirm"), json!({ "code": "000000" })).await;
            assert_eq!(wrong.code(), "code-wrong");
        }
        app.stop().await;
    }

    async fn a_slow_card_system_slows_no_answer_down(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::new(&app.base).await;
        let card = person.cards().await[0].clone();
        person.post("/_sim/faults", json!({ "target": "cards", "slowMs": 1500, "times": 1 })).await.expect(204);
        person.request(&card).await.expect(201);
        assert_eq!(person.received(card["phone"].as_str().unwrap()).await, 0, "answered before it was looked up");
        person.sms(card["phone"].as_str().unwrap()).await;
        app.stop().await;
    }

    async fn five_wrong_codes_end_a_binding(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::new(&app.base).await;
        let card = person.cards().await[0].clone();
        let binding = person.request(&card).await.expect(201);
        let code = person.sms(card["phone"].as_str().unwrap()).await;
        let wrong = if code == "111111" { "222222" } else { "111111" };
        let path = format!("/v1/card-bindings/{}/confirm", binding["id"].as_str().unwrap());
        for _ in 0..4 {
            assert_eq!(person.post(&path, json!({ "code": wrong })).await.code(), "code-wrong");
        }
        assert_eq!(person.post(&path, json!({ "code": wrong })).await.code(), "code-exhausted");
        assert_eq!(person.post(&path, json!({ "code": code })).await.code(), "binding-not-waiting");
        app.stop().await;
    }

    async fn a_code_for_one_card_binds_no_other_and_serves_nobody_else(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (person, other) = (Person::new(&app.base).await, Person::new(&app.base).await);
        let cards = person.cards().await;
        let asked = async |who: &Person, card: &Value| {
            let id = who.request(card).await.expect(201)["id"].as_str().unwrap().to_owned();
            (format!("/v1/card-bindings/{id}/confirm"), who.sms(card["phone"].as_str().unwrap()).await)
        };
        let (first, code) = asked(&person, &cards[0]).await;
        let (second, _) = asked(&person, &cards[1]).await;
        let (theirs, _) = asked(&other, &cards[2]).await;
        assert_eq!(person.post(&second, json!({ "code": code })).await.code(), "code-wrong");
        assert_eq!(other.post(&theirs, json!({ "code": code })).await.code(), "code-wrong");
        assert_eq!(other.post(&first, json!({ "code": code })).await.code(), "not-found");
        let twice = [person.post(&first, json!({ "code": code })), person.post(&first, json!({ "code": code }))];
        for answer in futures_util::future::join_all(twice).await {
            assert_eq!(answer.expect(200)["state"], "bound", "two taps are one");
        }
        app.stop().await;
    }

    async fn objects_of_others_answer_like_missing_ones(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (owner, other) = (Person::new(&app.base).await, Person::new(&app.base).await);
        let card = owner.cards().await[0].clone();
        let bound = owner.bind(&card).await;
        let path = format!("/v1/card-bindings/{}", bound.id);
        assert_eq!(other.get(&path).await.code(), "not-found");
        assert_eq!(other.get(&format!("{path}/uses")).await.code(), "not-found");
        assert_eq!(other.delete(&path).await.code(), "not-found");
        assert_eq!(other.post(&format!("{path}/confirm"), json!({ "code": "000000" })).await.code(), "not-found");
        assert_eq!(other.get("/v1/card-bindings").await.expect(200)["items"], json!([]));
        assert_eq!(owner.get(&path).await.expect(200)["state"], "bound");
        app.stop().await;
    }

    async fn the_last_account_to_prove_the_phone_has_the_card(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (first, second) = (Person::new(&app.base).await, Person::new(&app.base).await);
        let card = first.cards().await[0].clone();
        let reader = Reader::enrol(&app.base, card["siteId"].as_str().unwrap()).await;
        let before = first.bind(&card).await;
        assert_eq!(reader.show(&before.code(0)).await, "ok");
        let after = second.bind(&card).await;
        assert_eq!(reader.show(&before.code(1)).await, "revoked");
        assert_eq!(reader.show(&after.code(0)).await, "ok");
        let again = second.bind(&card).await;
        assert_eq!(again.id, after.id, "binding again what is mine is success");
        app.stop().await;
    }

    async fn of_many_who_prove_one_phone_at_once_one_has_the_card(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let first = Person::new(&app.base).await;
        let card = first.cards().await[0].clone();
        let mut asked = Vec::new();
        for n in 0..8 {
            let person = Person::new(&app.base).await;
            let id = person.request(&card).await.expect(201)["id"].as_str().unwrap().to_owned();
            let code = person.sms_after(card["phone"].as_str().unwrap(), n).await;
            asked.push((person, id, code));
        }
        let confirm = |(person, id, code): &(Person, String, String)| {
            let (person, path, body) =
                (person.clone(), format!("/v1/card-bindings/{id}/confirm"), json!({ "code": code }));
            async move { person.post(&path, body).await.status }
        };
        let statuses = futures_util::future::join_all(asked.iter().map(confirm)).await;
        assert_eq!(statuses, [200; 8], "everybody proved the phone");
        let mut held = 0;
        for (person, id, _) in &asked {
            held += usize::from(person.get(&format!("/v1/card-bindings/{id}")).await.expect(200)["state"] == "bound");
        }
        assert_eq!(held, 1);
        app.stop().await;
    }

    async fn a_repeat_costs_no_second_code(db) {
        let clock = std::sync::Arc::new(kernel::SystemClock);
        let app = TestApp::with(db, &Cache::Own, clock, |settings| settings.limits.codes_per_phone_minute = 1).await;
        let person = Person::new(&app.base).await;
        let card = person.cards().await[0].clone();
        let body = json!({
            "siteId": card["siteId"], "kind": card["kind"], "number": card["number"], "phone": card["phone"],
        });
        let send = async |key: &str| {
            let request = app.http.post(format!("{}/v1/card-bindings", app.base)).bearer_auth(&person.token);
            tests::Answer::of(request.header("idempotency-key", key).json(&body).send().await.unwrap()).await
        };
        let first = send("once").await.expect(201);
        assert_eq!(send("once").await.expect(201), first);
        let limited = send("twice").await;
        assert_eq!((limited.status, limited.code()), (429, "too-many-codes"));
        assert!(limited.retry_after.is_some());
        app.stop().await;
    }

    async fn one_idempotency_key_makes_one_binding(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::new(&app.base).await;
        let card = person.cards().await[0].clone();
        let body = json!({
            "siteId": card["siteId"], "kind": card["kind"], "number": card["number"], "phone": card["phone"],
        });
        let send = async |key: &str, body: &Value| {
            let request = app.http.post(format!("{}/v1/card-bindings", app.base)).bearer_auth(&person.token);
            tests::Answer::of(request.header("idempotency-key", key).json(body).send().await.unwrap()).await
        };
        let answers = futures_util::future::join_all((0..16).map(|_| send("key-1", &body))).await;
        let answers: Vec<Value> = answers.into_iter().map(|answer| answer.expect(201)).collect();
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        assert_ne!(send("key-2", &body).await.expect(201)["id"], answers[0]["id"]);
        let mut other = body.clone();
        other["number"] = json!("1");
        assert_eq!(send("key-1", &other).await.code(), "idempotency-key-reused");
        assert_eq!(send("key with spaces", &body).await.code(), "bad-idempotency-key");
        app.stop().await;
    }
}
