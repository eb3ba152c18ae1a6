use secrecy::{ExposeSecret, SecretString};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

/// What a request proves itself by, as it stands in its query.
#[derive(Clone, Copy)]
pub struct Signed<'a> {
    /// `signature` of a greeting, `msg_signature` of a message.
    pub signature: &'a str,
    /// Seconds since 1970.
    pub timestamp: &'a str,
    pub nonce: &'a str,
}

/// Whether it is signed with this token. Takes the same time however much of a wrong signature is right.
pub(super) fn is_signed(token: &SecretString, signed: &Signed<'_>, encrypt: Option<&str>) -> bool {
    let expected = of(token, signed.timestamp, signed.nonce, encrypt);
    expected.as_bytes().ct_eq(signed.signature.as_bytes()).into()
}

/// Hex of SHA-1 over the sorted parts.
pub(super) fn of(token: &SecretString, timestamp: &str, nonce: &str, encrypt: Option<&str>) -> String {
    let mut parts: Vec<_> = [token.expose_secret(), timestamp, nonce].into_iter().chain(encrypt).collect();
    parts.sort_unstable();
    let mut hash = Sha1::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
