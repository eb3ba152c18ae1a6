use std::time::Duration;

use agent::Decision;
use anyhow::{Context, Result, anyhow, bail};
use kernel::{
    AccountId, BindingId, Bytes, Clock, DoorId, Phone, Reason, SiteId, SystemClock, Timestamp,
    km1::{self, CredentialKey, Day, Handle},
    port::CardKind,
    random,
};
use reqwest::{Method, RequestBuilder};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{
    screen::{expect, otherwise},
    server::{Answer, Paged, Server, ask, fresh_key, soon},
};

const SITES: usize = 14;
const SITE: &str = "测试Z停车场";
/// A code this old, in seconds, opens nothing.
const OLD: i64 = 120;

/// Somebody with a phone.
pub struct Person<'a> {
    server: &'a Server,
    token: String,
    card: Option<Card>,
}

/// A bound card, on the phone.
struct Card {
    site: SiteId,
    binding: BindingId,
    number: String,
    handle: Handle,
    keys: Vec<(Day, CredentialKey)>,
    /// What to add to this machine's clock to have the server's, milliseconds.
    offset: i64,
    shown: u8,
}

/// A binding that waits for its code.
pub struct RequestedBinding {
    binding: BindingId,
    code: String,
    number: String,
}

#[derive(Deserialize)]
struct LoginCode {
    code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tokens {
    access_token: String,
    account_id: AccountId,
}

#[derive(Deserialize)]
pub struct Site {
    id: SiteId,
    name: String,
    address: Option<String>,
}

#[derive(Deserialize)]
struct IssuedCard {
    kind: CardKind,
    number: String,
    phone: String,
}

#[derive(Deserialize)]
struct Binding {
    id: BindingId,
    state: String,
}

#[derive(Deserialize)]
struct CardInfo {
    number: String,
    holder: String,
    plates: Vec<String>,
    card: CardView,
    doors: Vec<OpenDoor>,
}

#[derive(Deserialize)]
struct CardView {
    balance: Option<i64>,
}

#[derive(Deserialize)]
struct OpenDoor {
    name: String,
    hours: String,
}

#[derive(Deserialize)]
struct Message {
    code: String,
    reference: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credentials {
    server_time: Timestamp,
    credentials: Vec<Credential>,
}

#[derive(Deserialize)]
struct Credential {
    id: BindingId,
    handle: Bytes,
    reason: Reason,
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    day: u32,
    key: Bytes,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Use {
    door_id: DoorId,
    decision: Decision,
    reason: Reason,
    text: String,
}

#[derive(Deserialize)]
struct Notice {
    topic: String,
    title: String,
    body: String,
}

impl<'a> Person<'a> {
    /// Logs in as somebody WeChat has not seen before.
    pub async fn log_in(server: &'a Server) -> Result<(Self, String)> {
        let LoginCode { code } = server.simulate("wechat/codes", &json!({})).await?;
        let agreed = json!({ "code": code, "agreements": server.agreements().await? });
        let login = server.request(Method::POST, "/v1/auth/login/wechat").json(&agreed);
        let Tokens { access_token: token, account_id } = ask(login).await?.json()?;
        let person = Self { server, token, card: None };
        let me: Value = person.get("/v1/me").await?.json()?;
        expect(account_id.to_string(), me["id"].as_str().unwrap_or_default().to_owned())?;
        Ok((person, format!("账号 {account_id}")))
    }

    /// A request of theirs.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.server.request(method, path).bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> Result<Answer> {
        ask(self.request(Method::GET, path)).await
    }

    /// Their 车安通 ID.
    pub async fn number(&self) -> Result<String> {
        let me: Value = self.get("/v1/me").await?.json()?;
        Ok(me["number"].as_str().context("everybody has a number")?.to_owned())
    }

    /// Searches for a site by what is typed; it must be the first.
    pub async fn search(&self, text: &str, name: &str) -> Result<(Site, String)> {
        let request = self.request(Method::GET, "/v1/sites").query(&[("q", text)]);
        let found: Paged<Site> = ask(request).await?.json()?;
        let first = found.items.into_iter().next().ok_or_else(|| otherwise(format!("{name} for {text}"), "nothing"))?;
        expect(name.to_owned(), first.name.clone())?;
        let told = format!("{text} → {} · {}", first.name, first.address.as_deref().unwrap_or("无地址"));
        Ok((first, told))
    }

