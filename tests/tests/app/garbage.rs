//! Every operation with garbage answers with a problem of the right status, never with text.

use std::collections::{BTreeSet, HashMap};

use kernel::AccountNumber;
use reqwest::Method;
use serde_json::Value;
use store::on_every_database;
use tests::{Answer, Cache, Person, TestApp};

/// How many operations the description has. Whoever adds one looks here at what it is probed with.
const OPERATIONS: usize = 71;
/// What may be asked without a sign-in.
const PUBLIC: [&str; 9] = [
    "get /v1/auth/consent-texts",
    "post /device/v1/enroll",
    "post /v1/auth/codes",
    "post /v1/auth/login/password",
    "post /v1/auth/login/sms",
    "post /v1/auth/login/wechat",
    "post /v1/auth/password/reset",
    "post /v1/auth/refresh",
    "post /v1/auth/register",
];
/// What a site shows to everybody.
const FOR_EVERYBODY: [&str; 2] = ["get /v1/sites/{id}", "get /v1/sites/{id}/credentials"];
/// Lists of a site that are empty for a platform administrator where there is no such site.
const EMPTY_WITHOUT_SITE: [&str; 6] = [
    "get /v1/sites/{id}/cards",
    "get /v1/sites/{id}/host-imports",
    "get /v1/sites/{id}/hosts",
    "get /v1/sites/{id}/hosts.csv",
    "get /v1/sites/{id}/imports",
    "get /v1/sites/{id}/reconciliations",
];
/// Its document may be empty, and is then of a version that nobody has seen.
const EMPTY_DOCUMENT: &str = "put /v1/sites/{id}/access";

/// Whether its id or its body is looked at first is open.
const ID_OR_BODY: &str = "put /v1/sites/{id}/settings";

const UNKNOWN: &str = "0192d5a0-0000-7000-8000-000000000000";
const MALFORMED: &str = "not-an-id";
const JSON: &str = "application/json";
/// Bodies that are no input of anything.
const GARBAGE: [&[u8]; 7] = [b"", b"{", b"[]", b"null", b"\xff\xfe", b"{\"a\":1e999}", b"\"\\ud800\""];
/// Queries that are no page of any list.
const PAGES: [&str; 4] = ["limit=-1", "limit=x", "cursor=%00", "cursor=AAAA"];

/// An operation of the description.
struct Operation {
    /// `get /v1/me`
    name: String,
    method: Method,
    path: String,
    /// What proves who asks: `bearer` or `device`; none for what everybody may ask.
    security: Option<String>,
    /// The names in its path.
    names: Vec<String>,
    /// Its query, well-formed.
    query: String,
    /// Whether it is a list with pages.
    paged: bool,
    /// The `Content-Type` it takes.
    body: Option<String>,
}

impl Operation {
    fn of(path: &str, method: &str, described: &Value) -> Self {
        let name = format!("{method} {path}");
        let parameters = described["parameters"].as_array().cloned().unwrap_or_default();
        let named = |place: &str| -> Vec<String> {
            let of_place = parameters.iter().filter(|one| one["in"] == place);
            of_place.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
        };
        let queries = named("query");
        let well_formed = |name: &String| match name.as_str() {
            "cardId" | "doorId" | "siteId" => Some(format!("{name}={UNKNOWN}")),
            "fileName" => Some("fileName=x.csv".to_owned()),
            "method" => Some("method=qr".to_owned()),
            "reason" => Some("reason=check".to_owned()),
            _ => None,
        };
        let scheme = |one: &Value| one[0].as_object().unwrap().keys().next().unwrap().clone();
        let content = described["requestBody"]["content"].as_object();
        Self {
            method: method.to_uppercase().parse().unwrap(),
            path: path.to_owned(),
            security: Some(&described["security"]).filter(|one| one.is_array()).map(scheme),
            names: named("path"),
            paged: queries.contains(&"limit".to_owned()),
            query: queries.iter().filter_map(well_formed).collect::<Vec<_>>().join("&"),
            body: content.map(|content| content.keys().next().unwrap().clone()),
            name,
        }
    }

    fn is_of_a_site(&self) -> bool {
        self.path.starts_with("/v1/sites/{id}")
    }

    fn takes_json(&self) -> bool {
        self.body.as_deref() == Some(JSON)
    }

