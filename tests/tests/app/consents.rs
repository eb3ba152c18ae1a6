//! Withdrawing a consent ends what needs it, at once and everywhere; agreeing again brings it back.

use std::sync::Arc;

use actix_web::{FromRequest, dev::Payload, http::header, test::TestRequest, web::Data};
use edge::ConsentingCaller;
use futures_util::future::{join, join_all};
use kernel::port::{SignInCheck, SignedIn, TokenCheck};
use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::{Value, json};
use store::on_every_database;
use tests::{Answer, Bound, Cache, PASSWORD, Person, Process, Reader, TestApp, credentials_of, until};

const PHONE: &str = "13900000001";
const SITE: &str = "测试Z停车场";

/// What answers `consent-required` after a withdrawal.
const NEEDS_CONSENT: &[&str] = &[
    "get /v1/sites/{id}/credentials",
    "post /v1/card-bindings",
    "post /v1/card-bindings/{id}/confirm",
    "post /v1/unlocks",
];

/// What stays possible: reading what one has, the account itself, unbinding, and work for a site. Every route of whoever
/// is signed in stands here or in `NEEDS_CONSENT`.
const STAYS_POSSIBLE: &[&str] = &[
    "delete /v1/card-bindings/{id}",
    "delete /v1/me/closing",
    "delete /v1/me/consents/{purpose}",
    "delete /v1/me/sessions/{id}",
    "delete /v1/roles/{account}/{role}",
    "get /v1/card-bindings",
    "get /v1/card-bindings/{id}",
    "get /v1/card-bindings/{id}/uses",
    "get /v1/me",
    "get /v1/me/consents",
    "get /v1/me/export",
    "get /v1/me/sessions",
    "get /v1/me/site",
    "get /v1/notices",
    "get /v1/roles",
    "get /v1/sites",
    "get /v1/sites/{id}",
    "get /v1/sites/{id}/access",
    "get /v1/sites/{id}/access/explanation",
    "get /v1/sites/{id}/cards",
    "get /v1/sites/{id}/cards.csv",
    "get /v1/sites/{id}/doors",
    "get /v1/sites/{id}/host-imports",
    "get /v1/sites/{id}/host-imports/template.csv",
    "get /v1/sites/{id}/host-imports/{import}",
    "get /v1/sites/{id}/hosts",
    "get /v1/sites/{id}/hosts.csv",
    "get /v1/sites/{id}/imports",
    "get /v1/sites/{id}/imports/template.csv",
    "get /v1/sites/{id}/imports/{import}",
    "get /v1/sites/{id}/reconciliations",
    "get /v1/sites/{id}/settings",
    "get /v1/unlocks/{id}",
    "post /v1/auth/logout",
    "post /v1/me/closing",
    "post /v1/me/codes",
    "post /v1/me/consents",
    "post /v1/me/email/removal",
    "post /v1/me/wechat/move",
    "post /v1/me/wechat/removal",
    "post /v1/roles",
    "post /v1/sites/{id}/host-imports",
    "post /v1/sites/{id}/host-imports/{import}/apply",
    "post /v1/sites/{id}/host-imports/{import}/discard",
    "post /v1/sites/{id}/imports",
    "post /v1/sites/{id}/imports/{import}/apply",
    "post /v1/sites/{id}/imports/{import}/discard",
    "post /v1/sites/{id}/reconciliations",
    "put /v1/accounts/{number}/state",
    "put /v1/me/email",
    "put /v1/me/password",
    "put /v1/me/phone",
    "put /v1/me/site",
    "put /v1/me/wechat",
    "put /v1/sites/{id}/access",
    "put /v1/sites/{id}/cards/{card}/state",
    "put /v1/sites/{id}/settings",
];

async fn withdraw(person: &Person, purpose: &str) {
    person.delete(&format!("/v1/me/consents/{purpose}")).await.expect(204);
}

async fn agree(person: &Person) {
    let agreements = person.agreements().await;
    person.post("/v1/me/consents", json!({ "agreements": agreements })).await.expect(204);
}

async fn credentials(person: &Person, site: &str) -> Answer {
    person.get(&format!("/v1/sites/{site}/credentials")).await
}

#[track_caller]
fn refused(answer: &Answer) {
    assert_eq!((answer.status, answer.code()), (403, "consent-required"), "{:?}", answer.body);
}

/// Believes whatever it is told.
struct Credulous(SignedIn);

impl TokenCheck for Credulous {
    fn check(&self, _: &str) -> kernel::Result<SignedIn> {
        Ok(self.0)
    }
}

