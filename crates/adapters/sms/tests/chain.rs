//! The chain of vendors: who is asked, when, and what is said of it.

mod log;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use kernel::{
    ManualClock, Phone, Timestamp,
    port::{Health, SendOutcome, SmsSend},
};
use secrecy::SecretString;
use sms::{Failure, Kind, Vendor, Vendors};
use tokio::time::Instant;

/// Says what it is told to say, after a while.
struct Scripted {
    name: &'static str,
    says: Mutex<Option<(Kind, &'static str)>>,
    takes: Duration,
    calls: AtomicUsize,
}

impl Scripted {
    fn new(name: &'static str, says: Option<Kind>) -> Arc<Self> {
        Self::slow(name, says, Duration::ZERO)
    }

    fn slow(name: &'static str, says: Option<Kind>, takes: Duration) -> Arc<Self> {
        let says = Mutex::new(says.map(|kind| (kind, "code")));
        Arc::new(Self { name, says, takes, calls: AtomicUsize::new(0) })
    }

    fn says(&self, says: Option<(Kind, &'static str)>) {
        *self.says.lock().expect("a script") = says;
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Vendor for Scripted {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn send(&self, _: &Phone, _: &SecretString, _: &str) -> Result<String, Failure> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(self.takes).await;
        match *self.says.lock().expect("a script") {
            None => Ok(format!("{}-1", self.name)),
            Some((kind, code)) => Err(Failure::ours(kind, code)),
        }
    }
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(Timestamp::from_seconds(1_800_000_000)))
}

fn chain(vendors: &[Arc<Scripted>], clock: &Arc<ManualClock>) -> Vendors {
    Vendors::new(vendors.iter().map(|vendor| vendor.clone() as Arc<dyn Vendor>).collect(), clock.clone())
}

async fn send(vendors: &Vendors) -> SendOutcome {
    vendors.send_code(&Phone::parse("13800001234").expect("a number"), &"271828".into(), "ref-1").await
}

#[tokio::test(start_paused = true)]
async fn who_is_asked_next_follows_from_what_went_wrong() {
    use Kind::{Ambiguous, Busy, Config, Input, NumberLimit, NumberPause, Unreachable, User};
    let accepted = || SendOutcome::Accepted("b-1".into());
    let refused = |by| SendOutcome::Refused(format!("{by}:code"));
    let not_sent = |by| SendOutcome::NotSent(format!("{by}:code"));
    let unknown = |by| SendOutcome::Unknown(format!("{by}:code"));
    for (first, second, calls_of_second, expected) in [
        (None, None, 0, SendOutcome::Accepted("a-1".into())),
        (Some(Input), None, 0, refused("a")),
        (Some(User), None, 0, refused("a")),
        (Some(NumberLimit), None, 0, refused("a")),
        (Some(NumberPause), None, 0, not_sent("a")),
        (Some(Ambiguous), None, 0, unknown("a")),
        (Some(Config), None, 1, accepted()),
        (Some(Busy), None, 1, accepted()),
        (Some(Unreachable), None, 1, accepted()),
        (Some(Config), Some(Config), 1, refused("a")),
        (Some(Config), Some(Busy), 1, not_sent("b")),
        (Some(Busy), Some(Config), 1, not_sent("a")),
        (Some(Unreachable), Some(Busy), 1, not_sent("a")),
        (Some(Config), Some(Ambiguous), 1, unknown("b")),
        (Some(Unreachable), Some(Ambiguous), 1, unknown("b")),
        (Some(Busy), Some(User), 1, refused("b")),
        (Some(Config), Some(NumberPause), 1, not_sent("b")),
    ] {
        let (a, b) = (Scripted::new("a", first), Scripted::new("b", second));
        let outcome = send(&chain(&[a.clone(), b.clone()], &clock())).await;
        assert_eq!((outcome, a.calls(), b.calls()), (expected, 1, calls_of_second), "{first:?}, then {second:?}");
    }
}

#[tokio::test]
async fn a_chain_of_none_refuses() {
    assert_eq!(send(&chain(&[], &clock())).await, SendOutcome::Refused("sms-not-configured".into()));
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_fails_five_times_is_left_alone_and_seen_to_after_ten_seconds() {
    for kind in [Kind::Unreachable, Kind::Busy] {
        let clock = clock();
        let (a, b) = (Scripted::new("a", Some(kind)), Scripted::new("b", None));
        let vendors = chain(&[a.clone(), b.clone()], &clock);
        for _ in 0..8 {
            assert_eq!(send(&vendors).await, SendOutcome::Accepted("b-1".into()));
        }
        assert_eq!((a.calls(), b.calls()), (5, 8));
        clock.advance(Duration::from_secs(10));
        for _ in 0..3 {
            send(&vendors).await;
        }
        assert_eq!(a.calls(), 6, "one to see, and it failed");
        clock.advance(Duration::from_secs(10));
        a.says(None);
        for _ in 0..3 {
            assert_eq!(send(&vendors).await, SendOutcome::Accepted("a-1".into()));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn ambiguous_failures_open_it_too_and_a_vendor_alone_left_alone_is_worth_a_retry() {
    let clock = clock();
    let a = Scripted::new("a", Some(Kind::Ambiguous));
    let vendors = chain(std::slice::from_ref(&a), &clock);
    for _ in 0..5 {
        assert_eq!(send(&vendors).await, SendOutcome::Unknown("a:code".into()));
    }
    assert_eq!(send(&vendors).await, SendOutcome::NotSent("a:left-alone".into()));
    assert_eq!(a.calls(), 5);
}

#[tokio::test(start_paused = true)]
async fn refusals_do_not_open_it() {
    let a = Scripted::new("a", None);
    let vendors = chain(std::slice::from_ref(&a), &clock());
    for kind in [Kind::Input, Kind::User, Kind::NumberPause, Kind::NumberLimit, Kind::Config] {
        a.says(Some((kind, "code")));
        for _ in 0..6 {
            send(&vendors).await;
        }
    }
    assert_eq!(a.calls(), 30);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_ate_the_time_leaves_none_for_the_next() {
    for (seconds, calls_of_second) in [(2, 1), (3, 0)] {
        let a = Scripted::slow("a", Some(Kind::Config), Duration::from_secs(seconds));
        let b = Scripted::new("b", None);
        let outcome = send(&chain(&[a, b.clone()], &clock())).await;
        let expected = match calls_of_second {
            1 => SendOutcome::Accepted("b-1".into()),
            _ => SendOutcome::NotSent("sms-out-of-time".into()),
        };
        assert_eq!((outcome, b.calls()), (expected, calls_of_second));
    }
}

#[tokio::test(start_paused = true)]
async fn the_whole_chain_is_done_before_whoever_asked_gives_up() {
    let forever = Duration::from_secs(3_600);
    for first in [Duration::ZERO, Duration::from_secs(2)] {
        let a = Scripted::slow("a", Some(Kind::Unreachable), first);
        let b = Scripted::slow("b", None, forever);
        let began = Instant::now();
        assert_eq!(send(&chain(&[a, b], &clock())).await, SendOutcome::Unknown("b:timeout".into()));
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_gives_up_counts_against_the_vendor() {
    let clock = clock();
    let a = Scripted::slow("a", None, Duration::from_secs(2));
    let vendors = chain(std::slice::from_ref(&a), &clock);
    for _ in 0..5 {
        tokio::time::timeout(Duration::from_secs(1), send(&vendors)).await.expect_err("given up");
    }
    assert_eq!(send(&vendors).await, SendOutcome::NotSent("a:left-alone".into()));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_our_configuration_is_an_error_once_a_code() {
    log::begin();
    let a = Scripted::new("a", None);
    let vendors = chain(std::slice::from_ref(&a), &clock());
    for code in ["first", "second"] {
        a.says(Some((Kind::Config, code)));
        for _ in 0..3 {
            send(&vendors).await;
        }
    }
    let logged = log::text();
    let lines = |level: &str, code: &str| {
        let error = format!("cause=config {code},");
        logged.lines().filter(|line| line.contains(level) && line.contains(&error)).count()
    };
    for code in ["first", "second"] {
        assert_eq!((lines("ERROR", code), lines("DEBUG", code)), (1, 2), "{logged}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_refuses_us_is_shown_until_it_takes_a_message_and_told_of_once_each_time() {
    log::begin();
    let (a, b) = (Scripted::new("limited", None), Scripted::new("b", None));
    let vendors = chain(&[a.clone(), b], &clock());
    assert_eq!(vendors.health(), Health::Ok);
    let refusal = Some((Kind::Config, "isv.DAY_LIMIT_CONTROL"));
    let errors = || {
        let logged = log::text();
        let of_it = |line: &&str| line.contains("ERROR") && line.contains("limited") && line.contains("DAY_LIMIT");
        logged.lines().filter(of_it).count()
    };
    for times in [1, 2] {
        a.says(refusal);
        for _ in 0..3 {
            send(&vendors).await;
            assert_eq!(vendors.health(), Health::Degraded(vec!["limited isv.DAY_LIMIT_CONTROL".into()]));
        }
        assert_eq!(errors(), times);
        // what is wrong with one number shows nothing of the account
        a.says(Some((Kind::NumberLimit, "isv.BUSINESS_LIMIT_CONTROL")));
        send(&vendors).await;
        assert_ne!(vendors.health(), Health::Ok);
        a.says(None);
        send(&vendors).await;
        assert_eq!(vendors.health(), Health::Ok);
    }
}

#[tokio::test(start_paused = true)]
async fn every_call_and_every_skip_is_counted() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let counters = recorder.handle();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let (a, b) = (Scripted::new("a", Some(Kind::Unreachable)), Scripted::new("b", None));
    let vendors = chain(&[a, b.clone()], &clock());
    for _ in 0..7 {
        send(&vendors).await;
    }
    b.says(Some((Kind::User, "code")));
    send(&vendors).await;
    let counted = counters.render();
    for (vendor, outcome, times) in
        [("a", "unreachable", 5), ("a", "skipped", 3), ("b", "accepted", 7), ("b", "user", 1)]
    {
        let line = format!(r#"kaimen_sms_total{{vendor="{vendor}",outcome="{outcome}"}} {times}"#);
        assert!(counted.contains(&line), "{line} in {counted}");
    }
}
