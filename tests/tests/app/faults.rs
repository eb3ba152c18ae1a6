//! Every so many-th step of the server's transactions fails, in every way: the disk is full, does not answer, is locked;
//! the connection is killed, or lost between COMMIT and its answer; the driver panics. Whatever was acknowledged is seen
//! by another connection at once, and after kill −9; whatever was refused is not there.

use std::{collections::BTreeSet, path::Path, time::Duration};

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::{Value, json};
use store::on_every_database;
use tests::{Answer, Bound, Cache, PASSWORD, Person, Process, Reader, until};

/// Every so many-th BEGIN, COMMIT and ROLLBACK fails, and every so many-th statement four times as seldom.
const EVERY: u64 = 11;
const SCANNERS: usize = 4;
const SCANS: u8 = 50;
const REFRESHERS: usize = 3;
const REFRESHES: usize = 15;
const REGISTRATIONS: usize = 12;
const BINDINGS: usize = 40;
const IMPORTS: usize = 8;

/// Who waits longer for a code asks for another.
const PATIENCE: Duration = Duration::from_secs(3);

/// What became of requests, by what tells their effect.
#[derive(Default)]
struct Tally {
    acknowledged: BTreeSet<String>,
    refused: BTreeSet<String>,
    unknown: BTreeSet<String>,
}

impl Tally {
    /// Notes an answer that acknowledges with this status.
    fn note(&mut self, effect: String, answer: Option<&Answer>, acknowledges: u16) {
        let set = match answer {
            Some(answer) if answer.status == acknowledges => &mut self.acknowledged,
            Some(answer) if answer.status >= 500 => match answer.code() {
                "database-outcome-unknown" => &mut self.unknown,
                _ => &mut self.refused,
            },
            Some(answer) => panic!("only the database failed: {} {:?}", answer.status, answer.body),
            None => &mut self.unknown,
        };
        set.insert(effect);
    }

    #[track_caller]
    fn holds(&self, what: &str, there: &BTreeSet<String>) -> String {
        let lost: Vec<_> = self.acknowledged.difference(there).collect();
        let kept: Vec<_> = self.refused.intersection(there).collect();
        assert!(lost.is_empty(), "{what}: acknowledged and lost {lost:?}");
        assert!(kept.is_empty(), "{what}: refused and kept {kept:?}");
        assert!(!self.acknowledged.is_empty(), "{what}: something was acknowledged");
        let (yes, no, unknown) = (self.acknowledged.len(), self.refused.len(), self.unknown.len());
        format!("{what} {yes} acknowledged, {no} refused, {unknown} unknown")
    }
}

/// Asks until the database does not fail.
async fn insist(ask: impl AsyncFn() -> Option<Answer>) -> Answer {
    for _ in 0..100 {
        if let Some(answer) = ask().await
            && answer.status < 500
        {
            return answer;
        }
    }
    panic!("a hundred failures in a row");
}

async fn scan(reader: Reader, bound: Bound) -> Tally {
    let mut tally = Tally::default();
    for n in 0..SCANS {
        let scan = reader.scan(&bound.code(n));
        let answer = reader.try_send(&scan).await;
        tally.note(scan.body["seq"].to_string(), answer.as_ref(), 200);
    }
    tally
}

/// Refreshes on; the same request again after a failure. Who holds the last tokens.
async fn refresh(person: Person) -> Person {
    let mut person = person;
    for n in 0..REFRESHES {
        let (body, key) = (json!({ "refreshToken": person.refresh }), format!("refresh-{n}"));
        let answer = insist(async || Some(person.post_as(&key, "/v1/auth/refresh", &body).await)).await;
        person = person.entered(answer);
    }
    person
}

async fn register(base: &str, agreements: &Value) -> Tally {
    let mut tally = Tally::default();
    for n in 0..REGISTRATIONS {
        let phone = format!("139{:08}", 20_260_000 + n);
        let person = Person::stranger(base);
        let wanted = json!({ "purpose": "register", "identifier": phone });
        let mut answer = None;
        // a code whose message was taken by a worker that then failed is never sent, or late: its reader asks again
        while answer.as_ref().is_none_or(|answer: &Answer| answer.status == 422) {
            let others = person.received(&phone).await;
            let sent = insist(async || person.try_post("/v1/auth/codes", &wanted).await).await.expect(202);
            let Ok(code) = tokio::time::timeout(PATIENCE, person.sms_after(&phone, others)).await else { continue };
            let new = json!({
                "phone": phone, "challengeId": sent["challengeId"], "code": code, "password": PASSWORD,
                "device": "测试手机", "agreements": agreements,
            });
            answer = person.try_post("/v1/auth/register", &new).await;
        }
        tally.note(phone, answer.as_ref(), 201);
    }
    tally
}

/// Asks to bind cards nobody has; each is told by its printed number.
async fn bind(person: Person, card: Value) -> (Tally, Vec<String>) {
    let (mut tally, mut ids) = (Tally::default(), Vec::new());
    for n in 0..BINDINGS {
        let number = format!("{:010}", 9_000_000_000_u64 + n as u64);
        let body = json!({ "siteId": card["siteId"], "kind": card["kind"], "number": number, "phone": card["phone"] });
        let answer = person.try_post("/v1/card-bindings", &body).await;
        tally.note(number, answer.as_ref(), 201);
        ids.extend(answer.filter(|one| one.status == 201).map(|one| one.body["id"].as_str().unwrap().to_owned()));
    }
    (tally, ids)
}

