//! A device obeys the server and nobody else: against a loopback server that answers as it is told.

#![expect(clippy::unwrap_used, reason = "what goes wrong here fails the test")]

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use agent::{ANSWER, Decision, Device, DeviceDoor, Error, Identity, Key, Unproved};
use kernel::{
    Clock, DeviceId, DoorId, Reason, SystemClock,
    device_signature::{self, DeviceKey, NONCE, SIGN, TIME},
};
use serde_json::{Value, json};
use tokio::time::Instant;

const KEY: DeviceKey = [7; 32];

/// A request as the server saw it.
struct Seen {
    nonce: String,
    body: Value,
}

/// What the server does with a connection.
#[derive(Clone)]
enum Act {
    Answer,
    /// Answers with a problem, in order.
    Refuse,
    /// Answers and does not sign.
    Unsigned,
    /// Signs with a key of its own.
    ForeignKey,
    /// Signs with a clock that is two minutes slow.
    Slow,
    /// Says grant where deny was signed.
    Altered,
    /// Repeats the reply to another request.
    Stale,
    HangUp,
    Silent,
}

/// Carries out one act per connection. Requests come out of the receiver.
fn server(acts: &[Act]) -> (String, Receiver<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (out, seen) = channel();
    let acts = acts.to_vec();
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for act in acts {
            let (mut stream, _) = listener.accept().unwrap();
            let request = read(&mut stream);
            let reply = reply(&act, &request);
            out.send(request).unwrap();
            match reply {
                Some(reply) => stream.write_all(reply.as_bytes()).unwrap(),
                None if matches!(act, Act::Silent) => held.push(stream),
                None => {}
            }
        }
        // connections that are held stay open until the device has given up
        let _ = listener.accept();
    });
    (base, seen)
}

fn read(stream: &mut TcpStream) -> Seen {
    let mut bytes = Vec::new();
    let mut chunk = [0; 1024];
    loop {
        let count = stream.read(&mut chunk).unwrap();
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let header = |name: &str| {
            let line = head.lines().find(|line| line.to_lowercase().starts_with(name)).unwrap();
            line.split_once(": ").unwrap().1.to_owned()
        };
        if body.len() == header("content-length").parse::<usize>().unwrap() {
            return Seen { nonce: header(NONCE), body: serde_json::from_str(body).unwrap() };
        }
    }
}

fn reply(act: &Act, request: &Seen) -> Option<String> {
    let grant = json!({
        "scanId": request.body["scanId"], "decision": "grant", "pulseMs": 3000, "reason": "ok", "text": "已开门",
        "commandId": null,
    });
    let deny = json!({
        "scanId": request.body["scanId"], "decision": "deny", "pulseMs": 0, "reason": "revoked", "text": "已失效",
        "commandId": null,
    });
    let problem =
        json!({ "status": 404, "code": "door-not-found", "detail": "设备没有这个门号", "title": "Not Found" });
    let (status, body, signed) = match act {
        Act::HangUp | Act::Silent => return None,
        Act::Refuse => (404, problem.to_string(), problem.to_string()),
        Act::Altered => (200, grant.to_string(), deny.to_string()),
        _ => (200, grant.to_string(), grant.to_string()),
    };
    let now = SystemClock.now().seconds();
    let time = if matches!(act, Act::Slow) { now - 120 } else { now }.to_string();
    let key = if matches!(act, Act::ForeignKey) { [8; 32] } else { KEY };
    let nonce = if matches!(act, Act::Stale) { "AAAAAAAAAAAAAAAAAAAAAA" } else { &request.nonce };
    let sign = device_signature::of_reply(&key, status, &time, nonce, signed.as_bytes());
    let proof = match act {
        Act::Unsigned => String::new(),
        _ => format!("{TIME}: {time}\r\n{SIGN}: {sign}\r\n"),
    };
    let length = body.len();
    Some(format!("HTTP/1.1 {status} Said\r\n{proof}content-length: {length}\r\nconnection: close\r\n\r\n{body}"))
}

