//! What it was measured on, in words that name no machine.

use std::{fs, path::Path, process::Command};

use kernel::{Clock, SystemClock};

use crate::stack;

/// The machine, the commit and the day.
pub struct Machine {
    pub processor: String,
    /// How many of them.
    pub cores: usize,
    /// Memory, GiB.
    pub memory: f64,
    /// Linux, its version without what the builder added.
    pub kernel: String,
    /// The file system of the data folder.
    pub file_system: String,
    /// PostgreSQL, where there is one.
    pub postgres: Option<String>,
    /// The commit, and whether there are changes on top of it.
    pub commit: String,
    /// The day, UTC.
    pub day: String,
}

impl Machine {
    /// This one; data is below `folder`.
    pub fn look(folder: &Path) -> Self {
        let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let field = |name: &str| {
            let line = info.lines().find(|line| line.starts_with(name))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let kib = memory.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok());
        let folder = folder.display().to_string();
        Self {
            processor: field("model name").unwrap_or_else(|| "a processor that does not say its name".to_owned()),
            cores: info.lines().filter(|line| line.starts_with("processor")).count(),
            memory: kib.unwrap_or_default() / 1024.0 / 1024.0,
            kernel: plain_version(&fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default()),
            file_system: said("stat", &["--file-system", "--format=%T", &folder]).unwrap_or_default(),
            postgres: stack::postgres_version(),
            commit: commit(),
            day: SystemClock.now().to_string().chars().take(10).collect(),
        }
    }
}

fn commit() -> String {
    let Some(commit) = said("git", &["rev-parse", "--short", "HEAD"]) else { return "unknown".to_owned() };
    let clean =
        said("git", &["status", "--porcelain", "--untracked-files=no"]).is_some_and(|changes| changes.is_empty());
    if clean { commit } else { format!("{commit} with changes not committed") }
}

fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// `6.8` of `6.8.0-45-somebody`.
fn plain_version(release: &str) -> String {
    release.split(|c: char| !c.is_ascii_digit()).take(2).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_is_named_without_its_builder() {
        assert_eq!(plain_version("6.8.0-45-somebody\n"), "6.8");
        assert_eq!(plain_version("6.1\n"), "6.1");
    }

    #[test]
    fn the_machine_is_found() {
        let machine = Machine::look(Path::new("/"));
        assert!(machine.cores > 0 && machine.memory > 0.0);
        assert_eq!(machine.day.len(), 10);
    }
}
