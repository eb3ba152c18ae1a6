//! The command line.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::Context;
use clap::{Parser, Subcommand};

use crate::{
    kind::{Kind, Part},
    stack::Stack,
    world::Extent,
};

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
    /// People who do everything in turn, each with two cards at one site
    #[arg(long, default_value_t = 10_000, value_parser = count)]
    pub people: usize,
    /// Sites that they are spread over, each with 20 doors with readers and two virtual ones
    #[arg(long, default_value_t = 50, value_parser = count)]
    pub sites: usize,
    /// Requests per second on a fixed timetable; a latency then counts from when its request was due.
    /// Without it each connection asks again as soon as it has its answer
    #[arg(long, value_parser = rate)]
    pub rate: Option<f64>,
    /// Scans per second beside the storm of logins, on a fixed timetable
    #[arg(long, default_value = "1000", value_parser = rate)]
    pub storm_rate: f64,
    /// Bound cards of the site that `scale` measures, one measurement for each
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 20_000, 200_000], value_parser = count)]
    pub scale_sizes: Vec<usize>,
    /// Answers of each sort whose times are compared
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u16).range(20..=1000))]
    pub samples: u16,
    /// Server, services and load share all processors, as on a machine where nobody sorts them
    #[arg(long)]
    pub spread: bool,
    /// A setting of the server, as NAME=VALUE; may be given again and again
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
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
        #[arg(long)]
        listen: SocketAddr,
    },
}

impl Options {
    /// The operations to measure.
    fn operations(&self) -> Vec<Kind> {
        Kind::ALL.into_iter().filter(|kind| self.only.is_empty() || self.only.contains(&kind.part())).collect()
    }

    /// The same, but those that are measured together are together: logins leave so much behind with the simulator of
    /// WeChat that memory would tell of little else.
    pub fn groups(&self) -> [Vec<Kind>; 2] {
        let (logins, others) = self.operations().into_iter().partition(|kind| kind.is_wechat());
        [others, logins]
    }

    /// Whether cold starts are measured.
    pub fn cold(&self) -> bool {
        self.has(Part::Cold)
    }

    /// Whether a storm of logins is.
    pub fn storm(&self) -> bool {
        self.has(Part::Storm)
    }

    /// Whether searching the list of sites is.
    pub fn search(&self) -> bool {
        self.has(Part::Search)
    }

    /// Whether many bound cards of one site are. It takes long, and is measured only where it is named.
    pub fn scale(&self) -> bool {
        self.only.contains(&Part::Scale)
    }

    /// How large the world is that is measured in.
    pub fn extent(&self) -> Extent {
        Extent { people: self.people, sites: self.sites.min(self.people) }
    }

    /// Whether times of answers are compared.
    pub fn timing(&self) -> bool {
        self.has(Part::Timing)
    }

    /// A timetable is for the operations: without being named, the rest is then left out.
    fn has(&self, part: Part) -> bool {
        if self.only.is_empty() { self.rate.is_none() } else { self.only.contains(&part) }
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

fn count(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| (1..=1_000_000).contains(count)).ok_or_else(|| "not a number from 1 on".to_owned())
}

fn rate(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|rate| (0.1..1e6).contains(rate)).ok_or_else(|| "not a number of requests".to_owned())
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("not NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}