/// A caller whose consents were checked now, and are not again.
async fn checked(app: &TestApp, person: &Person) -> ConsentingCaller {
    let account = person.get("/v1/me").await.expect(200)["id"].as_str().unwrap().parse().unwrap();
    let sessions = person.get("/v1/me/sessions").await.expect(200)["items"].clone();
    let session = sessions.as_array().unwrap().iter().find(|one| one["current"] == true).unwrap()["id"].clone();
    let signed_in = SignedIn { account, session: session.as_str().unwrap().parse().unwrap() };
    let tokens: Arc<dyn TokenCheck> = Arc::new(Credulous(signed_in));
    let sign_ins: Arc<dyn SignInCheck> = Arc::new(app.running.app.accounts.clone());
    let request = TestRequest::default().insert_header((header::AUTHORIZATION, "Bearer x"));
    let request = request.app_data(Data::new(tokens)).app_data(Data::new(sign_ins)).to_http_request();
    ConsentingCaller::from_request(&request, &mut Payload::None).await.unwrap()
}

async fn pulses(person: &Person, site: &str) -> u64 {
    let doors = person.get(&format!("/_sim/doors?siteId={site}")).await.expect(200);
    doors.as_array().unwrap().iter().map(|door| door["pulses"].as_u64().unwrap()).sum()
}

async fn any_door(person: &Person, site: &str) -> Value {
    person.get(&format!("/_sim/doors?siteId={site}")).await.expect(200)[0]["id"].clone()
}

/// Somebody registered who has bound this card of the site.
async fn holder(base: &str, phone: &str, n: usize) -> (Person, Value, Bound) {
    let person = Person::registered(base, phone).await;
    let card = person.cards_at(SITE, "access").await.remove(n);
    let bound = person.bind(&card).await;
    (person, card, bound)
}

