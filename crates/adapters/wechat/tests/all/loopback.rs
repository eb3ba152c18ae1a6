//! A tiny HTTP/1.1 server on a loopback port: one request per connection, answered by a function.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use reqwest::Url;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinHandle,
};
use wechat::simulator::{Query, Reply};

type Answer = dyn Fn(&str, &str, &Query, &[u8]) -> Option<Reply> + Sync;

/// Runs until it is dropped.
pub struct Loopback {
    /// `127.0.0.1:port`
    pub address: String,
    connections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Loopback {
    /// Answers every request; no answer closes the connection after the request was read.
    pub async fn serve(answer: impl Fn(&str, &str, &Query, &[u8]) -> Option<Reply> + Send + Sync + 'static) -> Self {
        let answer = Arc::new(answer);
        Self::accept(move |stream| {
            let answer = answer.clone();
            async move {
                let _ = converse(stream, &*answer).await;
            }
        })
        .await
    }

    /// As [`Loopback::serve`], and each connection takes one permit of the gate before it is read.
    pub async fn serve_when(
        gate: Arc<Semaphore>,
        answer: impl Fn(&str, &str, &Query, &[u8]) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        let answer = Arc::new(answer);
        Self::accept(move |stream| {
            let (answer, gate) = (answer.clone(), gate.clone());
            async move {
                gate.acquire().await.expect("never closed").forget();
                let _ = converse(stream, &*answer).await;
            }
        })
        .await
    }

    /// Closes every connection before anything is read.
    pub async fn hang_up() -> Self {
        Self::accept(|stream| async move { drop(stream) }).await
    }

    /// Takes every connection and never answers.
    pub async fn say_nothing() -> Self {
        Self::accept(|stream| async move {
            let _open = stream;
            std::future::pending::<()>().await;
        })
        .await
    }

    /// How many connections were taken so far.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    async fn accept<F: Future<Output = ()> + Send + 'static>(
        handle: impl Fn(TcpStream) -> F + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a loopback port");
        let address = listener.local_addr().expect("bound").to_string();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = connections.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(handle(stream));
            }
        });
        Self { address, connections, task }
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(mut stream: TcpStream, answer: &Answer) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).expect("a request in ASCII");
    let length =
        head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await?;
    let mut line = head.split(' ');
    let (method, target) = (line.next().expect("a method"), line.next().expect("a target"));
    let url = Url::parse(&format!("http://loopback{target}")).expect("a target");
    let Some(reply) = answer(method, url.path(), &url.query_pairs().into_owned().collect(), &body) else {
        return Ok(());
    };
    tokio::time::sleep(reply.delay).await;
    if reply.reset {
        return Ok(());
    }
    let Reply { status, content_type, body, .. } = reply;
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&body).await?;
    stream.shutdown().await
}
