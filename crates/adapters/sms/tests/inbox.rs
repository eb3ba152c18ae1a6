//! The simulated inbox.

use std::{sync::Arc, time::Duration};

use kernel::{
    ManualClock, Phone, Timestamp,
    port::{SendOutcome, SmsSend},
};
use secrecy::ExposeSecret;
use sms::simulator::Inbox;

fn inbox() -> (Inbox, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_800_000_000)));
    (Inbox::new(clock.clone()), clock)
}

fn phone(text: &str) -> Phone {
    Phone::parse(text).expect("a number")
}

#[tokio::test]
async fn messages_are_told_newest_first_and_by_phone() {
    let (inbox, clock) = inbox();
    let (one, other) = (phone("13800000001"), phone("13800000002"));
    for (to, code) in [(&one, "100001"), (&other, "100002"), (&one, "100003")] {
        clock.advance(Duration::from_secs(1));
        assert!(matches!(inbox.send_code(to, &code.into(), "ref").await, SendOutcome::Accepted(_)));
    }
    let codes =
        |phone| inbox.sent_to(phone).iter().map(|sent| sent.code.expose_secret().to_owned()).collect::<Vec<_>>();
    assert_eq!(codes(None), ["100003", "100002", "100001"]);
    assert_eq!(codes(Some(&one)), ["100003", "100001"]);
    assert_eq!(codes(Some(&phone("13800000003"))), [""; 0]);
    assert_eq!(inbox.sent_to(Some(&other))[0].at, Timestamp::from_seconds(1_800_000_002));
}

#[tokio::test]
async fn the_last_two_hundred_are_kept() {
    let (inbox, _) = inbox();
    for number in 0..250 {
        inbox.send_code(&phone("13800000001"), &format!("{number:06}").into(), "ref").await;
    }
    let sent = inbox.sent_to(None);
    assert_eq!((sent.len(), sent[0].code.expose_secret(), sent[199].code.expose_secret()), (200, "000249", "000050"));
}

#[tokio::test]
async fn outcomes_happen_in_order_and_only_what_may_have_gone_out_arrives() {
    let (inbox, _) = inbox();
    let outcomes = [
        SendOutcome::Refused("blacklisted".into()),
        SendOutcome::NotSent("away".into()),
        SendOutcome::Unknown("timeout".into()),
    ];
    inbox.inject(SendOutcome::NotSent("never".into()), 0);
    for outcome in &outcomes {
        inbox.inject(outcome.clone(), 2);
    }
    for reference in 0..6 {
        let outcome = inbox.send_code(&phone("13800000001"), &"100001".into(), &reference.to_string()).await;
        assert_eq!(outcome, outcomes[reference / 2]);
    }
    assert!(matches!(inbox.send_code(&phone("13800000001"), &"1".into(), "6").await, SendOutcome::Accepted(_)));
    let references: Vec<_> = inbox.sent_to(None).into_iter().map(|sent| sent.reference).collect();
    assert_eq!(references, ["6", "5", "4"]);
}

#[tokio::test]
async fn a_message_is_plain_in_json_and_nowhere_else() {
    let (inbox, _) = inbox();
    inbox.send_code(&phone("13800001234"), &"271828".into(), "ref").await;
    let sent = inbox.sent_to(None);
    assert_eq!(
        serde_json::to_value(&sent).expect("JSON"),
        serde_json::json!([
            { "phone": "13800001234", "code": "271828", "reference": "ref", "at": "2027-01-15T08:00:00Z" }
        ])
    );
    let debug = format!("{sent:?}");
    assert!(!debug.contains("271828") && !debug.contains("13800001234"), "{debug}");
}