/// Sends files of one new card each; told by their names.
async fn import(person: Person, base: String, site: Value) -> (Tally, Vec<String>) {
    let (mut tally, mut ids, http) = (Tally::default(), Vec::new(), tests::client());
    let path = format!("/v1/sites/{}/imports", site.as_str().unwrap());
    for n in 0..IMPORTS {
        let name = format!("faults-{n}.csv");
        let file = format!("卡类型,卡号,持卡人,手机号\r\n门禁卡,88{n:06},陈开门,13912345678\r\n");
        let request = http.post(format!("{base}{path}?fileName={name}")).bearer_auth(&person.token).body(file);
        let answer = match request.send().await {
            Ok(response) => Some(Answer::of(response).await),
            Err(_) => None,
        };
        tally.note(name, answer.as_ref(), 201);
        let sent = answer.filter(|one| one.status == 201);
        ids.extend(sent.map(|one| format!("{path}/{}", one.body["id"].as_str().unwrap())));
    }
    (tally, ids)
}

/// Waits for a state of an import. Whoever worked on it may have died: its lease lasts half a minute.
async fn becomes(person: &Person, import: &str, state: &str) {
    for _ in 0..2 {
        let seen = async || person.get(import).await.expect(200)["state"] == state;
        if tokio::time::timeout(Duration::from_secs(25), until(state, seen)).await.is_ok() {
            return;
        }
    }
    until(state, async || person.get(import).await.expect(200)["state"] == state).await;
}

async fn texts(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(db.get_database_backend(), sql.to_owned());
    let rows = db.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

async fn numbers(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(db.get_database_backend(), sql.to_owned());
    let rows = db.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index::<i64>(0).unwrap().to_string()).collect()
}

/// A server of which steps fail while the file `faults` is in its folder.
async fn start(url: &str, cache: &Cache, folder: &Path) -> Process {
    let listen = Process::free_listen();
    let mut command = Process::command(crate::BINARY, &listen, url, cache, folder);
    command.env("KAIMEN_TEST_FAULTS", folder.join("faults"));
    Process::spawn(command, &listen).await
}

on_every_database! {
    async fn kill_9_after_faults_at_every_step_finds_what_was_acknowledged_and_nothing_refused(database) {
        let Some(cache) = Cache::beside(database) else { return };
        let folder = tempfile::TempDir::new().unwrap();
        let process = start(&database.url, &cache, folder.path()).await;
        let base = process.base.clone();
        let person = Person::new(&base).await;
        let cards = person.cards().await;
        let mut streams = Vec::new();
        for card in &cards[..SCANNERS] {
            let reader = Reader::enrol(&base, card["siteId"].as_str().unwrap()).await;
            streams.push((reader, person.bind(card).await));
        }
        let mut refreshers = Vec::new();
        for _ in 0..REFRESHERS {
            refreshers.push(Person::new(&base).await);
        }
        let admin = Person::new(&base).await.running(&cards[0]["siteId"]).await;
        let agreements = person.agreements().await;

        std::fs::write(folder.path().join("faults"), EVERY.to_string()).unwrap();
        let (scans, refreshed, registered, (bound, bindings), (imported, imports)) = tokio::join!(
            join_all(streams.into_iter().map(|(reader, bound)| scan(reader, bound))),
            join_all(refreshers.into_iter().map(refresh)),
            register(&base, &agreements),
            bind(person.clone(), cards[0].clone()),
            import(admin.clone(), base.clone(), cards[0]["siteId"].clone()),
        );
        let mut scanned = Tally::default();
        for one in scans {
            scanned.acknowledged.extend(one.acknowledged);
            scanned.refused.extend(one.refused);
            scanned.unknown.extend(one.unknown);
        }

        let direct = Database::connect(&database.url).await.unwrap();
        let check = || async {
            let events = numbers(&direct, "SELECT seq FROM access_events").await.into_iter().collect();
            let numbers: BTreeSet<_> =
                texts(&direct, "SELECT number FROM card_bindings WHERE number LIKE '90000000%'").await.into_iter().collect();
            let files = texts(&direct, "SELECT file_name FROM imports").await.into_iter().collect();
            let messages = texts(&direct, "SELECT fact FROM outbox WHERE topic = 'card.wanted'").await;
            for id in &bindings {
                assert_eq!(messages.iter().filter(|fact| fact.contains(id)).count(), 1, "{id}: one message");
            }
            [scanned.holds("scans", &events), bound.holds("bindings", &numbers), imported.holds("imports", &files)].join("; ")
        };
        check().await;
        process.kill_9();
        std::fs::remove_file(folder.path().join("faults")).unwrap();

        let process = start(&database.url, &cache, folder.path()).await;
        let told = check().await;
        let mut there = BTreeSet::new();
        for phone in registered.acknowledged.iter().chain(&registered.refused) {
            let login = json!({ "identifier": phone, "password": PASSWORD });
            let answer = Person::stranger(&process.base).post("/v1/auth/login/password", login).await;
            if answer.status == 200 {
                there.insert(phone.clone());
            }
        }
        let accounts = registered.holds("registrations", &there);
        for person in refreshed {
            let person = person.at(&process.base);
            let again = person.post("/v1/auth/refresh", json!({ "refreshToken": person.refresh })).await;
            person.entered(again).get("/v1/me").await.expect(200);
        }
        let admin = admin.at(&process.base);
        for import in &imports {
            becomes(&admin, import, "checked").await;
            admin.post(&format!("{import}/apply"), json!({})).await.expect(202);
            becomes(&admin, import, "done").await;
        }
        let applied = texts(&direct, "SELECT number FROM issued_cards WHERE number LIKE '880000%'").await;
        assert_eq!(applied.len(), imports.len(), "each import that was begun put its card in, once");
        println!(
            "{:?}: {told}; {accounts}; {} refreshes, none lost; {} imports applied. \
             Acknowledged and lost 0, refused and kept 0, before and after kill -9",
            database.backend, REFRESHERS * REFRESHES, imports.len(),
        );
    }
}