    /// Looks at the card in full.
    pub async fn see_card(&self) -> Result<((), String)> {
        let card: CardInfo = self.get(&format!("/v1/card-bindings/{}", self.card()?.binding)).await?.json()?;
        let doors: Vec<String> = card.doors.iter().map(|door| format!("{} {}", door.name, door.hours)).collect();
        if doors.is_empty() || card.holder.chars().skip(1).any(|c| c != '*') {
            return Err(otherwise("doors and a masked name", format!("{doors:?}")));
        }
        let balance = card.card.balance.map(|fen| format!(" · 余额 {}.{:02} 元", fen / 100, fen % 100));
        let plates = (!card.plates.is_empty()).then(|| format!(" · {}", card.plates.join("、")));
        let (balance, plates) = (balance.unwrap_or_default(), plates.unwrap_or_default());
        Ok(((), format!("{} · {}{plates}{balance} · 可开 {}", card.number, card.holder, doors.join("，"))))
    }

    /// Reads the whole list of sites and finds the one of the manual.
    pub async fn find_site(&self) -> Result<(Site, String)> {
        let (mut sites, mut pages, mut cursor) = (Vec::<Site>::new(), 0, None::<String>);
        loop {
            let request = self.request(Method::GET, "/v1/sites").query(&[("limit", "5")]);
            let part: Paged<Site> = ask(request.query(&cursor.map(|cursor| [("cursor", cursor)]))).await?.json()?;
            sites.extend(part.items);
            (pages, cursor) = (pages + 1, part.next_cursor);
            if cursor.is_none() || sites.len() > SITES {
                break;
            }
        }
        expect(format!("{SITES} sites"), format!("{} sites", sites.len()))?;
        let nowhere: Vec<&str> =
            sites.iter().filter(|one| one.address.is_none()).map(|one| one.name.as_str()).collect();
        let &[nowhere] = nowhere.as_slice() else {
            return Err(otherwise("one site without an address", format!("{nowhere:?}")));
        };
        let told = format!("{SITES} 个场区，分 {pages} 页；{nowhere} 没有地址");
        let site = sites.into_iter().find(|one| one.name == SITE);
        Ok((site.ok_or_else(|| otherwise(format!("{SITE} among the sites"), "none of that name"))?, told))
    }

    /// Makes a site the current one.
    pub async fn choose(&self, site: &Site) -> Result<((), String)> {
        let choice = self.request(Method::PUT, "/v1/me/site").json(&json!({ "siteId": site.id }));
        let chosen: Site = ask(choice).await?.json()?;
        expect(site.id.to_string(), chosen.id.to_string())?;
        Ok(((), format!("{} · {}", chosen.name, chosen.address.as_deref().unwrap_or("无地址"))))
    }

    /// Asks to bind any card whose phone may be sent a code now, and waits for the SMS.
    pub async fn ask_to_bind(&self, site: &Site) -> Result<(RequestedBinding, String)> {
        let issued: Paged<IssuedCard> = self.server.simulators("cards", &[("siteId", &site.id.to_string())]).await?;
        let cards = issued.items;
        // runs that follow each other closely should not all begin with the same phone
        let first = usize::from(u16::from_be_bytes(random())) % cards.len().max(1);
        for card in cards.iter().cycle().skip(first).take(cards.len()) {
            let before: Vec<Message> = self.inbox(card).await?;
            let body = json!({ "siteId": site.id, "kind": card.kind, "number": card.number, "phone": card.phone });
            let request = self.request(Method::POST, "/v1/card-bindings").header("Idempotency-Key", fresh_key());
            let answer = ask(request.json(&body)).await?;
            if answer.problem("too-many-codes").is_some() {
                continue;
            }
            let binding: Binding = answer.json()?;
            expect("challenged".to_owned(), binding.state)?;
            let is_new = |one: &Message| before.iter().all(|old| old.reference != one.reference);
            let look = async || Ok(self.inbox(card).await?.into_iter().find(is_new));
            let Message { code, .. } = soon("an SMS with the code", look).await?;
            let phone = Phone::parse(&card.phone).map(|phone| phone.masked()).unwrap_or_default();
            let told = format!("{} {} · 短信已发往 {phone}", kind_name(card.kind), card.number);
            return Ok((RequestedBinding { binding: binding.id, code, number: card.number.clone() }, told));
        }
        let all = cards.len();
        Err(anyhow!(
            "{all} 张演示卡暂时都不能再发验证码，请稍后再试 too many codes for all of them just now, try later"
        ))
    }

