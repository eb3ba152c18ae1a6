//! Everything, in its order.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use clap::ValueEnum;
use tempfile::TempDir;

use crate::{
    cold::{self, Cold},
    counters::Counters,
    cpus::Cpus,
    kind::Kind,
    load::{self, Figures, Load},
    logins::WechatLogins,
    machine::Machine,
    operation::{Shared, lock},
    options::Options,
    process::{Server, Spent, Start},
    reads::Reads,
    scale::{self, Scale},
    search::{self, Search},
    stack::{Services, Stack},
    stage::Stage,
    storm::{self, Storm},
    timing::{self, Timing},
    unlocks::Unlocks,
    world::{Extent, World},
};

/// One operation on one stack, round by round.
pub struct Row {
    pub kind: Kind,
    pub stack: Stack,
    /// What came of each round.
    pub rounds: Vec<Figures>,
}

/// Memory of a server after the load, bytes.
pub struct Memory {
    pub stack: Stack,
    pub after: u64,
    /// The most there ever was.
    pub peak: u64,
}

/// All there is to tell.
pub struct Results {
    /// How it was measured.
    pub how: How,
    pub machine: Machine,
    pub rows: Vec<Row>,
    pub storms: Vec<Storm>,
    /// Searches of the list of sites.
    pub searches: Vec<Search>,
    /// Many bound cards of one site.
    pub scales: Vec<Scale>,
    pub timings: Vec<Timing>,
    pub cold: Vec<Cold>,
    pub memory: Vec<Memory>,
    /// What a reader should know besides.
    pub remarks: Vec<String>,
}

/// How it was measured.
pub struct How {
    /// Seconds measured, and before them.
    pub measured: Duration,
    /// Seconds of load that were not counted.
    pub warm: Duration,
    pub rounds: u32,
    pub connections: u16,
    /// Whom the load is spread over.
    pub extent: Extent,
    /// The timetable, if there was one.
    pub rate: Option<f64>,
    /// Scans per second beside the storm.
    pub storm_rate: f64,
    /// Settings of the server that are not the benchmark's.
    pub set: Vec<(String, String)>,
    /// Whether server and load had a processor each.
    pub pinned: bool,
}

impl Results {
    /// Wrong answers, all together.
    pub fn bad(&self) -> u64 {
        let under_load = self.rows.iter().flat_map(|row| &row.rounds).map(|figures| figures.bad);
        let (storms, timings) = (self.storms.iter().map(Storm::bad), self.timings.iter().map(|timing| timing.bad));
        let searches = self.searches.iter().map(Search::bad);
        let scales = self.scales.iter().map(Scale::bad);
        under_load.chain(storms).chain(timings).chain(searches).chain(scales).sum()
    }
}

/// Measures everything that was asked for.
///
/// # Errors
/// When something cannot be started or does not do what it should. Wrong answers under load are no error, but counted.
pub async fn run(options: &Options, cpus: Option<Cpus>) -> anyhow::Result<Results> {
    let program = options.server()?;
    let folder = tempfile::Builder::new().prefix("kaimen-bench-").tempdir()?;
    let mut results = Results {
        how: How {
            measured: options.secs,
            warm: options.warm,
            rounds: options.rounds,
            connections: options.conns,
            extent: options.extent(),
            rate: options.rate,
            storm_rate: options.storm_rate,
            set: options.set.clone(),
            pinned: cpus.is_some(),
        },
        machine: Machine::look(folder.path()),
        rows: Vec::new(),
        storms: Vec::new(),
        searches: Vec::new(),
        scales: Vec::new(),
        timings: Vec::new(),
        cold: Vec::new(),
        memory: Vec::new(),
        remarks: Vec::new(),
    };
    if cpus.is_none() && !options.spread {
        results.remarks.push("There is one processor only: server and load shared it.".to_owned());
    }
    for stack in stacks(options, &mut results.remarks)? {
        let cpu = cpus.map(|cpus| cpus.server);
        let services = Services::find(stack, cpu);
        if stack == Stack::Postgres && !services.pinned && !options.spread {
            results
                .remarks
                .push(format!("{}: database and cache were not pinned to the server's processor.", stack.name()));
        }
        let stage = Stage { stack, program: &program, cpu, set: &options.set };
        for kinds in options.groups().iter().filter(|kinds| !kinds.is_empty()) {
            under_load(options, kinds, &stage, &services, folder.path(), &mut results).await?;
        }
        if options.storm() {
            results.storms.push(storm::measure(options, &stage, &services, folder.path()).await?);
        }
        if options.search() {
            results.searches.push(search::measure(options, &stage, &services, folder.path()).await?);
        }
        if options.scale() {
            results.scales.push(scale::measure(options, &stage, &services, folder.path()).await?);
        }
        if options.timing() {
            results.timings.push(timing::measure(options, &stage, folder.path()).await?);
        }
        if options.cold() {
            results.cold.extend(cold::measure(&stage, folder.path()).await?);
        }
    }
    close(folder);
    Ok(results)
}