on_every_database! {
    async fn withdrawing_ends_every_code_and_agreeing_again_brings_the_card_back(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        for (n, purpose) in ["privacy", "terms"].into_iter().enumerate() {
            let (person, card, bound) = holder(&app.base, &format!("1390000000{n}"), n).await;
            let site = card["siteId"].as_str().unwrap();
            let reader = Reader::enrol(&app.base, site).await;
            assert_eq!(reader.show(&bound.code(0)).await, "ok");
            let door = any_door(&person, site).await;
            let other = person.cards_at(SITE, "access").await.remove(n + 3);
            let waiting = person.request(&other).await.expect(201)["id"].as_str().unwrap().to_owned();

            withdraw(&person, purpose).await;
            assert_eq!(reader.show(&bound.code(1)).await, "revoked", "a code minted from the keys of before");
            refused(&credentials(&person, site).await);
            refused(&person.request(&other).await);
            refused(&person.post(&format!("/v1/card-bindings/{waiting}/confirm"), json!({ "code": "123456" })).await);
            let before = pulses(&person, site).await;
            refused(&person.post_as("shake", "/v1/unlocks", &json!({ "siteId": site, "doorId": door })).await);
            assert_eq!(pulses(&person, site).await, before);
            let me = person.get("/v1/me").await.expect(200);
            assert_eq!((&me["consentsWithdrawn"], &me["consentsDue"]), (&json!([purpose]), &json!([purpose])));
            let again = person.delete(&format!("/v1/me/consents/{purpose}")).await;
            assert_eq!((again.status, again.code()), (409, "consent-not-given"));

            // a new sign-in changes nothing
            let login = json!({ "identifier": format!("1390000000{n}"), "password": PASSWORD });
            let person = person.entered(person.post("/v1/auth/login/password", login).await);
            refused(&credentials(&person, site).await);
            let cards = person.get("/v1/card-bindings").await.expect(200);
            assert_eq!(cards["items"][0]["id"], json!(bound.id), "reading what one has stays possible");
            person.get(&format!("/v1/card-bindings/{}", bound.id)).await.expect(200);
            person.get(&format!("/v1/card-bindings/{}/uses", bound.id)).await.expect(200);
            person.get("/v1/notices").await.expect(200);
            person.get("/v1/me/export").await.expect(200);

            agree(&person).await;
            assert_eq!(person.get("/v1/me").await.expect(200)["consentsWithdrawn"], json!([]));
            assert_eq!(reader.show(&bound.code(2)).await, "revoked", "the keys of before stay dead");
            let renewed = person.credential(site, &bound.id).await;
            assert_eq!(reader.show(&renewed.code(0)).await, "ok", "the same binding, nothing bound anew");
            let opened = person.post_as("shake", "/v1/unlocks", &json!({ "siteId": site, "doorId": door })).await;
            assert_eq!(opened.expect(200)["state"], "acked");
            person.request(&other).await.expect(201);
        }
        app.stop().await;
    }

    async fn unbinding_and_closing_stay_possible(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (person, card, bound) = holder(&app.base, PHONE, 0).await;
        withdraw(&person, "privacy").await;
        person.delete(&format!("/v1/card-bindings/{}", bound.id)).await.expect(204);
        person.put("/v1/me/site", json!({ "siteId": card["siteId"] })).await.expect(200);
        person.post("/v1/me/closing", json!({ "proof": { "password": PASSWORD } })).await.expect(202);
        let login = json!({ "identifier": PHONE, "password": PASSWORD });
        let person = person.entered(person.post("/v1/auth/login/password", login).await);
        person.delete("/v1/me/closing").await.expect(204);
        agree(&person).await;
        person.bind(&card).await;
        app.stop().await;
    }

    async fn every_route_is_known_to_need_the_consents_or_not_to(db) {
        let app = TestApp::over(db, &Cache::Own).await;
        let person = Person::registered(&app.base, PHONE).await;
        withdraw(&person, "privacy").await;
        let (_, openapi) = app.running.app.clone().http();
        let description: Value = serde_json::to_value(&openapi).unwrap();
        let mut walked = Vec::new();
        for (path, methods) in description["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                if !operation["security"].is_array() || !path.starts_with("/v1/") {
                    continue;
                }
                let route = format!("{method} {path}");
                let needs = NEEDS_CONSENT.contains(&route.as_str());
                assert!(needs != STAYS_POSSIBLE.contains(&route.as_str()), "{route} stands in one of the two lists");
                // nothing that exists, and a body that fits none: whoever may not is told so first
                let concrete = path.replace("{purpose}", "terms");
                let id = "0192d5a0-0000-7000-8000-000000000000";
                let concrete = ["{id}", "{import}", "{card}", "{account}"].iter().fold(concrete, |path, name| path.replace(name, id));
                let method = method.to_uppercase().parse().unwrap();
                let request = app.http.request(method, format!("{}{concrete}", app.base)).bearer_auth(&person.token);
                let request = request.header("content-type", "application/json").header("idempotency-key", "walk");
                if !["post /v1/auth/logout", "delete /v1/me/consents/{purpose}"].contains(&route.as_str()) {
                    let body = match route.as_str() {
                        "post /v1/card-bindings" => json!({ "siteId": id, "kind": "access", "number": "1234567890", "phone": PHONE }),
                        "post /v1/card-bindings/{id}/confirm" => json!({ "code": "123456" }),
                        _ => json!({ "siteId": id }),
                    };
                    let answer = Answer::of(request.body(body.to_string()).send().await.unwrap()).await;
                    assert_eq!(answer.body["code"] == "consent-required", needs, "{route}: {} {:?}", answer.status, answer.body);
                }
                walked.push(route);
            }
        }
        assert_eq!(walked.len(), NEEDS_CONSENT.len() + STAYS_POSSIBLE.len(), "{walked:?}");
        app.stop().await;
    }

    async fn a_withdrawal_after_the_check_is_seen_all_the_same(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let inside = &app.running.app;
        let (person, card, _) = holder(&app.base, PHONE, 0).await;
        let site = card["siteId"].as_str().unwrap();
        let door = any_door(&person, site).await;
        let other = person.cards_at(SITE, "access").await.remove(5);
        let others = person.received(other["phone"].as_str().unwrap()).await;
        let waiting = person.request(&other).await.expect(201)["id"].as_str().unwrap().to_owned();
        let code = person.sms_after(other["phone"].as_str().unwrap(), others).await;
        let caller = checked(&app, &person).await;
        withdraw(&person, "terms").await;

        let site_id = site.parse().unwrap();
        let fault = inside.cards.credentials(caller, site_id).await.err().unwrap();
        assert_eq!(fault.code().name, "consent-required", "keys of the new handles are not handed out");
        let fault = inside.cards.confirm(caller, waiting.parse().unwrap(), code.clone()).await.err().unwrap();
        assert_eq!(fault.code().name, "consent-required");
        let before = pulses(&person, site).await;
        let request = door::UnlockRequest {
            site: site_id,
            binding: None,
            door: Some(door.as_str().unwrap().parse().unwrap()),
            evidence: door::Evidence::default(),
            not_after: None,
        };
        let fault = inside.doors.unlock(caller, "late", request).await.err().unwrap();
        assert_eq!(fault.code().name, "consent-required");
        assert_eq!(pulses(&person, site).await, before, "no lock has moved");
        let cards = person.get("/v1/card-bindings").await.expect(200)["items"].as_array().unwrap().len();
        assert_eq!(cards, 1, "nothing was bound");

        // the code that was sent is still good once everything is agreed to
        agree(&person).await;
        person.post(&format!("/v1/card-bindings/{waiting}/confirm"), json!({ "code": code })).await.expect(200);
        app.stop().await;
    }

    async fn whatever_runs_beside_a_withdrawal_leaves_nothing_that_opens(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (person, card, bound) = holder(&app.base, PHONE, 0).await;
        let site = card["siteId"].as_str().unwrap();
        let reader = Reader::enrol(&app.base, site).await;
        let other = person.cards_at(SITE, "access").await.remove(5);
        let phone = other["phone"].as_str().unwrap();
        for round in 0..12 {
            let others = person.received(phone).await;
            let waiting = person.request(&other).await.expect(201)["id"].as_str().unwrap().to_owned();
            let code = person.sms_after(phone, others).await;
            let confirm = async {
                let path = format!("/v1/card-bindings/{waiting}/confirm");
                let confirmed = person.post(&path, json!({ "code": code })).await;
                assert!(confirmed.status == 200 || confirmed.code() == "consent-required", "{:?}", confirmed.body);
                confirmed.status == 200
            };
            let fetch = async || credentials_of(site, &credentials(&person, site).await);
            let acts = join(confirm, withdraw(&person, "privacy"));
            let (fetched, (confirmed, ())) = join(join_all((0..4).map(|_| fetch())), acts).await;
            for held in fetched.iter().flatten().chain([&bound]) {
                assert_eq!(reader.show(&held.code(round)).await, "revoked", "round {round}");
            }
            refused(&credentials(&person, site).await);
            agree(&person).await;
            assert_eq!(credentials(&person, site).await.expect(200)["credentials"].as_array().unwrap().len(), if confirmed { 2 } else { 1 });
            if confirmed {
                person.delete(&format!("/v1/card-bindings/{waiting}")).await.expect(204);
            }
        }
        app.stop().await;
    }

    async fn a_card_asked_for_before_the_withdrawal_brings_no_code_after_it(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let clock = Arc::new(kernel::ManualClock::at(kernel::Clock::now(&kernel::SystemClock)));
        let look_up_within = 60_000;
        let app = TestApp::with(db, &cache, clock.clone(), |settings| settings.auth.look_up_within_ms = look_up_within).await;
        let person = Person::registered(&app.base, PHONE).await;
        let card = person.cards_at(SITE, "access").await.remove(0);
        let phone = card["phone"].as_str().unwrap();
        let direct = Database::connect(&db.url).await.unwrap();
        let count = async |condition: &str| {
            let select = format!("SELECT COUNT(*) AS n FROM outbox WHERE {condition}");
            let row = direct.query_one_raw(Statement::from_string(direct.get_database_backend(), select)).await.unwrap();
            row.unwrap().try_get::<i64>("", "n").unwrap()
        };
        let now = kernel::Clock::now(&*clock).millis();
        until("it is to be looked up later", async || {
            person.request(&card).await.expect(201);
            count(&format!("topic = 'card.wanted' AND state = 0 AND next_at > {now}")).await > 0
        }).await;
        let sent = person.received(phone).await;
        withdraw(&person, "privacy").await;
        clock.advance(std::time::Duration::from_millis(look_up_within + 1000));
        until("all is done", async || count("state IN (0, 1)").await == 0).await;
        assert_eq!(person.received(phone).await, sent);
        agree(&person).await;
        person.request(&card).await.expect(201);
        clock.advance(std::time::Duration::from_millis(look_up_within + 1000));
        until("after agreeing it comes", async || person.received(phone).await > sent).await;
        direct.close().await.unwrap();
        app.stop().await;
    }

    async fn a_card_asked_for_under_a_check_of_before_is_refused(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::registered(&app.base, PHONE).await;
        let card = person.cards_at(SITE, "access").await.remove(0);
        let caller = checked(&app, &person).await;
        withdraw(&person, "privacy").await;
        let request = cards::NewBinding {
            site: card["siteId"].as_str().unwrap().parse().unwrap(),
            kind: serde_json::from_value(card["kind"].clone()).unwrap(),
            number: kernel::TypedCardNumber::parse(card["number"].as_str().unwrap()).unwrap(),
            phone: kernel::Phone::parse(card["phone"].as_str().unwrap()).unwrap(),
        };
        let address = edge::Address(std::net::Ipv4Addr::LOCALHOST.into());
        let fault = app.running.app.cards.request(caller, request, None, address).await.err().unwrap();
        assert_eq!(fault.code().name, "consent-required");
        app.stop().await;
    }

    async fn linking_brings_no_withdrawn_consent_back(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let stranger = Person::stranger(&app.base);
        let shadow = async |openid: &str| {
            let code = stranger.wechat_code(Some(openid)).await;
            let login = json!({ "code": code, "agreements": stranger.agreements().await });
            stranger.entered(stranger.post("/v1/auth/login/wechat", login).await)
        };
        let link = async |full: &Person, openid: &str| {
            let code = full.wechat_code(Some(openid)).await;
            assert_eq!(full.put("/v1/me/wechat", json!({ "code": code })).await.expect(200)["linked"], true);
        };
        // the shadow agreed before the account withdrew
        let first = shadow("openid-1").await;
        let (full, card, _) = holder(&app.base, "13900000001", 0).await;
        let site = card["siteId"].as_str().unwrap();
        withdraw(&full, "privacy").await;
        drop(first);
        link(&full, "openid-1").await;
        refused(&credentials(&full, site).await);
        agree(&full).await;
        credentials(&full, site).await.expect(200);

        // the shadow withdrew after the account had agreed
        let (full, ..) = holder(&app.base, "13900000002", 1).await;
        let second = shadow("openid-2").await;
        withdraw(&second, "terms").await;
        link(&full, "openid-2").await;
        refused(&credentials(&full, site).await);

        // the shadow withdrew, and the account agreed afterwards
        let third = shadow("openid-3").await;
        withdraw(&third, "terms").await;
        let (full, ..) = holder(&app.base, "13900000003", 2).await;
        link(&full, "openid-3").await;
        credentials(&full, site).await.expect(200);
        app.stop().await;
    }

    async fn a_consent_to_an_older_version_is_due_and_stops_nothing(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (person, card, _) = holder(&app.base, PHONE, 0).await;
        let site = card["siteId"].as_str().unwrap();
        let direct = Database::connect(&db.url).await.unwrap();
        direct.execute_unprepared("UPDATE consents SET text_version = '2020-01-01'").await.unwrap();
        direct.close().await.unwrap();
        until("it is due", async || person.get("/v1/me").await.expect(200)["consentsDue"] == json!(["privacy", "terms"])).await;
        assert_eq!(person.get("/v1/me").await.expect(200)["consentsWithdrawn"], json!([]));
        credentials(&person, site).await.expect(200);
        withdraw(&person, "privacy").await;
        refused(&credentials(&person, site).await);
        let old = json!({ "agreements": [{ "purpose": "privacy", "version": "2020-01-01" }] });
        assert_eq!(person.post("/v1/me/consents", old).await.code(), "consent-outdated");
        agree(&person).await;
        credentials(&person, site).await.expect(200);
        app.stop().await;
    }

    async fn a_change_takes_effect_in_another_process_at_the_next_scan(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let folder = tempfile::TempDir::new().unwrap();
        let one = Process::start(crate::BINARY, &db.url, &cache, folder.path()).await;
        let two = Process::start(crate::BINARY, &db.url, &cache, folder.path()).await;
        let person = Person::registered(&one.base, PHONE).await.with_inbox(&two.base);
        let card = person.cards_at(SITE, "access").await.remove(0);
        let bound = person.bind(&card).await;
        let site = card["siteId"].as_str().unwrap();
        let reader = Reader::enrol(&one.base, site).await.at(&two.base);
        until("the other process knows the card", async || reader.show(&bound.code(random())).await == "ok").await;
        let shared = matches!(cache, Cache::Redis(_));
        withdraw(&person, "privacy").await;
        if shared {
            assert_eq!(reader.show(&bound.code(random())).await, "revoked");
        }
        until("it knows", async || reader.show(&bound.code(random())).await == "revoked").await;
        refused(&credentials(&person.at(&two.base), site).await);
        agree(&person).await;
        let renewed = person.credential(site, &bound.id).await;
        until("the new handle is known", async || reader.show(&renewed.code(random())).await == "ok").await;

        // so it is when a sign-in ends
        let login = json!({ "identifier": PHONE, "password": PASSWORD });
        let other = person.entered(person.post("/v1/auth/login/password", login).await);
        other.post("/v1/auth/logout", json!({})).await.expect(204);
        if shared {
            assert_eq!(reader.show(&renewed.code(random())).await, "revoked");
        }
        until("it knows that too", async || reader.show(&renewed.code(random())).await == "revoked").await;
    }
}

fn random() -> u8 {
    kernel::random::<1>()[0]
}
