//! What the signature covers.

use cardsystem::simulator::CarsafeSim;
use kernel::port::{DoorDriver, DoorStatuses};
use serde_json::{Value, json};

use crate::{
    loopback::Request,
    site::{BRANCH, HOLDER, NOW, PLATE, Site, address},
};

fn accepts(sim: &CarsafeSim, request: &Request) -> bool {
    let reply = sim.handle(&request.method, &request.path, &request.body);
    serde_json::from_slice::<Value>(&reply.body).is_ok_and(|answer| answer["flag"] == 1)
}

fn with(request: &Request, body: String) -> Request {
    Request { body: body.into_bytes(), ..request.clone() }
}

/// One request of every kind, as the client makes them.
async fn requests(site: &Site) -> Vec<Request> {
    let client = site.client();
    client.unlock(&site.order()).await;
    let mut requests = vec![site.last()];
    client.statuses(&[address("2"), address(HOLDER)]).await.expect("statuses");
    requests.push(site.last());
    client.by_credential(BRANCH, PLATE, NOW, NOW).await.expect("cards");
    requests.push(site.last());
    requests
}

#[tokio::test]
async fn a_request_is_refused_after_any_change_of_a_header_value_or_a_byte_of_the_data() {
    let site = Site::start().await;
    for request in requests(&site).await {
        assert!(accepts(&site.sim, &request));
        let body = String::from_utf8(request.body.clone()).expect("text");
        let fields: Value = serde_json::from_str(&body).expect("JSON");

        for (name, other) in [
            ("from", "UU"),
            ("timestamp", "2027-01-15 15:59:59"),
            ("nonce", "100"),
            ("sign", "AAAA"),
            ("branchno", "2"),
        ] {
            let old = fields[name].as_str().expect("a text");
            assert_ne!(old, other);
            let changed = body.replacen(&format!(r#""{name}":"{old}""#), &format!(r#""{name}":"{other}""#), 1);
            assert_ne!(changed, body);
            assert!(!accepts(&site.sim, &with(&request, changed)), "{name}");
        }
        let nonce = fields["nonce"].as_str().expect("a text");
        let other = (nonce.parse::<u8>().expect("a number") + 1) % 100;
        let changed = body.replacen(&format!(r#""nonce":"{nonce}""#), &format!(r#""nonce":"{other}""#), 1);
        assert!(!accepts(&site.sim, &with(&request, changed)), "a nonce that is one");

        let data = body.find(r#""data":"#).expect("data") + r#""data":"#.len();
        for at in data..body.len() - 1 {
            let mut changed = request.clone();
            changed.body[at] ^= 1;
            assert!(!accepts(&site.sim, &changed), "byte {at}");
        }
        for at in [data + 1, body.len() - 2] {
            let mut changed = body.clone();
            changed.insert(at, ' ');
            assert!(!accepts(&site.sim, &with(&request, changed)), "a space means nothing in JSON, and was not signed");
        }
    }
    assert_eq!(site.pulses(), 2, "the client's, and the same request once more");
}

#[tokio::test]
async fn a_request_is_the_frame_that_is_known_with_the_keys_in_order() {
    let site = Site::start().await;
    site.client().unlock(&site.order()).await;
    let request = site.last();
    assert_eq!((&*request.method, &*request.path), ("POST", "/door/open"));
    let body = String::from_utf8(request.body).expect("text");
    let fields: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(fields["from"], "UT");
    assert_eq!(fields["timestamp"], "2027-01-15 16:00:00");
    assert_eq!(fields["branchno"], BRANCH);
    let keys = ["from", "timestamp", "nonce", "sign", "branchno", "data"];
    let places = keys.map(|key| body.find(&format!("\"{key}\":")).expect(key));
    assert!(places.is_sorted());
    assert!(body.ends_with(r#""data":{"controllerno":"A-01","doorno":"2"}}"#), "{body}");
}

#[tokio::test]
async fn a_request_grows_old_and_is_never_from_the_future() {
    let site = Site::start().await;
    site.client().unlock(&site.order()).await;
    let request = site.last();
    let ten_minutes = std::time::Duration::from_secs(600);
    let second = std::time::Duration::from_secs(1);
    for (at, is_good) in [
        (NOW.after(ten_minutes), true),
        (NOW.after(ten_minutes + second), false),
        (NOW.before(ten_minutes), true),
        (NOW.before(ten_minutes + second), false),
    ] {
        site.clock.set(at);
        assert_eq!(accepts(&site.sim, &request), is_good, "{at}");
    }
}

#[tokio::test]
async fn what_is_not_known_is_refused() {
    let site = Site::start().await;
    site.client().unlock(&site.order()).await;
    let request = site.last();
    let fields: Value = serde_json::from_slice(&request.body).expect("JSON");
    let mut more = fields.clone();
    more["more"] = json!(1);
    let mut without = fields.clone();
    without.as_object_mut().expect("an object").remove("data");
    for body in [more, without, json!([]), json!({})] {
        assert!(!accepts(&site.sim, &with(&request, body.to_string())), "{body}");
    }
    let get = Request { method: "GET".into(), ..request.clone() };
    assert_eq!(site.sim.handle(&get.method, &get.path, &get.body).status, 405);
    assert_eq!(site.sim.handle("POST", "/door/close", &request.body).status, 404);
}
