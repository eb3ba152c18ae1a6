//! What several tests need.

use std::{
    io,
    sync::{Arc, Mutex},
};

use kernel::{Email, ManualClock, Timestamp, port::Mail};
use mail::{MailSettings, Smtp};
use tracing::subscriber::DefaultGuard;

/// Everything that is logged on this thread while it listens, down to TRACE.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub fn listen(&self) -> DefaultGuard {
        let writer = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(tracing::Level::TRACE)
            .with_writer(move || writer.clone());
        tracing::subscriber::set_default(subscriber.finish())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("a log").clone()).expect("text")
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("a log").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub fn email(text: &str) -> Email {
    Email::parse(text).expect("an address")
}

pub fn mail(to: &str, subject: &str, text: &str, reference: &str) -> Mail {
    Mail { to: email(to), subject: subject.into(), text: text.into(), reference: reference.into() }
}

/// Stands at 2027-01-15T08:00:00Z.
pub fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(Timestamp::from_seconds(1_800_000_000)))
}

pub fn smtp(url: impl Into<secrecy::SecretString>) -> Smtp {
    let settings = MailSettings { url: url.into(), from: "车安门禁 <no-reply@example.com>".into() };
    Smtp::new(settings, clock()).expect("good settings")
}
