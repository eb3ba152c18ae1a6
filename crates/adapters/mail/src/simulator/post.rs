use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use kernel::{Bytes, Clock, Email, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, Serializer};

use super::{
    decode::Content,
    fault::{Fault, Faults},
};

/// How many mails are kept, for all addresses together.
const KEPT: usize = 200;
const CODE_DIGITS: usize = 6;

/// A mail as it was delivered to one address. In JSON its address, text and code are plain, for this is the control
/// side of a simulator; anywhere else they stay hidden.
#[derive(Clone, Debug, Serialize)]
pub struct Sent {
    /// To whom, by the envelope.
    #[serde(serialize_with = "plain_email")]
    pub to: Email,
    /// The subject, decoded.
    pub subject: String,
    /// The text, decoded; its lines end in LF, the last in nothing.
    #[serde(serialize_with = "plain_text")]
    pub text: SecretString,
    /// The first run of exactly six digits in the text.
    #[serde(serialize_with = "plain_code")]
    pub code: Option<SecretString>,
    pub at: Timestamp,
    /// The whole mail as it came over the wire, dots unstuffed. Not in JSON.
    #[serde(skip)]
    pub raw: Bytes,
}

/// Everything the server keeps. Shared between sessions by reference.
pub(super) struct Post {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    oldest_first: VecDeque<Sent>,
    faults: Faults,
}

impl Post {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    pub(super) fn sent_to(&self, email: Option<&Email>) -> Vec<Sent> {
        let state = self.state();
        let newest_first = state.oldest_first.iter().rev();
        newest_first.filter(|sent| email.is_none_or(|email| *email == sent.to)).cloned().collect()
    }

    pub(super) fn inject(&self, fault: Fault, times: u32) {
        self.state().faults.add(fault, times);
    }

    pub(super) fn fault_at_recipient(&self) -> Option<u16> {
        self.state().faults.at_recipient()
    }

    pub(super) fn fault_at_data(&self) -> Option<Fault> {
        self.state().faults.at_data()
    }

    /// Puts the mail into the box of each recipient.
    pub(super) fn deliver(&self, recipients: &[Email], raw: Vec<u8>) {
        let Content { subject, text } = Content::of(&raw);
        let code = code_in(&text).map(SecretString::from);
        let (text, raw, at) = (SecretString::from(text), Bytes(raw), self.clock.now());
        let mut state = self.state();
        for to in recipients {
            if state.oldest_first.len() == KEPT {
                state.oldest_first.pop_front();
            }
            let (to, subject, text) = (to.clone(), subject.clone(), text.clone());
            state.oldest_first.push_back(Sent { to, subject, text, code: code.clone(), at, raw: raw.clone() });
        }
    }

    /// A panic elsewhere leaves nothing half done here, so a poisoned lock is as good as any.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn code_in(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == CODE_DIGITS)
}

fn plain_email<S: Serializer>(email: &Email, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(email.expose())
}

fn plain_text<S: Serializer>(text: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text.expose_secret())
}

fn plain_code<S: Serializer>(code: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    code.as_ref().map(ExposeSecret::expose_secret).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::code_in;

    #[test]
    fn a_code_is_six_digits_and_no_part_of_more() {
        for (text, code) in [
            ("您的验证码是 271828，5 分钟内有效", Some("271828")),
            ("13800001234，271828", Some("271828")),
            ("271828314159", None),
            ("", None),
        ] {
            assert_eq!(code_in(text), code, "{text}");
        }
    }
}
