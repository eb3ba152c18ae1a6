//! How somebody logs in, binds a card and gets its keys; and what servers are told for the measurement.

use anyhow::Context;
use kernel::{
    Bytes, SiteId,
    km1::{CredentialKey, Day},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    client::{Client, Id},
    scan::Credential,
};

/// What the server is told for the measurement: more cards, doors driven by their readers, nobody slowed down.
const SETTINGS: [(&str, &str); 13] = [
    ("KAIMEN__DEMO__CARDS_PER_SITE", "60"),
    ("KAIMEN__DEMO__DRIVER", "reader"),
    ("KAIMEN__LIMITS__LOGINS_PER_MINUTE", "1000000"),
    ("KAIMEN__LIMITS__CODES_PER_PHONE_MINUTE", "1000000"),
    ("KAIMEN__LIMITS__CODES_PER_PHONE_HOUR", "1000000"),
    ("KAIMEN__LIMITS__CODES_PER_PHONE_DAY", "1000000"),
    ("KAIMEN__LIMITS__CODES_PER_ADDRESS", "1000000"),
    ("KAIMEN__LIMITS__CODES_PER_SITE", "1000000"),
    ("KAIMEN__LIMITS__CODES_PER_ACCOUNT", "1000000"),
    ("KAIMEN__LIMITS__CODES_IN_ALL", "1000000"),
    ("KAIMEN__LIMITS__PASSWORDS_PER_ACCOUNT", "1000000"),
    ("KAIMEN__LIMITS__PASSWORDS_PER_ADDRESS", "1000000"),
    ("KAIMEN__LIMITS__ENROLMENTS_PER_MINUTE", "1000000"),
];

/// What every server is told that is asked more than people ask.
pub fn settings() -> Vec<(&'static str, String)> {
    SETTINGS.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    pub access_token: String,
    /// Seconds for which it is good.
    pub expires_in: u64,
}

/// A site of the list.
#[derive(Deserialize)]
pub struct Site {
    pub id: SiteId,
}

/// A demo card, as the simulators show it.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    pub site_id: SiteId,
    /// Its kind, as the API names it.
    pub kind: Value,
    /// The number printed on it.
    pub number: String,
    /// The phone on file with it.
    pub phone: String,
}

#[derive(Deserialize)]
struct Credentials {
    credentials: Vec<OneCredential>,
}

#[derive(Deserialize)]
struct OneCredential {
    handle: Bytes,
    keys: Vec<DayKey>,
}

#[derive(Deserialize)]
struct DayKey {
    day: u32,
    key: Bytes,
}

impl OneCredential {
    fn parse(self) -> Option<Credential> {
        let keys = self.keys.into_iter().map(|DayKey { day, key }| {
            let key = key.array().map(CredentialKey::from_bytes)?;
            Some((Day(day), key))
        });
        Some(Credential { handle: self.handle.array()?, keys: keys.collect::<Option<_>>()? })
    }
}

/// Lets a WeChat user in.
///
/// # Errors
/// When the server does not.
pub async fn log_in(client: &mut Client, openid: &str) -> anyhow::Result<Tokens> {
    let code = client.wechat_code(openid).await?;
    client.call("POST", "/v1/auth/login/wechat", None, Some(json!({ "code": code }))).await
}

/// Binds a card of this site; the binding's id.
///
/// # Errors
/// When the server does not.
pub async fn bind(client: &mut Client, site: SiteId, card: &Card, token: &str) -> anyhow::Result<String> {
    let body = json!({ "siteId": site, "kind": card.kind, "number": card.number, "phone": card.phone });
    let Id { id } = client.call("POST", "/v1/card-bindings", Some(token), Some(body)).await?;
    let code = client.newest_sms(&card.phone).await?;
    let confirmed = format!("/v1/card-bindings/{id}/confirm");
    // of a card that is one's own already, the binding that holds it
    let Id { id } = client.call("POST", &confirmed, Some(token), Some(json!({ "code": code }))).await?;
    Ok(id)
}

/// Where the keys of somebody's cards at this site are.
pub fn credentials_of(site: SiteId) -> String {
    format!("/v1/sites/{site}/credentials")
}

/// Somebody's credentials at this site.
///
/// # Errors
/// When the server does not tell them.
pub async fn credentials(client: &mut Client, site: SiteId, token: &str) -> anyhow::Result<Vec<Credential>> {
    let found: Credentials = client.call("GET", &credentials_of(site), Some(token), None).await?;
    let parsed = found.credentials.into_iter().map(OneCredential::parse).collect::<Option<_>>();
    parsed.context("a credential with keys of another size")
}
