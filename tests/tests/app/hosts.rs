//! Hosts imported from files over HTTP, listed and exported again.

use kernel::Phone;
use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::{Value, json};
use store::{on_every_database, testing::TestDatabase};
use tests::{Answer, Cache, Person, TestApp, until};

const HEADER: &str = "姓名,手机号,部门/房号,可审批,状态";

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

    /// Administrators of two sites.
    async fn two(app: &TestApp) -> [Self; 2] {
        let cards = Person::stranger(&app.base).cards().await;
        let site = |card: Option<&Value>| card.unwrap()["siteId"].as_str().unwrap().to_owned();
        let (one, other) = (site(cards.first()), site(cards.last()));
        assert_ne!(one, other);
        [Self::of(app, &one).await, Self::of(app, &other).await]
    }

    fn path(&self, rest: &str) -> String {
        format!("/v1/sites/{}/{rest}", self.site)
    }

    async fn send(&self, file: impl Into<Vec<u8>>, key: Option<&str>) -> Answer {
        let url = format!("{}{}?fileName=hosts.csv", self.base, self.path("host-imports"));
        let mut request = self.http.post(url).bearer_auth(&self.person.token).body(file.into());
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    async fn see(&self, import: &Value) -> Answer {
        self.person.get(&self.path(&format!("host-imports/{}", import["id"].as_str().unwrap()))).await
    }

    async fn act(&self, import: &Value, act: &str) -> Answer {
        let id = import["id"].as_str().unwrap();
        self.person.post(&self.path(&format!("host-imports/{id}/{act}")), json!({})).await
    }

    /// An import once nothing goes on with it.
    async fn settled(&self, import: &Value) -> Value {
        let mut seen = Value::Null;
        until("the import settles", async || {
            seen = self.see(import).await.expect(200);
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
        let done = self.settled(&import).await;
        assert_eq!(done["state"], "done", "{done}");
        done
    }

    async fn hosts(&self) -> Vec<Value> {
        let listed = self.person.get(&self.path("hosts?limit=100")).await.expect(200);
        listed["items"].as_array().unwrap().clone()
    }

    async fn export(&self, reason: &str) -> reqwest::Response {
        let url = format!("{}{}?reason={reason}", self.base, self.path("hosts.csv"));
        self.http.get(url).bearer_auth(&self.person.token).send().await.unwrap()
    }
}

fn table(rows: &[&str]) -> String {
    format!("{HEADER}\r\n{}\r\n", rows.join("\r\n"))
}

fn counts(report: &Value) -> [u64; 6] {
    ["rows", "new", "changed", "same", "errors", "missing"].map(|name| report[name].as_u64().unwrap_or(u64::MAX))
}

/// All texts and bytes of a table, as the database has them.
async fn contents(db: &TestDatabase, table: &str) -> Vec<u8> {
    let db = Database::connect(&db.url).await.unwrap();
    let columns = ["phone_sealed", "phone_index", "name_sealed", "name_index"];
    let select = format!("SELECT {} FROM {table}", columns.join(", "));
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), select)).await.unwrap();
    rows.iter().flat_map(|row| columns.map(|column| row.try_get::<Vec<u8>>("", column).unwrap())).flatten().collect()
}

