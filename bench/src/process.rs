//! The processes that are measured: started, watched in `/proc`, stopped.

use std::{
    collections::HashMap,
    env, fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use tokio::{
    process::{Child, Command},
    time::{sleep, timeout},
};

use crate::{cpus, http::Connection};

/// How long a server may take to its first right answer.
const PATIENCE: Duration = Duration::from_secs(180);
/// How long it may take to stop when asked to.
const FAREWELL: Duration = Duration::from_secs(20);
/// Linux tells user space in hundredths of a second, whatever it counts in itself.
const TICKS_PER_SECOND: f64 = 100.0;

/// How to start one.
pub struct Start<'a> {
    pub program: &'a Path,
    /// What it is told, for where it shall listen.
    pub arguments: &'a dyn Fn(SocketAddr) -> Vec<String>,
    /// Settings in its environment. Those of whoever runs this do not reach it.
    pub settings: &'a [(String, String)],
    pub cpu: Option<usize>,
    /// Where it runs and writes its log.
    pub folder: &'a Path,
    /// What answers 200 when it is ready.
    pub ready: &'a str,
}

/// A running server. It does not outlive this.
pub struct Server {
    child: Child,
    pub pid: u32,
    pub address: SocketAddr,
    /// From its start to its first right answer.
    pub took: Duration,
}

impl Server {
    /// Starts it and waits until it is ready.
    ///
    /// # Errors
    /// When it does not get ready; its last words are in the message.
    pub async fn start(start: Start<'_>) -> anyhow::Result<Self> {
        let address = free_address()?;
        let log_file = start.folder.join("log");
        let log = fs::File::create(&log_file)?;
        let mut command = Command::from(cpus::pinned(start.program, start.cpu));
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("KAIMEN__")) {
            command.env_remove(name);
        }
        let settings = start.settings.iter().map(|(name, value)| (name, value));
        command.args((start.arguments)(address)).envs(settings).current_dir(start.folder).kill_on_drop(true);
        command.stdin(std::process::Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let started = Instant::now();
        let mut child = command.spawn().context("cannot be started")?;
        let took = loop {
            if answers(address, start.ready).await {
                break started.elapsed();
            }
            let ended = child.try_wait()?;
            if ended.is_some() || started.elapsed() > PATIENCE {
                let log = fs::read_to_string(&log_file).unwrap_or_default();
                let words: Vec<_> = log.lines().rev().take(20).collect();
                let words = words.into_iter().rev().collect::<Vec<_>>().join("\n");
                bail!("{} did not get ready ({ended:?}):\n{words}", start.program.display());
            }
            sleep(Duration::from_millis(1)).await;
        };
        let pid = child.id().context("it has ended already")?;
        Ok(Self { child, pid, address, took })
    }

    /// Asks it to stop, and no longer asks when it does not.
    ///
    /// # Errors
    /// When it cannot even be killed.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let asked = Command::new("sh").args(["-c", "kill -TERM \"$0\"", &self.pid.to_string()]).status().await?;
        match timeout(FAREWELL, self.child.wait()).await {
            Ok(ended) => {
                let status = ended?;
                if !status.success() {
                    eprintln!("the server ended with {status} when it was asked to stop ({asked})");
                }
            }
            Err(_) => {
                eprintln!("the server did not stop within {} s: killed", FAREWELL.as_secs());
                self.child.kill().await?;
            }
        }
        Ok(())
    }

    /// Memory it holds now, bytes.
    pub fn memory(&self) -> u64 {
        status_bytes(self.pid, "VmRSS:")
    }

    /// The most memory it ever held, bytes.
    pub fn peak_memory(&self) -> u64 {
        status_bytes(self.pid, "VmHWM:")
    }
}

