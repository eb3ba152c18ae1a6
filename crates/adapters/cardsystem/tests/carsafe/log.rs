//! Keeps what is logged, by thread: each test has its own.

use std::{cell::RefCell, io, sync::Once};

use tracing_subscriber::{FmtSubscriber, util::SubscriberInitExt};

thread_local! {
    static LOGGED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct OfThread;

/// From now on everything is kept, down to TRACE. One subscriber serves the whole process, for with one a thread
/// `tracing` would remember from a thread without any that nobody listens.
pub fn begin() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        FmtSubscriber::builder()
            .with_ansi(false)
            .with_max_level(tracing::Level::TRACE)
            .with_writer(|| OfThread)
            .finish()
            .init();
        tracing::callsite::rebuild_interest_cache();
    });
}

/// What this thread logged, as it would be written.
pub fn text() -> String {
    LOGGED.with_borrow(|logged| String::from_utf8(logged.clone()).expect("text"))
}

impl io::Write for OfThread {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.with_borrow_mut(|logged| logged.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
