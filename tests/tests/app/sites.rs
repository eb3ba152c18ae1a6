//! Choosing a site: searched, ordered, read in parts, kept by the phone, and hidden from those it is nothing to.

use serde_json::{Value, json};
use store::on_every_database;
use tests::{Answer, Cache, Person, TestApp};

fn names(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|site| site["name"].as_str().unwrap().to_owned()).collect()
}

async fn look(person: &Person, query: &str) -> Value {
    person.get(&format!("/v1/sites?{query}")).await.expect(200)
}

on_every_database! {
    async fn a_site_is_found_by_name_address_pinyin_and_initials(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::new(&app.base).await;
        for query in ["测试", "测试z停车场", "ceshi", "ceshiz", "cszt", "麓谷大道1号", "ＣＥＳＨＩ", "测试 停车", "tingchechang ceshi"] {
            assert!(names(&look(&person, &format!("q={query}")).await).contains(&"测试Z停车场".to_owned()), "{query}");
        }
        assert_eq!(names(&look(&person, "q=changsha 没有这样的地方").await), [""; 0]);
        assert_eq!(names(&look(&person, "q=株洲").await), ["株洲动力谷"]);
        app.stop().await;
    }

    async fn mine_come_first_then_where_i_was_then_the_nearest_then_all(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::new(&app.base).await;
        let card = person.cards_at("株洲动力谷", "access").await[0].clone();
        let here = person.get("/v1/sites?q=ceshi").await.expect(200)["items"][0].clone();
        let position = format!("lng={}&lat={}", here["position"]["lng"], here["position"]["lat"]);
        let near = look(&person, &position).await;
        assert_eq!((&near["items"][0]["name"], &near["items"][0]["distanceM"]), (&json!("测试Z停车场"), &json!(0)));
        assert_eq!(near["items"][0]["group"], "near");
        let distances: Vec<_> = near["items"].as_array().unwrap().iter().map(|site| site["distanceM"].as_u64()).collect();
        assert!(distances.is_sorted() && distances.iter().all(Option::is_some), "{distances:?}");
        person.bind(&card).await;
        let snacks = look(&person, "q=xiangjiang").await["items"][0].clone();
        person.put("/v1/me/site", json!({ "siteId": snacks["id"] })).await.expect(200);
        let all = look(&person, &format!("{position}&limit=100")).await;
        let groups: Vec<_> = all["items"].as_array().unwrap().iter().map(|site| site["group"].as_str().unwrap()).collect();
        assert_eq!(names(&all)[..3], ["株洲动力谷", "湘江世纪城", "测试Z停车场"]);
        assert_eq!((groups[0], groups[1], groups[2], groups.len()), ("mine", "recent", "near", 14));
        for (bad, field) in [("lng=500&lat=1", "lng"), ("lng=112", "lat"), ("lat=28", "lng")] {
            let answer = person.get(&format!("/v1/sites?{bad}")).await;
            assert_eq!((answer.status, answer.body["errors"][0]["field"].as_str()), (422, Some(field)), "{bad}");
        }
        assert_eq!(person.get("/v1/sites?lng=east&lat=28").await.status, 400);
        app.stop().await;
    }

    async fn a_list_that_the_phone_has_already_is_not_sent_again(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::new(&app.base).await;
        let get = async |tag: Option<String>| {
            let mut request = app.http.get(format!("{}/v1/sites", app.base)).bearer_auth(&person.token);
            if let Some(tag) = tag {
                request = request.header("if-none-match", tag);
            }
            let response = request.send().await.unwrap();
            let tag = response.headers()["etag"].to_str().unwrap().to_owned();
            (response.status().as_u16(), tag, response.bytes().await.unwrap().len())
        };
        let (status, tag, length) = get(None).await;
        assert_eq!((status, length > 500), (200, true));
        assert_eq!(get(Some(tag.clone())).await, (304, tag.clone(), 0));
        let card = person.cards_at("麓谷科技园", "access").await[0].clone();
        person.bind(&card).await;
        let (status, other, _) = get(Some(tag.clone())).await;
        assert_eq!((status, other != tag), (200, true), "it is another list now");
        app.stop().await;
    }

    async fn a_hidden_site_is_seen_by_those_who_have_to_do_with_it(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (tester, other) = (Person::new(&app.base).await, Person::new(&app.base).await);
        let shown: Vec<Value> = look(&tester, "limit=100").await["items"].as_array().unwrap().iter().map(|site| site["id"].clone()).collect();
        let card = tester.cards().await.into_iter().find(|card| !shown.contains(&card["siteId"])).expect("a hidden site's card");
        let site = card["siteId"].as_str().unwrap().to_owned();
        assert_eq!(tester.get(&format!("/v1/sites/{site}")).await.code(), "site-not-found");
        assert_eq!(tester.put("/v1/me/site", json!({ "siteId": site })).await.code(), "site-not-found");
        assert_eq!(tester.request(&card).await.code(), "site-not-found");
        let tester = tester.running(&card["siteId"]).await;
        assert_eq!(names(&look(&tester, "limit=100").await)[0], "内部联调场区");
        tester.bind(&card).await;
        tester.get(&format!("/v1/sites/{site}")).await.expect(200);
        assert_eq!(names(&look(&other, "q=内部").await), [""; 0]);
        assert_eq!(other.get(&format!("/v1/sites/{site}")).await.code(), "site-not-found");
        app.stop().await;
    }

    async fn a_cursor_that_was_tampered_with_is_refused_or_harmless(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::new(&app.base).await;
        let cursor = look(&person, "limit=3").await["nextCursor"].as_str().unwrap().to_owned();
        let encode = |value: &Value| kernel::Bytes::encode(value.to_string().as_bytes());
        let mut tampered = vec!["!".to_owned(), cursor[1..].to_owned(), format!("{cursor}x"), "A".repeat(5000)];
        for value in [json!(null), json!([]), json!({}), json!(["near", 1e300]), json!("mine"), json!({ "group": "all" }), json!([-1, "x"])] {
            tampered.push(encode(&value));
        }
        for cursor in tampered {
            let answer: Answer = person.get(&format!("/v1/sites?limit=3&cursor={cursor}")).await;
            assert!(answer.status == 200 || answer.code() == "bad-cursor", "{cursor}: {:?}", answer.body);
        }
        app.stop().await;
    }

    async fn a_site_that_changes_is_shown_as_it_is(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::new(&app.base).await;
        let site = look(&person, "q=ceshi").await["items"][0]["id"].clone();
        let site = site.as_str().unwrap();
        assert_eq!(person.get(&format!("/v1/sites/{site}/settings")).await.status, 403);
        let admin = Person::new(&app.base).await.running(&json!(site)).await;
        let weekdays = json!([1, 2, 3, 4, 5].map(|day| json!({ "weekday": day, "from": "08:00", "to": "18:00" })));
        let change = |settings: &mut Value| {
            settings["name"] = json!("新测试停车场");
            settings["visitingHours"] = weekdays;
        };
        admin.change_settings(site, change).await.expect(200);
        assert_eq!(names(&look(&person, "q=xinceshi").await), ["新测试停车场"]);
        assert_eq!(names(&look(&person, "q=ceshiz").await), [""; 0]);
        let seen = person.get(&format!("/v1/sites/{site}")).await.expect(200);
        assert_eq!((&seen["name"], &seen["visitingHours"]), (&json!("新测试停车场"), &json!("周一至周五 08:00–18:00")));
        let wrong = [
            ("timeZone", json!("Mars/Olympus")),
            ("householdLimit", json!(0)),
            ("name", json!(" ")),
            ("address", json!("长沙\u{0}")),
            // the one boundary between sites at an installed card system
            ("branch", json!("1")),
        ];
        for (field, value) in wrong {
            let answer = admin.change_settings(site, |settings| settings[field] = value).await;
            assert_eq!((answer.status, answer.body["errors"][0]["field"].as_str()), (422, Some(field)));
        }
        app.stop().await;
    }
    async fn of_two_who_change_the_settings_the_second_looks_again(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let site = look(&Person::new(&app.base).await, "q=ceshi").await["items"][0]["id"].clone();
        let path = format!("/v1/sites/{}/settings", site.as_str().unwrap());
        let (one, two) = (Person::new(&app.base).await.running(&site).await, Person::new(&app.base).await.running(&site).await);
        let seen = one.get(&path).await;
        assert_eq!(seen.etag.as_deref(), Some("\"1\""));
        let with = |field: &str, value: Value| {
            let mut settings = seen.body.clone();
            settings[field] = value;
            settings
        };
        assert_eq!(one.put(&path, with("hidden", json!(true))).await.code(), "if-match-missing");
        let changed = one.put_version(&path, 1, &with("entryNotice", json!("请走东门"))).await;
        assert_eq!((changed.status, changed.etag.as_deref()), (200, Some("\"2\"")));
        let refused = two.put_version(&path, 1, &with("householdLimit", json!(9))).await;
        assert_eq!((refused.status, refused.code()), (409, "settings-changed"));
        let again = two.get(&path).await;
        assert_eq!((again.etag.as_deref(), &again.body), (Some("\"2\""), &changed.body), "nothing is lost");
        two.change_settings(site.as_str().unwrap(), |settings| settings["householdLimit"] = json!(9)).await.expect(200);
        let both = one.get(&path).await.expect(200);
        assert_eq!((&both["entryNotice"], &both["householdLimit"]), (&json!("请走东门"), &json!(9)));
        app.stop().await;
    }
}