async fn count(db: &TestDatabase, sql: &str) -> i64 {
    let db = Database::connect(&db.url).await.unwrap();
    let statement = Statement::from_string(db.get_database_backend(), sql.to_owned());
    db.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

on_every_database! {
    async fn a_file_of_hosts_is_checked_then_applied_and_again_changes_nothing(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let [admin, _] = Admin::two(&app).await;
        let first = table(&["陈小明,13800000701,三栋1201,是,在职", "李小红,138 0000 0702,,,", "王小刚,13800000703,财务部,否,启用"]);
        let import = admin.checked(first.clone()).await;
        assert_eq!((&import["state"], counts(&import["report"])), (&json!("checked"), [3, 3, 0, 0, 0, 0]), "{import}");
        assert!(admin.hosts().await.is_empty(), "nothing changes before it is applied");
        admin.act(&import, "apply").await.expect(202);
        let done = admin.settled(&import).await;
        assert_eq!((&done["state"], &done["applied"]), (&json!("done"), &json!({ "new": 3, "changed": 0, "same": 0 })), "{done}");
        let again = admin.applied(first).await;
        assert_eq!(again["applied"], json!({ "new": 0, "changed": 0, "same": 3 }), "{again}");

        let listed = admin.hosts().await;
        let of = |phone: &str| {
            let masked = Phone::parse(phone).unwrap().masked();
            listed.iter().filter(|host| host["phone"] == masked.as_str()).cloned().collect::<Vec<_>>()
        };
        assert_eq!((listed.len(), of("13800000701").len()), (3, 1));
        let chen = &of("13800000701")[0];
        assert_eq!((&chen["name"], &chen["department"]), (&json!("陈**"), &json!("三栋1201")));
        assert_eq!((&chen["mayApprove"], &chen["active"]), (&json!(true), &json!(true)));
        let li = &of("13800000702")[0];
        assert_eq!((&li["department"], &li["mayApprove"], &li["active"]), (&Value::Null, &json!(false), &json!(true)));
        let part = admin.person.get(&admin.path("hosts?limit=2")).await.expect(200);
        let rest = admin.path(&format!("hosts?limit=2&cursor={}", part["nextCursor"].as_str().unwrap()));
        let rest = admin.person.get(&rest).await.expect(200);
        assert_eq!((&rest["items"][0]["id"], &rest["nextCursor"]), (&listed[2]["id"], &Value::Null));

        // what a file does not speak of stays; the diff names the phone, masked, and what differs
        let import = admin.checked("手机,受访人,状态\n13800000701,陈大明,离职\n13800000703,王小刚,\n").await;
        assert_eq!(counts(&import["report"]), [2, 0, 1, 1, 0, 1], "{import}");
        let expected = json!([{ "row": 2, "number": "138****0701", "fields": ["name", "active"] }]);
        assert_eq!(import["report"]["changes"], expected);
        let warnings = import["report"]["warnings"].as_array().unwrap();
        assert!(warnings.contains(&json!("没有“部门/房号”列，已有的受访人保持原样")), "{warnings:?}");
        admin.act(&import, "apply").await.expect(202);
        admin.settled(&import).await;
        let chen = admin.hosts().await.into_iter().find(|host| host["id"] == chen["id"]).unwrap();
        assert_eq!((&chen["active"], &chen["department"], &chen["mayApprove"]), (&json!(false), &json!("三栋1201"), &json!(true)));
        app.stop().await;
    }

    async fn wrong_rows_of_hosts_are_named_and_nothing_is_applied(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let [admin, _] = Admin::two(&app).await;
        let import = admin.checked(table(&[
            "甲某,13800000711,,,",
            ",12345,,也许,休假",
            "丙某,+86 138-0000-0711,,,",
            "丁某,1.38E+10,,,",
        ])).await;
        let report = &import["report"];
        assert_eq!((&import["state"], counts(report)), (&json!("checked"), [4, 1, 0, 0, 3, u64::MAX]), "{import}");
        let told: Vec<_> = report["errorList"].as_array().unwrap().iter()
            .map(|one| (one["row"].as_u64().unwrap(), one["code"].as_str().unwrap())).collect();
        assert_eq!(told[..5], [
            (3, "name-invalid"), (3, "phone-invalid"), (3, "approval-invalid"), (3, "state-unknown"), (4, "host-twice"),
        ]);
        assert_eq!(told[5].0, 5);
        let said = report.to_string();
        assert!(said.contains("第 4 行“手机号”：与第 2 行是同一个手机号，请只留一行"), "{said}");
        assert!(["12345", "甲某", "休假", "0711"].iter().all(|value| !said.contains(value)), "{said}");
        assert_eq!(admin.act(&import, "apply").await.code(), "import-has-errors");
        let missing = admin.checked("姓名,部门\n甲某,财务部\n").await;
        assert_eq!((&missing["state"], &missing["reason"]["code"]), (&json!("rejected"), &json!("columns-missing")));
        assert_eq!(missing["reason"]["message"], "表头缺少“手机号”列，请补上后重新上传");
        assert!(admin.hosts().await.is_empty());
        app.stop().await;
    }

    async fn hosts_come_in_gbk_and_in_workbooks_and_leave_without_formulas(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let [admin, _] = Admin::two(&app).await;
        let gbk = encoding_rs::GBK.encode("姓名;电话;房号;可审批\r\n陈小明;13800000721;三栋;是\r\n").0.into_owned();
        assert_eq!(admin.applied(gbk).await["applied"]["new"], 1);
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "受访人").unwrap().write(1, 0, "陈小明").unwrap();
        sheet.write(0, 1, "手机号").unwrap().write(1, 1, 13_800_000_721_u64).unwrap();
        let import = admin.checked(book.save_to_buffer().unwrap()).await;
        assert_eq!(counts(&import["report"]), [1, 0, 0, 1, 0, 0], "{import}");
        let hostile = "\"=HYPERLINK(\"\"http://x\"\")\",13900000722,@SUM(1),否,停用";
        assert_eq!(admin.applied(format!("\u{feff}{}", table(&[hostile]))).await["applied"]["new"], 1);

        for reason in ["", "x", &"长".repeat(101)] {
            assert_eq!(Answer::of(admin.export(reason).await).await.code(), "invalid", "{reason}");
        }
        let exported = admin.export("年度核对").await;
        assert_eq!((exported.status().as_u16(), &exported.headers()["content-type"]), (200, &"text/csv; charset=utf-8".parse().unwrap()));
        let file = exported.text().await.unwrap();
        assert!(file.contains("陈小明,13800000721,三栋,是,启用\r\n"), "{file}");
        assert!(file.contains("\"'=HYPERLINK") && file.contains(",'@SUM(1),否,停用"), "{file}");
        let same = admin.checked(file).await;
        assert_eq!((counts(&same["report"]), &same["report"]["warnings"]), ([2, 0, 0, 2, 0, 0], &json!([])), "{same}");
        let entries = "SELECT COUNT(*) FROM audit_entries WHERE action = 'hosts.exported' AND object = 'hosts/年度核对'";
        assert_eq!(count(db, entries).await, 1);
        app.stop().await;
    }

    async fn hosts_are_of_their_site_alone_and_lie_sealed(db) {
        let Some(cache) = Cache::beside(db) else { return };
        let app = TestApp::over(db, &cache).await;
        let [admin, other] = Admin::two(&app).await;
        let import = admin.applied(table(&["陈小明,13800000731,三栋,是,"])).await;
        let plain = contents(db, "hosts").await;
        for secret in ["陈小明", "13800000731", "138****0731"] {
            assert!(!plain.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret}");
        }
        // at another site there is neither the import nor the host
        let id = import["id"].as_str().unwrap();
        for (method, rest) in [("get", ""), ("post", "/apply"), ("post", "/discard")] {
            let path = other.path(&format!("host-imports/{id}{rest}"));
            let answer = if method == "get" { other.person.get(&path).await } else { other.person.post(&path, json!({})).await };
            assert_eq!((answer.status, answer.code()), (404, "not-found"), "{path}");
        }
        assert!(other.hosts().await.is_empty());
        assert_eq!(other.applied(table(&["陈小明,13800000731,,,"])).await["applied"]["new"], 1, "one phone, two sites");
        // nor is it an import of cards
        assert_eq!(admin.person.get(&admin.path(&format!("imports/{id}"))).await.code(), "not-found");
        assert!(admin.person.get(&admin.path("imports")).await.expect(200)["items"].as_array().unwrap().is_empty());
        let all = admin.person.get(&admin.path("host-imports")).await.expect(200);
        assert_eq!(all["items"][0]["id"], import["id"]);
        // who does not run the site learns nothing
        for person in [Person::new(&app.base).await, other.person] {
            let intruder = Admin { person, http: app.http.clone(), base: app.base.clone(), site: admin.site.clone() };
            assert_eq!(intruder.send(table(&[]), None).await.code(), "forbidden");
            assert_eq!(intruder.see(&import).await.code(), "forbidden");
            assert_eq!(intruder.person.get(&admin.path("hosts")).await.code(), "forbidden");
            assert_eq!(Answer::of(intruder.export("audit").await).await.code(), "forbidden");
        }
        // the same request under the same key is one import, and a key is of one kind of import
        let file = table(&["李小红,13800000732,,,"]);
        let ids = [admin.send(file.clone(), Some("k-1")).await, admin.send(file.clone(), Some("k-1")).await];
        let ids = ids.map(|answer| answer.expect(201)["id"].clone());
        assert_eq!(ids[0], ids[1]);
        assert_eq!(admin.send(table(&[]), Some("k-1")).await.code(), "idempotency-key-reused");
        app.stop().await;
    }
}
