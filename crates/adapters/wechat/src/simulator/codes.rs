use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use kernel::{Timestamp, random};

/// How long a code is good for.
const LIFE: Duration = Duration::from_secs(300);

/// The codes of one kind that were issued and are not yet too old.
pub(super) struct Codes<T> {
    known: HashMap<String, Issued<T>>,
    oldest_first: VecDeque<(Timestamp, String)>,
}

/// What a code stands for.
pub(super) struct Issued<T> {
    pub(super) what: T,
    pub(super) used: bool,
}

impl<T> Default for Codes<T> {
    fn default() -> Self {
        Self { known: HashMap::new(), oldest_first: VecDeque::new() }
    }
}

impl<T> Codes<T> {
    /// A fresh code for `what`.
    pub(super) fn issue(&mut self, what: T, now: Timestamp) -> String {
        self.forget_expired(now);
        let code = BASE64_URL_SAFE_NO_PAD.encode(random::<24>());
        self.known.insert(code.clone(), Issued { what, used: false });
        self.oldest_first.push_back((now.after(LIFE), code.clone()));
        code
    }

    /// What `code` stands for, if it was issued and is not too old.
    pub(super) fn find(&mut self, code: &str, now: Timestamp) -> Option<&mut Issued<T>> {
        self.forget_expired(now);
        self.known.get_mut(code)
    }

    fn forget_expired(&mut self, now: Timestamp) {
        while let Some((_, code)) = self.oldest_first.pop_front_if(|(until, _)| *until <= now) {
            self.known.remove(&code);
        }
    }
}
