//! What an installation without a vendor says, and does not.

use std::{
    io,
    sync::{Arc, Mutex},
};

use kernel::{
    Phone,
    port::{SendOutcome, SmsSend},
};
use sms::Console;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("a log").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn it_refuses_and_complains_once_without_code_or_phone() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone());
    let _guard = tracing::subscriber::set_default(subscriber.finish());

    let console = Console::default();
    let phone = Phone::parse("13800001234").expect("a number");
    for reference in ["ref-1", "ref-2"] {
        let outcome = console.send_code(&phone, &"271828".into(), reference).await;
        assert_eq!(outcome, SendOutcome::Refused("sms-not-configured".into()));
    }

    let logged = String::from_utf8(log.0.lock().expect("a log").clone()).expect("text");
    assert_eq!(logged.matches("ERROR").count(), 1, "{logged}");
    for told in ["138****1234", "ref-1", "ref-2"] {
        assert!(logged.contains(told), "{told} in {logged}");
    }
    for kept in ["271828", "13800001234"] {
        assert!(!logged.contains(kept), "{kept} in {logged}");
    }
}
