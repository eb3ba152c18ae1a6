//! The work on imports. Whoever takes it holds it by a lease; when they are gone, another goes on where they were.

use std::{sync::Arc, time::Duration};

use feature::{Next, Worker};
use kernel::{Fault, Result, macros::uuid::Uuid, random};

use crate::{
    desk::LEASE,
    import::{ImportState, Job},
    rows,
    service::Imports,
    stages::{End, TAKEN},
};

/// Whoever has not the file leaves the work for so long to those who may have it.
const LOST: Duration = Duration::from_secs(600);
/// Work that another process asked for is noticed so soon.
const BACKSTOP: Duration = Duration::from_secs(2);
/// One import takes no longer.
const LONGEST: Duration = Duration::from_secs(3600);
/// So many imports are looked at for one whose file is here.
const LOOKED_AT: u64 = 100;

impl Imports {
    /// Works at once on what was asked for here, soon on what was asked for elsewhere.
    pub fn worker(&self) -> Worker {
        let round = |imports: Self| async move { Ok(if imports.work().await? { Next::AtOnce } else { Next::Pause }) };
        let woken = |imports: Self| async move { imports.wake.notified().await };
        Worker::woken(self.route, BACKSTOP, self, round, woken).stalled_after(LONGEST).abandoned_at_stop()
    }

    /// Takes one import that has work, and does it to its end. Whether there was one.
    ///
    /// # Errors
    /// When the database is away, or the file cannot be read: the work is taken up again.
    pub async fn work(&self) -> Result<bool> {
        let Some(job) = self.take().await? else { return Ok(false) };
        let end = self.subject.carry_out(&self.desk, &job).await?;
        self.settle(&job, end).await?;
        Ok(true)
    }

    async fn take(&self) -> Result<Option<Job>> {
        let (now, subject) = (self.desk.clock.now(), self.number);
        let due = self.desk.db.read(|db| async move { rows::due(&db, subject, now, LOOKED_AT).await });
        for (site, id, since) in due.await? {
            if !self.desk.files.has(id).await? && now < since.after(LOST) {
                continue;
            }
            let (holder, lease) = (Uuid::from_bytes(random()), (now, now.after(LEASE)));
            let claim =
                self.desk.db.write(move |tx| Box::pin(async move { rows::claim(tx, (site, id), holder, lease).await }));
            if let Some(job) = claim.await? {
                return Ok(Some(job));
            }
        }
        Ok(None)
    }

    async fn settle(&self, job: &Job, end: End) -> Result<()> {
        let report = job.import.report.clone();
        let (to, basis, report, reason) = match end {
            End::Checked(report, basis) => (ImportState::Checked, Some(basis), Some(report), None),
            End::Rejected(reason) => (ImportState::Rejected, None, None, Some(reason)),
            End::Done => (ImportState::Done, job.basis, report, None),
            End::Failed(reason) => (ImportState::Failed, job.basis, report, Some(reason)),
            End::Taken => return Ok(()),
        };
        let (said, now) = (Arc::new((job.clone(), report, reason)), self.desk.clock.now());
        self.desk
            .db
            .write(move |tx| {
                let said = said.clone();
                Box::pin(async move {
                    let (job, report, reason) = &*said;
                    match rows::settle(tx, job, (to, basis), (report.as_ref(), reason.as_ref()), now).await? {
                        true => Ok(()),
                        false => Err(Fault::from(TAKEN)),
                    }
                })
            })
            .await
            .or_else(|fault| if fault.code() == TAKEN { Ok(()) } else { Err(fault) })?;
        if to.is_open() { Ok(()) } else { self.desk.files.remove(job.import.id).await }
    }
}
