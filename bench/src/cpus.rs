//! Who runs on which processor.

use std::{env, fs, os::unix::process::CommandExt, path::Path, process::Command};

use anyhow::{Context, ensure};

const SETTLED: &str = "BENCH_CPUS";

/// The processors: one for what is measured, one for the load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cpus {
    /// The server's, its database's and its cache's.
    pub server: usize,
    pub generator: usize,
}

/// Moves this program to the second of the processors it may use, by starting it again there; the first is left to the
/// server. `None` where there is only one: nobody is moved then.
///
/// # Errors
/// When `taskset` is missing.
pub fn settle() -> anyhow::Result<Option<Cpus>> {
    let all = parse(&env::var(SETTLED).or_else(|_| allowed(std::process::id()))?);
    let [server, generator, ..] = all[..] else { return Ok(None) };
    if parse(&allowed(std::process::id())?) != [generator] {
        ensure!(env::var_os(SETTLED).is_none(), "taskset did not move this program to processor {generator}");
        let fault = pinned(&env::current_exe()?, Some(generator))
            .args(env::args_os().skip(1))
            .env(SETTLED, format!("{server},{generator}"))
            .exec();
        return Err(fault).context("taskset (of util-linux) is needed");
    }
    Ok(Some(Cpus { server, generator }))
}

/// A command that runs `program` on this processor only. `taskset` becomes the program, so the pid is the program's.
pub fn pinned(program: &Path, cpu: Option<usize>) -> Command {
    let Some(cpu) = cpu else { return Command::new(program) };
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", &cpu.to_string()]).arg(program).env_remove(SETTLED);
    command
}

/// Where the process may run, as a list.
///
/// # Errors
/// When there is no such process.
pub fn allowed(pid: u32) -> anyhow::Result<String> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    Ok(list.context("/proc does not say where a process may run")?.trim().to_owned())
}

/// Lets every thread of the process run on these processors only. Says whether that came about.
pub fn move_to(pid: u32, list: &str) -> bool {
    let moved = Command::new("taskset").args(["--all-tasks", "--cpu-list", "--pid", list, &pid.to_string()]).output();
    moved.is_ok_and(|output| output.status.success())
}

fn parse(list: &str) -> Vec<usize> {
    let range = |part: &str| -> Option<Vec<usize>> {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some((first.trim().parse().ok()?..=last.trim().parse().ok()?).collect())
    };
    list.split(',').filter_map(range).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_processors_are_understood() {
        assert_eq!(parse("0-2,5,7-8\n"), [0, 1, 2, 5, 7, 8]);
        assert_eq!(parse("3"), [3]);
        assert!(parse("").is_empty());
    }

    #[test]
    fn one_is_allowed_somewhere() {
        assert!(!parse(&allowed(std::process::id()).expect("a list")).is_empty());
    }
}
