//! What is kept in memory is what the database says, after any change, here and in other processes.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use kernel::SystemClock;
use serde_json::{Value, json};
use server::{App, Settings};
use store::{
    on_every_database,
    testing::{Backend, TestDatabase},
};
use tests::{Bound, Cache, PASSWORD, Person, Process, Reader, TestApp, until};

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

async fn agree(person: &Person) {
    let agreements = person.agreements().await;
    person.post("/v1/me/consents", json!({ "agreements": agreements })).await.expect(204);
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
    reader: Reader,
    reader_disabled: bool,
    platform: Person,
    app: App,
}

impl World {
    async fn of(app: &TestApp) -> Self {
        let base = &*app.base;
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
        let platform = Person::new(base).await.running(&Value::Null).await;
        let reader = Reader::enrol(base, &site).await;
        let (bound, rules, reader_disabled) = (Vec::new(), (1, false), false);
        Self {
            base: base.to_owned(),
            site,
            admin,
            people,
            cards,
            ids,
            bound,
            rules,
            reader,
            reader_disabled,
            platform,
            app: app.running.app.clone(),
        }
    }

    async fn set_state(&self, card: usize, state: &str) {
        let path = format!("/v1/sites/{}/cards/{}/state", self.site, self.ids[card].as_str().unwrap());
        self.admin.put(&path, json!({ "state": state })).await.expect(204);
    }

    /// All that a server says to each of them, and of the reader.
    async fn answers(&self, base: &str) -> Vec<(String, u16, Value)> {
        let credentials = format!("/v1/sites/{}/credentials", self.site);
        let paths =
            ["/v1/me", "/v1/card-bindings", "/v1/sites?limit=20", "/v1/me/site", "/v1/me/sessions", &*credentials];
        let mut answers = Vec::new();
        for (name, person) in self.people.iter().chain([&self.admin]).enumerate() {
            for path in paths {
                let answer = person.at(base).get(path).await;
                let mut body = answer.body;
                if let Some(fields) = body.as_object_mut() {
                    fields.remove("serverTime");
                    fields.remove("requestId");
                }
                if path.starts_with("/v1/sites?") {
                    // its names are those of a list that is made anew in the background
                    let sites = body["items"].as_array_mut().into_iter().flatten();
                    sites.for_each(|site| site["name"] = Value::Null);
                }
                answers.push((format!("person {name}: {path}"), answer.status, body));
            }
        }
        let scanned = self.reader.at(base).send(&self.reader.scan("no code")).await;
        answers.push(("the reader".to_owned(), scanned.status, scanned.body["reason"].clone()));
        answers
    }

    /// Whether a server says what it says when it has to read everything anew.
    async fn is_true(&self, app: &TestApp) -> Result<(), String> {
        let known = self.answers(&app.base).await;
        app.running.app.memory.clear();
        let read = self.answers(&app.base).await;
        let wrong = known.into_iter().zip(read).find(|(known, read)| known != read);
        wrong.map_or(Ok(()), |(known, read)| Err(format!("{known:?} instead of {read:?}")))
    }

