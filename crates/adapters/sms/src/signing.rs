//! The vendors' request signatures. Both write the request down in the same canonical way and sign a hash of that.

pub(crate) mod acs3;
pub(crate) mod tc3;

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use kernel::sha256;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::Sha256;

/// What is signed of a request.
pub(crate) struct Request<'a> {
    /// `POST`.
    pub(crate) method: &'a str,
    /// Begins with a slash.
    pub(crate) path: &'a str,
    /// In its canonical form, see [`query`].
    pub(crate) query: &'a str,
    /// Names in lower case, in alphabetical order.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) payload: &'a [u8],
}

impl Request<'_> {
    /// The canonical request.
    pub(crate) fn canonical(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.method, self.path, self.query);
        for (name, value) in self.headers {
            for part in [name, ":", value.trim(), "\n"] {
                text.push_str(part);
            }
        }
        format!("{text}\n{}\n{}", self.names(), hex(&sha256(self.payload)))
    }

    /// The names of the signed headers, `content-type;host`.
    pub(crate) fn names(&self) -> String {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| *name).collect();
        names.join(";")
    }
}

/// The canonical form of a query: sorted, and all but RFC 3986's unreserved characters percent-encoded.
pub(crate) fn query(mut pairs: Vec<(&str, &str)>) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    let encode = |text| utf8_percent_encode(text, RESERVED);
    pairs.sort_unstable();
    let pairs: Vec<_> = pairs.into_iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // a String takes all that is written
        text
    })
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// The published examples of both signatures.
#[cfg(test)]
fn vectors(name: &str) -> Vec<serde_json::Value> {
    let all: serde_json::Value =
        serde_json::from_str(include_str!("../../../../vectors/platform.json")).expect("vectors in JSON");
    let vectors = all[name].as_array().expect("a list of vectors").clone();
    assert!(!vectors.is_empty());
    vectors
}

#[cfg(test)]
mod tests {
    use super::query;

    #[test]
    fn a_query_is_sorted_and_encoded_as_rfc_3986_says() {
        assert_eq!(query(vec![("b", "1"), ("a", "2 +*~"), ("a", "1/=&")]), "a=1%2F%3D%26&a=2%20%2B%2A~&b=1");
        assert_eq!(query(vec![("SignName", "开门")]), "SignName=%E5%BC%80%E9%97%A8");
        assert_eq!(query(vec![]), "");
    }
}