    /// Whether its path names something that may not be there.
    fn names_something(&self) -> bool {
        self.names.iter().any(|name| !["purpose", "role"].contains(&name.as_str()))
    }
}

/// Every operation, as the description has it.
fn operations(description: &Value) -> Vec<Operation> {
    let paths = description["paths"].as_object().unwrap();
    let of_path = |(path, methods): (&String, &Value)| -> Vec<Operation> {
        methods.as_object().unwrap().iter().map(|(method, described)| Operation::of(path, method, described)).collect()
    };
    paths.iter().flat_map(of_path).collect()
}

/// Sends probes, and keeps what was answered otherwise than it should be.
struct Prober {
    app: TestApp,
    /// What stands in paths unless a probe says otherwise.
    known: HashMap<&'static str, String>,
    sent: usize,
    wrong: Vec<String>,
}

/// One probe of an operation.
struct Probe<'a> {
    kind: &'a str,
    token: Option<&'a str>,
    /// Stands in the path in place of what is known.
    named: Option<(&'a str, &'a str)>,
    query: &'a str,
    body: Option<(&'a str, &'a [u8])>,
}

impl<'a> Probe<'a> {
    fn new(kind: &'a str, token: Option<&'a str>, operation: &'a Operation) -> Self {
        let body = operation.body.as_deref().map(|kind| (kind, b"{}".as_slice()));
        Self { kind, token, named: None, query: &operation.query, body }
    }

    fn body(self, kind: &'a str, body: &'a [u8]) -> Self {
        Self { body: Some((kind, body)), ..self }
    }
}

impl Prober {
    async fn send(&mut self, operation: &Operation, probe: Probe<'_>, expected: u16) {
        let Probe { kind, token, named, query, body } = probe;
        let mut path = operation.path.clone();
        for name in &operation.names {
            let known = self.known.get(name.as_str()).unwrap_or_else(|| panic!("what stands for {{{name}}}?"));
            let value = named.filter(|(wanted, _)| wanted == name).map_or(known.as_str(), |(_, value)| value);
            path = path.replace(&format!("{{{name}}}"), value);
        }
        let url = format!("{}{path}?{query}", self.app.base);
        let mut request = self.app.http.request(operation.method.clone(), url).header("if-match", "\"0\"");
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some((kind, body)) = body {
            request = request.header("content-type", kind).body(body.to_vec());
        }
        let answer = Answer::of(request.send().await.unwrap()).await;
        self.sent += 1;
        if answer.status != expected {
            let said = format!("{} {}", answer.status, answer.body["code"]);
            self.wrong.push(format!("{kind}: {} answers {said} instead of {expected}", operation.name));
        } else if expected >= 400 {
            problem(&answer, &operation.name);
        }
    }
}

fn problem(answer: &Answer, what: &str) {
    assert!((400..500).contains(&answer.status), "{what}: {} {:?}", answer.status, answer.body);
    assert_eq!(answer.content_type, "application/problem+json", "{what}");
    for field in ["type", "title", "status", "code", "detail", "requestId"] {
        assert!(!answer.body[field].is_null(), "{what}: no {field} in {:?}", answer.body);
    }
    assert_eq!(answer.body["status"], answer.status, "{what}");
}