    /// Changes something that memory must know. What it was.
    async fn change(&mut self, dice: &mut Dice) -> String {
        let (person, card) = (dice.below(self.people.len()), dice.below(self.cards.len()));
        match dice.below(12) {
            0 => {
                self.set_state(card, "active").await;
                agree(&self.people[person]).await;
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
            5 => {
                let before = self.people[person].clone();
                let login = json!({ "identifier": PHONES[person], "password": PASSWORD });
                let stranger = Person::stranger(&self.base);
                self.people[person] = stranger.entered(stranger.post("/v1/auth/login/password", login).await);
                before.post("/v1/auth/logout", json!({})).await.expect(204);
                format!("person {person} logs out and in again")
            }
            6 => {
                let (id, disable) = (self.reader.id.clone(), !self.reader_disabled);
                if disable {
                    self.app.devices.disable(id.parse().unwrap()).await.unwrap();
                } else {
                    self.reader = Reader::enrol(&self.base, &self.site).await;
                }
                self.reader_disabled = disable;
                format!("the reader is out of service: {disable}")
            }
            7 => {
                let person = &self.people[person];
                match person.delete("/v1/me/consents/privacy").await.status {
                    204 => "a consent is withdrawn".to_owned(),
                    _ => {
                        agree(person).await;
                        "a consent is given again".to_owned()
                    }
                }
            }
            8 => {
                let me = self.people[person].get("/v1/me").await.expect(200);
                let role = json!({ "number": me["number"], "role": "guard", "siteId": self.site });
                if me["roles"].as_array().unwrap().is_empty() {
                    self.platform.post("/v1/roles", role).await.expect(204);
                    return format!("person {person} becomes a guard");
                }
                let (account, site) = (me["id"].as_str().unwrap(), &self.site);
                self.platform.delete(&format!("/v1/roles/{account}/guard?siteId={site}")).await.expect(204);
                format!("person {person} is no guard any more")
            }
            9 => {
                let sites = self.people[person].get("/v1/sites?limit=20").await.expect(200)["items"].clone();
                let all = sites.as_array().unwrap();
                let site = all[dice.below(all.len())]["id"].clone();
                self.people[person].put("/v1/me/site", json!({ "siteId": site })).await;
                format!("person {person} goes to another site")
            }
            10 => {
                let me = self.people[person].get("/v1/me").await.expect(200);
                let path = format!("/v1/accounts/{}/state", me["number"].as_str().unwrap());
                self.platform.put(&path, json!({ "disabled": true })).await.expect(204);
                self.platform.put(&path, json!({ "disabled": false })).await.expect(204);
                let login = json!({ "identifier": PHONES[person], "password": PASSWORD });
                let stranger = Person::stranger(&self.base);
                self.people[person] = stranger.entered(stranger.post("/v1/auth/login/password", login).await);
                format!("the account of person {person} is closed and opened")
            }
            _ => {
                let name = format!("{SITE}{}", dice.below(100));
                self.admin.change_settings(&self.site, |settings| settings["name"] = json!(name)).await.expect(200);
                "the site has another name".to_owned()
            }
        }
    }
}

/// A server over the same database and root key, that shares a cache where it has the same prefix.
async fn beside(app: &TestApp, db: &TestDatabase, cache: &Cache, prefix: &str) -> TestApp {
    let root_key = app.folder().join("root.key");
    let change = |settings: &mut Settings| {
        settings.vault.root_key_file = root_key;
        settings.cache.prefix = prefix.to_owned();
    };
    TestApp::with(db, cache, Arc::new(SystemClock), change).await
}

on_every_database! {
    async fn after_any_change_memory_says_what_the_database_says(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let seed = u64::from_be_bytes(kernel::random::<8>()) | 1;
        let prefix = format!("t{seed}:");
        let shared = |settings: &mut Settings| settings.cache.prefix = prefix.clone();
        let app = TestApp::with(db, &cache, Arc::new(SystemClock), shared).await;
        // SQLite is for one process
        let others = match db.backend {
            Backend::Sqlite => None,
            _ => Some((
                beside(&app, db, &cache, &prefix).await,
                beside(&app, db, &Cache::Own, "").await,
            )),
        };
        let mut world = World::of(&app).await;
        let site = world.site.parse().unwrap();
        let is_true = async |world: &World, app: &TestApp| {
            if app.running.app.doors.snapshot_is_true(site).await.unwrap() {
                world.is_true(app).await
            } else {
                Err("the snapshot is wrong".to_owned())
            }
        };
        let (mut dice, mut done) = (Dice(seed), Vec::new());
        for _ in 0..CHANGES {
            done.push(world.change(&mut dice).await);
            let context = || format!("with seed {seed}, after {done:#?}");
            is_true(&world, &app).await.unwrap_or_else(|wrong| panic!("here, {wrong} {}", context()));
            if let Some((sharing, _)) = &others {
                is_true(&world, sharing).await.unwrap_or_else(|wrong| panic!("there, {wrong} {}", context()));
            }
        }
        // without a cache in common it looks twice a second
        if let Some((_, alone)) = &others {
            until(&format!("the other process knows, with seed {seed}, after {done:#?}"), async || {
                is_true(&world, alone).await.is_ok()
            })
            .await;
        }
        app.stop().await;
        if let Some((sharing, alone)) = others {
            sharing.stop().await;
            alone.stop().await;
        }
    }

    async fn a_process_that_was_paused_says_nothing_that_is_older_than_the_promise(db) {
        let Some(shared) = Cache::beside(db) else { return };
        if db.backend == Backend::Sqlite {
            return; // one process only
        }
        let folder = tempfile::TempDir::new().unwrap();
        for cache in [shared, Cache::Own] {
            let here = Process::start(crate::BINARY, &db.url, &cache, folder.path()).await;
            let paused = Process::start(crate::BINARY, &db.url, &cache, folder.path()).await;
            let person = Person::new(&here.base).await.with_inbox(&paused.base);
            let card = person.cards().await[0].clone();
            let reader = Reader::enrol(&here.base, card["siteId"].as_str().unwrap()).await.at(&paused.base);
            let bound = person.bind(&card).await;
            let there = person.at(&paused.base);
            until("it knows the card", async || reader.show(&bound.code(0)).await != "revoked").await;
            let cards = there.get("/v1/card-bindings").await.expect(200);
            assert_eq!(cards["items"].as_array().unwrap().len(), 1);
            paused.pause();
            let since = Instant::now();
            person.delete(&format!("/v1/card-bindings/{}", bound.id)).await.expect(204);
            // longer than the half second that it may be behind without a shared cache
            until("it has slept for long", async || since.elapsed() > Duration::from_millis(700)).await;
            // both are asked for before it wakes
            let scan = reader.scan(&bound.code(1));
            let (told, cards, ()) = tokio::join!(reader.send(&scan), there.get("/v1/card-bindings"), async { paused.wake() });
            assert_eq!(told.body["reason"], "revoked", "{cache:?}");
            assert_eq!(cards.expect(200)["items"], json!([]), "{cache:?}");
        }
    }
}
