use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use kernel::{
    Breaker, Clock, Phone,
    port::{SendOutcome, SmsSend},
};
use secrecy::SecretString;
use tokio::time::{Instant, timeout};

use crate::{Failure, Kind, Vendor};

/// For all vendors together: whoever asks to send waits 5 s.
const WHOLE: Duration = Duration::from_millis(4_800);
/// A vendor is not asked with less left: enough to find out that it is unreachable (2 s), or to get an answer.
const LEAST: Duration = Duration::from_millis(2_500);

/// Several vendors, asked in order until one takes the message. The next one is asked only after an unambiguous failure of
/// the vendor's or our configuration's kind; never for what every vendor would refuse, and never when the message may
/// have gone out. A vendor with 5 failures within 10 s is left alone for 10 s.
///
/// Counts `kaimen_sms_total{vendor, outcome}`, where outcome is `accepted`, `skipped`, or the name of a [`Kind`].
pub struct Vendors {
    lines: Vec<Line>,
}

struct Line {
    vendor: Arc<dyn Vendor>,
    breaker: Breaker,
    complained: Mutex<HashSet<String>>,
}

impl Vendors {
    /// These vendors, the first one first.
    pub fn new(vendors: Vec<Arc<dyn Vendor>>, clock: Arc<dyn Clock>) -> Self {
        let line = |vendor| Line { vendor, breaker: Breaker::new(clock.clone()), complained: Mutex::default() };
        Self { lines: vendors.into_iter().map(line).collect() }
    }
}

#[async_trait]
impl SmsSend for Vendors {
    /// Done within 4.8 s. The code of an outcome names the vendor: `tencent:timeout`.
    async fn send_code(&self, phone: &Phone, code: &SecretString, reference: &str) -> SendOutcome {
        let until = Instant::now() + WHOLE;
        let (mut later, mut never) = (None, None);
        for Line { vendor, breaker, complained } in &self.lines {
            let left = until.saturating_duration_since(Instant::now());
            if left < LEAST {
                later.get_or_insert_with(|| "sms-out-of-time".to_owned());
                break;
            }
            let name = vendor.name();
            let Some(permit) = breaker.enter() else {
                count(name, "skipped");
                later.get_or_insert_with(|| format!("{name}:left-alone"));
                continue;
            };
            let failure = match timeout(left, vendor.send(phone, code, reference)).await {
                Ok(Ok(number)) => {
                    permit.answered();
                    count(name, "accepted");
                    return SendOutcome::Accepted(number);
                }
                Ok(Err(failure)) => failure,
                Err(_) => Failure::ours(Kind::Ambiguous, "timeout"),
            };
            match failure.kind {
                Kind::Busy | Kind::Unreachable | Kind::Ambiguous => {
                    permit.failed();
                }
                _ => permit.answered(),
            }
            count(name, failure.kind.name());
            tell(name, &failure, complained, reference);
            match failure.kind {
                Kind::Busy | Kind::Unreachable => later.get_or_insert(failure.told_by(name)),
                Kind::Config => never.get_or_insert(failure.told_by(name)),
                _ => return failure.outcome(name),
            };
        }
        match later {
            Some(code) => SendOutcome::NotSent(code),
            None => SendOutcome::Refused(never.unwrap_or_else(|| "sms-not-configured".to_owned())),
        }
    }
}

fn count(vendor: &'static str, outcome: &'static str) {
    metrics::counter!("kaimen_sms_total", "vendor" => vendor, "outcome" => outcome).increment(1);
}

fn tell(vendor: &str, failure: &Failure, complained: &Mutex<HashSet<String>>, reference: &str) {
    let (kind, error) = (failure.kind.name(), chain(failure));
    match failure.kind {
        Kind::Config => {
            let is_new = {
                let mut complained = complained.lock().unwrap_or_else(PoisonError::into_inner);
                complained.insert(failure.code.to_string())
            };
            if is_new {
                tracing::error!(vendor, kind, %error, reference, "the SMS vendor refuses: settings or account need mending");
            } else {
                tracing::debug!(vendor, kind, %error, reference, "the SMS vendor refuses as before");
            }
        }
        Kind::Busy | Kind::Unreachable => tracing::warn!(vendor, kind, %error, reference, "SMS not sent"),
        Kind::Ambiguous => tracing::warn!(vendor, kind, %error, reference, "SMS may have been sent"),
        _ => tracing::info!(vendor, kind, %error, reference, "SMS refused"),
    }
}

/// The failure with its causes, which tell a refused connection from a bad certificate.
fn chain(failure: &Failure) -> String {
    let mut text = failure.to_string();
    let mut next = std::error::Error::source(failure);
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
