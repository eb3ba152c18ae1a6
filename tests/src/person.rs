use kernel::{
    Bytes, Clock, SiteId, SystemClock, Timestamp,
    km1::{CredentialKey, Handle, STEP, mint_at},
};
use serde_json::{Value, json};

use crate::{Answer, until};

/// Somebody with a phone.
#[derive(Clone)]
pub struct Person {
    base: String,
    /// The bases of all servers whose simulators may hold an SMS.
    inboxes: Vec<String>,
    http: reqwest::Client,
    pub token: String,
    pub refresh: String,
}

/// The password of everybody who registers.
pub const PASSWORD: &str = "correct horse";

/// A bound card, ready to show codes.
#[derive(Clone)]
pub struct Bound {
    pub id: String,
    pub site: SiteId,
    handle: Handle,
    keys: Vec<(u32, CredentialKey)>,
}

impl Bound {
    /// The code of the step that `now` (seconds) is in.
    pub fn code_at(&self, now: i64, n: u8) -> String {
        let step = u32::try_from(now).unwrap() / STEP * STEP;
        let day = step / 86_400;
        let (_, key) = self.keys.iter().find(|(of, _)| *of == day).expect("a key of that day");
        mint_at(key, self.site, &self.handle, step, n, None)
    }

    /// The code to show now.
    pub fn code(&self, n: u8) -> String {
        self.code_at(SystemClock.now().seconds(), n)
    }
}

impl Person {
    /// Somebody who is not logged in.
    pub fn stranger(base: &str) -> Self {
        let http = crate::client();
        Self { base: base.into(), inboxes: vec![base.into()], http, token: String::new(), refresh: String::new() }
    }

    /// Somebody new, logged in with WeChat.
    pub async fn new(base: &str) -> Self {
        let person = Self::stranger(base);
        let code = person.wechat_code(None).await;
        person.entered(person.post("/v1/auth/login/wechat", json!({ "code": code })).await)
    }

    /// Somebody new, registered with this phone.
    pub async fn registered(base: &str, phone: &str) -> Self {
        let person = Self::stranger(base);
        person.entered(person.register(phone, json!({})).await)
    }

    /// The same person with the tokens of this answer.
    pub fn entered(&self, tokens: Answer) -> Self {
        assert!(tokens.status == 200 || tokens.status == 201, "{:?}", tokens.body);
        let text = |name: &str| tokens.body[name].as_str().unwrap().to_owned();
        Self { token: text("accessToken"), refresh: text("refreshToken"), ..self.clone() }
    }

    /// A code of `wx.login`, of this WeChat user's or of a new one.
    pub async fn wechat_code(&self, openid: Option<&str>) -> Value {
        self.post("/_sim/wechat/codes", json!({ "openid": openid })).await.expect(201)["code"].clone()
    }

    /// Asks for a code before signing in; its challenge, and what came.
    pub async fn code(&self, purpose: &str, identifier: &str, phone: &str) -> (Value, String) {
        let others = self.sent(phone).await.len();
        let wanted = json!({ "purpose": purpose, "identifier": identifier });
        let sent = self.post("/v1/auth/codes", wanted).await.expect(202);
        (sent["challengeId"].clone(), self.sms_after(phone, others).await)
    }

    /// Asks for a code of one's own; its challenge, and what came to the phone.
    pub async fn own_code(&self, wanted: Value, phone: &str) -> (Value, String) {
        let others = self.sent(phone).await.len();
        let sent = self.post("/v1/me/codes", wanted).await.expect(202);
        (sent["challengeId"].clone(), self.sms_after(phone, others).await)
    }

    /// The agreements to the texts in force.
    pub async fn agreements(&self) -> Value {
        let texts = self.get("/v1/auth/consent-texts").await.expect(200);
        let agreed = |text: &Value| json!({ "purpose": text["purpose"], "version": text["version"] });
        texts["items"].as_array().unwrap().iter().map(agreed).collect()
    }

    /// Registers with a phone, and whatever else.
    pub async fn register(&self, phone: &str, also: Value) -> Answer {
        let (challenge, code) = self.code("register", phone, phone).await;
        let mut new = json!({
            "phone": phone, "challengeId": challenge, "code": code, "password": PASSWORD, "device": "测试手机",
            "agreements": self.agreements().await,
        });
        new.as_object_mut().unwrap().extend(also.as_object().unwrap().clone());
        self.post("/v1/auth/register", new).await
    }

    /// The code in the newest mail to an address.
    pub async fn mail(&self, email: &str) -> String {
        let mut mails = Value::Null;
        until("the mail arrives", async || {
            mails = self.get(&format!("/_sim/mail?email={email}")).await.expect(200)["items"].clone();
            !mails.as_array().unwrap().is_empty()
        })
        .await;
        mails[0]["code"].as_str().unwrap().into()
    }

    /// The same person at another server that shares the database.
    pub fn at(&self, base: &str) -> Self {
        let mut inboxes = self.inboxes.clone();
        inboxes.push(base.into());
        Self { base: base.into(), inboxes, ..self.clone() }
    }

    /// Also looks for SMS at this server.
    pub fn with_inbox(mut self, base: &str) -> Self {
        self.inboxes.push(base.into());
        self
    }

    /// The same person, running a site from now on.
    pub async fn running(self, site: &Value) -> Self {
        let number = self.get("/v1/me").await.expect(200)["number"].clone();
        self.post("/_sim/roles", json!({ "number": number, "siteId": site })).await.expect(204);
        self
    }

    /// PUT of the version that was seen.
    pub async fn put_version(&self, path: &str, version: i32, body: &Value) -> Answer {
        let request = self.http.put(format!("{}{path}", self.base)).bearer_auth(&self.token).json(body);
        Answer::of(request.header("if-match", format!("\"{version}\"")).send().await.unwrap()).await
    }

