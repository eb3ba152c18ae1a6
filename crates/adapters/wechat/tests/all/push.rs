use std::sync::Arc;

use kernel::{ManualClock, Timestamp};
use proptest::prelude::*;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use wechat::{
    Error,
    push::{Push, Receiver, Refused, Signed},
    simulator::{PushRequest, Wechat},
};

const APP: &str = "wx5823bf96d3bd56c7";
const TOKEN: &str = "QDG6eK";
const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
const NOW: i64 = 1_800_000_000;

fn vector(name: &str) -> Value {
    let text = include_str!("../../../../../vectors/platform.json");
    let vectors: Value = serde_json::from_str(text).expect("JSON");
    vectors[name][0].clone()
}

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().expect(name)
}

fn clock_at(seconds: i64) -> Arc<ManualClock> {
    Arc::new(ManualClock::at(Timestamp::from_seconds(seconds)))
}

fn receiver(app_id: &str, token: &str, key: &str, seconds: i64) -> Receiver {
    Receiver::new(app_id, token.into(), &key.into(), clock_at(seconds)).expect("settings that work")
}

fn ours() -> Receiver {
    receiver(APP, TOKEN, KEY, NOW)
}

fn wechat() -> Wechat {
    Wechat::new(APP, "s".into(), clock_at(NOW))
}

fn signed(request: &PushRequest) -> Signed<'_> {
    let get = |name: &str| request.query[name].as_str();
    Signed { signature: get("msg_signature"), timestamp: get("timestamp"), nonce: get("nonce") }
}

#[test]
fn the_published_message_is_opened() {
    let vector = vector("wx_msg_crypt");
    let at = text(&vector, "timestamp").parse().expect("seconds");
    let receiver = receiver(text(&vector, "receive_id"), text(&vector, "token"), text(&vector, "encoding_aes_key"), at);
    let signed = Signed {
        signature: text(&vector, "msg_signature"),
        timestamp: text(&vector, "timestamp"),
        nonce: text(&vector, "nonce"),
    };
    let plain = receiver.open(&signed, text(&vector, "encrypt")).expect("the message");
    let plain = String::from_utf8(plain).expect("text");
    assert!(plain.starts_with("<xml>") && plain.contains(text(&vector, "plain_contains")), "{plain}");
    // a message in XML is not what we asked WeChat for
    let body = json!({ "ToUserName": "gh", "Encrypt": vector["encrypt"] }).to_string();
    assert_eq!(receiver.receive(&signed, body.as_bytes()).err(), Some(Refused::Malformed));
}

#[test]
fn the_published_greeting_is_answered_and_no_other() {
    let vector = vector("wx_push_signature");
    let receiver = receiver(APP, text(&vector, "token"), KEY, NOW);
    let [signature, timestamp, nonce] = ["signature", "timestamp", "nonce"].map(|name| text(&vector, name));
    let echo = text(&vector, "echostr");
    assert_eq!(receiver.greet(&Signed { signature, timestamp, nonce }, echo), Ok(echo));
    for (signature, timestamp, nonce) in
        each_flip([signature, timestamp, nonce]).chain([(String::new(), timestamp.to_owned(), nonce.to_owned())])
    {
        let signed = Signed { signature: &signature, timestamp: &timestamp, nonce: &nonce };
        assert_eq!(receiver.greet(&signed, echo), Err(Refused::Signature));
    }
}

/// The same three, with one bit of one byte of one of them changed, in turn.
fn each_flip(texts: [&str; 3]) -> impl Iterator<Item = (String, String, String)> {
    let whole = texts.map(str::to_owned);
    (0..3).flat_map(move |which| {
        let whole = whole.clone();
        (0..whole[which].len()).map(move |index| {
            let mut texts = whole.clone();
            texts[which] = flipped(&texts[which], index);
            let [a, b, c] = texts;
            (a, b, c)
        })
    })
}

fn flipped(text: &str, index: usize) -> String {
    let mut bytes = text.as_bytes().to_owned();
    bytes[index] ^= 1;
    String::from_utf8(bytes).expect("ASCII")
}

#[test]
fn a_revocation_is_received_and_its_repeat_is_known() {
    let (wechat, receiver) = (wechat(), ours());
    let [one, repeat] = [(), ()].map(|()| wechat.push_revocation(&receiver, "oA"));
    assert_ne!(one.body, repeat.body);
    let one = receiver.receive(&signed(&one), one.body.as_bytes()).expect("a message");
    let repeat = receiver.receive(&signed(&repeat), repeat.body.as_bytes()).expect("a message");
    let happened = Timestamp::from_seconds(NOW);
    assert!(
        matches!(&one.push, Push::AuthorizationRevoked { openid, at } if openid.expose_secret() == "oA" && *at == happened)
    );
    assert_eq!(one.key, repeat.key);
    assert!(!format!("{one:?}").contains("oA"));
    let other = wechat.push(&receiver, &json!({ "MsgType": "event", "Event": "wxa_media_check" }));
    let other = receiver.receive(&signed(&other), other.body.as_bytes()).expect("a message");
    assert!(matches!(&other.push, Push::Other { event } if event == "wxa_media_check"));
    assert_ne!(one.key, other.key);
}