async fn answers(address: SocketAddr, target: &str) -> bool {
    let request = format!("GET {target} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    let mut connection = Connection::new(address);
    let answer = timeout(Duration::from_secs(5), connection.ask(request.as_bytes())).await;
    answer.is_ok_and(|answer| answer.is_ok_and(|answer| answer.status == 200))
}

/// A free port below those that Linux gives to outgoing connections.
fn free_address() -> anyhow::Result<SocketAddr> {
    for _ in 0..100 {
        let port = 20_000 + u16::from_be_bytes(kernel::random()) % 12_000;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    bail!("no port is free")
}

fn status_bytes(pid: u32, key: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let kib = status.lines().find_map(|line| line.strip_prefix(key)?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.unwrap_or_default() * 1024
}

/// The fields of `/proc/PID/stat` after the name in brackets.
fn stat(pid: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(stat.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
}

/// Seconds of processor time the process has used, itself and (`with_children`) the children it has buried.
fn processor_time(pid: u32, with_children: bool) -> f64 {
    const USER: usize = 11;
    let ticks = |stat: Vec<String>| -> u64 {
        let fields = stat.iter().skip(USER).take(if with_children { 4 } else { 2 });
        fields.filter_map(|field| field.parse::<u64>().ok()).sum()
    };
    stat(pid).map(ticks).unwrap_or_default() as f64 / TICKS_PER_SECOND
}

/// Seconds in which a processor was busy for somebody, or was wanted and not given to this machine.
fn busy_time() -> f64 {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let fields: Vec<f64> = stat.split_whitespace().skip(1).take(8).filter_map(|field| field.parse().ok()).collect();
    let [user, nice, system, _idle, _wait, _interrupts, _soft, stolen] = fields[..] else { return 0.0 };
    (user + nice + system + stolen) / TICKS_PER_SECOND
}

/// The process and all that come from it.
pub fn family(pid: u32) -> Vec<u32> {
    const PARENT: usize = 1;
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    for pid in all.filter_map(|entry| entry.file_name().to_str()?.parse().ok()) {
        if let Some(parent) = stat(pid).and_then(|stat| stat.get(PARENT)?.parse().ok()) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut found = vec![pid];
    let mut next = 0;
    while let Some(pid) = found.get(next) {
        let more = children.remove(pid).unwrap_or_default();
        found.extend(more);
        next += 1;
    }
    found
}

/// Processor time, seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    pub server: f64,
    /// By its database and its cache.
    pub services: f64,
    pub generator: f64,
    /// By whoever was on any of the processors, or took them from this machine.
    pub all: f64,
}

impl Spent {
    pub fn so_far(server: u32, services: &[u32]) -> Self {
        let services = services.iter().flat_map(|pid| family(*pid)).map(|pid| processor_time(pid, true)).sum();
        let generator = processor_time(std::process::id(), false);
        Self { server: processor_time(server, false), services, generator, all: busy_time() }
    }

    /// From then to here.
    pub fn since(self, then: Self) -> Self {
        Self {
            server: self.server - then.server,
            services: self.services - then.services,
            generator: self.generator - then.generator,
            all: self.all - then.all,
        }
    }

    /// By nobody who takes part. Interrupts are not counted.
    pub fn strangers(self) -> f64 {
        (self.all - self.server - self.services - self.generator).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proc_is_understood() {
        let own = std::process::id();
        assert!(status_bytes(own, "VmRSS:") > 100_000);
        assert!(status_bytes(own, "VmHWM:") >= status_bytes(own, "VmRSS:"));
        assert_eq!(status_bytes(own, "VmNothing:"), 0);
        let before = Spent::so_far(own, &[own]);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(150) {
            std::hint::black_box(kernel::sha256(&[0; 4096]));
        }
        let spent = Spent::so_far(own, &[own]).since(before);
        assert!(spent.server > 0.0 && spent.services > 0.0 && spent.generator > 0.0, "{spent:?}");
        assert!(spent.all > 0.0 && spent.strangers() >= 0.0, "{spent:?}");
    }

    #[test]
    fn a_family_has_its_children() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().expect("sleep runs");
        let all = family(std::process::id());
        child.kill().expect("killed");
        child.wait().expect("ended");
        assert!(all.contains(&child.id()), "{all:?} lacks {}", child.id());
    }
}
