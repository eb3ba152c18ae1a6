//! A tiny HTTP/1.1 server on a loopback port: one request per connection, answered by a function.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use cardsystem::simulator::Reply;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A request as it came.
#[derive(Clone)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub body: Vec<u8>,
}

/// Runs until it is dropped.
pub struct Loopback {
    /// `http://127.0.0.1:port`
    pub url: String,
    connections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Loopback {
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

    /// Answers every request with this JSON.
    pub async fn say(json: &'static str) -> Self {
        Self::serve(move |_| Reply { status: 200, content_type: "application/json", body: json.into() }).await
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

    /// Where nobody listens any more.
    pub async fn gone() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a loopback port");
        format!("http://{}", listener.local_addr().expect("bound"))
    }

    /// How many connections were taken so far.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    async fn accept<F: Future<Output = ()> + Send + 'static>(
        handle: impl Fn(TcpStream) -> F + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a loopback port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = connections.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(handle(stream));
            }
        });
        Self { url, connections, task }
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
    let head = String::from_utf8(head).expect("a request in ASCII").to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
    let mut body = vec![0; length.parse().expect("a number")];
    stream.read_exact(&mut body).await?;
    let mut line = head.split(' ');
    let (method, path) = (line.next().expect("a method").to_uppercase(), line.next().expect("a path").to_owned());
    let Reply { status, content_type, body } = answer(Request { method, path, body });
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&body).await?;
    stream.shutdown().await
}
