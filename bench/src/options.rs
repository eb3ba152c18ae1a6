//! The command line.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::Context;
use clap::{Parser, Subcommand, ValueEnum};

use crate::{ops::Kind, stack::Stack};

/// Measures Kaimen: one processor for the server and all it needs, another for the load.
#[derive(Debug, Parser)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Options {
    /// Something else than measuring.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Seconds measured in each run
    #[arg(long, default_value = "8", value_parser = seconds)]
    pub secs: Duration,
    /// Seconds of load before them that are not counted
    #[arg(long, default_value = "2", value_parser = seconds)]
    pub warm: Duration,
    /// How often everything is measured
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,
    /// Connections held open
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    pub conns: u16,
    /// Requests per second on a fixed timetable; a latency then counts from when its request was due.
    /// Without it each connection asks again as soon as it has its answer
    #[arg(long, value_parser = rate)]
    pub rate: Option<f64>,
    /// Only these
    #[arg(long, value_enum, value_delimiter = ',')]
    pub only: Vec<Part>,
    /// Only on these; without it, on all that can be had
    #[arg(long, value_enum, value_delimiter = ',')]
    pub stacks: Vec<Stack>,
    /// Also writes the page to this file
    #[arg(long)]
    pub markdown: Option<PathBuf>,
    /// The server; without it, the `kaimen` beside this program
    #[arg(long)]
    pub kaimen: Option<PathBuf>,
}

/// Something else than measuring.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the bare handler everything is compared with
    HelloServer {
        /// Where
        #[arg(long)]
        listen: SocketAddr,
    },
}

/// What can be asked for one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// A bare actix-web handler
    Hello,
    /// GET /v1/me
    Session,
    /// GET /v1/sites?limit=20
    Sites,
    /// GET /v1/sites/{id}/credentials
    Credentials,
    /// POST /device/v1/scan
    Scan,
    /// Cold start and idle memory
    Cold,
}

impl Options {
    /// The operations to measure.
    pub fn operations(&self) -> Vec<Kind> {
        Kind::ALL.into_iter().filter(|kind| self.only.is_empty() || self.only.contains(&kind.part())).collect()
    }

    /// Whether cold starts are measured.
    pub fn cold(&self) -> bool {
        if self.only.is_empty() { self.rate.is_none() } else { self.only.contains(&Part::Cold) }
    }

    /// The server's executable.
    ///
    /// # Errors
    /// When there is none.
    pub fn server(&self) -> anyhow::Result<PathBuf> {
        let file = match &self.kaimen {
            Some(file) => file.clone(),
            None => std::env::current_exe()?.with_file_name("kaimen"),
        };
        file.canonicalize()
            .context("the server is missing: build it with `cargo build --release -p server`, or say --kaimen FILE")
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|fault| fault.to_string())
}

fn rate(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|rate| (0.1..1e6).contains(rate)).ok_or_else(|| "not a number of requests".to_owned())
}
