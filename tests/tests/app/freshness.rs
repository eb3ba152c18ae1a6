//! What doors know in memory is what the database says, after any change, here and in another process.

use std::sync::Arc;

use kernel::SystemClock;
use serde_json::{Value, json};
use server::Settings;
use store::{on_every_database, testing::Backend};
use tests::{Bound, Cache, PASSWORD, Person, TestApp, until};

const SITE: &str = "测试Z停车场";
const CHANGES: usize = 40;
const PHONES: [&str; 2] = ["13900004001", "13900004002"];

/// A repeatable choice: the seed is printed when the test fails.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        // xorshift64
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n as u64).unwrap()
    }
}

struct World {
    base: String,
    site: String,
    admin: Person,
    people: Vec<Person>,
    cards: Vec<Value>,
    /// The cards' ids in the register.
    ids: Vec<Value>,
    bound: Vec<(usize, Bound)>,
    rules: (i32, bool),
}

impl World {
    async fn of(base: &str) -> Self {
        let stranger = Person::stranger(base);
        let mut people = Vec::new();
        for phone in PHONES {
            people.push(stranger.entered(stranger.register(phone, json!({})).await));
        }
        let mut cards = people[0].cards_at(SITE, "member").await;
        cards.extend(people[0].cards_at(SITE, "access").await);
        cards.truncate(5);
        let site = cards[0]["siteId"].as_str().unwrap().to_owned();
        let admin = Person::new(base).await.running(&json!(site)).await;
        let listed = admin.get(&format!("/v1/sites/{site}/cards?limit=100")).await.expect(200)["items"].clone();
        let id = |card: &Value| {
            listed.as_array().unwrap().iter().find(|one| one["number"] == card["number"]).unwrap()["id"].clone()
        };
        let ids = cards.iter().map(id).collect();
        Self { base: base.to_owned(), site, admin, people, cards, ids, bound: Vec::new(), rules: (1, false) }
    }

    async fn set_state(&self, card: usize, state: &str) {
        let path = format!("/v1/sites/{}/cards/{}/state", self.site, self.ids[card].as_str().unwrap());
        self.admin.put(&path, json!({ "state": state })).await.expect(204);
    }

    /// Changes something that doors must know. What it was.
    async fn change(&mut self, dice: &mut Dice) -> String {
        let (person, card) = (dice.below(self.people.len()), dice.below(self.cards.len()));
        match dice.below(6) {
            0 => {
                self.set_state(card, "active").await;
                let bound = self.people[person].bind(&self.cards[card]).await;
                self.bound.retain(|(_, one)| one.id != bound.id);
                self.bound.push((person, bound));
                format!("person {person} binds card {card}")
            }
            1 if !self.bound.is_empty() => {
                let (person, bound) = self.bound.swap_remove(dice.below(self.bound.len()));
                // it may be another's by now
                self.people[person].delete(&format!("/v1/card-bindings/{}", bound.id)).await;
                format!("person {person} unbinds")
            }
            2 => {
                let state = ["lost", "frozen", "active", "returned"][dice.below(4)];
                self.set_state(card, state).await;
                format!("card {card} is {state}")
            }
            3 => {
                let login = json!({ "identifier": PHONES[person], "password": PASSWORD, "device": "另一部手机" });
                let stranger = Person::stranger(&self.base);
                let other = stranger.entered(stranger.post("/v1/auth/login/password", login).await);
                other.post("/v1/auth/logout", json!({})).await.expect(204);
                format!("person {person} logs out elsewhere: new handles")
            }
            4 => {
                let (version, locked) = self.rules;
                let path = format!("/v1/sites/{}/access", self.site);
                let mut rules = self.admin.get(&path).await.expect(200);
                rules["lockdown"] = if locked { Value::Null } else { json!({}) };
                self.admin.put_version(&path, version, &rules).await.expect(200);
                self.rules = (version + 1, !locked);
                format!("lockdown: {}", !locked)
            }
            _ => {
                let name = format!("{SITE}{}", dice.below(100));
                self.admin.change_settings(&self.site, |settings| settings["name"] = json!(name)).await.expect(200);
                "the site has another name".to_owned()
            }
        }
    }
}

on_every_database! {
    async fn after_any_change_doors_know_in_memory_what_the_database_says(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        // SQLite is for one process
        let other = match db.backend {
            Backend::Sqlite => None,
            _ => {
                let root_key = app.folder().join("root.key");
                let with_key = |settings: &mut Settings| settings.vault.root_key_file = root_key;
                Some(TestApp::with(db, &cache, Arc::new(SystemClock), with_key).await)
            }
        };
        let mut world = World::of(&app.base).await;
        let site = world.site.parse().unwrap();
        let (here, there) = (&app.running.app.doors, other.as_ref().map(|other| &other.running.app.doors));
        assert!(here.snapshot_is_true(site).await.unwrap());
        if let Some(there) = there {
            assert!(there.snapshot_is_true(site).await.unwrap());
        }
        let seed = u64::from_be_bytes(kernel::random::<8>()) | 1;
        let (mut dice, mut done) = (Dice(seed), Vec::new());
        for _ in 0..CHANGES {
            done.push(world.change(&mut dice).await);
            assert!(here.snapshot_is_true(site).await.unwrap(), "here, with seed {seed}, after {done:#?}");
        }
        // it has no cache in common with the first: it looks twice a second
        if let Some(there) = there {
            until(&format!("the other process knows, with seed {seed}, after {done:#?}"), async || {
                there.snapshot_is_true(site).await.unwrap()
            })
            .await;
        }
        app.stop().await;
        if let Some(other) = other {
            other.stop().await;
        }
    }
}
