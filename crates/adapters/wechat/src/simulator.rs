//! A stand-in for api.weixin.qq.com, as strict as the platform where we know it: HTTP 200 also for errors, `errmsg` with a
//! request id, JSON as text/plain, codes good for five minutes and for once. A plain state machine: `server` mounts it
//! for loopback peers. Its secrets and users are invented.

mod codes;
mod fault;
mod reply;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use kernel::{Clock, random};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use codes::{Codes, Exchange};
pub use fault::Fault;
use fault::Faults;
pub use reply::Reply;

/// A query string, decoded.
pub type Query = BTreeMap<String, String>;

/// The platform, knowing one app. Shared between threads by reference.
pub struct Wechat {
    app_id: String,
    app_secret: SecretString,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    codes: Codes,
    faults: Faults,
}

impl Wechat {
    /// A platform on which only this app is registered.
    pub fn new(app_id: impl Into<String>, app_secret: SecretString, clock: Arc<dyn Clock>) -> Self {
        Self { app_id: app_id.into(), app_secret, clock, state: Mutex::default() }
    }

    /// Answers any request; `path` is the platform's own, such as `/sns/jscode2session`.
    pub fn answer(&self, method: &str, path: &str, query: &Query) -> Reply {
        match (path, method) {
            ("/sns/jscode2session", "GET") => self.jscode2session(query),
            ("/sns/jscode2session", _) => Reply::refusal(43001, "require GET method"),
            _ => Reply::refusal(40066, "invalid url"),
        }
    }

    /// `GET /sns/jscode2session`: exchanges a login code for who it is, once.
    pub fn jscode2session(&self, query: &Query) -> Reply {
        let mut state = self.state();
        match state.faults.next() {
            None => self.exchange(&mut state, query),
            Some(Fault::Errcode(code)) => Reply::refusal(code, "injected"),
            Some(Fault::Status(status)) => Reply::gateway(status),
            Some(Fault::Html) => Reply::gateway(200),
            Some(Fault::TruncatedJson) => self.exchange(&mut state, query).truncated(),
            Some(Fault::Slow(ms)) => self.exchange(&mut state, query).delayed(ms),
        }
    }

    /// Control side: a fresh login code, as `wx.login` would give to this user; to a new one if none is named. A user who
    /// is `blocked` cannot log in by it.
    pub fn issue_code(&self, openid: Option<&str>, blocked: bool) -> String {
        self.state().codes.issue(openid, blocked, self.clock.now())
    }

    /// Control side: the next `times` calls go wrong in this way. Faults are used up in the order they were asked for.
    pub fn inject(&self, fault: Fault, times: u32) {
        self.state().faults.add(fault, times);
    }

    fn exchange(&self, state: &mut State, query: &Query) -> Reply {
        let given = |name: &str| query.get(name).map(String::as_str).filter(|value| !value.is_empty());
        let Some(app_id) = given("appid") else { return Reply::refusal(41002, "appid missing") };
        let Some(secret) = given("secret") else { return Reply::refusal(41004, "appsecret missing") };
        let Some(code) = given("js_code") else { return Reply::refusal(41008, "missing code") };
        if given("grant_type") != Some("authorization_code") {
            return Reply::refusal(40002, "invalid grant_type");
        }
        if app_id != self.app_id {
            return Reply::refusal(40013, "invalid appid");
        }
        if secret != self.app_secret.expose_secret() {
            return Reply::refusal(40125, "invalid appsecret");
        }
        match state.codes.exchange(code, self.clock.now()) {
            Exchange::Unknown => Reply::refusal(40029, "invalid code"),
            Exchange::Used => Reply::refusal(40163, "code been used"),
            Exchange::Blocked => Reply::refusal(40226, "code blocked"),
            Exchange::User(openid) => {
                Reply::json(&json!({ "session_key": BASE64_STANDARD.encode(random::<16>()), "openid": openid }))
            }
        }
    }

    /// A panic elsewhere leaves nothing half done here, so a poisoned lock is as good as any.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
