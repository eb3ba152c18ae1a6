//! A mail server that says what it is told to, also over TLS.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use rustls::{ServerConfig, crypto::ring};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

/// What it says to a line; to the empty one when somebody connects. An empty answer hangs up.
type Answer = dyn Fn(&str) -> String + Send + Sync;

/// What it heard: whether over TLS, and the line.
type Heard = Arc<Mutex<Vec<(bool, String)>>>;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    None,
    /// After STARTTLS.
    Start,
    /// From the first byte.
    Implicit,
}

/// Runs until it is dropped.
pub struct Scripted {
    pub address: SocketAddr,
    heard: Heard,
    task: JoinHandle<()>,
}

impl Scripted {
    pub async fn start(
        tls: Tls,
        certificate: Option<&Certificate>,
        answer: impl Fn(&str) -> String + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a loopback port");
        let address = listener.local_addr().expect("bound");
        let heard = Heard::default();
        let (answer, ears, acceptor) = (Arc::new(answer), heard.clone(), certificate.map(Certificate::acceptor));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, ears, acceptor) = (answer.clone(), ears.clone(), acceptor.clone());
                tokio::spawn(async move { serve(stream, tls, acceptor, &*answer, &ears).await });
            }
        });
        Self { address, heard, task }
    }

    /// The first words of what it heard, those over TLS with a `+`; without a mail's text.
    pub fn heard(&self) -> Vec<String> {
        let heard = self.heard.lock().expect("ears");
        let verb = |line: &str| line.split([' ', ':']).next().unwrap_or_default().to_owned();
        heard.iter().map(|(tls, line)| format!("{}{}", if *tls { "+" } else { "" }, verb(line))).collect()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Names `localhost`; signed by itself.
pub struct Certificate(rcgen::CertifiedKey<rcgen::KeyPair>);

impl Certificate {
    pub fn new() -> Self {
        Self(rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate"))
    }

    pub fn pem(&self) -> String {
        self.0.cert.pem()
    }

    fn acceptor(&self) -> TlsAcceptor {
        let key = self.0.signing_key.serialize_der().try_into().expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![self.0.cert.der().clone()], key)
            .expect("a certificate and its key");
        TlsAcceptor::from(Arc::new(config))
    }
}

async fn serve(stream: TcpStream, tls: Tls, acceptor: Option<TlsAcceptor>, answer: &Answer, heard: &Heard) {
    match (tls, acceptor) {
        (Tls::Implicit, Some(acceptor)) => {
            if let Ok(stream) = acceptor.accept(stream).await {
                converse(stream, true, true, answer, heard).await;
            }
        }
        (Tls::Start, Some(acceptor)) => {
            if let Some(stream) = converse(stream, false, true, answer, heard).await
                && let Ok(stream) = acceptor.accept(stream).await
            {
                converse(stream, true, false, answer, heard).await;
            }
        }
        _ => drop(converse(stream, false, true, answer, heard).await),
    }
}

/// Answers line by line; gives the stream back where the peer may begin TLS.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    encrypted: bool,
    greets: bool,
    answer: &Answer,
    heard: &Heard,
) -> Option<S> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    let mut in_text = false;
    if greets && !say(&mut stream, &answer("")).await {
        return None;
    }
    loop {
        line.clear();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let said = line.trim_end();
        if in_text && said != "." {
            continue;
        }
        heard.lock().expect("ears").push((encrypted, said.to_owned()));
        let reply = answer(said);
        in_text = reply.starts_with("354");
        if !say(&mut stream, &reply).await {
            return None;
        }
        if said == "STARTTLS" && reply.starts_with("220") {
            return Some(stream.into_inner());
        }
    }
}

async fn say(stream: &mut (impl AsyncWrite + Unpin), reply: &str) -> bool {
    !reply.is_empty()
        && stream.write_all(format!("{reply}\r\n").as_bytes()).await.is_ok()
        && stream.flush().await.is_ok()
}
