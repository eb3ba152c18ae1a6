//! The inbox of every phone there is, held in memory: what a vendor would have delivered.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use kernel::{
    Clock, Phone, Timestamp,
    port::{SendOutcome, SmsSend},
    random,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, Serializer};

/// How many messages are kept, for all phones together.
const KEPT: usize = 200;

/// A message as it was delivered. In JSON its phone and code are plain, for this is the control side of a simulator;
/// anywhere else they stay hidden.
#[derive(Clone, Debug, Serialize)]
pub struct Sent {
    #[serde(serialize_with = "plain_phone")]
    pub phone: Phone,
    /// The one-time code in it.
    #[serde(serialize_with = "plain_code")]
    pub code: SecretString,
    /// What the sender gave to recognise it by.
    pub reference: String,
    pub at: Timestamp,
}

/// Takes every message and keeps the last 200. Shared between threads by reference.
pub struct Inbox {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    oldest_first: VecDeque<Sent>,
    outcomes: VecDeque<(SendOutcome, u32)>,
}

impl Inbox {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// Control side: the messages to this phone, or to all, newest first.
    pub fn sent_to(&self, phone: Option<&Phone>) -> Vec<Sent> {
        let state = self.state();
        let newest_first = state.oldest_first.iter().rev();
        newest_first.filter(|sent| phone.is_none_or(|phone| *phone == sent.phone)).cloned().collect()
    }

    /// Control side: the next `times` messages end in this way, in the order asked for. A message whose outcome is
    /// `Accepted` or `Unknown` still arrives; one that is `Refused` or `NotSent` does not.
    pub fn inject(&self, outcome: SendOutcome, times: u32) {
        if times > 0 {
            self.state().outcomes.push_back((outcome, times));
        }
    }

    /// A vendor's message arrives.
    pub(super) fn deliver(&self, phone: Phone, code: SecretString, reference: String) {
        self.state().deliver(Sent { phone, code, reference, at: self.clock.now() });
    }

    /// A panic elsewhere leaves nothing half done here, so a poisoned lock is as good as any.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl SmsSend for Inbox {
    async fn send_code(&self, phone: &Phone, code: &SecretString, reference: &str) -> SendOutcome {
        let mut state = self.state();
        let outcome = state.next_outcome();
        if matches!(outcome, SendOutcome::Accepted(_) | SendOutcome::Unknown(_)) {
            let (phone, code, reference) = (phone.clone(), code.clone(), reference.to_owned());
            state.deliver(Sent { phone, code, reference, at: self.clock.now() });
        }
        outcome
    }
}

impl State {
    fn next_outcome(&mut self) -> SendOutcome {
        let Some((outcome, left)) = self.outcomes.front_mut() else {
            return SendOutcome::Accepted(format!("sim-{:016x}", u64::from_be_bytes(random())));
        };
        let outcome = outcome.clone();
        *left -= 1;
        if *left == 0 {
            self.outcomes.pop_front();
        }
        outcome
    }

    fn deliver(&mut self, sent: Sent) {
        if self.oldest_first.len() == KEPT {
            self.oldest_first.pop_front();
        }
        self.oldest_first.push_back(sent);
    }
}

fn plain_phone<S: Serializer>(phone: &Phone, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(phone.expose())
}

fn plain_code<S: Serializer>(code: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code.expose_secret())
}
