use std::{net::SocketAddr, sync::Arc};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Open,
    Cut,
}

/// A stretch of network between a server and what it depends on, that can be cut.
pub struct Proxy {
    pub address: SocketAddr,
    way: Arc<watch::Sender<Way>>,
}

impl Proxy {
    /// A proxy before `target` (`host:port`).
    pub async fn before(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, target) = (listener.local_addr().unwrap(), target.to_owned());
        let way = Arc::new(watch::Sender::new(Way::Open));
        let seen = way.clone();
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let (mut way, target) = (seen.subscribe(), target.clone());
                tokio::spawn(async move {
                    if *way.borrow() == Way::Cut {
                        return;
                    }
                    let Ok(mut far) = TcpStream::connect(&target).await else { return };
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        _ = way.wait_for(|way| *way == Way::Cut) => {}
                    }
                });
            }
        });
        Self { address, way }
    }

    /// Drops every connection and lets no new one through.
    pub fn cut(&self) {
        self.way.send_replace(Way::Cut);
    }

    /// Lets connections through again.
    pub fn heal(&self) {
        self.way.send_replace(Way::Open);
    }

    /// The URL with this proxy in place of its host and port.
    pub fn instead_of(&self, url: &str) -> String {
        let host = host_of(url);
        url.replace(&host, &self.address.to_string())
    }
}

/// `host:port` of a URL.
pub fn host_of(url: &str) -> String {
    let rest = url.split_once("://").unwrap().1;
    let authority = rest.split('/').next().unwrap();
    authority.rsplit('@').next().unwrap().to_owned()
}

impl Proxy {
    /// A proxy before what this URL names.
    pub async fn before_url(url: &str) -> Self {
        Self::before(&host_of(url)).await
    }
}
