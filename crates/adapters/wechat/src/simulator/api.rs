use base64::{Engine, prelude::BASE64_STANDARD};
use kernel::{Timestamp, random};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{
    Query, State, Wechat,
    paths::{CLASSIC_TOKEN, LOGIN, PHONE, STABLE_TOKEN, UNIFORM_SEND},
    reply::Refusal,
};

type Said = Result<Value, Refusal>;

impl Wechat {
    /// What the platform says when nothing goes wrong on the way.
    pub(super) fn work(
        &self,
        state: &mut State,
        now: Timestamp,
        method: &str,
        path: &str,
        query: &Query,
        body: &[u8],
    ) -> Said {
        match (path, method) {
            (LOGIN, "GET") => self.login(state, now, query),
            (CLASSIC_TOKEN, "GET") => self.classic_token(state, now, query),
            (LOGIN | CLASSIC_TOKEN, _) => Err(Refusal(43001, "require GET method")),
            (STABLE_TOKEN, "POST") => self.stable_token(state, now, body),
            (PHONE, "POST") => self.phone(state, now, query, body),
            (UNIFORM_SEND, "POST") => Err(Refusal(45109, "this api has been offline")),
            (STABLE_TOKEN | PHONE | UNIFORM_SEND, _) => Err(Refusal(43002, "require POST method")),
            _ => Err(Refusal(40066, "invalid url")),
        }
    }

    fn login(&self, state: &mut State, now: Timestamp, query: &Query) -> Said {
        let given = Given::Query(query);
        let (app_id, secret) = given.credentials()?;
        let code = given.text("js_code").ok_or(Refusal(41008, "missing code"))?;
        self.recognise(&given, "authorization_code", app_id, secret)?;
        let login = state.login_codes.find(code, now).ok_or(Refusal(40029, "invalid code"))?;
        if login.what.blocked {
            return Err(Refusal(40226, "code blocked"));
        }
        if std::mem::replace(&mut login.used, true) {
            return Err(Refusal(40163, "code been used"));
        }
        let openid = &login.what.openid;
        let mut answer = json!({ "session_key": BASE64_STANDARD.encode(random::<16>()), "openid": openid });
        if let Some(unionid) = state.unionids.get(openid) {
            answer["unionid"] = unionid.as_str().into();
        }
        Ok(answer)
    }

    fn classic_token(&self, state: &mut State, now: Timestamp, query: &Query) -> Said {
        let given = Given::Query(query);
        let (app_id, secret) = given.credentials()?;
        self.recognise(&given, "client_credential", app_id, secret)?;
        Ok(state.desk.classic(now))
    }

    fn stable_token(&self, state: &mut State, now: Timestamp, body: &[u8]) -> Said {
        let body = json_of(body)?;
        let given = Given::Body(&body);
        let (app_id, secret) = given.credentials()?;
        self.recognise(&given, "client_credential", app_id, secret)?;
        state.desk.stable(body["force_refresh"].as_bool().unwrap_or(false), now)
    }

    fn phone(&self, state: &mut State, now: Timestamp, query: &Query, body: &[u8]) -> Said {
        state.desk.admit(Given::Query(query).text("access_token"), now)?;
        let body = json_of(body)?;
        let given = Given::Body(&body);
        let invalid = Refusal(40029, "invalid code");
        let number = given.text("code").and_then(|code| state.phone_codes.find(code, now)).ok_or(invalid)?;
        let is_anothers = match (&number.what.openid, given.text("openid")) {
            (Some(bound), Some(asking)) => bound != asking,
            _ => false,
        };
        if is_anothers || std::mem::replace(&mut number.used, true) {
            return Err(invalid);
        }
        let digits = number.what.phone.expose();
        Ok(json!({ "errcode": 0, "errmsg": "ok", "phone_info": {
            "phoneNumber": digits,
            "purePhoneNumber": digits,
            "countryCode": 86,
            "watermark": { "timestamp": now.seconds(), "appid": self.app_id },
        }}))
    }

    fn recognise(&self, given: &Given<'_>, grant_type: &str, app_id: &str, secret: &str) -> Result<(), Refusal> {
        if given.text("grant_type") != Some(grant_type) {
            return Err(Refusal(40002, "invalid grant_type"));
        }
        if app_id != self.app_id {
            return Err(Refusal(40013, "invalid appid"));
        }
        if secret != self.app_secret.expose_secret() {
            return Err(Refusal(40125, "invalid appsecret"));
        }
        Ok(())
    }
}

/// Where a call keeps what it was given.
enum Given<'a> {
    Query(&'a Query),
    Body(&'a Value),
}

impl<'a> Given<'a> {
    fn text(&self, name: &str) -> Option<&'a str> {
        let text = match self {
            Self::Query(query) => query.get(name).map(String::as_str),
            Self::Body(body) => body[name].as_str(),
        };
        text.filter(|text| !text.is_empty())
    }

    fn credentials(&self) -> Result<(&'a str, &'a str), Refusal> {
        let app_id = self.text("appid").ok_or(Refusal(41002, "appid missing"))?;
        let secret = self.text("secret").ok_or(Refusal(41004, "appsecret missing"))?;
        Ok((app_id, secret))
    }
}

fn json_of(body: &[u8]) -> Said {
    if body.is_empty() {
        return Err(Refusal(44002, "empty post data"));
    }
    serde_json::from_slice(body).ok().filter(Value::is_object).ok_or(Refusal(47001, "data format error"))
}
