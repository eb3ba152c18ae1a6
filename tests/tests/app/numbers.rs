//! The number on a card is found however it is typed, and inside its site only.

use serde_json::{Value, json};
use store::on_every_database;
use tests::{Cache, Person, TestApp};

/// Makes the site's numbers mean this.
async fn set_format(admin: &Person, site: &str, format: Value) {
    admin.change_settings(site, |settings| settings["cardFormat"] = format).await.expect(200);
}

fn typed(card: &Value, number: &str) -> Value {
    let mut other = card.clone();
    other["number"] = json!(number);
    other
}

on_every_database! {
    async fn a_number_is_found_however_it_is_typed(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::new(&app.base).await;
        let card = person.cards_at("测试Z停车场", "access").await[0].clone();
        let (site, number) = (card["siteId"].as_str().unwrap(), card["number"].as_str().unwrap());
        let admin = Person::new(&app.base).await.running(&card["siteId"]).await;
        set_format(&admin, site, json!({ "format": "dec10", "byteOrder": "straight" })).await;
        let wide: String = number.chars().map(|c| char::from_u32(c as u32 - '0' as u32 + '０' as u32).unwrap()).collect();
        let spaced = format!(" {} {}-{} ", &number[..3], &number[3..6], &number[6..]);
        let mut held = None;
        let unseen = format!("\u{202d}{}\u{a0}{}\u{200b}\u{202c}", &number[..4], &number[4..]);
        for form in [number.to_owned(), wide, spaced, format!("000{number}"), unseen, format!("{number}.0")] {
            let bound = person.bind(&typed(&card, &form)).await;
            assert_eq!(*held.get_or_insert(bound.id.clone()), bound.id, "{form}");
        }
        for wrong in ["卡12", "", "99999999999999", "4294967296", "12 34;5", "ABCDEF0123", "40857054.5", "2027-12-31"] {
            let answer = person.request(&typed(&card, wrong)).await;
            assert_eq!((answer.status, answer.body["errors"][0]["field"].as_str()), (422, Some("number")), "{wrong}");
        }
        let shown = admin.get(&format!("/v1/sites/{site}/cards?limit=1")).await.expect(200);
        assert_eq!(shown["items"][0]["number"].as_str().unwrap().len(), 10, "as the site's cards show it");
        app.stop().await;
    }

    async fn a_card_of_another_site_is_not_found(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let person = Person::new(&app.base).await;
        let mut card = person.cards_at("测试Z停车场", "access").await[0].clone();
        let own = card["siteId"].clone();
        card["siteId"] = person.cards_at("麓谷科技园", "access").await[0]["siteId"].clone();
        person.request(&card).await.expect(201);
        card["siteId"] = own;
        person.bind(&card).await;
        assert_eq!(person.received(card["phone"].as_str().unwrap()).await, 1, "the right site's code alone");
        app.stop().await;
    }

    async fn phones_addresses_and_codes_are_read_as_people_type_them(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (person, phone) = (Person::stranger(&app.base), "13900000751");
        let (challenge, code) = person.code("register", "（＋86）139–0000–0751", phone).await;
        let wide: String = code.chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap()).collect();
        let new = json!({
            "phone": "\u{202d}0086 139\u{a0}0000\u{a0}0751\u{202c}", "challengeId": challenge, "code": format!("{} {}\n", &wide[..9], &wide[9..]),
            "password": "correct horse 12", "agreements": person.agreements().await, "email": "ｚhang＠例子.测试",
        });
        person.post("/v1/auth/register", new).await.expect(201);
        let login = async |identifier: &str| {
            person.post("/v1/auth/login/password", json!({ "identifier": identifier, "password": "correct horse 12" })).await.status
        };
        for identifier in [phone, "8613900000751", "139—0000—0751", "+86 (139) 0000-0751"] {
            assert_eq!(login(identifier).await, 200, "{identifier}");
        }
        for identifier in ["139000007511", "1390000075.1", "+4413900000751"] {
            assert_eq!(login(identifier).await, 422, "{identifier}");
        }
        assert_ne!(login("zhang＠example.com\n").await, 422, "an address, if not one on file");
        app.stop().await;
    }
}
