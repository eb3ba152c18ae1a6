//! What comes of a message, at the vendors and on the way.

use std::{sync::Arc, time::Duration};

use kernel::port::SendOutcome;
use secrecy::ExposeSecret;
use sms::{
    Aliyun, Tencent, Vendor, Vendors,
    simulator::{AliyunSim, Fault, Reply, TencentSim},
};

use crate::{
    loopback::Loopback,
    outside::{CODE, Outside, PHONE, REFERENCE, send},
};

type Ends = fn(String) -> SendOutcome;
const REFUSED: Ends = SendOutcome::Refused;
const NOT_SENT: Ends = SendOutcome::NotSent;
const UNKNOWN: Ends = SendOutcome::Unknown;

#[tokio::test]
async fn both_vendors_take_a_message_and_it_arrives_with_its_reference() {
    let outside = Outside::start().await;
    for (sent, sender) in outside.senders().iter().enumerate() {
        let outcome = send(&**sender).await;
        assert!(matches!(&outcome, SendOutcome::Accepted(number) if number.len() > 10), "{outcome:?}");
        assert_eq!(outside.delivered(), sent + 1);
    }
    for sent in outside.inbox.sent_to(None) {
        let sent = (sent.phone.expose().to_owned(), sent.code.expose_secret().to_owned(), sent.reference);
        assert_eq!(sent, (PHONE.to_owned(), CODE.to_owned(), REFERENCE.to_owned()));
    }
}

#[tokio::test]
async fn what_the_vendor_says_decides_whether_it_was_sent() {
    let outside = Outside::start().await;
    let [tencent, aliyun] = outside.senders();
    for (code, expected) in [
        ("FailedOperation.PhoneNumberInBlacklist", REFUSED),
        ("InvalidParameterValue.IncorrectPhoneNumber", REFUSED),
        ("LimitExceeded.PhoneNumberDailyLimit", REFUSED),
        ("FailedOperation.InsufficientBalanceInSmsPackage", REFUSED),
        ("UnauthorizedOperation.RequestIpNotInWhitelist", REFUSED),
        ("LimitExceeded.PhoneNumberThirtySecondLimit", NOT_SENT),
        ("RequestLimitExceeded", NOT_SENT),
        ("InternalError.Timeout", UNKNOWN),
        ("InternalError", UNKNOWN),
    ] {
        outside.tencent.inject(Fault::Code(code.into()), 1);
        assert_eq!(send(&*tencent).await, expected(format!("tencent:{code}")));
    }
    for (code, expected) in [
        ("isv.MOBILE_NUMBER_ILLEGAL", REFUSED),
        ("isv.BLACK_KEY_CONTROL_LIMIT", REFUSED),
        ("isv.BUSINESS_LIMIT_CONTROL", REFUSED),
        ("isv.OUT_OF_SERVICE", REFUSED),
        ("isp.RAM_PERMISSION_DENY", REFUSED),
        ("Throttling.User", NOT_SENT),
        ("isp.SYSTEM_ERROR", UNKNOWN),
    ] {
        outside.aliyun.inject(Fault::Code(code.into()), 1);
        assert_eq!(send(&*aliyun).await, expected(format!("aliyun:{code}")));
    }
    assert_eq!(outside.delivered(), 0);
}

#[tokio::test]
async fn whatever_stands_between_is_asked_once() {
    let outside = Outside::start().await;
    for (fault, code, delivered) in [
        (Fault::Status(500), "http-500", 0),
        (Fault::Status(502), "http-502", 0),
        (Fault::Html, "answer-without-sense", 0),
        (Fault::TruncatedJson, "answer-without-sense", 1),
        (Fault::Lost, "answer-lost", 1),
    ] {
        outside.tencent.inject(fault.clone(), 1);
        outside.aliyun.inject(fault.clone(), 1);
        for (sender, vendor) in outside.senders().iter().zip(["tencent", "aliyun"]) {
            let before = (outside.server.connections(), outside.delivered());
            assert_eq!(send(&**sender).await, SendOutcome::Unknown(format!("{vendor}:{code}")), "{fault:?}");
            assert_eq!((outside.server.connections(), outside.delivered()), (before.0 + 1, before.1 + delivered));
        }
    }
    for (status, expected) in [(404, REFUSED), (302, REFUSED), (429, NOT_SENT)] {
        outside.tencent.inject(Fault::Status(status), 1);
        assert_eq!(send(&outside.tencent()).await, expected(format!("tencent:http-{status}")));
    }
}

