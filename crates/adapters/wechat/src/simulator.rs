//! A stand-in for api.weixin.qq.com, as strict as the platform where we know it: HTTP 200 also for errors, `errmsg` with a
//! request id, JSON as text/plain where WeChat does that, codes good for five minutes and for once, access tokens that
//! are renewed, killed and mixed up as WeChat's are. A plain state machine: `server` mounts it for loopback peers. Its
//! secrets and users are invented.

mod api;
mod codes;
mod desk;
mod fault;
mod journal;
mod paths;
mod push;
mod reply;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use kernel::{Clock, Phone, Timestamp, random};
use secrecy::SecretString;

use codes::Codes;
use desk::Desk;
pub use fault::Fault;
use fault::Faults;
use journal::Journal;
pub use journal::Logged;
pub use push::PushRequest;
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
    login_codes: Codes<Login>,
    phone_codes: Codes<Number>,
    unionids: HashMap<String, String>,
    desk: Desk,
    faults: Faults,
    journal: Journal,
    ahead: Duration,
}

struct Login {
    openid: String,
    blocked: bool,
}

struct Number {
    phone: Phone,
    openid: Option<String>,
}

impl Wechat {
    /// A platform on which only this app is registered.
    pub fn new(app_id: impl Into<String>, app_secret: SecretString, clock: Arc<dyn Clock>) -> Self {
        Self { app_id: app_id.into(), app_secret, clock, state: Mutex::default() }
    }

    /// Answers any request; `path` is the platform's own, such as `/sns/jscode2session`.
    pub fn answer(&self, method: &str, path: &str, query: &Query, body: &[u8]) -> Reply {
        let mut state = self.state();
        let now = self.now(&state);
        let work = |state: &mut State| Reply::of(path, self.work(state, now, method, path, query, body));
        let reply = match state.faults.next(path) {
            None => work(&mut state),
            Some(Fault::Errcode(code)) => Reply::refusal(path, code, "injected"),
            Some(Fault::Status(status)) => Reply::gateway(status),
            Some(Fault::Html) => Reply::gateway(200),
            Some(Fault::TruncatedJson) => work(&mut state).truncated(),
            Some(Fault::Slow(ms)) => work(&mut state).delayed(ms),
            Some(Fault::Timeout) => Reply::gateway(504).delayed(60_000),
            Some(Fault::Reset) => Reply::gateway(502).reset(),
        };
        state.journal.note(now, method, path, &reply);
        reply
    }

    /// Control side: a fresh login code, as `wx.login` would give to this user; to a new one if none is named. A user who
    /// is `blocked` cannot log in by it.
    pub fn issue_code(&self, openid: Option<&str>, blocked: bool) -> String {
        let openid =
            openid.map_or_else(|| format!("o{}", BASE64_URL_SAFE_NO_PAD.encode(random::<20>())), str::to_owned);
        let mut state = self.state();
        let now = self.now(&state);
        state.login_codes.issue(Login { openid, blocked }, now)
    }

    /// Control side: a fresh phone code, as the `getPhoneNumber` button would give to a user with this number. Pressed by
    /// `openid`, it is good for no other user; by nobody in particular, for all.
    pub fn issue_phone_code(&self, phone: &Phone, openid: Option<&str>) -> String {
        let mut state = self.state();
        let now = self.now(&state);
        state.phone_codes.issue(Number { phone: phone.clone(), openid: openid.map(str::to_owned) }, now)
    }

    /// Control side: from now on, logins of this user tell this unionid.
    pub fn set_unionid(&self, openid: &str, unionid: &str) {
        self.state().unionids.insert(openid.to_owned(), unionid.to_owned());
    }

    /// Control side: an access token that is good, but not for the APIs of a mini-program.
    pub fn issue_foreign_token(&self) -> String {
        self.state().desk.issue_foreign()
    }

    /// Control side: the access token has come to its end, `42001`.
    pub fn expire_token(&self) {
        let mut state = self.state();
        let now = self.now(&state);
        state.desk.expire(now);
    }

    /// Control side: the platform knows no access token any more, `40001`; the next one it gives is good.
    pub fn drop_token(&self) {
        self.state().desk.drop_all();
    }

    /// Control side: whether the platform refuses every access token, also those that it has just given, `40001`.
    pub fn break_tokens(&self, broken: bool) {
        self.state().desk.broken = broken;
    }

    /// Control side: the next `times` calls go wrong in this way. Faults are used up in the order they were asked for.
    pub fn inject(&self, fault: Fault, times: u32) {
        self.inject_at("", fault, times);
    }

    /// Control side: as [`Wechat::inject`], for calls whose path begins with `prefix`.
    pub fn inject_at(&self, prefix: &str, fault: Fault, times: u32) {
        self.state().faults.add(prefix, fault, times);
    }

    /// Control side: the platform's clock goes ahead of ours by `span` more.
    pub fn advance(&self, span: Duration) {
        self.state().ahead += span;
    }

    /// Control side: the last thousand calls, oldest first.
    pub fn log(&self) -> Vec<Logged> {
        self.state().journal.calls()
    }

    /// Control side: how many calls there were, by path; those to unknown paths under `unknown`.
    pub fn stats(&self) -> BTreeMap<&'static str, u64> {
        self.state().journal.counts()
    }

    fn now(&self, state: &State) -> Timestamp {
        self.clock.now().after(state.ahead)
    }

    /// A panic elsewhere leaves nothing half done here, so a poisoned lock is as good as any.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