on_every_database! {
    async fn garbage_on_every_operation_is_a_problem_of_its_kind(db) {
        let app = TestApp::over(db, &Cache::Own).await;
        let (person, admin) = (Person::new(&app.base).await, Person::new(&app.base).await.running(&Value::Null).await);
        let site = person.cards().await[0]["siteId"].as_str().unwrap().to_owned();
        let operations = operations(&serde_json::to_value(app.running.app.clone().http().1).unwrap());
        let mut known = HashMap::from(["id", "card", "import", "account"].map(|name| (name, UNKNOWN.to_owned())));
        known.insert("number", AccountNumber::draw().as_str().to_owned());
        known.insert("role", "site_admin".to_owned());
        known.insert("purpose", "terms".to_owned());
        let mut prober = Prober { app, known, sent: 0, wrong: Vec::new() };

        let public = operations.iter().filter(|one| one.security.is_none()).map(|one| one.name.as_str()).collect();
        for name in BTreeSet::from(PUBLIC).symmetric_difference(&public) {
            prober.wrong.push(format!("{name}: either it needs a sign-in, or it is public"));
        }
        if operations.len() != OPERATIONS {
            prober.wrong.push(format!("{} operations instead of {OPERATIONS}", operations.len()));
        }

        for operation in &operations {
            let token = match operation.security.as_deref() {
                None => None,
                // it is signed or not heard at all
                Some("device") => {
                    for body in GARBAGE {
                        prober.send(operation, Probe::new("unsigned", None, operation).body(JSON, body), 401).await;
                    }
                    continue;
                }
                Some(_) => {
                    for token in [None, Some("x"), Some("a.b.c")] {
                        prober.send(operation, Probe::new("no token", token, operation), 401).await;
                    }
                    Some(admin.token.as_str())
                }
            };
            let probe = |kind| Probe::new(kind, token, operation);
            if operation.names_something() && operation.body.is_none() {
                let expected = if EMPTY_WITHOUT_SITE.contains(&operation.name.as_str()) { 200 } else { 404 };
                prober.send(operation, probe("unknown id"), expected).await;
            }
            if operation.is_of_a_site() {
                prober.known.insert("id", site.clone());
            }
            for name in operation.names.iter().filter(|_| operation.name != ID_OR_BODY) {
                let named = Some((name.as_str(), MALFORMED));
                prober.send(operation, Probe { named, ..probe("malformed id") }, 404).await;
            }
            if operation.is_of_a_site() && !operation.takes_json() {
                let expected = if FOR_EVERYBODY.contains(&operation.name.as_str()) { 200 } else { 403 };
                prober.send(operation, Probe { token: Some(&person.token), ..probe("without a role") }, expected).await;
            }
            for query in PAGES.iter().filter(|_| operation.paged) {
                prober.send(operation, Probe { query, ..probe("no page") }, 400).await;
            }
            if operation.takes_json() {
                let is_empty = |body: &[u8]| operation.name == EMPTY_DOCUMENT && (body == b"{}" || body == b"[]");
                for body in GARBAGE.into_iter().chain([b"{}".as_slice()]) {
                    let expected = if is_empty(body) { 409 } else { 400 };
                    prober.send(operation, probe("garbage").body(JSON, body), expected).await;
                }
                prober.send(operation, probe("wrong type").body("text/plain", b"{}"), 400).await;
                prober.send(operation, probe("too much").body(JSON, &[b' '; 70_000]), 413).await;
            }
            prober.known.insert("id", UNKNOWN.to_owned());
        }
        let Prober { app, sent, wrong, .. } = prober;
        assert!(wrong.is_empty(), "{} of {sent} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
        for path in ["/", "/nowhere", "/v1/nowhere", "/v1/sites/../../etc/passwd", "/device/v1/nowhere", "/_sim/nowhere"] {
            let answer = Answer::of(app.http.get(format!("{}{path}", app.base)).bearer_auth(&admin.token).send().await.unwrap()).await;
            problem(&answer, path);
            assert_eq!(answer.status, 404, "{path}");
        }
        let long = app.http.get(format!("{}/v1/me", app.base)).header("x-long", "a".repeat(20_000)).send().await.unwrap();
        assert_eq!(Answer::of(long).await.code(), "headers-too-large");
        app.stop().await;
    }

    async fn a_problem_names_the_field_and_the_request(db) {
        let app = TestApp::over(db, &Cache::Own).await;
        let person = Person::new(&app.base).await;
        let mut card = person.cards().await[0].clone();
        card["phone"] = "12".into();
        card["number"] = "卡".into();
        let answer = person.request(&card).await;
        assert_eq!((answer.status, answer.code()), (422, "invalid"));
        let fields: Vec<_> = answer.body["errors"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["number", "phone"]);
        let asked = app.http.get(format!("{}/v1/me", app.base)).header("x-request-id", "from-the-proxy-1").send().await.unwrap();
        assert_eq!(asked.headers()["x-request-id"], "from-the-proxy-1");
        for header in ["x-content-type-options", "content-security-policy", "referrer-policy", "cache-control"] {
            assert!(asked.headers().contains_key(header), "{header}");
        }
        assert_eq!(Answer::of(asked).await.body["requestId"], "from-the-proxy-1");
        app.stop().await;
    }
}