    async fn inbox(&self, card: &IssuedCard) -> Result<Vec<Message>> {
        Ok(self.server.simulators::<Paged<Message>>("sms", &[("phone", &card.phone)]).await?.items)
    }

    async fn confirm(&self, binding: BindingId, code: &str) -> Result<Answer> {
        let path = format!("/v1/card-bindings/{binding}/confirm");
        ask(self.request(Method::POST, &path).json(&json!({ "code": code }))).await
    }

    /// Enters a code that is not the one that came.
    pub async fn enter_wrong_code(&self, requested: &RequestedBinding) -> Result<((), String)> {
        let wrong = if requested.code == "000000" { "000001" } else { "000000" };
        let answer = self.confirm(requested.binding, wrong).await?;
        match answer.problem("code-wrong") {
            Some(problem) => Ok(((), format!("{} ({})", problem.detail, problem.code))),
            None => Err(otherwise("code-wrong", answer)),
        }
    }

    /// Enters the code that came.
    pub async fn enter_code(&self, requested: &RequestedBinding) -> Result<((), String)> {
        let binding: Binding = self.confirm(requested.binding, &requested.code).await?.json()?;
        expect("bound".to_owned(), binding.state)?;
        Ok(((), format!("绑定 {}", binding.id)))
    }

    /// Fetches what the phone needs to make codes by itself.
    pub async fn fetch_credential(&mut self, site: &Site, requested: RequestedBinding) -> Result<((), String)> {
        let RequestedBinding { binding, number, .. } = requested;
        self.fetch_keys(site.id, binding, number).await
    }

    async fn fetch_keys(&mut self, site: SiteId, binding: BindingId, number: String) -> Result<((), String)> {
        let all: Credentials = self.get(&format!("/v1/sites/{site}/credentials")).await?.json()?;
        let offset = all.server_time.since(SystemClock.now());
        let ours = all.credentials.into_iter().find(|one| one.id == binding);
        let Credential { handle, reason, keys, .. } =
            ours.ok_or_else(|| otherwise("a credential of the bound card", "none"))?;
        expect(Reason::Ok.name(), reason.name())?;
        let key = |key: Key| Some((Day(key.day), CredentialKey::from_bytes(key.key.array()?)));
        let keys: Vec<_> = keys.into_iter().map(key).collect::<Option<_>>().context("a key has 32 bytes")?;
        let told = format!("{} 把日密钥 · 与服务器时钟相差 {offset} ms", keys.len());
        let handle = handle.array().context("a handle has 8 bytes")?;
        self.card = Some(Card { site, binding, number, handle, keys, offset, shown: 0 });
        Ok(((), told))
    }

    /// Takes the consent back: no keys are handed out any more.
    pub async fn withdraw_consent(&self) -> Result<((), String)> {
        ask(self.request(Method::DELETE, "/v1/me/consents/privacy")).await?.empty()?;
        let refused = self.get(&format!("/v1/sites/{}/credentials", self.card()?.site)).await?;
        let problem = refused.problem("consent-required").ok_or_else(|| otherwise("consent-required", &refused))?;
        Ok(((), problem.detail))
    }

    /// Agrees again and fetches the new keys of the same card.
    pub async fn agree_again(&mut self) -> Result<((), String)> {
        let agreed = json!({ "agreements": self.server.agreements().await? });
        ask(self.request(Method::POST, "/v1/me/consents").json(&agreed)).await?.empty()?;
        let Card { site, binding, number, .. } = self.card()?;
        let (site, binding, number) = (*site, *binding, number.clone());
        self.fetch_keys(site, binding, number).await
    }

