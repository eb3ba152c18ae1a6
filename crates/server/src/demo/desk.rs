use anyhow::{Context, Result};
use kernel::{CardId, SiteId};
use reqwest::{Method, RequestBuilder, header};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    person::Person,
    screen::otherwise,
    server::{Paged, Server, ask},
};

/// Somebody who runs a site (物业管理处).
pub struct Desk<'a> {
    person: Person<'a>,
    site: SiteId,
}

#[derive(Deserialize)]
struct RegisteredCard {
    id: CardId,
    number: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Explanation {
    text: String,
    by: String,
    card_state: String,
}

impl<'a> Desk<'a> {
    /// Logs in as somebody new, who is appointed by an operator.
    pub async fn open(server: &'a Server, site: SiteId) -> Result<(Self, String)> {
        let (person, _) = Person::log_in(server).await?;
        let number = person.number().await?;
        server.tell("roles", &json!({ "number": number, "siteId": site })).await?;
        Ok((Self { person, site }, format!("车安通ID {number} · 场区管理员")))
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.person.request(method, &format!("/v1/sites/{}/{path}", self.site))
    }

    async fn card(&self, number: &str) -> Result<CardId> {
        let mut cursor = None::<String>;
        loop {
            let request = self.request(Method::GET, "cards").query(&[("limit", "100")]);
            let part: Paged<RegisteredCard> =
                ask(request.query(&cursor.map(|cursor| [("cursor", cursor)]))).await?.json()?;
            if let Some(card) = part.items.iter().find(|card| card.number == number) {
                return Ok(card.id);
            }
            cursor = part.next_cursor;
            if cursor.is_none() {
                return Err(otherwise("the card in the register", "no such number"));
            }
        }
    }

    /// Says what has become of a card.
    pub async fn set_state(&self, number: &str, state: &str) -> Result<((), String)> {
        let path = format!("cards/{}/state", self.card(number).await?);
        ask(self.request(Method::PUT, &path).json(&json!({ "state": state }))).await?.empty()?;
        Ok(((), format!("{number} → {state}")))
    }

    /// Closes the site, or opens it again; the rules stay as they are.
    pub async fn set_lockdown(&self, closed: bool) -> Result<((), String)> {
        let answer = ask(self.request(Method::GET, "access")).await?;
        let version = answer.tag().context("the rules have a version")?;
        let mut rules: Value = answer.json()?;
        match (closed, rules.as_object_mut()) {
            (true, Some(rules)) => _ = rules.insert("lockdown".to_owned(), json!({})),
            (false, Some(rules)) => _ = rules.remove("lockdown"),
            (_, None) => return Err(otherwise("rules", rules.to_string())),
        }
        let request = self.request(Method::PUT, "access").header(header::IF_MATCH, &version).json(&rules);
        let changed = ask(request).await?;
        let now = changed.tag().unwrap_or_default();
        changed.json::<Value>()?;
        Ok(((), format!("版本 {version} → {now}")))
    }

    /// Asks why a card does not open a door.
    pub async fn explain(&self, number: &str, door: kernel::DoorId) -> Result<((), String)> {
        let card = self.card(number).await?;
        let path = format!("access/explanation?cardId={card}&doorId={door}");
        let Explanation { text, by, card_state } = ask(self.request(Method::GET, &path)).await?.json()?;
        Ok(((), format!("{text} · 由 {by} 决定 · 卡状态 {card_state}")))
    }
}