fn stacks(options: &Options, remarks: &mut Vec<String>) -> anyhow::Result<Vec<Stack>> {
    let asked = !options.stacks.is_empty();
    let mut stacks = Vec::new();
    for stack in Stack::value_variants().iter().copied().filter(|stack| !asked || options.stacks.contains(stack)) {
        if stack.is_there() {
            stacks.push(stack);
        } else {
            ensure!(!asked, "{}: the variables that say where it is are not set", stack.name());
            remarks.push(format!("{}: not measured, there was none.", stack.name()));
        }
    }
    Ok(stacks)
}

fn close(folder: TempDir) {
    let path: PathBuf = folder.path().into();
    if folder.close().is_err() {
        eprintln!("the folder {} is left", path.display());
    }
}

/// What is running, and how to ask it.
struct Running {
    kind: Kind,
    operation: Shared,
    pid: u32,
    load: Load,
}

async fn under_load(
    options: &Options,
    kinds: &[Kind],
    stage: &Stage<'_>,
    services: &Services,
    folder: &Path,
    results: &mut Results,
) -> anyhow::Result<()> {
    let folder = tempfile::tempdir_in(folder)?;
    let fresh = stage.stack.fresh()?;
    let hello = if kinds.contains(&Kind::Hello) { Some(hello(stage, folder.path()).await?) } else { None };
    let extent = options.extent();
    let server = stage.start(folder.path(), &fresh, &extent.settings()).await?;
    let began = Instant::now();
    let (mut world, scans) = if kinds.iter().all(|kind| kind.is_wechat()) {
        // they need no cards
        (World::people(server.address, extent.people).await?, None)
    } else {
        let (world, scans) = World::build(server.address, extent).await?;
        (world, Some(Arc::new(Mutex::new(scans))))
    };
    let (people, sites) = (world.people.len(), world.sites.len());
    eprintln!("{}: {people} people at {sites} sites in {:.1?}", stage.stack.name(), began.elapsed());
    let unlocks = Unlocks::of(&world);

    let mut rows: Vec<_> =
        kinds.iter().map(|kind| Row { kind: *kind, stack: stage.stack, rounds: Vec::new() }).collect();
    let seconds = (options.warm + options.secs).as_secs_f64();
    for round in 0..options.rounds {
        // the other way round every other time: what comes first has no advantage
        let mut order: Vec<_> = (0..rows.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for index in order {
            let kind = rows[index].kind;
            world.stay_logged_in(options.warm + options.secs + Duration::from_secs(60)).await?;
            let asked = hello.as_ref().filter(|_| kind == Kind::Hello).unwrap_or(&server);
            let operation = match kind {
                Kind::Hello => Reads::hello(asked.address),
                Kind::Session => Reads::session(&world),
                Kind::BadToken => Reads::bad_token(&world),
                Kind::Sites => Reads::sites(&world),
                Kind::Credentials => Reads::credentials(&world),
                Kind::Cards => Reads::cards(&world),
                Kind::Card => Reads::card(&world),
                Kind::Home => Reads::home(&world),
                Kind::Scan => scans.clone().context("there is nobody to show codes")?,
                Kind::Unlock => {
                    lock(&unlocks).log_in(&world);
                    unlocks.clone()
                }
                Kind::Wechat => WechatLogins::known(&world, seconds).await?,
                Kind::WechatFirst => WechatLogins::first(&world, seconds).await?,
            };
            let load = Load {
                address: asked.address,
                connections: options.conns.into(),
                warm: options.warm,
                measured: options.secs,
                rate: options.rate,
            };
            let running = Running { kind, operation, pid: asked.pid, load };
            rows[index].rounds.push(measure(&running, stage.stack, services, round).await?);
        }
    }
    results.rows.extend(rows);
    if !kinds.iter().all(|kind| kind.is_wechat()) {
        results.memory.push(Memory { stack: stage.stack, after: server.memory(), peak: server.peak_memory() });
    }
    if let Some(hello) = hello {
        hello.stop().await?;
    }
    server.stop().await
}

async fn measure(running: &Running, stack: Stack, services: &Services, round: u32) -> anyhow::Result<Figures> {
    let spent = || Spent::so_far(running.pid, &services.pids);
    let counted = Counters::read(running.load.address).await;
    let mut figures = load::run(&running.load, &running.operation, spent).await?;
    figures.counters = Counters::read(running.load.address).await.since(counted);
    let (stack, name, round) = (stack.name(), running.kind.name(), round + 1);
    let Figures { per_second, p50, p99, max, bad, starved, .. } = &figures;
    eprintln!(
        "{stack}, {name}, round {round}: {per_second:.0}/s, p50 {p50:.2} p99 {p99:.2} max {max:.1} ms, {bad} bad"
    );
    if let Some(first) = &figures.first_bad {
        eprintln!("  the first bad answer: {first}");
    }
    if !starved.is_zero() {
        eprintln!("  there was nothing to ask for {starved:.1?}: it waited");
    }
    Ok(figures)
}

async fn hello(stage: &Stage<'_>, folder: &Path) -> anyhow::Result<Server> {
    let folder = folder.join("hello");
    std::fs::create_dir(&folder)?;
    let program = std::env::current_exe()?;
    let arguments = |listen| ["hello-server", "--listen", &format!("{listen}")].map(str::to_owned).to_vec();
    let (cpu, folder) = (stage.cpu, folder.as_path());
    Server::start(Start { program: &program, arguments: &arguments, settings: &[], cpu, folder, ready: "/" }).await
}
