use std::{
    io,
    sync::{Arc, Mutex},
};

use tracing::{Dispatch, subscriber::DefaultGuard};

/// Keeps what this thread logs.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Listens at every level until the guard is dropped. The second dispatcher hears nothing: as long as there is only
    /// one, tracing lets the first thread that comes by decide for all whether anybody listens.
    pub fn listen() -> (Self, (DefaultGuard, Dispatch)) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(tracing::Level::TRACE)
            .with_writer(move || writer.clone());
        let second = Dispatch::new(tracing_subscriber::registry());
        (log, (tracing::subscriber::set_default(subscriber.finish()), second))
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