fn device(base: &str) -> Device {
    let now = SystemClock.now();
    let doors = vec![DeviceDoor { number: 1, door_id: DoorId::new(now), name: "东门".into() }];
    let identity = Identity { device_id: DeviceId::new(now), key: Key::from_bytes(KEY), doors };
    Device::new(agent::client().unwrap(), base, identity).unwrap()
}

async fn refused_as(act: Act, expected: Unproved) {
    let (base, _seen) = server(&[act]);
    match device(&base).scan(1, "code").await {
        Err(Error::Unproved { why, .. }) => assert_eq!(why, expected),
        other => panic!("expected {expected:?}, got {other:?}"),
    }
}

#[tokio::test]
async fn the_server_s_own_reply_opens() {
    let (base, seen) = server(&[Act::Answer]);
    let scanned = device(&base).scan(1, "code").await.unwrap();
    assert_eq!((scanned.decision, scanned.pulse_ms, scanned.reason), (Decision::Grant, 3000, Reason::Ok));
    let request = seen.recv().unwrap();
    assert_eq!(request.body["scanId"], json!(scanned.scan_id));
    assert_eq!((&request.body["seq"], &request.body["kind"]), (&json!(1), &json!("qr")));
}

#[tokio::test]
async fn a_false_reply_opens_nothing() {
    refused_as(Act::Unsigned, Unproved::Unsigned).await;
    refused_as(Act::ForeignKey, Unproved::FalseSignature).await;
    refused_as(Act::Altered, Unproved::FalseSignature).await;
    refused_as(Act::Stale, Unproved::FalseSignature).await;
    refused_as(Act::Slow, Unproved::WrongTime).await;
}

#[tokio::test]
async fn a_refusal_is_told_with_the_server_s_words() {
    let (base, _seen) = server(&[Act::Refuse]);
    match device(&base).scan(1, "code").await {
        Err(Error::Refused(problem)) => assert_eq!((problem.status, problem.code.as_str()), (404, "door-not-found")),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_lost_connection_is_tried_again_with_the_very_same_scan() {
    let (base, seen) = server(&[Act::HangUp, Act::HangUp, Act::Answer]);
    assert!(device(&base).scan(1, "code").await.unwrap().opens());
    let tries: Vec<Seen> = seen.try_iter().collect();
    assert_eq!(tries.len(), 3);
    for pair in tries.windows(2) {
        assert_eq!(pair[0].body, pair[1].body);
        assert_ne!(pair[0].nonce, pair[1].nonce, "each try is signed anew");
    }
}

#[tokio::test]
async fn nobody_waits_longer_than_two_seconds() {
    let begun = Instant::now();
    let (base, _seen) = server(&[Act::HangUp, Act::Silent]);
    assert!(matches!(device(&base).scan(1, "code").await, Err(Error::Late(ANSWER))));
    assert!(begun.elapsed() < ANSWER + Duration::from_millis(500));
}

#[tokio::test]
async fn a_server_that_is_not_there_opens_nothing() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let begun = Instant::now();
    assert!(matches!(device(&format!("http://{gone}")).scan(1, "code").await, Err(Error::Lost(_))));
    assert!(begun.elapsed() < ANSWER + Duration::from_millis(500));
}

#[tokio::test]
async fn a_door_of_another_device_is_not_asked_for() {
    let device = device("http://127.0.0.1:9");
    assert!(matches!(device.scan(2, "code").await, Err(Error::NoSuchDoor(2))));
}

#[test]
fn an_address_is_http() {
    for bad in ["ftp://127.0.0.1", "127.0.0.1:8080", "", "http://127.0.0.1/?a"] {
        let identity = device("http://127.0.0.1").identity().clone();
        assert!(matches!(Device::new(agent::client().unwrap(), bad, identity), Err(Error::Address(_))), "{bad}");
    }
}
