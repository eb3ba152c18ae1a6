//! Cards imported from files over HTTP, and exported again.

use std::{io::Write, sync::Arc, time::Duration};

use futures_util::future::join_all;
use kernel::{Clock, ManualClock, SystemClock};
use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::{Value, json};
use store::{on_every_database, testing::TestDatabase};
use tempfile::TempDir;
use tests::{Answer, Cache, Person, Reader, TestApp, until};

const HEADER: &str = "卡类型,卡号,持卡人,手机号,有效期至,状态,车牌,余额,共用,权限组";

/// An administrator of one site.
struct Admin {
    person: Person,
    http: reqwest::Client,
    base: String,
    site: String,
}

impl Admin {
    async fn of(app: &TestApp, site: &str) -> Self {
        let person = Person::new(&app.base).await.running(&json!(site)).await;
        Self { person, http: app.http.clone(), base: app.base.clone(), site: site.to_owned() }
    }

    /// The administrator of the first card's site, and that site's cards.
    async fn first(app: &TestApp) -> (Self, Vec<Value>) {
        let cards = Person::stranger(&app.base).cards().await;
        let site = cards[0]["siteId"].as_str().unwrap().to_owned();
        let of_site = cards.into_iter().filter(|card| card["siteId"] == site.as_str()).collect();
        (Self::of(app, &site).await, of_site)
    }

    fn path(&self, rest: &str) -> String {
        format!("/v1/sites/{}/{rest}", self.site)
    }

    async fn send(&self, file: impl Into<Vec<u8>>, key: Option<&str>) -> Answer {
        let url = format!("{}{}?fileName=cards.csv", self.base, self.path("imports"));
        let mut request = self.http.post(url).bearer_auth(&self.person.token).body(file.into());
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    async fn see(&self, import: &Value) -> Value {
        let id = import["id"].as_str().unwrap();
        self.person.get(&self.path(&format!("imports/{id}"))).await.expect(200)
    }

    async fn act(&self, import: &Value, act: &str) -> Answer {
        let id = import["id"].as_str().unwrap();
        self.person.post(&self.path(&format!("imports/{id}/{act}")), json!({})).await
    }

    /// An import once nothing goes on with it.
    async fn settled(&self, import: &Value) -> Value {
        let mut seen = Value::Null;
        until("the import settles", async || {
            seen = self.see(import).await;
            !["checking", "applying"].contains(&seen["state"].as_str().unwrap())
        })
        .await;
        seen
    }

    /// What checking this file says.
    async fn checked(&self, file: impl Into<Vec<u8>>) -> Value {
        self.settled(&self.send(file, None).await.expect(201)).await
    }

    /// What applying this file does.
    async fn applied(&self, file: impl Into<Vec<u8>>) -> Value {
        let import = self.checked(file).await;
        assert_eq!((&import["state"], &import["report"]["errors"]), (&json!("checked"), &json!(0)), "{import}");
        self.act(&import, "apply").await.expect(202);
        self.settled(&import).await
    }

    async fn export(&self, reason: &str) -> reqwest::Response {
        let url = format!("{}{}?reason={reason}", self.base, self.path("cards.csv"));
        self.http.get(url).bearer_auth(&self.person.token).send().await.unwrap()
    }
}

fn table(rows: &[&str]) -> String {
    format!("{HEADER}\r\n{}\r\n", rows.join("\r\n"))
}

fn kind(card: &Value) -> &'static str {
    match card["kind"].as_str().unwrap() {
        "member" => "会员卡",
        "stored_value" => "储值卡",
        _ => "门禁卡",
    }
}

/// The row of a demo card, with this phone.
fn row(card: &Value, phone: &str) -> String {
    let text = |name: &str| card[name].as_str().unwrap_or_default();
    let balance = card["balance"].as_i64().map(|fen| format!("{}.{:02}", fen / 100, fen % 100)).unwrap_or_default();
    let shared = if card["shared"] == true { "是" } else { "" };
    format!("{},{},{},{phone},,,{},{balance},{shared},", kind(card), text("number"), text("holder"), text("plate"))
}

