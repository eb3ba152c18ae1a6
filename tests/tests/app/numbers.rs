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
        for form in [number.to_owned(), wide, spaced, format!("000{number}")] {
            let bound = person.bind(&typed(&card, &form)).await;
            assert_eq!(*held.get_or_insert(bound.id.clone()), bound.id, "{form}");
        }
        for wrong in ["卡12", "", "99999999999999", "4294967296", "12 34;5", "ABCDEF0123"] {
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
}
