use std::{collections::HashSet, time::Duration};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use kernel::{Timestamp, random};
use serde_json::{Value, json};

use super::reply::Refusal;
use crate::time::{china_day, span};

const LIFE: Duration = Duration::from_secs(7200);
/// A token is renewed this long before its end, and the one before it lives this long on.
const OVERLAP: Duration = Duration::from_secs(300);
const FORCED_APART: Duration = Duration::from_secs(30);
const FORCED_A_DAY: u32 = 20;

/// Where access tokens are given out and looked at.
#[derive(Default)]
pub(super) struct Desk {
    stable: Line,
    classic: Line,
    foreign: HashSet<String>,
    forced_last: Option<Timestamp>,
    forced_on: (i64, u32),
    /// No token is any good.
    pub(super) broken: bool,
}

/// A token and the one before it. `stable_token` and `token` have one each and know nothing of each other.
#[derive(Default)]
struct Line {
    current: Option<Token>,
    previous: Option<Token>,
}

struct Token {
    value: String,
    until: Timestamp,
}

impl Desk {
    /// `/cgi-bin/stable_token`: the same token until 300 s before its end, unless a new one is forced. Two forced ones
    /// kill the one before them.
    pub(super) fn stable(&mut self, force: bool, now: Timestamp) -> Result<Value, Refusal> {
        let today = china_day(now);
        if force && self.forced_last.is_none_or(|last| now >= last.after(FORCED_APART)) {
            let used = if self.forced_on.0 == today { self.forced_on.1 } else { 0 };
            if used >= FORCED_A_DAY {
                return Err(Refusal(45009, "reach max api daily quota limit"));
            }
            (self.forced_on, self.forced_last) = ((today, used + 1), Some(now));
            return Ok(self.stable.renew(now));
        }
        match &self.stable.current {
            Some(token) if now < token.until.before(OVERLAP) => Ok(token.answer(now)),
            _ => Ok(self.stable.renew(now)),
        }
    }

    /// `/cgi-bin/token`: a new token by every call.
    pub(super) fn classic(&mut self, now: Timestamp) -> Value {
        self.classic.renew(now)
    }

    pub(super) fn issue_foreign(&mut self) -> String {
        let value = fresh();
        self.foreign.insert(value.clone());
        value
    }

    pub(super) fn expire(&mut self, now: Timestamp) {
        if let Some(token) = &mut self.stable.current {
            token.until = now;
        }
    }

    pub(super) fn drop_all(&mut self) {
        (self.stable, self.classic) = Default::default();
    }

    /// Lets a call in that has a good token.
    pub(super) fn admit(&self, token: Option<&str>, now: Timestamp) -> Result<(), Refusal> {
        let token = token.ok_or(Refusal(41001, "access_token missing"))?;
        if self.foreign.contains(token) {
            return Err(Refusal(48001, "api unauthorized"));
        }
        let known = [&self.stable, &self.classic].into_iter().flat_map(|line| [&line.current, &line.previous]);
        match known.flatten().find(|known| known.value == token) {
            Some(known) if !self.broken && now < known.until => Ok(()),
            Some(_) if !self.broken => Err(Refusal(42001, "access_token expired")),
            _ => Err(Refusal(40001, "invalid credential, access_token is invalid or not latest")),
        }
    }
}

impl Line {
    fn renew(&mut self, now: Timestamp) -> Value {
        let token = Token { value: fresh(), until: now.after(LIFE) };
        let answer = token.answer(now);
        self.previous = self.current.replace(token);
        if let Some(previous) = &mut self.previous {
            previous.until = previous.until.min(now.after(OVERLAP));
        }
        answer
    }
}

impl Token {
    fn answer(&self, now: Timestamp) -> Value {
        json!({ "access_token": self.value, "expires_in": span(now, self.until).as_secs() })
    }
}

fn fresh() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(random::<102>())
}
