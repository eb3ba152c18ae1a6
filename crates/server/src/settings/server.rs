use std::{net::IpAddr, path::PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
pub struct Server {
    pub listen: String,
    /// Folder for what is kept.
    pub data_dir: PathBuf,
    /// Folder of the mini-program built for browsers; it is served at `/app` where it is there.
    pub app_dir: PathBuf,
    /// How the outside reaches us.
    pub public_url: String,
    /// Addresses of our proxies, comma separated.
    pub trusted_proxies: String,
    /// Worker threads; 0: one a core.
    pub workers: usize,
    /// Seconds between the end's announcement and the end.
    pub drain_seconds: u64,
    pub metrics_public: bool,
}

impl Server {
    /// Whether nobody but this machine reaches us.
    pub(super) fn is_loopback(&self) -> bool {
        let host = self.listen.rsplit_once(':').map_or("", |(host, _)| host);
        kernel::is_loopback(host)
    }

    /// Our proxies.
    ///
    /// # Errors
    /// When one is no address.
    pub fn trusted_proxies(&self) -> Result<Vec<IpAddr>> {
        let listed = self.trusted_proxies.split(',').map(str::trim).filter(|one| !one.is_empty());
        listed
            .map(|one| one.parse().with_context(|| format!("server.trusted_proxies: {one:?} is no address")))
            .collect()
    }
}