#[tokio::test]
async fn a_vendor_that_answers_too_late_may_have_sent() {
    let outside = Outside::start().await;
    outside.tencent.inject(Fault::Slow(60_000), 1);
    outside.aliyun.inject(Fault::Slow(60_000), 1);
    // long enough for a busy machine to hand the request over
    let soon = Duration::from_secs(1);
    let (tencent, aliyun) = (outside.tencent().with_deadline(soon), outside.aliyun().with_deadline(soon));
    let outcomes = tokio::join!(send(&tencent), send(&aliyun));
    let unknown = |vendor| SendOutcome::Unknown(format!("{vendor}:timeout"));
    assert_eq!(outcomes, (unknown("tencent"), unknown("aliyun")));
    assert_eq!(outside.delivered(), 2);
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let outside = Outside::start().await;
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("bound");
    let hung_up = Loopback::hang_up().await;
    // over TLS nothing is written before the handshake, which fails at the second one
    for endpoint in [format!("http://{port}"), format!("https://{}", hung_up.address)] {
        let tencent = Tencent::new(outside.tencent.settings(&endpoint), outside.clock.clone()).expect("a client");
        assert_eq!(send(&tencent).await, SendOutcome::NotSent("tencent:unreachable".into()));
        let aliyun = Aliyun::new(outside.aliyun.settings(&endpoint), outside.clock.clone()).expect("a client");
        assert_eq!(send(&aliyun).await, SendOutcome::NotSent("aliyun:unreachable".into()));
    }
    assert_eq!(hung_up.connections(), 2, "one each: a repeat is not the client's to make");
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let outside = Outside::start().await;
    let endless = Loopback::serve(|_| {
        let body = format!(r#"{{"Code":"OK","Message":"{}"}}"#, "x".repeat(1 << 20)).into_bytes();
        Reply { status: 200, content_type: "application/json", body, delay: Duration::ZERO, is_lost: false }
    })
    .await;
    let settings = outside.aliyun.settings(format!("http://{}", endless.address));
    let aliyun = Aliyun::new(settings, outside.clock.clone()).expect("a client");
    assert_eq!(send(&aliyun).await, SendOutcome::Unknown("aliyun:answer-too-long".into()));
}

#[tokio::test]
async fn limits_of_a_number_hold_when_asked_for() {
    let outside = Outside::with(TencentSim::with_limits, AliyunSim::with_limits).await;
    let [tencent, aliyun] = outside.senders();
    let accepted = |outcome| matches!(outcome, SendOutcome::Accepted(_));
    assert!(accepted(send(&*tencent).await) && accepted(send(&*aliyun).await));
    let pause = "tencent:LimitExceeded.PhoneNumberThirtySecondLimit";
    assert_eq!(send(&*tencent).await, SendOutcome::NotSent(pause.into()));
    assert_eq!(send(&*aliyun).await, SendOutcome::NotSent("aliyun:isv.BUSINESS_LIMIT_CONTROL".into()));
    for _ in 0..4 {
        outside.clock.advance(Duration::from_secs(60));
        assert!(accepted(send(&*tencent).await) && accepted(send(&*aliyun).await));
    }
    outside.clock.advance(Duration::from_secs(60));
    let hour = "tencent:LimitExceeded.PhoneNumberOneHourLimit";
    assert_eq!(send(&*tencent).await, SendOutcome::Refused(hour.into()));
    assert_eq!(send(&*aliyun).await, SendOutcome::Refused("aliyun:isv.BUSINESS_LIMIT_CONTROL".into()));
    assert_eq!(outside.delivered(), 10);
}

#[tokio::test]
async fn the_second_vendor_stands_in_and_never_repeats_what_may_have_gone_out() {
    let outside = Outside::start().await;
    let vendors: Vec<Arc<dyn Vendor>> = vec![Arc::new(outside.aliyun()), Arc::new(outside.tencent())];
    let vendors = Vendors::new(vendors, outside.clock.clone());
    for fault in ["isv.AMOUNT_NOT_ENOUGH", "SignatureDoesNotMatch", "Throttling.Api"] {
        let before = outside.delivered();
        outside.aliyun.inject(Fault::Code(fault.into()), 1);
        let outcome = send(&vendors).await;
        assert!(matches!(&outcome, SendOutcome::Accepted(serial) if serial.starts_with("2433:")), "{outcome:?}");
        assert_eq!(outside.delivered(), before + 1);
    }
    for fault in [Fault::Lost, Fault::TruncatedJson] {
        let before = (outside.delivered(), outside.server.connections());
        outside.aliyun.inject(fault, 1);
        assert!(matches!(send(&vendors).await, SendOutcome::Unknown(_)));
        assert_eq!((outside.delivered(), outside.server.connections()), (before.0 + 1, before.1 + 1));
    }
}
