use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use kernel::{Timestamp, random};

/// How long a login code is good for.
const LIFE: Duration = Duration::from_secs(300);

/// The login codes that were issued and are not yet too old.
#[derive(Default)]
pub(super) struct Codes {
    known: HashMap<String, Issued>,
    oldest_first: VecDeque<(Timestamp, String)>,
}

struct Issued {
    openid: String,
    blocked: bool,
    used: bool,
}

/// What a login code was worth.
pub(super) enum Exchange {
    /// Never issued, or too old.
    Unknown,
    /// Good once, and that was before.
    Used,
    /// The platform holds its user back.
    Blocked,
    /// This user's.
    User(String),
}

impl Codes {
    /// A fresh code of this user's, or of a new one.
    pub(super) fn issue(&mut self, openid: Option<&str>, blocked: bool, now: Timestamp) -> String {
        self.forget_expired(now);
        let openid =
            openid.map_or_else(|| format!("o{}", BASE64_URL_SAFE_NO_PAD.encode(random::<20>())), str::to_owned);
        let code = BASE64_URL_SAFE_NO_PAD.encode(random::<24>());
        self.known.insert(code.clone(), Issued { openid, blocked, used: false });
        self.oldest_first.push_back((now.after(LIFE), code.clone()));
        code
    }

    /// Uses `code` up.
    pub(super) fn exchange(&mut self, code: &str, now: Timestamp) -> Exchange {
        self.forget_expired(now);
        match self.known.get_mut(code) {
            None => Exchange::Unknown,
            Some(issued) if issued.blocked => Exchange::Blocked,
            Some(issued) if issued.used => Exchange::Used,
            Some(issued) => {
                issued.used = true;
                Exchange::User(issued.openid.clone())
            }
        }
    }

    fn forget_expired(&mut self, now: Timestamp) {
        while let Some((_, code)) = self.oldest_first.pop_front_if(|(until, _)| *until <= now) {
            self.known.remove(&code);
        }
    }
}
