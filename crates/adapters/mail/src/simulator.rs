//! A mail server on loopback that keeps what it is sent. It speaks SMTP (RFC 5321) as strictly as servers do, limits
//! included, takes mail for everybody and passes nothing on. No TLS and no login: only this machine can reach it.

mod decode;
mod fault;
mod line;
mod post;
mod session;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use kernel::{Clock, Email};
use secrecy::SecretString;
use tokio::{
    net::TcpListener,
    sync::Semaphore,
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};

pub use fault::Fault;
use post::Post;
pub use post::Sent;

/// How many may be connected at a time; whoever comes then waits.
const SESSIONS: usize = 64;
/// Longest session, slow answers included.
const SESSION: Duration = Duration::from_secs(120);

/// How long to leave a system alone that has no more files to open.
const AFTER_MISSING: Duration = Duration::from_millis(100);

/// A running mail server. Ends, with all its sessions, when dropped.
pub struct Sink {
    address: SocketAddr,
    post: Arc<Post>,
    task: JoinHandle<()>,
}

impl Sink {
    /// Listens on `address`; on port 0 the system picks one.
    ///
    /// # Errors
    /// `InvalidInput` when the address is not loopback: anybody else could fill it. Else when it cannot be bound.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    pub async fn start(address: SocketAddr, clock: Arc<dyn Clock>) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the simulated mail server is for loopback alone"));
        }
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let post = Arc::new(Post::new(clock));
        let task = tokio::spawn(accept(listener, post.clone()));
        Ok(Self { address, post, task })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What to set `mail.url` to.
    pub fn url(&self) -> SecretString {
        format!("smtp://{}", self.address).into()
    }

    /// Control side: the mails to this address, or to all, newest first; the last 200 are kept. A mail to several is
    /// kept once for each.
    pub fn sent_to(&self, email: Option<&Email>) -> Vec<Sent> {
        self.post.sent_to(email)
    }

    /// Control side: the next `times` mails go wrong in this way. Faults are used up in the order they were asked for.
    pub fn inject(&self, fault: Fault, times: u32) {
        self.post.inject(fault, times);
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, post: Arc<Post>) {
    let places = Arc::new(Semaphore::new(SESSIONS));
    let mut sessions = JoinSet::new();
    while let Ok(place) = places.clone().acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                let post = post.clone();
                sessions.spawn(async move {
                    // whoever goes away or takes too long has no answer coming
                    let _ = timeout(SESSION, session::converse(stream, &post)).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::debug!(error.cause = %error, "simulated mail server: connection failed");
                sleep(AFTER_MISSING).await;
            }
        }
        while sessions.try_join_next().is_some() {}
    }
}
