//! What an installation without a mail server says, and does not.

use crate::support::{Log, mail};
use kernel::port::{MailSend, SendOutcome};
use mail::Console;

#[tokio::test]
async fn it_refuses_and_logs_once_without_address_or_text() {
    let log = Log::default();
    let _guard = log.listen();
    let console = Console::default();
    for reference in ["ref-1", "ref-2"] {
        let outcome = console.send(&mail("zhang@example.cn", "验证码", "271828", reference)).await;
        assert_eq!(outcome, SendOutcome::Refused("mail-not-configured".into()));
    }
    let logged = log.text();
    assert_eq!(logged.matches("ERROR").count(), 1, "{logged}");
    assert!(logged.contains("ref-1") && logged.contains("ref-2"), "{logged}");
    for kept in ["zhang", "271828", "验证码"] {
        assert!(!logged.contains(kept), "{kept} in {logged}");
    }
}
