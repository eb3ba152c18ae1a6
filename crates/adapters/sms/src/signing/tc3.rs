//! TC3-HMAC-SHA256, Tencent Cloud's signature method v3. Carries no nonce: the same request passes again for 5 minutes.

use kernel::{Timestamp, Zeroizing, sha256};
use secrecy::{ExposeSecret, SecretString};

use super::{Request, hex, hmac};

const ALGORITHM: &str = "TC3-HMAC-SHA256";
const END: &str = "tc3_request";

/// When and for which service a request is signed.
pub(crate) struct Scope<'a> {
    /// What `X-TC-Timestamp` says; whole seconds.
    pub(crate) at: Timestamp,
    /// `sms`.
    pub(crate) service: &'a str,
}

impl Scope<'_> {
    /// The day in UTC, `2019-02-25`.
    fn date(&self) -> String {
        self.at.to_string().chars().take(10).collect()
    }

    fn credential(&self) -> String {
        format!("{}/{}/{END}", self.date(), self.service)
    }
}

/// The string to sign.
fn string_to_sign(request: &Request<'_>, scope: &Scope<'_>) -> String {
    let hash = hex(&sha256(request.canonical().as_bytes()));
    format!("{ALGORITHM}\n{}\n{}\n{hash}", scope.at.seconds(), scope.credential())
}

fn signature(request: &Request<'_>, scope: &Scope<'_>, secret_key: &SecretString) -> String {
    let secret = Zeroizing::new(format!("TC3{}", secret_key.expose_secret()));
    let mut key = hmac(secret.as_bytes(), scope.date().as_bytes());
    for part in [scope.service, END] {
        key = hmac(&key, part.as_bytes());
    }
    hex(&hmac(&key, string_to_sign(request, scope).as_bytes()))
}

/// The `Authorization` header.
pub(crate) fn authorization(
    request: &Request<'_>,
    scope: &Scope<'_>,
    secret_id: &str,
    secret_key: &SecretString,
) -> String {
    let (credential, names) = (scope.credential(), request.names());
    let signature = signature(request, scope, secret_key);
    format!("{ALGORITHM} Credential={secret_id}/{credential}, SignedHeaders={names}, Signature={signature}")
}

#[cfg(test)]
mod tests {
    use kernel::{Timestamp, sha256};

    use super::{Scope, authorization, signature, string_to_sign};
    use crate::signing::{Request, hex, vectors};

    #[test]
    fn the_published_examples_come_out() {
        for vector in vectors("tc3") {
            let text = |name: &str| vector[name].as_str().expect(name);
            let headers = [("content-type", text("content_type")), ("host", text("host"))];
            let request = Request {
                method: text("method"),
                path: text("path"),
                query: text("query"),
                headers: &headers,
                payload: text("payload").as_bytes(),
            };
            let at = Timestamp::from_seconds(vector["timestamp"].as_i64().expect("seconds"));
            let scope = Scope { at, service: text("service") };
            let key = text("secret_key").into();
            assert_eq!(request.names(), text("signed_headers"));
            assert_eq!(hex(&sha256(request.payload)), text("payload_sha256"));
            assert_eq!(hex(&sha256(request.canonical().as_bytes())), text("canonical_sha256"));
            assert_eq!(signature(&request, &scope, &key), text("signature"));
            let (id, sign) = (text("secret_id"), text("signature"));
            assert_eq!(
                authorization(&request, &scope, id, &key),
                format!(
                    "TC3-HMAC-SHA256 Credential={id}/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, \
                     Signature={sign}"
                )
            );
            assert!(string_to_sign(&request, &scope).starts_with("TC3-HMAC-SHA256\n1551113065\n2019-02-25/cvm/"));
        }
    }
}
