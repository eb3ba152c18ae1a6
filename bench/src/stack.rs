//! What the server stands on: nothing but its own folder, or PostgreSQL and Redis.

use std::{
    env, fs,
    path::Path,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::{Context, ensure};
use clap::ValueEnum;

use crate::{cpus, process::family};

const POSTGRES: &str = "KAIMEN_TEST_POSTGRES_URL";
const REDIS: &str = "KAIMEN_TEST_REDIS_URL";
const PIDS: &str = "KAIMEN_TEST_PIDS_DIR";

/// What the server stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Stack {
    /// SQLite and a cache inside the process
    Embedded,
    /// PostgreSQL and Redis, of `KAIMEN_TEST_POSTGRES_URL` and `KAIMEN_TEST_REDIS_URL`
    Postgres,
}

impl Stack {
    /// Its name in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Embedded => "SQLite",
            Self::Postgres => "PostgreSQL + Redis",
        }
    }

    /// Whether it can be had here.
    pub fn is_there(self) -> bool {
        self == Self::Embedded || (env::var_os(POSTGRES).is_some() && env::var_os(REDIS).is_some())
    }

    /// A fresh database, where it needs one.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn fresh(self) -> anyhow::Result<Fresh> {
        if self == Self::Embedded {
            return Ok(Fresh { settings: Vec::new(), _database: None });
        }
        let database = Database::create(&env::var(POSTGRES).context(POSTGRES)?)?;
        let cache = env::var(REDIS).context(REDIS)?;
        let setting = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let settings = vec![setting("KAIMEN__DATABASE__URL", &database.url), setting("KAIMEN__CACHE__URL", &cache)];
        Ok(Fresh { settings, _database: Some(database) })
    }
}

/// A fresh database, gone when this is.
pub struct Fresh {
    /// What the server is told.
    pub settings: Vec<(String, String)>,
    _database: Option<Database>,
}

struct Database {
    server: String,
    name: String,
    url: String,
}

impl Database {
    fn create(server: &str) -> anyhow::Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("kaimen_bench_{}_{number}", std::process::id());
        psql(server, &format!("CREATE DATABASE {name}"))?;
        Ok(Self { server: server.to_owned(), url: with_database(server, &name).context(POSTGRES)?, name })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Err(fault) = psql(&self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name)) {
            eprintln!("the database {} is left: {fault}", self.name);
        }
    }
}

/// The version of the PostgreSQL there is.
pub fn postgres_version() -> Option<String> {
    let said = psql(&env::var(POSTGRES).ok()?, "SHOW server_version").ok()?;
    Some(said.split_whitespace().next()?.to_owned())
}

fn psql(server: &str, statement: &str) -> anyhow::Result<String> {
    let mut psql = Command::new("psql");
    psql.args(["--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "-c", statement, server]);
    let output = psql.output().context("psql is missing")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8(output.stdout)?)
}

/// The URL of another database of the same server.
fn with_database(url: &str, name: &str) -> Option<String> {
    let (base, query) = url.split_once('?').map_or((url, None), |(base, query)| (base, Some(query)));
    let (scheme, rest) = base.split_once("://")?;
    let server = rest.split_once('/').map_or(rest, |(server, _)| server);
    Some(format!("{scheme}://{server}/{name}{}", query.map(|query| format!("?{query}")).unwrap_or_default()))
}

/// The database and the cache, moved to the server's processor for as long as this lives.
#[derive(Default)]
pub struct Services {
    /// Their processes, without their children.
    pub pids: Vec<u32>,
    moved: Vec<(u32, String)>,
    /// Whether all of them run where the server does.
    pub pinned: bool,
}

impl Services {
    /// Those whose pid files are in the folder that `KAIMEN_TEST_PIDS_DIR` names.
    pub fn find(stack: Stack, cpu: Option<usize>) -> Self {
        let folder = env::var_os(PIDS).filter(|_| stack == Stack::Postgres);
        let pids = folder.map(|folder| pid_files(Path::new(&folder))).unwrap_or_default();
        let mut services = Self { pinned: !pids.is_empty() && cpu.is_some(), pids, moved: Vec::new() };
        let Some(cpu) = cpu else { return services };
        for pid in &services.pids {
            let Ok(before) = cpus::allowed(*pid) else { continue };
            services.moved.push((*pid, before));
            for member in family(*pid) {
                // a child may have ended since
                services.pinned &= cpus::move_to(member, &cpu.to_string()) || cpus::allowed(member).is_err();
            }
        }
        services
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        for (pid, before) in &self.moved {
            for member in family(*pid) {
                cpus::move_to(member, before);
            }
        }
    }
}

fn pid_files(folder: &Path) -> Vec<u32> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let files = files.filter(|file| file.extension().is_some_and(|extension| extension == "pid"));
    let pid = |file| fs::read_to_string(file).ok()?.split_whitespace().next()?.parse().ok();
    files.filter_map(pid).filter(|pid| cpus::allowed(*pid).is_ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_a_url_is_changed() {
        let url = with_database("postgres://me:a@127.0.0.1:5432/postgres?sslmode=disable", "x");
        assert_eq!(url.as_deref(), Some("postgres://me:a@127.0.0.1:5432/x?sslmode=disable"));
        assert_eq!(with_database("postgres://h", "x").as_deref(), Some("postgres://h/x"));
        assert_eq!(with_database("postgres", "x"), None);
    }

    #[test]
    fn pid_files_are_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let own = std::process::id();
        for (name, text) in [("own.pid", format!("{own}\n")), ("gone.pid", "4194999".into()), ("own.log", "1".into())] {
            fs::write(folder.path().join(name), text).expect("written");
        }
        assert_eq!(pid_files(folder.path()), [own]);
    }
}
