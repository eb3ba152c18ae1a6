//! Mail by SMTP, against the simulated server.

use std::time::Duration;

use crate::support::{Log, clock, email, mail, smtp};
use kernel::{
    Timestamp,
    port::{MailSend, SendOutcome},
};
use mail::simulator::{Fault, Sink};
use secrecy::ExposeSecret;

async fn sink() -> Sink {
    Sink::start(([127, 0, 0, 1], 0).into(), clock()).await.expect("a loopback port")
}

#[tokio::test]
async fn subject_and_text_arrive_as_they_were_written() {
    let sink = sink().await;
    let smtp = smtp(sink.url());
    let long = "开门".repeat(2000);
    for (subject, text) in [
        ("车安门禁邮箱验证码", "您的验证码是 271828，5 分钟内有效。\n请勿告诉他人。"),
        ("Hello", "plain ASCII 271828"),
        ("点", ".\n..\n. begins with a dot\nFrom here\n\n=3D ="),
        ("一个很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长的标题 🚪 end", long.as_str()),
        ("", ""),
    ] {
        let outcome = smtp.send(&mail("zhang@example.cn", subject, text, "0197-ab")).await;
        let sent = sink.sent_to(None).swap_remove(0);
        assert_eq!((sent.subject.as_str(), sent.text.expose_secret()), (subject, text));
        assert_eq!((sent.to, sent.at), (email("zhang@example.cn"), Timestamp::from_seconds(1_800_000_000)));
        let SendOutcome::Accepted(id) = outcome else { panic!("{outcome:?}") };
        assert!(id.starts_with("sim-"), "the server's id: {id}");
        let raw = String::from_utf8(sent.raw.0).expect("ASCII");
        assert!(raw.contains("\r\nMessage-ID: <0197-ab@example.com>\r\n"), "{raw}");
    }
    assert_eq!(sink.sent_to(None).len(), 5);
}

#[tokio::test]
async fn every_address_that_the_kernel_takes_can_be_written_to() {
    let sink = sink().await;
    let smtp = smtp(sink.url());
    for address in ["a@x.cn", "a+b.c@x-y.example.com", "!#$%&'*+/=?^_`{|}~-@x.cn", &format!("{}@x.cn", "a".repeat(64))]
    {
        let outcome = smtp.send(&mail(address, "s", "t", "r")).await;
        assert!(matches!(outcome, SendOutcome::Accepted(_)), "{address}: {outcome:?}");
        assert_eq!(sink.sent_to(Some(&email(address))).len(), 1, "{address}");
    }
}

#[tokio::test]
async fn refusals_keep_their_code_and_are_for_good_or_for_now() {
    let sink = sink().await;
    let smtp = smtp(sink.url());
    for (fault, outcome) in [
        (Fault::Recipient(550), SendOutcome::Refused("smtp-550".into())),
        (Fault::Recipient(451), SendOutcome::NotSent("smtp-451".into())),
        (Fault::Data(554), SendOutcome::Refused("smtp-554".into())),
        (Fault::Data(452), SendOutcome::NotSent("smtp-452".into())),
    ] {
        sink.inject(fault, 1);
        assert_eq!(smtp.send(&mail("zhang@example.cn", "s", "t", "r")).await, outcome, "{fault:?}");
    }
    assert!(sink.sent_to(None).is_empty());
    assert!(matches!(smtp.send(&mail("zhang@example.cn", "s", "t", "r")).await, SendOutcome::Accepted(_)));
}

#[tokio::test]
async fn nobody_knows_what_became_of_a_text_whose_answer_is_lost_or_late() {
    let sink = sink().await;
    sink.inject(Fault::Lost, 1);
    let outcome = smtp(sink.url()).send(&mail("zhang@example.cn", "s", "t", "r")).await;
    assert_eq!(outcome, SendOutcome::Unknown("mail-answer-lost".into()));

    sink.inject(Fault::Slow(60_000), 1);
    let hasty = smtp(sink.url()).with_deadline(Duration::from_millis(1500));
    let outcome = hasty.send(&mail("zhang@example.cn", "s", "t", "r")).await;
    assert_eq!(outcome, SendOutcome::Unknown("mail-timeout".into()));
    assert_eq!(sink.sent_to(None).len(), 2, "it did go out");
}

#[tokio::test]
async fn a_slow_answer_in_time_is_an_answer() {
    let sink = sink().await;
    sink.inject(Fault::Slow(50), 1);
    let outcome = smtp(sink.url()).send(&mail("zhang@example.cn", "s", "t", "r")).await;
    assert!(matches!(outcome, SendOutcome::Accepted(_)), "{outcome:?}");
}

#[tokio::test]
async fn without_a_server_nothing_is_sent() {
    let sink = sink().await;
    let smtp = smtp(sink.url());
    let address = sink.address();
    drop(sink);
    // the port is free again as soon as the sink has ended
    while tokio::net::TcpListener::bind(address).await.is_err() {
        tokio::task::yield_now().await;
    }
    let log = Log::default();
    let _guard = log.listen();
    let outcome = smtp.send(&mail("zhang@example.cn", "s", "271828", "ref-1")).await;
    assert_eq!(outcome, SendOutcome::NotSent("mail-unreachable".into()));
    let logged = log.text();
    assert!(logged.contains("WARN") && logged.contains("ref-1") && logged.contains("refused"), "{logged}");
}

#[tokio::test]
async fn no_address_and_no_text_is_logged() {
    let sink = sink().await;
    let log = Log::default();
    let _guard = log.listen();
    let smtp = smtp(sink.url());
    for fault in [Fault::Recipient(550), Fault::Data(451), Fault::Lost, Fault::Slow(0)] {
        sink.inject(fault, 1);
        smtp.send(&mail("zhang@example.cn", "标题", "271828", "ref-1")).await;
    }
    let logged = log.text();
    for kept in ["zhang", "example", "271828", "标题", "MjcxODI4", "5qCH6aKY"] {
        assert!(!logged.contains(kept), "{kept} in {logged}");
    }
}
