//! ACS3-HMAC-SHA256, Alibaba Cloud's signature V3.

use kernel::sha256;
use secrecy::{ExposeSecret, SecretString};

use super::{Request, hex, hmac};

const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// The string to sign.
fn string_to_sign(request: &Request<'_>) -> String {
    format!("{ALGORITHM}\n{}", hex(&sha256(request.canonical().as_bytes())))
}

fn signature(request: &Request<'_>, secret: &SecretString) -> String {
    hex(&hmac(secret.expose_secret().as_bytes(), string_to_sign(request).as_bytes()))
}

/// The `Authorization` header.
pub(crate) fn authorization(request: &Request<'_>, access_key_id: &str, secret: &SecretString) -> String {
    let (names, signature) = (request.names(), signature(request, secret));
    format!("{ALGORITHM} Credential={access_key_id},SignedHeaders={names},Signature={signature}")
}

#[cfg(test)]
mod tests {
    use kernel::sha256;

    use super::{authorization, signature};
    use crate::signing::{Request, hex, query, vectors};

    #[test]
    fn the_published_examples_come_out() {
        for vector in vectors("acs3") {
            let text = |name: &str| vector[name].as_str().expect(name);
            let pairs = |name: &str| {
                let object = vector[name].as_object().expect("an object");
                object.iter().map(|(name, value)| (name.as_str(), value.as_str().expect("text"))).collect::<Vec<_>>()
            };
            let (query, mut headers) = (query(pairs("query")), pairs("headers"));
            headers.sort_unstable();
            let request = Request {
                method: text("method"),
                path: text("path"),
                query: &query,
                headers: &headers,
                payload: text("body").as_bytes(),
            };
            let secret = text("secret").into();
            assert_eq!(hex(&sha256(request.canonical().as_bytes())), text("canonical_sha256"));
            assert_eq!(signature(&request, &secret), text("signature"));
            let (id, sign) = (text("access_key_id"), text("signature"));
            assert_eq!(
                authorization(&request, id, &secret),
                format!(
                    "ACS3-HMAC-SHA256 Credential={id},SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;\
                     x-acs-signature-nonce;x-acs-version,Signature={sign}"
                )
            );
        }
    }
}
