//! Every route with garbage answers with a problem, never with text.

use serde_json::Value;
use store::on_every_database;
use tests::{Answer, Cache, Person, TestApp};

/// Routes that answer plain facts about the server.
const PLAIN: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

fn problem(answer: &Answer, what: &str) {
    assert!((400..500).contains(&answer.status), "{what}: {} {:?}", answer.status, answer.body);
    assert_eq!(answer.content_type, "application/problem+json", "{what}");
    for field in ["type", "title", "status", "code", "detail", "requestId"] {
        assert!(!answer.body[field].is_null(), "{what}: no {field} in {:?}", answer.body);
    }
    assert_eq!(answer.body["status"], answer.status, "{what}");
}

on_every_database! {
    async fn garbage_on_every_route_is_a_problem(db) {
        let app = TestApp::over(db, &Cache::Own).await;
        let person = Person::new(&app.base).await;
        let (_, openapi) = app.running.app.clone().http();
        let description: Value = serde_json::to_value(&openapi).unwrap();
        let send = async |method: &str, path: &str, token: Option<&str>, kind: &str, body: Vec<u8>| {
            let method = method.to_uppercase().parse().unwrap();
            let mut request = app.http.request(method, format!("{}{path}", app.base)).header("content-type", kind);
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            Answer::of(request.body(body).send().await.unwrap()).await
        };
        let (token, mut routes) = (Some(person.token.as_str()), 0);
        for (path, methods) in description["paths"].as_object().unwrap() {
            if PLAIN.contains(&path.as_str()) {
                continue;
            }
            for (method, operation) in methods.as_object().unwrap() {
                routes += 1;
                let what = format!("{method} {path}");
                let concrete = path.replace("{id}", "not-an-id");
                let protected = operation["security"].is_array();
                if protected {
                    for token in [None, Some("x"), Some("a.b.c")] {
                        let answer = send(method, &concrete, token, "application/json", Vec::new()).await;
                        problem(&answer, &what);
                        assert_eq!(answer.status, 401, "{what}");
                    }
                }
                if path.contains("{id}") {
                    problem(&send(method, &concrete, token, "application/json", b"{}".to_vec()).await, &what);
                }
                if method == "get" && operation["parameters"].to_string().contains("limit") {
                    let id = "0192d5a0-0000-7000-8000-000000000000";
                    let path = path.replace("{id}", id);
                    for query in ["limit=-1", "limit=x", "cursor=%00", "cursor=AAAA"] {
                        problem(&send(method, &format!("{path}?{query}"), token, "", Vec::new()).await, &what);
                    }
                }
                if !operation["requestBody"].is_null() {
                    let path = path.replace("{id}", "0192d5a0-0000-7000-8000-000000000000");
                    let bodies: [&[u8]; 8] =
                        [b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe", b"{\"a\":1e999}", b"\"\\ud800\""];
                    for body in bodies {
                        problem(&send(method, &path, token, "application/json", body.to_vec()).await, &what);
                    }
                    problem(&send(method, &path, token, "text/plain", b"{}".to_vec()).await, &what);
                    let huge = vec![b' '; 70_000];
                    problem(&send(method, &path, token, "application/json", huge).await, &what);
                }
            }
        }
        assert!(routes >= 16, "{routes} routes walked");
        for path in ["/", "/nowhere", "/v1/nowhere", "/v1/sites/../../etc/passwd", "/device/v1/nowhere", "/_sim/nowhere"] {
            problem(&send("get", path, token, "", Vec::new()).await, path);
        }
        let long = app.http.get(format!("{}/v1/me", app.base)).header("x-long", "a".repeat(20_000)).send().await.unwrap();
        assert_eq!(Answer::of(long).await.code(), "headers-too-large");
        println!("{routes} routes walked with garbage");
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