    fn card(&self) -> Result<&Card> {
        self.card.as_ref().context("还没有绑卡 no card is bound yet")
    }

    /// Where the card is from.
    pub fn site(&self) -> Result<SiteId> {
        Ok(self.card()?.site)
    }

    /// The number printed on the card.
    pub fn printed(&self) -> Result<&str> {
        Ok(&self.card()?.number)
    }

    /// Makes a code and shows its digits.
    pub async fn show_code(&mut self) -> Result<(String, String)> {
        let code = self.next_code()?;
        expect(75, code.len())?;
        Ok((code.clone(), code))
    }

    /// Makes the next code, as the phone does without asking anybody.
    pub fn next_code(&mut self) -> Result<String> {
        let card = self.card.as_mut().context("还没有绑卡 no card is bound yet")?;
        card.shown = card.shown.wrapping_add(1);
        card.mint(card.now(), card.shown)
    }

    /// Makes a code with a key of one's own: whoever has seen codes knows the rest.
    pub fn forge(&self) -> Result<String> {
        let card = self.card()?;
        Ok(km1::mint(&CredentialKey::from_bytes(random()), card.site, &card.handle, card.now(), 0, None))
    }

    /// Makes the code of two minutes ago.
    pub async fn old_code(&self) -> Result<String> {
        let card = self.card()?;
        // the phone has no key of yesterday: just after midnight (UTC) wait until today has an old code
        let today = i64::from(Day::of(card.now()).0) * 86_400;
        let then = today.max(card.now() - OLD);
        while card.now() - then < km1::LATE {
            sleep(Duration::from_millis(250)).await;
        }
        card.mint(then, 0)
    }

    /// Reads the uses of the card: opened, refused once, opened.
    pub async fn see_uses(&self, door: DoorId) -> Result<((), String)> {
        let uses: Paged<Use> = self.get(&format!("/v1/card-bindings/{}/uses", self.card()?.binding)).await?.json()?;
        let newest_first = [Reason::Ok, Reason::Replayed, Reason::Ok].map(Reason::name).join(", ");
        let names: Vec<&str> = uses.items.iter().map(|one| one.reason.name()).collect();
        expect(newest_first, names.join(", "))?;
        for one in &uses.items {
            expect(door.to_string(), one.door_id.to_string())?;
            if (one.decision == Decision::Grant) != (one.reason == Reason::Ok) {
                bail!("{:?} with reason {}", one.decision, one.reason.name());
            }
        }
        let texts: Vec<&str> = uses.items.iter().map(|one| one.text.as_str()).collect();
        Ok(((), texts.join(" ← ")))
    }

    /// Waits for the notice that the card was bound.
    pub async fn see_notice(&self) -> Result<((), String)> {
        let look = async || {
            let inbox: Paged<Notice> = self.get("/v1/notices").await?.json()?;
            Ok(inbox.items.into_iter().find(|notice| notice.topic == "card.bound"))
        };
        let Notice { title, body, .. } = soon("a notice card.bound", look).await?;
        Ok(((), format!("{title} · {body}")))
    }

    /// Lets the card go.
    pub async fn unbind(&self) -> Result<((), String)> {
        let path = format!("/v1/card-bindings/{}", self.card()?.binding);
        ask(self.request(Method::DELETE, &path)).await?.empty()?;
        Ok(((), String::new()))
    }
}

impl Card {
    /// The server's clock, as far as the phone knows it; seconds.
    fn now(&self) -> i64 {
        (SystemClock.now().millis() + self.offset).div_euclid(1000)
    }

    fn mint(&self, at: i64, n: u8) -> Result<String> {
        let key = self.keys.iter().find(|(day, _)| *day == Day::of(at)).map(|(_, key)| key);
        let key = key.context("凭证已过期，请重新获取 no key for that day")?;
        Ok(km1::mint(key, self.site, &self.handle, at, n, None))
    }
}

const fn kind_name(kind: CardKind) -> &'static str {
    match kind {
        CardKind::Member => "会员卡/车卡",
        CardKind::StoredValue => "储值卡",
        CardKind::Access => "门禁卡",
    }
}
