use std::time::Duration;

use reqwest::{Client, redirect, retry};

/// Longest to wait for a connection.
const CONNECT: Duration = Duration::from_secs(2);

/// Whether the proxy of the environment is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// The vendor is in the outside world.
    OfTheEnvironment,
    /// The vendor is on this machine or in a private network.
    None,
}

/// A client that connects within 2 s, follows no redirect, repeats nothing and names no referrer; an idle connection is
/// given up after `idle`. How long a call may take is its caller's to say.
///
/// # Errors
/// When there is nothing to check certificates with.
///
/// # Panics
/// When no rustls crypto provider is installed in this process.
pub fn client(idle: Option<Duration>, proxy: Proxy) -> Result<Client, reqwest::Error> {
    let mut client = Client::builder()
        .connect_timeout(CONNECT)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false);
    if let Some(idle) = idle {
        client = client.pool_idle_timeout(idle);
    }
    if proxy == Proxy::None {
        client = client.no_proxy();
    }
    client.build().map_err(reqwest::Error::without_url)
}
