//! Cold starts: from nothing to the first right answer, and what an idle server holds.

use std::{path::Path, time::Duration};

use tokio::time::sleep;

use crate::{stack::Stack, stage::Stage};

/// How often each start is measured.
const STARTS: usize = 5;
/// How long a server is left alone before its memory is read.
const IDLE: Duration = Duration::from_secs(3);

/// Starts of one kind. Settings are the defaults.
pub struct Cold {
    pub stack: Stack,
    /// Whether everything had to be created first.
    pub fresh: bool,
    /// Milliseconds of each, sorted.
    pub millis: Vec<f64>,
    /// Memory after the last one and [`IDLE`], bytes.
    pub memory: u64,
}

/// Measures them: first with nothing there, then on what the last of these has left.
///
/// # Errors
/// When a server does not start or stop.
pub async fn measure(stage: &Stage<'_>, folder: &Path) -> anyhow::Result<[Cold; 2]> {
    let cold = |fresh| Cold { stack: stage.stack, fresh, millis: Vec::new(), memory: 0 };
    let (mut created, mut existing) = (cold(true), cold(false));
    let mut last = None;
    for number in 1..=STARTS {
        let (data, fresh) = (tempfile::tempdir_in(folder)?, stage.stack.fresh()?);
        start(stage, data.path(), &fresh, &mut created, number).await?;
        last = Some((data, fresh));
    }
    if let Some((data, fresh)) = last {
        for number in 1..=STARTS {
            start(stage, data.path(), &fresh, &mut existing, number).await?;
        }
    }
    Ok([existing, created])
}

async fn start(
    stage: &Stage<'_>,
    folder: &Path,
    fresh: &crate::stack::Fresh,
    cold: &mut Cold,
    number: usize,
) -> anyhow::Result<()> {
    let server = stage.start(folder, fresh, &[]).await?;
    let millis = server.took.as_secs_f64() * 1000.0;
    let what = if cold.fresh { "a fresh folder" } else { "an existing folder" };
    eprintln!("{}: start {number} on {what} took {millis:.0} ms", stage.stack.name());
    cold.millis.push(millis);
    cold.millis.sort_by(f64::total_cmp);
    if number == STARTS {
        sleep(IDLE).await;
        cold.memory = server.memory();
    }
    server.stop().await
}
