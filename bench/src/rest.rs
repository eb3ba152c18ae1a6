//! Waiting until servers have nothing left to do of what they were filled with.

use std::time::{Duration, Instant};

use anyhow::ensure;
use tokio::time::sleep;

use crate::{process::Spent, stack::Services};

/// Servers that take less of a processor have nothing to do.
const AT_REST: f64 = 0.05;
/// How long that may take. A server looks for a minute at what has changed.
const PATIENCE: Duration = Duration::from_secs(120);

/// Waits for servers and what they stand on.
///
/// # Errors
/// When they go on and on.
pub async fn at_rest(servers: &[u32], services: &Services) -> anyhow::Result<()> {
    let spent = || -> f64 {
        let servers = servers.iter().map(|pid| Spent::so_far(*pid, &[]).server).sum::<f64>();
        servers + Spent::so_far(0, &services.pids).services
    };
    let began = Instant::now();
    loop {
        let (before, since) = (spent(), Instant::now());
        sleep(Duration::from_secs(1)).await;
        if (spent() - before) / since.elapsed().as_secs_f64() < AT_REST {
            return Ok(());
        }
        ensure!(began.elapsed() < PATIENCE, "the servers do not come to rest");
    }
}
