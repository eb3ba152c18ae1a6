//! Mail servers that are not as nice as the simulated one.

use std::{
    process::Stdio,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use kernel::port::{Health, MailSend, SendOutcome};
use mail::Smtp;
use tokio::process::Command;

use crate::{
    scripted::{Certificate, Scripted, Tls},
    support::{Log, mail, smtp},
};

/// Set in the process that trusts the certificate of the test.
const TRUSTS: &str = "KAIMEN_TEST_TRUSTS_CERTIFICATE";

/// A server that takes everything, and logins as well.
fn friendly(line: &str) -> String {
    let verb = line.split([' ', ':']).next().unwrap_or_default();
    match verb {
        "" => "220 localhost",
        "EHLO" => "250-localhost\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN",
        "AUTH" => "235 welcome",
        "STARTTLS" => "220 go on",
        "DATA" => "354 go on",
        "." => "250 OK id=42",
        _ => "250 fine",
    }
    .to_owned()
}

/// As [`friendly`], but to what begins with `verb` it says `reply`.
fn but(verb: &'static str, reply: &'static str) -> impl Fn(&str) -> String + Send + Sync + 'static {
    move |line| {
        let is_it = if verb.is_empty() { line.is_empty() } else { line.starts_with(verb) };
        if is_it { reply.to_owned() } else { friendly(line) }
    }
}

fn with_login(server: &Scripted) -> Smtp {
    smtp(format!("smtp://door%40example.com:hunter2@{}", server.address))
}

fn smtp_without_login(server: &Scripted) -> Smtp {
    smtp(format!("smtp://{}", server.address))
}

async fn sent_by(smtp: &Smtp) -> SendOutcome {
    smtp.send(&mail("zhang@example.cn", "标题", "271828", "ref-1")).await
}

