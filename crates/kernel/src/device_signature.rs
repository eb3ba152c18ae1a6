//! How a device and the server prove themselves to each other: HMAC-SHA-256 over what is said, both ways.
//! The contract is in docs/DEVICES.md.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::Bytes;

/// Header: the device's id.
pub const DEVICE: &str = "x-device";
/// Header: the sender's clock, whole seconds since 1970.
pub const TIME: &str = "x-time";
/// Header: 16 random bytes, base64url.
pub const NONCE: &str = "x-nonce";
/// Header: the signature, base64url.
pub const SIGN: &str = "x-sign";
/// How far the two clocks may be apart, in seconds.
pub const WINDOW: i64 = 60;

pub type DeviceKey = [u8; 32];

fn hex_digest(body: &[u8]) -> [u8; 64] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hex = [0; 64];
    for (pair, byte) in hex.chunks_exact_mut(2).zip(Sha256::digest(body)) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    hex
}

fn sign(key: &DeviceKey, lines: [&[u8]; 4], body: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for line in lines {
        mac.update(line);
        mac.update(b"\n");
    }
    mac.update(&hex_digest(body));
    mac.finalize().into_bytes().into()
}

/// Signs a request. `target` is the path, with `?` and the query where there is one.
pub fn of_request(key: &DeviceKey, method: &str, target: &str, time: &str, nonce: &str, body: &[u8]) -> String {
    Bytes::encode(&sign(key, [method.as_bytes(), target.as_bytes(), time.as_bytes(), nonce.as_bytes()], body))
}

/// Signs the reply to the request that carried `nonce`.
pub fn of_reply(key: &DeviceKey, status: u16, time: &str, nonce: &str, body: &[u8]) -> String {
    let status = status.to_string();
    Bytes::encode(&sign(key, [b"REPLY", status.as_bytes(), time.as_bytes(), nonce.as_bytes()], body))
}

/// Whether two signatures are the same, in a time that tells nothing.
pub fn matches(ours: &str, theirs: &str) -> bool {
    ours.as_bytes().ct_eq(theirs.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_holds() {
        let key: DeviceKey = std::array::from_fn(|n| n as u8);
        let body = br#"{"code":"C1K7Q2M4XW9R3T8VBN6ZP5HJDF","door":1}"#;
        let signed = of_request(&key, "POST", "/device/v1/scan", "1795456800", "4fzzzxjylrx4fzzzxjylrw", body);
        assert_eq!(signed, "H0j-JLKcVkuxDpxOgAICGbPfhJS_2IDUA6i5IS_SMOc");
        assert!(matches(&signed, "H0j-JLKcVkuxDpxOgAICGbPfhJS_2IDUA6i5IS_SMOc"));
        assert!(!matches(&signed, "H0j-JLKcVkuxDpxOgAICGbPfhJS_2IDUA6i5IS_SMOd"));
    }
}