#[test]
fn every_flipped_byte_is_refused() {
    let (request, ours) = (wechat().push_revocation(&ours(), "oA"), ours());
    let Signed { signature, timestamp, nonce } = signed(&request);
    for (signature, timestamp, nonce) in each_flip([signature, timestamp, nonce]) {
        let signed = Signed { signature: &signature, timestamp: &timestamp, nonce: &nonce };
        assert_eq!(ours.receive(&signed, request.body.as_bytes()).err(), Some(Refused::Signature));
    }
    let body: Value = serde_json::from_str(&request.body).expect("JSON");
    let encrypt = text(&body, "Encrypt");
    for index in 0..encrypt.len() {
        let outcome = ours.open(&signed(&request), &flipped(encrypt, index));
        assert_eq!(outcome.err(), Some(Refused::Signature), "{index}");
    }
    for index in 0..APP.len() {
        let other = receiver(&flipped(APP, index), TOKEN, KEY, NOW);
        assert_eq!(other.receive(&signed(&request), request.body.as_bytes()).err(), Some(Refused::OtherApp));
    }
}

#[test]
fn another_token_or_another_key_opens_nothing() {
    let request = wechat().push_revocation(&ours(), "oA");
    let other = receiver(APP, "another", KEY, NOW);
    assert_eq!(other.receive(&signed(&request), request.body.as_bytes()).err(), Some(Refused::Signature));
    let other = receiver(APP, TOKEN, &KEY.replace('j', "k"), NOW);
    assert_eq!(other.receive(&signed(&request), request.body.as_bytes()).err(), Some(Refused::Sealed));
}

#[test]
fn a_message_of_another_time_is_refused() {
    let request = wechat().push_revocation(&ours(), "oA");
    for (ahead, is_taken) in [(600, true), (-600, true), (601, false), (-601, false), (86_400, false)] {
        let outcome = receiver(APP, TOKEN, KEY, NOW + ahead).receive(&signed(&request), request.body.as_bytes());
        assert_eq!(outcome.err(), (!is_taken).then_some(Refused::Stale), "{ahead}");
    }
}

#[test]
fn what_wechat_never_sends_is_malformed() {
    let (request, receiver) = (wechat().push_revocation(&ours(), "oA"), ours());
    let long = format!(r#"{{"Encrypt":"{}"}}"#, "A".repeat(64 << 10));
    for body in ["", "{}", "[]", "<xml></xml>", r#"{"Encrypt":7}"#, r#"{"MsgType":"event"}"#, &long] {
        assert_eq!(receiver.receive(&signed(&request), body.as_bytes()).err(), Some(Refused::Malformed), "{body:.40}");
    }
}

#[test]
fn settings_that_cannot_be_right_are_refused() {
    let clock = || clock_at(NOW);
    let long = format!("{KEY}A");
    for (app_id, token, key) in [
        ("", TOKEN, KEY),
        (APP, "", KEY),
        (APP, TOKEN, ""),
        (APP, TOKEN, "short"),
        (APP, TOKEN, &long),
        (APP, TOKEN, &KEY.replace('j', "*")),
    ] {
        let outcome = Receiver::new(app_id, token.into(), &key.into(), clock());
        assert!(matches!(outcome.err(), Some(Error::Settings(_))), "{app_id} {token} {key}");
    }
    // any last character will do: WeChat makes keys at random
    for last in ('A'..='Z').chain('a'..='z').chain('0'..='9') {
        let key = format!("{}{last}", &KEY[..42]);
        Receiver::new(APP, TOKEN.into(), &key.as_str().into(), clock()).unwrap_or_else(|_| panic!("{key}"));
    }
}

proptest! {
    #[test]
    fn messages_of_any_length_come_back(words in prop::collection::vec(".{0,40}", 0..20)) {
        let (wechat, receiver) = (wechat(), ours());
        let request = wechat.push(&receiver, &json!({ "Event": "x", "words": words }));
        let body: Value = serde_json::from_str(&request.body).expect("JSON");
        let plain = receiver.open(&signed(&request), text(&body, "Encrypt")).expect("a message");
        let plain: Value = serde_json::from_slice(&plain).expect("JSON");
        prop_assert_eq!(&plain["words"], &json!(words));
    }

    #[test]
    fn garbage_is_refused_and_never_panics(body in any::<Vec<u8>>(), text in ".{0,60}", number in any::<i64>()) {
        let receiver = ours();
        let (number, envelope) = (number.to_string(), json!({ "Encrypt": text }).to_string());
        for (signature, timestamp) in [(&text, &text), (&text, &number)] {
            let signed = Signed { signature, timestamp, nonce: &text };
            prop_assert!(receiver.receive(&signed, &body).is_err());
            prop_assert!(receiver.receive(&signed, envelope.as_bytes()).is_err());
            prop_assert!(receiver.greet(&signed, "echo").is_err());
        }
    }
}