#[tokio::test]
async fn what_a_server_says_at_each_step_decides() {
    let refused = |code: &str| SendOutcome::Refused(code.into());
    let not_sent = |code: &str| SendOutcome::NotSent(code.into());
    let unknown = |code: &str| SendOutcome::Unknown(code.into());
    for (verb, reply, outcome) in [
        ("", "554 go away", refused("smtp-554")),
        ("", "421 later", not_sent("smtp-421")),
        ("", "HTTP/1.1 400 Bad Request", not_sent("mail-unreachable")),
        ("", "", not_sent("mail-unreachable")),
        ("EHLO", "", not_sent("mail-unreachable")),
        ("EHLO", "250 localhost", refused("mail-login-impossible")),
        ("AUTH", "535 5.7.8 door@example.com may not", refused("smtp-535")),
        ("AUTH", "454 4.7.0 later", not_sent("smtp-454")),
        ("AUTH", "", not_sent("mail-unreachable")),
        ("MAIL", "553 not yours", refused("smtp-553")),
        ("MAIL", "451 later", not_sent("smtp-451")),
        ("RCPT", "550 <zhang@example.cn> unknown", refused("smtp-550")),
        ("RCPT", "nonsense", not_sent("mail-unreachable")),
        ("DATA", "554 no valid recipients", refused("smtp-554")),
        ("DATA", "", not_sent("mail-unreachable")),
        (".", "552 too much", refused("smtp-552")),
        (".", "421 later", not_sent("smtp-421")),
        (".", "nonsense", unknown("mail-answer-lost")),
        (".", "", unknown("mail-answer-lost")),
        (".", "250 fine, zhang@example.cn", SendOutcome::Accepted("ref-1".into())),
        ("QUIT", "", SendOutcome::Accepted("42".into())),
        ("QUIT", "500 stay", SendOutcome::Accepted("42".into())),
    ] {
        let server = Scripted::start(Tls::None, None, but(verb, reply)).await;
        assert_eq!(sent_by(&with_login(&server)).await, outcome, "{reply:?} to {verb:?}");
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left_in_time() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a loopback port");
    let smtp = smtp(format!("smtp://{}", silent.local_addr().expect("bound")));
    let outcome = sent_by(&smtp.with_deadline(Duration::from_millis(200))).await;
    assert_eq!(outcome, SendOutcome::NotSent("mail-timeout".into()));
}

#[tokio::test]
async fn wrong_settings_are_logged_once_until_a_mail_is_sent() {
    let log = Log::default();
    let _guard = log.listen();
    let logins = AtomicU32::new(0);
    let server = Scripted::start(Tls::None, None, move |line| {
        let refuses = line.starts_with("AUTH") && logins.fetch_add(1, Ordering::Relaxed) != 2;
        if refuses { "535 5.7.8 door@example.com: hunter2 is wrong".to_owned() } else { friendly(line) }
    })
    .await;
    let smtp = with_login(&server);
    let mut errors = Vec::new();
    for accepted in [false, false, true, false] {
        assert_eq!(matches!(sent_by(&smtp).await, SendOutcome::Accepted(_)), accepted);
        errors.push(log.text().matches("ERROR").count());
        let refused = Health::Degraded(vec!["mail.url smtp-535".to_owned()]);
        assert_eq!(smtp.health(), if accepted { Health::Ok } else { refused });
    }
    assert_eq!(errors, [1, 1, 1, 2]);
    assert_eq!(server.heard().iter().filter(|verb| *verb == "MAIL").count(), 1);

    let server = Scripted::start(Tls::None, None, but("MAIL", "553 must be door@example.com")).await;
    sent_by(&with_login(&server)).await;
    let server = Scripted::start(Tls::None, None, but("MAIL", "530 5.7.0 authentication required")).await;
    sent_by(&smtp_without_login(&server)).await;
    let logged = log.text();
    assert_eq!(logged.matches("mail.url").count(), 4, "{logged}");
    for told in ["smtp-530", "smtp-535", "mail.from", "smtp-553"] {
        assert!(logged.contains(told), "{told} in {logged}");
    }
    for kept in ["hunter2", "door", "zhang", "271828", "标题", "ZG9vckBleGFtcGxlLmNvb", "aHVudGVyM", "AGRvb3J"] {
        assert!(!logged.contains(kept), "{kept} in {logged}");
    }
}

#[tokio::test]
async fn nothing_of_ours_is_said_before_tls_is_trusted() {
    let certificate = Certificate::new();
    for (tls, certificate, answer, outcome, heard) in [
        (Tls::None, None, but("EHLO", "250-localhost\r\n250 AUTH PLAIN"), "mail-no-tls", vec!["EHLO"]),
        (Tls::None, None, but("STARTTLS", "502 no"), "mail-no-tls", vec!["EHLO", "STARTTLS"]),
        (Tls::Start, Some(&certificate), but("X", ""), "mail-no-tls", vec!["EHLO", "STARTTLS"]),
    ] {
        let server = Scripted::start(tls, certificate, answer).await;
        let smtp = smtp(format!("smtp://door:hunter2@localhost:{}?tls=required", server.address.port()));
        assert_eq!(sent_by(&smtp).await, SendOutcome::NotSent(outcome.into()));
        let said: Vec<_> = server.heard().into_iter().filter(|verb| verb != "QUIT").collect();
        assert_eq!(said, heard);
    }

    let log = Log::default();
    let _guard = log.listen();
    let server = Scripted::start(Tls::Implicit, Some(&certificate), friendly).await;
    let smtp = smtp(format!("smtps://door:hunter2@localhost:{}", server.address.port()));
    assert_eq!(sent_by(&smtp).await, SendOutcome::NotSent("mail-unreachable".into()));
    assert_eq!(server.heard(), [""; 0]);
    let logged = log.text();
    assert!(logged.contains("certificate") && !logged.contains("hunter2"), "{logged}");
}

/// Roots are read where the system keeps them, or from `SSL_CERT_FILE`: set for a process of its own.
#[tokio::test]
async fn over_trusted_tls_everything_is_said() {
    if std::env::var_os(TRUSTS).is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let output = Command::new(std::env::current_exe().expect("a test"))
            .args(["--exact", "servers::over_trusted_tls_everything_is_said", "--nocapture"])
            .env(TRUSTS, "yes")
            .env("SSL_CERT_FILE", folder.path().join("root.pem"))
            .env_remove("SSL_CERT_DIR")
            .stdin(Stdio::null())
            .output()
            .await
            .expect("a process");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        return;
    }
    let certificate = Certificate::new();
    std::fs::write(std::env::var_os("SSL_CERT_FILE").expect("set"), certificate.pem()).expect("written");
    let over_tls = ["+EHLO", "+AUTH", "+MAIL", "+RCPT", "+DATA", "+.", "+QUIT"];
    for (tls, scheme, query, before) in
        [(Tls::Implicit, "smtps", "", &[][..]), (Tls::Start, "smtp", "?tls=required", &["EHLO", "STARTTLS"])]
    {
        let server = Scripted::start(tls, Some(&certificate), friendly).await;
        let smtp = smtp(format!("{scheme}://door:hunter2@localhost:{}{query}", server.address.port()));
        assert_eq!(sent_by(&smtp).await, SendOutcome::Accepted("42".into()));
        assert_eq!(server.heard(), [before, &over_tls].concat());

        let port = server.address.port();
        let stranger = crate::support::smtp(format!("{scheme}://door:hunter2@127.0.0.1:{port}{query}"));
        assert!(matches!(sent_by(&stranger).await, SendOutcome::NotSent(_)), "the certificate is for localhost");
    }
}
