//! People who have registered with a phone and a password, the way everybody does.

use std::net::SocketAddr;

use anyhow::ensure;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::client::Client;

/// Somebody who has registered.
pub struct Member {
    pub phone: String,
    pub password: String,
    /// Their 车安通 ID.
    pub number: String,
}

#[derive(Serialize, Deserialize)]
struct Text {
    purpose: String,
    version: String,
}

#[derive(Deserialize)]
struct Texts {
    items: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Challenge {
    challenge_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tokens {
    access_token: String,
}

#[derive(Deserialize)]
struct Me {
    number: String,
}

/// The `n`th phone of a `series`, which is 0 to 99. Nobody registers the same one twice.
pub fn phone(series: usize, n: usize) -> String {
    format!("199{series:02}{n:06}")
}

/// Registers so many, with phones of this series.
///
/// # Errors
/// When the server does not let them.
pub async fn register(address: SocketAddr, series: usize, count: usize) -> anyhow::Result<Vec<Member>> {
    let mut client = Client::new(address);
    let Texts { items } = client.call("GET", "/v1/auth/consent-texts", None, None).await?;
    let needed: Vec<_> = items.into_iter().filter(|text| matches!(&*text.purpose, "privacy" | "terms")).collect();
    ensure!(needed.len() == 2, "there are not two texts to agree to, but {}", needed.len());
    let mut members = Vec::new();
    for n in 0..count {
        let (phone, password) = (phone(series, n), format!("bench password {n}"));
        let body = json!({ "purpose": "register", "identifier": phone });
        let Challenge { challenge_id } = client.call("POST", "/v1/auth/codes", None, Some(body)).await?;
        let code = client.newest_sms(&phone).await?;
        let body = json!({
            "phone": phone, "challengeId": challenge_id, "code": code, "password": password, "agreements": needed,
        });
        let Tokens { access_token } = client.call("POST", "/v1/auth/register", None, Some(body)).await?;
        let Me { number } = client.call("GET", "/v1/me", Some(&access_token), None).await?;
        members.push(Member { phone, password, number });
    }
    Ok(members)
}

impl Member {
    /// Logs in with the password; the access token.
    ///
    /// # Errors
    /// When the server does not let them in.
    pub async fn log_in(&self, client: &mut Client) -> anyhow::Result<String> {
        let body = json!({ "identifier": self.phone, "password": self.password });
        let Tokens { access_token } = client.call("POST", "/v1/auth/login/password", None, Some(body)).await?;
        Ok(access_token)
    }
}