fn many(rows: usize) -> String {
    let rows: Vec<_> = (0..rows).map(|n| format!("会员卡,{n:08},持卡人{n},,,,,,,")).collect();
    table(&rows.iter().map(String::as_str).collect::<Vec<_>>())
}

async fn count(db: &TestDatabase, sql: &str) -> i64 {
    let db = Database::connect(&db.url).await.unwrap();
    let statement = Statement::from_string(db.get_database_backend(), sql.to_owned());
    db.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

fn files(folder: &std::path::Path) -> usize {
    std::fs::read_dir(folder.join("imports")).map_or(0, Iterator::count)
}

on_every_database! {
    async fn a_file_is_checked_then_applied_and_those_it_concerns_are_told(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (admin, cards) = Admin::first(&app).await;
        let person = Person::new(&app.base).await;
        let bound = person.bind(&cards[0]).await;
        let reader = Reader::enrol(&app.base, &admin.site).await;
        assert_eq!(reader.show(&bound.code(0)).await, "ok");

        let mine = row(&cards[0], "13900000500");
        let same = row(&cards[1], cards[1]["phone"].as_str().unwrap());
        let file = table(&[&mine, &same, "车卡,0099999999,\"'=cmd|' /C calc'!A0\",,2027-12-31,挂失,湘A·12345、湘AD54321,,是,"]);
        let import = admin.checked(file).await;
        assert_eq!((&import["state"], &import["fileName"]), (&json!("checked"), &json!("cards.csv")), "{import}");
        let report = &import["report"];
        let counts = ["rows", "new", "changed", "same", "errors", "missing"].map(|name| report[name].as_u64().unwrap());
        assert_eq!(counts, [3, 1, 1, 1, 0, cards.len() as u64 - 2]);
        let number = report["changes"][0]["number"].as_str().unwrap();
        assert!(number.starts_with("****"), "{number}");
        assert_eq!((&report["changes"][0]["row"], &report["changes"][0]["fields"]), (&json!(2), &json!(["phone"])));
        assert_eq!(reader.show(&bound.code(1)).await, "ok", "nothing changes before it is applied");

        admin.act(&import, "apply").await.expect(202);
        let done = admin.settled(&import).await;
        assert_eq!((&done["state"], &done["rowsDone"]), (&json!("done"), &json!(3)), "{done}");
        assert_eq!(done["applied"], json!({ "new": 1, "changed": 1, "same": 1 }));
        assert_eq!(reader.show(&bound.code(2)).await, "binding_suspended", "the phone on file is another");
        until("the holder is told", async || {
            let notices = person.get("/v1/notices").await.expect(200);
            notices["items"].as_array().unwrap().len() >= 2
        })
        .await;
        let listed = admin.person.get(&admin.path("cards?limit=100")).await.expect(200);
        let fresh = listed["items"].as_array().unwrap().iter().find(|card| card["card"]["state"] == "lost").unwrap();
        assert_eq!((&fresh["kind"], &fresh["card"]["shared"]), (&json!("member"), &json!(true)));
        assert_eq!(fresh["card"]["validUntil"], "2027-12-31T15:59:59.999Z");

        // again: nothing differs, and every way that is over is closed
        let again = admin.checked(table(&[&mine, &same])).await;
        assert_eq!((&again["report"]["same"], &again["report"]["changed"]), (&json!(2), &json!(0)));
        assert_eq!(admin.act(&again, "discard").await.expect(200)["state"], "discarded");
        let answer = admin.act(&again, "apply").await;
        assert_eq!((answer.code(), &answer.body["state"]), ("import-not-checked", &json!("discarded")));
        assert_eq!(admin.act(&done, "discard").await.code(), "import-not-open");
        let all = admin.person.get(&admin.path("imports?limit=1")).await.expect(200);
        assert_eq!(all["items"][0]["id"], again["id"], "newest first");
        let next = all["nextCursor"].as_str().unwrap();
        let rest = admin.person.get(&admin.path(&format!("imports?limit=1&cursor={next}"))).await.expect(200);
        assert_eq!((&rest["items"][0]["id"], &rest["nextCursor"]), (&done["id"], &Value::Null));
        until("the files are gone", async || files(app.folder()) == 0).await;
        app.stop().await;
    }

    async fn wrong_rows_are_named_and_nothing_is_applied(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (admin, _) = Admin::first(&app).await;
        let import = admin.checked(table(&[
            "会员卡,0000000001,甲,,,,,,,",
            "贵宾卡,0000000002,乙,12345,明天,坏了,A,一百,也许,没有的组",
            "会员卡,0000000001,丙,,,,,,,",
            "会员卡,1.23457E+11,丁,,,,,,,",
            "会员卡,0000000005,戊,,,,,,,,,,多出来的",
        ])).await;
        let report = &import["report"];
        assert_eq!((&import["state"], &report["errors"], &report["new"]), (&json!("checked"), &json!(4), &json!(1)), "{import}");
        assert_eq!(report["missing"], Value::Null);
        let told: Vec<_> = report["errorList"].as_array().unwrap().iter()
            .map(|one| (one["row"].as_u64().unwrap(), one["code"].as_str().unwrap())).collect();
        assert_eq!(told[..8], [
            (3, "kind-unknown"), (3, "phone-invalid"), (3, "date-invalid"), (3, "state-unknown"),
            (3, "plates-invalid"), (3, "balance-invalid"), (3, "shared-invalid"), (3, "group-unknown"),
        ]);
        assert_eq!(told[8..], [(4, "card-twice"), (5, "number-damaged"), (6, "cell-outside-header")]);
        let said = report.to_string();
        assert!(["12345", "贵宾", "一百", "甲"].iter().all(|value| !said.contains(value)), "{said}");
        assert!(said.contains("第 4 行“卡号”：与第 2 行是同一张卡"), "{said}");
        assert_eq!(admin.act(&import, "apply").await.code(), "import-has-errors");
        assert_eq!(admin.see(&import).await["rowsDone"], 0);
        app.stop().await;
    }

    async fn files_of_every_dress_are_read_and_what_is_no_table_is_rejected(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (admin, _) = Admin::first(&app).await;
        let text = "姓名;卡号;类型;备注\r\n陈小明;0012345678;门禁卡;x\r\n";
        let gbk = encoding_rs::GBK.encode(text).0.into_owned();
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (column, (name, value)) in [("姓名", "陈小明"), ("卡号", "0012345678"), ("类型", "门禁卡")].into_iter().enumerate() {
            let column = u16::try_from(column).unwrap();
            sheet.write(0, column, name).unwrap().write(1, column, value).unwrap();
        }
        for file in [format!("\u{feff}{text}").into_bytes(), gbk, text.into(), book.save_to_buffer().unwrap()] {
            let import = admin.checked(file).await;
            assert_eq!((&import["state"], &import["report"]["new"]), (&json!("checked"), &json!(1)), "{import}");
            admin.act(&import, "discard").await.expect(200);
        }
        let warned = admin.checked(text).await;
        let warnings = warned["report"]["warnings"].as_array().unwrap();
        assert!(warnings.contains(&json!("不认识“备注”列，没有导入")), "{warnings:?}");
        assert!(warnings.contains(&json!("没有“手机号”列，已有的卡保持原样")), "{warnings:?}");

        let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        bomb.start_file("_rels/.rels", zip::write::SimpleFileOptions::default()).unwrap();
        bomb.write_all(format!("<Relationships {}", "x".repeat(2 << 20)).as_bytes()).unwrap();
        for (file, code) in [
            (b"".to_vec(), "file-empty"),
            (b"%PDF-1.7 ...".to_vec(), "pdf"),
            (b"\xD0\xCF\x11\xE0 ...".to_vec(), "legacy-xls"),
            (bomb.finish().unwrap().into_inner(), "workbook-damaged"),
            ("卡号,备注\n1,x\n".into(), "columns-missing"),
            ("陈小明,13800000001\n陈小红,13800000002\n".into(), "columns-missing"),
            ("卡号,卡类型,姓名,持卡人\n1,会员卡,甲,乙\n".into(), "duplicate-column"),
            (format!("卡号,卡类型,姓名\n\"{}", "x".repeat(10 << 20)).into(), "line-too-long"),
            ("卡号,卡类型,姓名\n".repeat(200_002).into(), "too-many-rows"),
        ] {
            let import = admin.checked(file).await;
            assert_eq!((&import["state"], &import["reason"]["code"]), (&json!("rejected"), &json!(code)), "{import}");
            assert!(!import["reason"]["message"].as_str().unwrap().contains("138"), "{import}");
        }
        until("only the open file is left", async || files(app.folder()) == 1).await;
        let answer = admin.send(vec![b' '; (64 << 20) + 1], None).await;
        assert_eq!((answer.status, answer.code()), (413, "import-too-large"));
        assert_eq!(files(app.folder()), 1);
        app.stop().await;
    }

    async fn a_column_that_is_not_there_leaves_the_cards_as_they_are(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (admin, cards) = Admin::first(&app).await;
        let person = Person::new(&app.base).await;
        let bound = person.bind(&cards[0]).await;
        let reader = Reader::enrol(&app.base, &admin.site).await;
        let number = cards[0]["number"].as_str().unwrap();
        let done = admin.applied(format!("卡类型,卡号,持卡人\n{},{number},改名\n", kind(&cards[0]))).await;
        assert_eq!(done["applied"], json!({ "new": 0, "changed": 1, "same": 0 }), "{done}");
        assert_eq!(done["report"]["changes"][0]["fields"], json!(["holder"]));
        assert_eq!(reader.show(&bound.code(0)).await, "ok", "its phone is on file still");
        app.stop().await;
    }

    async fn of_two_who_apply_at_once_one_does(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (admin, _) = Admin::first(&app).await;
        let (one, other) = (admin.checked(many(3000)).await, admin.checked(many(3001)).await);
        let answers = join_all([&one, &one, &one, &other, &other].map(|import| admin.act(import, "apply"))).await;
        let went = answers.iter().filter(|answer| answer.status == 202).count();
        assert_eq!(went, 1, "{answers:?}");
        for refused in answers.iter().filter(|answer| answer.status != 202) {
            assert!(["import-running", "import-not-checked"].contains(&refused.code()), "{refused:?}");
        }
        let ends = [admin.settled(&one).await, admin.settled(&other).await];
        assert_eq!(ends.iter().filter(|import| import["state"] == "done").count(), 1);
        let waiting = ends.iter().find(|import| import["state"] == "checked").unwrap();
        admin.act(waiting, "apply").await.expect(202);
        assert_eq!(admin.settled(waiting).await["state"], "done", "its turn has come");
        assert_eq!(count(db, "SELECT COUNT(*) FROM issued_cards WHERE number = '2999'").await, 1);
        app.stop().await;
    }

    async fn an_import_that_was_cut_off_goes_on_elsewhere_and_is_done_once(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let (folder, clock) = (TempDir::new().unwrap(), Arc::new(ManualClock::at(SystemClock.now())));
        let open = async || TestApp::with(db, &cache, clock.clone(), |settings| settings.server.data_dir = folder.path().into()).await;
        let app = open().await;
        let (mut admin, _) = Admin::first(&app).await;
        let rows = 20_000;
        let import = admin.checked(many(rows)).await;
        admin.act(&import, "apply").await.expect(202);
        until("some of it is done", async || admin.see(&import).await["rowsDone"].as_u64().unwrap() > 0).await;
        app.stop().await;

        let app = open().await;
        (admin.base, admin.person) = (app.base.clone(), admin.person.at(&app.base));
        let cut = admin.see(&import).await;
        assert_eq!(cut["state"], "applying", "the test came too late to cut it off");
        let before = cut["rowsDone"].as_u64().unwrap();
        assert!(before < rows as u64, "{before}");
        app.running.app.imports.work().await.unwrap();
        assert_eq!(admin.see(&import).await["rowsDone"], before, "it is the other's for half a minute");
        clock.advance(Duration::from_secs(31));
        let done = admin.settled(&import).await;
        assert_eq!((&done["state"], &done["rowsDone"]), (&json!("done"), &json!(rows)), "{done}");
        assert_eq!(done["applied"], json!({ "new": rows, "changed": 0, "same": 0 }), "what was done is not done again");
        until("the file is gone", async || files(folder.path()) == 0).await;
        app.stop().await;
    }

    async fn a_file_that_is_lost_or_changed_meanwhile_is_not_applied(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let clock = Arc::new(ManualClock::at(SystemClock.now()));
        let app = TestApp::with(db, &cache, clock.clone(), |_| ()).await;
        let (mut admin, _) = Admin::first(&app).await;
        let path = |import: &Value| app.folder().join("imports").join(import["id"].as_str().unwrap());

        let changed = admin.checked(many(10)).await;
        std::fs::write(path(&changed), many(11)).unwrap();
        admin.act(&changed, "apply").await.expect(202);
        let failed = admin.settled(&changed).await;
        assert_eq!((&failed["state"], &failed["reason"]["code"]), (&json!("failed"), &json!("file-changed")), "{failed}");

        let lost = admin.checked(many(10)).await;
        std::fs::remove_file(path(&lost)).unwrap();
        admin.act(&lost, "apply").await.expect(202);
        app.running.app.imports.work().await.unwrap();
        assert_eq!(admin.see(&lost).await["state"], "applying", "another server may have the file");
        clock.advance(Duration::from_secs(601));
        admin = Admin::of(&app, &admin.site).await;
        let failed = admin.settled(&lost).await;
        assert_eq!((&failed["state"], &failed["reason"]["code"]), (&json!("failed"), &json!("file-lost")), "{failed}");
        assert_eq!(failed["rowsDone"], 0);

        // what nobody decides on expires after a day
        let forgotten = admin.checked(many(10)).await;
        clock.advance(Duration::from_secs(86_401));
        app.running.app.clean_up().await.unwrap();
        assert_eq!(files(app.folder()), 0);
        let seen = app.running.app.imports.find(admin.site.parse().unwrap(), forgotten["id"].as_str().unwrap().parse().unwrap());
        assert_eq!(seen.await.unwrap().state.name(), "expired");
        app.stop().await;
    }

    async fn only_those_who_run_the_site_import_and_export(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (admin, cards) = Admin::first(&app).await;
        let elsewhere = Person::stranger(&app.base).cards().await.last().unwrap()["siteId"].clone();
        let other = Admin::of(&app, elsewhere.as_str().unwrap()).await;
        let import = admin.checked(table(&[&row(&cards[0], "")])).await;
        for person in [Person::new(&app.base).await, other.person] {
            let intruder = Admin { person, http: app.http.clone(), base: app.base.clone(), site: admin.site.clone() };
            assert_eq!(intruder.send(many(1), None).await.code(), "forbidden");
            assert_eq!(intruder.person.get(&admin.path("imports")).await.code(), "forbidden");
            assert_eq!(intruder.act(&import, "apply").await.code(), "forbidden");
            assert_eq!(intruder.act(&import, "discard").await.code(), "forbidden");
            assert_eq!(Answer::of(intruder.export("audit").await).await.code(), "forbidden");
        }
        let id = import["id"].as_str().unwrap();
        let other = Admin::of(&app, elsewhere.as_str().unwrap()).await;
        let path = format!("/v1/sites/{}/imports/{id}", other.site);
        assert_eq!(other.person.get(&path).await.code(), "not-found", "another site's");
        assert_eq!(count(db, "SELECT COUNT(*) FROM imports").await, 1);

        // the same request under the same key is one import
        let again = [admin.send(many(2), Some("k-1")).await, admin.send(many(2), Some("k-1")).await];
        let ids = again.map(|answer| answer.expect(201)["id"].clone());
        assert_eq!(ids[0], ids[1]);
        assert_eq!(admin.send(many(3), Some("k-1")).await.code(), "idempotency-key-reused");
        let url = format!("{}{}?fileName=others.csv", admin.base, admin.path("imports"));
        let renamed = admin.http.post(url).bearer_auth(&admin.person.token).header("idempotency-key", "k-1");
        let renamed = Answer::of(renamed.body(many(2)).send().await.unwrap()).await;
        assert_eq!(renamed.code(), "idempotency-key-reused", "a file of another name is another request");
        assert_eq!(admin.send(many(3), Some("k_1")).await.code(), "bad-idempotency-key");
        assert_eq!(files(app.folder()), 2);

        // a site whose cards an installed system keeps
        let sites = app.running.app.sites.branches().await.unwrap();
        let installed = Admin::of(&app, &sites[0].0.to_string()).await;
        assert_eq!(installed.send(many(1), None).await.code(), "import-not-here");
        app.stop().await;
    }

    async fn what_is_exported_imports_as_the_same(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (admin, cards) = Admin::first(&app).await;
        let hostile = "车卡,0099999999,\"=HYPERLINK(\"\"http://x\"\",\"\"A, B\"\")\",13900000501,2027-12-31 08:30:00,冻结,湘A12345、湘AD54321,-12.05,是,";
        let filled = admin.applied(table(&[hostile, "门禁卡,7,'-1,,,退卡,,0,,"])).await;
        assert_eq!(filled["applied"]["new"], 2, "{filled}");
        for reason in ["", "x", &"长".repeat(101)] {
            assert_eq!(Answer::of(admin.export(reason).await).await.code(), "invalid", "{reason}");
        }
        let exported = admin.export("年度核对").await;
        assert_eq!(exported.status(), 200);
        assert_eq!(exported.headers()["content-type"], "text/csv; charset=utf-8");
        let file = exported.text().await.unwrap();
        assert_eq!(file.lines().count(), cards.len() + 3);
        assert!(file.contains("\"'=HYPERLINK") && file.contains(",'-12.05,"), "formulas are neutralised");
        assert!(file.contains(cards[0]["phone"].as_str().unwrap()) && file.contains(cards[0]["holder"].as_str().unwrap()));
        let same = admin.checked(file.clone()).await;
        let report = &same["report"];
        let counts = ["rows", "same", "new", "changed", "errors", "missing"].map(|name| report[name].as_u64().unwrap());
        let rows = cards.len() as u64 + 2;
        assert_eq!(counts, [rows, rows, 0, 0, 0, 0], "{report}");
        assert_eq!(report["warnings"], json!([]));
        let entries = "SELECT COUNT(*) FROM audit_entries WHERE action = 'cards.exported'";
        assert_eq!(count(db, entries).await, 1);
        assert_eq!(count(db, &format!("{entries} AND object = 'issued_cards/年度核对'")).await, 1);
        app.stop().await;
    }

    async fn files_are_read_as_they_show_and_what_is_left_out_is_said(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (admin, _) = Admin::first(&app).await;
        let dec10 = json!({ "format": "dec10", "byteOrder": "straight" });
        admin.person.change_settings(&admin.site, |settings| settings["cardFormat"] = dec10).await.expect(200);
        let warned = |import: &Value, text: &str| {
            let warnings = import["report"]["warnings"].as_array().unwrap();
            assert!(warnings.iter().any(|one| one.as_str().unwrap().contains(text)), "{warnings:?}");
        };
        let merged = include_bytes!("../../../crates/cards/tests/files/merged-cells.xlsx");
        assert_eq!(admin.applied(merged.to_vec()).await["applied"]["new"], 3);
        let sheets = admin.applied(include_bytes!("../../../crates/cards/tests/files/second-sheet.xlsx").to_vec()).await;
        warned(&sheets, "没有导入“2栋”");
        let hidden = admin.applied(include_bytes!("../../../crates/cards/tests/files/hidden-rows.xlsx").to_vec()).await;
        warned(&hidden, "有 1 行被隐藏");
        assert_eq!(hidden["applied"]["new"], 1);
        let dressed = "sep=;\r\n登记表;;\r\n序号;*卡类型;卡 号;\"持卡人\n（必填）\";手机号（11位）;有效期至;备注;备注\r\n\
                       1;门禁卡;=\"40860011.0\";金一;（＋86）138–0000–1001;2027-12-31T20:00:00+00:00;a;b\r\n\
                       2;门禁卡;'0040860012;金二;\u{202d}008613800001002\u{202c};2027-12-31 0:00:00;;\r\n3;;;;;;;\r\n";
        let done = admin.applied(dressed).await;
        assert_eq!(done["applied"]["new"], 2, "{done}");
        for text in ["表头取自第 2 行", "写作 0 点", "只填了不导入的列"] {
            warned(&done, text);
        }
        let file = admin.export("年度核对").await.text().await.unwrap();
        for line in [
            "门禁卡,0040857001,合一,,2027-12-31,挂失,",
            "门禁卡,0040857003,合三,,2027-12-31,挂失,",
            "门禁卡,0040857031,楼一,",
            "门禁卡,0040857021,隐行一,",
            "门禁卡,0040860011,金一,13800001001,2028-01-01 04:00:00,正常,",
            "门禁卡,0040860012,金二,13800001002,2027-12-31,正常,",
        ] {
            assert!(file.contains(line), "{line}: {file}");
        }
        assert!(!file.contains("0040857022") && !file.contains("0040857032"), "{file}");
        let wrong = admin.checked("卡类型,卡号,持卡人\n门禁卡,40860013.5,金三\n").await;
        assert_eq!(wrong["report"]["errorList"][0]["code"], "number-invalid", "{wrong}");
        app.stop().await;
    }

    async fn a_file_in_a_wrong_wrapping_is_told_from_a_wrong_table(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (admin, _) = Admin::first(&app).await;
        let form = "------B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.csv\"\r\n\r\n卡类型,卡号,持卡人\r\n------B--\r\n";
        let url = format!("{}{}", admin.base, admin.path("imports"));
        for kind in ["multipart/form-data; boundary=----B", "Multipart/Form-Data"] {
            let request = admin.http.post(&url).bearer_auth(&admin.person.token).header("content-type", kind);
            let answer = Answer::of(request.body(form).send().await.unwrap()).await;
            assert_eq!((answer.status, answer.code()), (400, "import-is-form"), "{kind}");
        }
        assert_eq!(files(app.folder()), 0);
        for (body, code) in [(form, "form-upload"), ("{\"file\": \"a,b\"}", "encoded-upload"), ("UEsDBBQABgAIAAAAIQ==", "encoded-upload")] {
            let import = admin.checked(body).await;
            assert_eq!((&import["state"], &import["reason"]["code"]), (&json!("rejected"), &json!(code)), "{import}");
        }
        app.stop().await;
    }

    async fn a_template_has_every_column_that_is_read(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let (admin, _) = Admin::first(&app).await;
        for (route, row) in [("imports", "门禁卡,0040869001,甲,,,,,,,"), ("host-imports", "甲,13900000731,,,")] {
            let path = admin.path(&format!("{route}/template.csv"));
            let get = |person: &Person| admin.http.get(format!("{}{path}", admin.base)).bearer_auth(&person.token).send();
            let answer = get(&admin.person).await.unwrap();
            assert_eq!(answer.status(), 200);
            assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
            let template = answer.bytes().await.unwrap();
            assert!(template.starts_with("\u{feff}".as_bytes()) && template.ends_with(b"\r\n"), "{route}");
            let url = format!("{}{}", admin.base, admin.path(route));
            let filled = [&template, row.as_bytes()].concat();
            let import = Answer::of(admin.http.post(url).bearer_auth(&admin.person.token).body(filled).send().await.unwrap()).await.expect(201);
            let mut seen = Value::Null;
            until("the file is checked", async || {
                seen = admin.person.get(&admin.path(&format!("{route}/{}", import["id"].as_str().unwrap()))).await.expect(200);
                seen["state"] == "checked"
            })
            .await;
            assert_eq!((&seen["report"]["new"], &seen["report"]["warnings"]), (&json!(1), &json!([])), "{seen}");
            let stranger = Answer::of(get(&Person::new(&app.base).await).await.unwrap()).await;
            assert_eq!(stranger.code(), "forbidden", "{route}");
        }
        app.stop().await;
    }
}
