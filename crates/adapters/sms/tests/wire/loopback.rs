//! A tiny HTTP/1.1 server on a loopback port: one request per connection, answered by a function.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use sms::simulator::{Reply, Request};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// Runs until it is dropped.
pub struct Loopback {
    /// `127.0.0.1:port`
    pub address: String,
    connections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Loopback {
    /// Answers every request; a lost answer closes the connection after the request was read.
    pub async fn serve(answer: impl Fn(Request) -> Reply + Send + Sync + 'static) -> Self {
        let answer = Arc::new(answer);
        Self::accept(move |stream| {
            let answer = answer.clone();
            async move {
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

async fn converse(mut stream: TcpStream, answer: &(dyn Fn(Request) -> Reply + Sync)) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).expect("a request in ASCII");
    let mut lines = head.trim_end().split("\r\n");
    let mut line = lines.next().expect("a request line").split(' ');
    let (method, target) = (line.next().expect("a method"), line.next().expect("a target"));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers: Vec<_> = lines
        .map(|line| line.split_once(": ").expect("a header"))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").map_or("0", |(_, length)| length);
    let mut body = vec![0; length.parse().expect("a length")];
    stream.read_exact(&mut body).await?;
    let (method, path, query) = (method.to_owned(), path.to_owned(), query.to_owned());
    let Reply { status, content_type, body, delay, is_lost } = answer(Request { method, path, query, headers, body });
    if is_lost {
        return Ok(());
    }
    if !delay.is_zero() {
        // late answers are never waited for here: whoever asked gives up first
        return std::future::pending().await;
    }
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&body).await?;
    stream.shutdown().await
}
