//! Many bound cards of one site: what they cost in memory and at the first scan, and what scans feel of changes.

mod changes;
mod gate;
mod report;

use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::time::sleep;

pub use self::report::{Aim, section};
use self::{changes::Changes, gate::Gate};
use crate::{
    load::{self, Figures, Load},
    operation::Shared,
    options::Options,
    process::{Server, Spent},
    rest::at_rest,
    stack::{Fresh, Services, Stack},
    stage::Stage,
    stats::median,
};

/// Scans per second, on a timetable.
const SCANS: f64 = 500.0;
/// Changes per second beside them, on a timetable.
const CHANGES: f64 = 50.0;
/// Changes that are followed by a scan at once, in each round.
const FOLLOWED: usize = 100;
/// What a server has loaded for its first scan has settled after so long.
const SETTLED: Duration = Duration::from_secs(2);

/// Bound cards on one stack.
pub struct Scale {
    pub stack: Stack,
    /// Memory of a server after its first scan, without such cards, bytes.
    empty: u64,
    sizes: Vec<Size>,
}

/// So many bound cards.
#[derive(Default)]
struct Size {
    cards: usize,
    /// From the start to the first right answer, filling the database included.
    filled: Duration,
    /// The first scan after a start, milliseconds.
    first: f64,
    /// Memory after it, bytes.
    memory: u64,
    /// Scans while nothing changes, while something does, and those changes.
    quiet: Vec<Figures>,
    changing: Vec<Figures>,
    changes: Vec<Figures>,
    /// Scans right after a change, milliseconds: at the server that made it, and at another.
    own: Vec<f64>,
    other: Vec<f64>,
    /// Wrong answers to single requests.
    bad: u64,
}

impl Scale {
    /// Wrong answers, all together.
    pub fn bad(&self) -> u64 {
        self.sizes.iter().map(Size::bad).sum()
    }

    /// How much of a processor others took meanwhile.
    pub fn others(&self) -> f64 {
        let quiet = self.sizes.iter().flat_map(|size| &size.quiet);
        median(quiet.map(|figures| figures.spent.strangers() / figures.seconds.max(1e-9)).collect())
    }
}

impl Size {
    fn bad(&self) -> u64 {
        let all = [&self.quiet, &self.changing, &self.changes].into_iter().flatten();
        all.map(|figures| figures.bad).sum::<u64>() + self.bad
    }
}

struct Field<'a> {
    options: &'a Options,
    stage: &'a Stage<'a>,
    services: &'a Services,
    folder: &'a Path,
}

/// Measures all sizes.
///
/// # Errors
/// When something cannot be started or does not do what it should.
pub async fn measure(
    options: &Options,
    stage: &Stage<'_>,
    services: &Services,
    folder: &Path,
) -> anyhow::Result<Scale> {
    let field = Field { options, stage, services, folder };
    let mut scale = Scale { stack: stage.stack, empty: field.measure(0).await?.memory, sizes: Vec::new() };
    for cards in &options.scale_sizes {
        scale.sizes.push(field.measure(*cards).await?);
    }
    Ok(scale)
}

impl Field<'_> {
    /// Of no cards only what the others are compared with.
    async fn measure(&self, cards: usize) -> anyhow::Result<Size> {
        let (folder, fresh) = (tempfile::tempdir_in(self.folder)?, self.stage.stack.fresh()?);
        // servers share the cache, if there is one
        let settings = Gate::settings(cards, &format!("bench-scale-{cards}:"));
        let server = self.stage.start(folder.path(), &fresh, &settings).await?;
        let mut size = Size { cards, filled: server.took, ..Size::default() };
        let mut gate = Gate::build(server.address).await?;
        at_rest(&[server.pid], self.services).await?;
        server.stop().await?;

        let server = self.stage.start(folder.path(), &fresh, &settings).await?;
        gate.move_to(server.address).await?;
        size.first = gate.scan_once(server.address).await?;
        sleep(SETTLED).await;
        size.memory = server.memory();
        let stack = self.stage.stack.name();
        let (filled, first, mib) = (size.filled, size.first, size.memory as f64 / 1024.0 / 1024.0);
        eprintln!("{stack}, {cards} bound cards: filled in {filled:.1?}, first scan {first:.1} ms, {mib:.1} MB");
        if cards > 0 {
            let other = self.other(folder.path(), &fresh, &settings).await?;
            at_rest(&[server.pid], self.services).await?;
            for round in 0..self.options.rounds {
                gate.move_to(server.address).await?;
                self.round(round, &mut gate, &server, other.as_ref(), &mut size).await?;
            }
            if let Some(other) = other {
                other.stop().await?;
            }
        }
        server.stop().await?;
        Ok(size)
    }

    /// Another server on the same database and cache, where they can be shared.
    async fn other(
        &self,
        of: &Path,
        fresh: &Fresh,
        settings: &[(&'static str, String)],
    ) -> anyhow::Result<Option<Server>> {
        if self.stage.stack == Stack::Embedded {
            return Ok(None);
        }
        let folder = of.join("other");
        std::fs::create_dir(&folder)?;
        let root_key = of.join("data").join("root.key").display().to_string();
        let settings: Vec<_> = settings.iter().cloned().chain([("KAIMEN__VAULT__ROOT_KEY_FILE", root_key)]).collect();
        Ok(Some(self.stage.start(&folder, fresh, &settings).await?))
    }

    async fn round(
        &self,
        round: u32,
        gate: &mut Gate,
        server: &Server,
        other: Option<&Server>,
        size: &mut Size,
    ) -> anyhow::Result<()> {
        let scans: Shared = gate.scans();
        let changes: Shared = Arc::new(Mutex::new(Changes::new(server.address, gate.changes())));
        if round.is_multiple_of(2) {
            size.quiet.push(self.load(server, &scans, SCANS).await?);
        }
        let (changing, changes) =
            tokio::try_join!(self.load(server, &scans, SCANS), self.load(server, &changes, CHANGES))?;
        size.changing.push(changing);
        size.changes.push(changes);
        if !round.is_multiple_of(2) {
            size.quiet.push(self.load(server, &scans, SCANS).await?);
        }
        let began = Instant::now();
        gate.reset().await?;
        size.bad += gate.change_and_scan(server.address, FOLLOWED, &mut size.own).await?;
        if let Some(other) = other {
            gate.scan_once(other.address).await?;
            size.bad += gate.change_and_scan(other.address, FOLLOWED, &mut size.other).await?;
        }
        let stack = self.stage.stack.name();
        eprintln!("{stack}, {} bound cards, round {}: {}; {:.1?}", size.cards, round + 1, size.told(), began.elapsed());
        for first in
            [&size.quiet, &size.changing, &size.changes].into_iter().filter_map(|all| all.last()?.first_bad.as_ref())
        {
            eprintln!("  the first bad answer: {first}");
        }
        Ok(())
    }

    async fn load(&self, server: &Server, operation: &Shared, rate: f64) -> anyhow::Result<Figures> {
        let Options { warm, secs: measured, conns, .. } = *self.options;
        let load = Load { address: server.address, connections: conns.into(), warm, measured, rate: Some(rate) };
        load::run(&load, operation, || Spent::so_far(server.pid, &self.services.pids)).await
    }
}
