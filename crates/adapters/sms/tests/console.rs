//! What an installation without a vendor says, and does not.

mod log;

use kernel::{
    Phone,
    port::{SendOutcome, SmsSend},
};
use sms::Console;

#[tokio::test]
async fn it_refuses_and_logs_once_without_code_or_phone() {
    log::begin();
    let console = Console::default();
    let phone = Phone::parse("13800001234").expect("a number");
    for reference in ["ref-1", "ref-2"] {
        let outcome = console.send_code(&phone, &"271828".into(), reference).await;
        assert_eq!(outcome, SendOutcome::Refused("sms-not-configured".into()));
    }

    let logged = log::text();
    assert_eq!(logged.matches("ERROR").count(), 1, "{logged}");
    for told in ["138****1234", "ref-1", "ref-2"] {
        assert!(logged.contains(told), "{told} in {logged}");
    }
    for kept in ["271828", "13800001234"] {
        assert!(!logged.contains(kept), "{kept} in {logged}");
    }
}
