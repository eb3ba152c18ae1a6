//! The signature of a request: base64 of the HMAC-SHA1 of `from`, `timestamp` and `nonce`, sorted and joined, then of the
//! compact JSON of `data` unless that is null.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Signs a request with `data` as it is written in the body.
pub(crate) fn sign(secret: &str, from: &str, timestamp: &str, nonce: &str, data: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    let mut values = [from, timestamp, nonce];
    values.sort_unstable();
    for value in values {
        mac.update(value.as_bytes());
    }
    if data != "null" {
        mac.update(data.as_bytes());
    }
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

/// The worked example of that name.
#[cfg(test)]
pub(super) fn vector(name: &str) -> serde_json::Value {
    let all = vectors();
    all.into_iter().find(|vector| vector["name"] == name).expect(name)
}

#[cfg(test)]
pub(super) fn vectors() -> Vec<serde_json::Value> {
    let all: serde_json::Value =
        serde_json::from_str(include_str!("../../../../../vectors/carsafe.json")).expect("vectors in JSON");
    all["signatures"].as_array().expect("a list of vectors").clone()
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::{sign, vector, vectors};

    #[test]
    fn it_is_the_signature_of_every_worked_example() {
        let vectors = vectors();
        assert!(vectors.len() >= 8);
        for vector in vectors {
            let text = |name: &str| vector[name].as_str().unwrap_or("null");
            let sign = sign(text("secret"), text("from"), text("timestamp"), text("nonce"), text("data"));
            assert_eq!(sign, text("sign"), "{}", vector["name"]);
        }
    }

    #[test]
    fn json_is_compact_and_keeps_the_order_of_keys_and_chinese_text() {
        #[derive(Serialize)]
        struct Outer {
            z: &'static str,
            a: (u8, Option<u8>, bool),
            m: Inner,
        }
        #[derive(Serialize)]
        struct Inner {
            y: &'static str,
            b: &'static str,
        }
        let inner = Inner { y: "\"\\/", b: "\n\u{7f}\u{1}é😀" };
        let data = Outer { z: "末", a: (1, None, true), m: inner };
        let text = serde_json::to_string(&data).expect("JSON");
        assert_eq!(text, vector("keys-not-in-order")["data"].as_str().expect("a text"));
    }
}