    /// Changes the settings of a site that they run, as they are now.
    pub async fn change_settings(&self, site: &str, change: impl FnOnce(&mut Value)) -> Answer {
        let path = format!("/v1/sites/{site}/settings");
        let seen = self.get(&path).await;
        let version = seen.etag.as_deref().unwrap().trim_matches('"').parse().unwrap();
        let mut settings = seen.expect(200);
        change(&mut settings);
        self.put_version(&path, version, &settings).await
    }

    /// The demo cards of this kind at the site of this name.
    pub async fn cards_at(&self, name: &str, kind: &str) -> Vec<Value> {
        let sites = self.get("/v1/sites?limit=100").await.expect(200)["items"].clone();
        let site = sites.as_array().unwrap().iter().find(|site| site["name"] == name).expect("the site")["id"].clone();
        let cards = self.cards().await;
        cards.into_iter().filter(|card| card["siteId"] == site && card["kind"] == kind).collect()
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.http.get(format!("{}{path}", self.base)).bearer_auth(&self.token).send().await.unwrap()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(&self.token).json(&body);
        Answer::of(request.send().await.unwrap()).await
    }

    /// POST under this Idempotency-Key.
    pub async fn post_as(&self, key: &str, path: &str, body: &Value) -> Answer {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(&self.token).json(body);
        Answer::of(request.header("idempotency-key", key).send().await.unwrap()).await
    }

    /// POST that may fail to be answered.
    pub async fn try_post(&self, path: &str, body: &Value) -> Option<Answer> {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(&self.token).json(body);
        Some(Answer::of(request.send().await.ok()?).await)
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        let request = self.http.put(format!("{}{path}", self.base)).bearer_auth(&self.token).json(&body);
        Answer::of(request.send().await.unwrap()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        let request = self.http.delete(format!("{}{path}", self.base)).bearer_auth(&self.token);
        Answer::of(request.send().await.unwrap()).await
    }

    pub async fn cards(&self) -> Vec<Value> {
        self.get("/_sim/cards").await.expect(200)["items"].as_array().unwrap().clone()
    }

    async fn sent(&self, phone: &str) -> Vec<Value> {
        let mut sent = Vec::new();
        for inbox in &self.inboxes {
            let Ok(response) = self.http.get(format!("{inbox}/_sim/sms?phone={phone}")).send().await else { continue };
            sent.extend(Answer::of(response).await.body["items"].as_array().cloned().unwrap_or_default());
        }
        sent.sort_by_key(|one| std::cmp::Reverse(serde_json::from_value::<Timestamp>(one["at"].clone()).unwrap()));
        sent
    }

    /// How many codes came to a phone so far.
    pub async fn received(&self, phone: &str) -> usize {
        self.sent(phone).await.len()
    }

    /// The code that comes to a phone after so many others.
    pub async fn sms_after(&self, phone: &str, others: usize) -> String {
        let mut sent = Vec::new();
        until("the SMS arrives", async || {
            sent = self.sent(phone).await;
            sent.len() > others
        })
        .await;
        sent[0]["code"].as_str().unwrap().into()
    }

    /// The first code that comes to a phone.
    pub async fn sms(&self, phone: &str) -> String {
        self.sms_after(phone, 0).await
    }

    /// Asks to bind a card.
    pub async fn request(&self, card: &Value) -> Answer {
        let body = json!({
            "siteId": card["siteId"], "kind": card["kind"], "number": card["number"], "phone": card["phone"],
        });
        self.post("/v1/card-bindings", body).await
    }

    /// Binds a card and gets its keys.
    pub async fn bind(&self, card: &Value) -> Bound {
        let phone = card["phone"].as_str().unwrap();
        let others = self.sent(phone).await.len();
        let binding = self.request(card).await.expect(201);
        let id = binding["id"].as_str().unwrap().to_owned();
        let code = self.sms_after(phone, others).await;
        let path = format!("/v1/card-bindings/{id}/confirm");
        let held = self.post(&path, json!({ "code": code })).await.expect(200)["id"].clone();
        self.credential(card["siteId"].as_str().unwrap(), held.as_str().unwrap()).await
    }

    /// The keys of a bound card.
    pub async fn credential(&self, site: &str, id: &str) -> Bound {
        let all = self.get(&format!("/v1/sites/{site}/credentials")).await;
        assert_eq!(all.status, 200, "{:?}", all.body);
        credentials_of(site, &all).into_iter().find(|one| one.id == id).expect("the credential")
    }
}

/// The cards in an answer of `GET /v1/sites/{id}/credentials`; none in one that refused.
pub fn credentials_of(site: &str, answer: &Answer) -> Vec<Bound> {
    let bytes = |value: &Value| Bytes::decode(value.as_str().unwrap()).unwrap();
    let key = |key: &Value| {
        let day = u32::try_from(key["day"].as_u64().unwrap()).unwrap();
        (day, CredentialKey::from_bytes(bytes(&key["key"]).array().unwrap()))
    };
    let bound = |one: &Value| Bound {
        id: one["id"].as_str().unwrap().into(),
        site: site.parse().unwrap(),
        handle: bytes(&one["handle"]).array().unwrap(),
        keys: one["keys"].as_array().unwrap().iter().map(key).collect(),
    };
    answer.body["credentials"].as_array().into_iter().flatten().map(bound).collect()
}

impl Person {
    /// GET that may fail to be answered.
    pub async fn try_get(&self, path: &str) -> Option<Answer> {
        let request = self.http.get(format!("{}{path}", self.base)).bearer_auth(&self.token);
        Some(Answer::of(request.send().await.ok()?).await)
    }
}
