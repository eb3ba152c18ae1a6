use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use http_client::with_causes;
use kernel::{
    Breaker, Clock, Phone,
    port::{Health, SendOutcome, SmsSend},
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
    /// Codes by which the vendor refused our settings or our account since it last took a message.
    refusals: Mutex<BTreeSet<String>>,
}

impl Vendors {
    /// These vendors, the first one first.
    pub fn new(vendors: Vec<Arc<dyn Vendor>>, clock: Arc<dyn Clock>) -> Self {
        let line = |vendor| Line { vendor, breaker: Breaker::new(clock.clone()), refusals: Mutex::default() };
        Self { lines: vendors.into_iter().map(line).collect() }
    }
}

#[async_trait]
impl SmsSend for Vendors {
    /// Done within 4.8 s. The code of an outcome names the vendor: `tencent:timeout`.
    async fn send_code(&self, phone: &Phone, code: &SecretString, reference: &str) -> SendOutcome {
        let until = Instant::now() + WHOLE;
        let (mut later, mut never) = (None, None);
        for line in &self.lines {
            let Line { vendor, breaker, .. } = line;
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
                    line.recovered();
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
            line.tell(&failure, reference);
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

    fn health(&self) -> Health {
        let refusals = self.lines.iter().flat_map(|line| {
            let codes = line.refusals().iter().cloned().collect::<Vec<_>>();
            codes.into_iter().map(|code| format!("{} {code}", line.vendor.name()))
        });
        match refusals.collect::<Vec<_>>() {
            none if none.is_empty() => Health::Ok,
            refusals => Health::Degraded(refusals),
        }
    }
}

impl Line {
    /// A code is in it or not, so a poisoned lock is as good as any.
    fn refusals(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recovered(&self) {
        let before = std::mem::take(&mut *self.refusals());
        if !before.is_empty() {
            tracing::info!(vendor.name = self.vendor.name(), vendor.refusals = ?before, "SMS vendor accepts messages again");
        }
    }

    fn tell(&self, failure: &Failure, reference: &str) {
        let vendor = self.vendor.name();
        let (kind, error) = (failure.kind.name(), with_causes(failure));
        match failure.kind {
            Kind::Config => {
                if self.refusals().insert(failure.code.to_string()) {
                    tracing::error!(vendor.name = vendor, error.kind = kind, error.cause = %error, message.reference = reference, "SMS vendor refuses our settings or account");
                } else {
                    tracing::debug!(vendor.name = vendor, error.kind = kind, error.cause = %error, message.reference = reference, "the SMS vendor refuses as before");
                }
            }
            Kind::Busy | Kind::Unreachable => {
                tracing::warn!(vendor.name = vendor, error.kind = kind, error.cause = %error, message.reference = reference, "SMS not sent")
            }
            Kind::Ambiguous => {
                tracing::warn!(vendor.name = vendor, error.kind = kind, error.cause = %error, message.reference = reference, "SMS may have been sent")
            }
            _ => {
                tracing::info!(vendor.name = vendor, error.kind = kind, error.cause = %error, message.reference = reference, "SMS refused")
            }
        }
    }
}

fn count(vendor: &'static str, outcome: &'static str) {
    metrics::counter!("kaimen_sms_total", "vendor" => vendor, "outcome" => outcome).increment(1);
}
