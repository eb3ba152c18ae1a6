//! A storm of logins, and what the doors feel of it: scans on a fixed timetable, alone and while many people log in with
//! their passwords at once.

use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::Instant,
};

use crate::{
    load::{self, Figures, Load},
    logins::PasswordLogins,
    members,
    operation::Shared,
    options::Options,
    process::{Server, Spent},
    stack::{Services, Stack},
    stage::Stage,
    stats::{highest, lowest, median},
    world::World,
};

/// Members, each with a login under way all the time.
pub const MEMBERS: usize = 64;

/// People whose cards are shown meanwhile, at most.
const PEOPLE: usize = 600;

/// The storm on one stack.
pub struct Storm {
    pub stack: Stack,
    /// What came of each round.
    pub rounds: Vec<Round>,
}

/// Scans with and without a storm.
pub struct Round {
    pub idle: Figures,
    /// Scans during the storm.
    pub storm: Figures,
    pub logins: Figures,
}

impl Round {
    /// How much slower the slowest scans of a hundred are during the storm.
    pub fn ratio(&self) -> f64 {
        self.storm.p99 / self.idle.p99.max(1e-9)
    }
}

impl Storm {
    /// The median of the rounds.
    pub fn median(&self, of: impl Fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().map(of).collect())
    }

    /// How much of a processor others took meanwhile.
    pub fn others(&self) -> f64 {
        self.median(|round| f64::midpoint(others(&round.idle), others(&round.storm)))
    }

    /// Wrong answers, all together.
    pub fn bad(&self) -> u64 {
        self.rounds.iter().map(|round| round.idle.bad + round.storm.bad + round.logins.bad).sum()
    }
}

fn others(figures: &Figures) -> f64 {
    figures.spent.strangers() / figures.seconds.max(1e-9)
}

struct Field<'a> {
    options: &'a Options,
    server: &'a Server,
    services: &'a Services,
    scans: Shared,
    logins: Shared,
}

/// Measures it.
///
/// # Errors
/// When something cannot be started or does not do what it should.
pub async fn measure(
    options: &Options,
    stage: &Stage<'_>,
    services: &Services,
    folder: &Path,
) -> anyhow::Result<Storm> {
    let (folder, fresh) = (tempfile::tempdir_in(folder)?, stage.stack.fresh()?);
    let extent = options.extent().at_most(PEOPLE);
    let server = stage.start(folder.path(), &fresh, &extent.settings()).await?;
    let began = Instant::now();
    let (_, scans) = World::build(server.address, extent).await?;
    let members = members::register(server.address, 0, MEMBERS).await?;
    eprintln!("{}: {MEMBERS} members and bound cards in {:.1?}", stage.stack.name(), began.elapsed());

    let field = Field {
        options,
        server: &server,
        services,
        scans: Arc::new(Mutex::new(scans)),
        logins: PasswordLogins::shared(server.address, &members),
    };
    let mut storm = Storm { stack: stage.stack, rounds: Vec::new() };
    for number in 0..options.rounds {
        let round = if number % 2 == 0 {
            let idle = field.scans().await?;
            let (storm, logins) = field.storm().await?;
            Round { idle, storm, logins }
        } else {
            let (storm, logins) = field.storm().await?;
            Round { idle: field.scans().await?, storm, logins }
        };
        tell(stage.stack, number + 1, &round);
        storm.rounds.push(round);
    }
    server.stop().await?;
    Ok(storm)
}

fn tell(stack: Stack, number: u32, round: &Round) {
    let Round { idle, storm, logins } = round;
    eprintln!(
        "{}, storm, round {number}: scans p50 {:.2} → {:.2}, p99 {:.2} → {:.2} ms; {:.1} logins/s, {} turned away, {} bad; others \
         {:.0} → {:.0} % of a processor",
        stack.name(),
        idle.p50,
        storm.p50,
        idle.p99,
        storm.p99,
        logins.per_second,
        logins.turned_away,
        idle.bad + storm.bad + logins.bad,
        others(idle) * 100.0,
        others(storm) * 100.0,
    );
    for first in [idle, storm, logins].into_iter().filter_map(|figures| figures.first_bad.as_ref()) {
        eprintln!("  the first bad answer: {first}");
    }
}

impl Field<'_> {
    fn load(&self, connections: usize, rate: Option<f64>) -> Load {
        let Options { warm, secs, .. } = *self.options;
        Load { address: self.server.address, connections, warm, measured: secs, rate }
    }

    fn spent(&self) -> Spent {
        Spent::so_far(self.server.pid, &self.services.pids)
    }

    async fn scans(&self) -> anyhow::Result<Figures> {
        let load = self.load(self.options.conns.into(), Some(self.options.storm_rate));
        load::run(&load, &self.scans, || self.spent()).await
    }

    async fn storm(&self) -> anyhow::Result<(Figures, Figures)> {
        let load = self.load(MEMBERS, None);
        let logins = load::run(&load, &self.logins, || self.spent());
        tokio::try_join!(self.scans(), logins)
    }
}

pub fn section(storms: &[Storm], rate: f64) -> String {
    if storms.is_empty() {
        return String::new();
    }
    let mut lines = vec![
        "## A storm of logins\n".to_owned(),
        format!(
            "{rate} scans per second on a fixed timetable, alone (idle) and while {MEMBERS} members log in with their \
             passwords all the time, in turns; a latency counts from when its request was due. The ratio is taken \
             round by round, in brackets lowest and highest. A login that waits two seconds is turned away (503, \
             `login-busy`), and tries again at once.\n"
        ),
        "| on | scan p50 ms, idle → storm | p99 ms | max ms | ratio of p99 | logins/s | login p50 ms | p99 ms | turned \
         away | bad |"
            .to_owned(),
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|".to_owned(),
    ];
    for storm in storms {
        let ratios: Vec<_> = storm.rounds.iter().map(Round::ratio).collect();
        let turned_away: u64 = storm.rounds.iter().map(|round| round.logins.turned_away).sum();
        lines.push(format!(
            "| {} | {:.2} → {:.2} | {:.2} → {:.2} | {:.1} → {:.1} | {:.2} ({:.2}–{:.2}) | {:.1} | {:.0} | {:.0} | \
             {turned_away} | {} |",
            storm.stack.name(),
            storm.median(|round| round.idle.p50),
            storm.median(|round| round.storm.p50),
            storm.median(|round| round.idle.p99),
            storm.median(|round| round.storm.p99),
            highest(&storm.rounds.iter().map(|round| round.idle.max).collect::<Vec<_>>()),
            highest(&storm.rounds.iter().map(|round| round.storm.max).collect::<Vec<_>>()),
            median(ratios.clone()),
            lowest(&ratios),
            highest(&ratios),
            storm.median(|round| round.logins.per_second),
            storm.median(|round| round.logins.p50),
            storm.median(|round| round.logins.p99),
            storm.bad(),
        ));
    }
    lines.join("\n")
}
