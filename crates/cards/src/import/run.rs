//! The work on imports. Whoever takes it holds it by a lease; when they are gone, another goes on where they were.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;
use kernel::{Code, Fault, Kind, Result, Timestamp, macros::uuid::Uuid, random};

use super::{
    Import, ImportState, Imports, Job, NOT_HERE,
    basis::Basis,
    report::{Reason, Report},
    sheet::{self, Part, Parts},
};
use crate::{
    card::{CardFacts, Source, Telling, masked},
    rows::import as rows,
};

/// Work that nobody has gone on with for so long is anybody's.
const LEASE: Duration = Duration::from_secs(30);
/// Whoever has not the file leaves the work for so long to those who may have it.
const LOST: Duration = Duration::from_secs(600);
/// Work that was begun so often without getting on is given up.
const TRIES: i32 = 5;
/// Work that another process asked for is noticed so soon.
const BACKSTOP: Duration = Duration::from_secs(2);
/// So many imports are looked at for one whose file is here.
const LOOKED_AT: u64 = 100;

/// The work has gone to somebody else, or nobody wants it any more. Nobody outside meets it.
const TAKEN: Code = Code::new(Kind::Conflict, "import-taken", "这次导入已由另一台服务器接手");

/// How work has ended.
enum End {
    Checked(Report, [u8; 32]),
    Rejected(Reason),
    Done,
    Failed(Reason),
    /// It is somebody else's now.
    Taken,
}

impl From<Code> for Reason {
    fn from(code: Code) -> Self {
        Self::new(code.name, code.advice)
    }
}

fn failed(code: &str, message: &str) -> End {
    End::Failed(Reason::new(code, message))
}

impl Imports {
    /// Works until the process ends: at once on what was asked for here, soon on what was asked for elsewhere.
    pub async fn serve(self) {
        loop {
            match AssertUnwindSafe(self.work()).catch_unwind().await {
                Ok(Ok(true)) => continue,
                Ok(Ok(false)) => {}
                Ok(Err(fault)) => tracing::warn!(%fault, "an import could not go on"),
                Err(_) => tracing::error!("an import has panicked"),
            }
            let _ = tokio::time::timeout(BACKSTOP, self.wake.notified()).await;
        }
    }

    /// Takes one import that has work, and does it to its end. Whether there was one.
    ///
    /// # Errors
    /// When the database is away, or the file cannot be read: the work is taken up again.
    pub async fn work(&self) -> Result<bool> {
        let Some(job) = self.take().await? else { return Ok(false) };
        let end = self.carry_out(&job).await?;
        self.settle(&job, end).await?;
        Ok(true)
    }

    async fn take(&self) -> Result<Option<Job>> {
        let now = self.clock.now();
        for (site, id, since) in self.db.read(|db| async move { rows::due(&db, now, LOOKED_AT).await }).await? {
            if !self.files.has(id).await? && now < since.after(LOST) {
                continue;
            }
            let (holder, lease) = (Uuid::from_bytes(random()), (now, now.after(LEASE)));
            let claim =
                self.db.write(move |tx| Box::pin(async move { rows::claim(tx, (site, id), holder, lease).await }));
            if let Some(job) = claim.await? {
                return Ok(Some(job));
            }
        }
        Ok(None)
    }

    fn lease(&self) -> (Timestamp, Timestamp) {
        let now = self.clock.now();
        (now, now.after(LEASE))
    }

    async fn carry_out(&self, job: &Job) -> Result<End> {
        if job.attempts > TRIES {
            return Ok(failed("interrupted", "导入多次中断，没有完成；已导入的卡保持不变，请重新上传"));
        }
        match sheet::digest(self.files.path(job.import.id)).await? {
            Some(digest) if digest == job.file => {}
            Some(_) => return Ok(failed("file-changed", "文件在服务器上被改动，没有继续导入，请重新上传")),
            None => return Ok(failed("file-lost", "文件在服务器上丢失，没有继续导入，请重新上传")),
        }
        let basis = match Basis::of(&self.sites, job.import.site).await {
            Err(fault) if fault.code() == NOT_HERE => return Ok(End::Failed(NOT_HERE.into())),
            basis => basis?,
        };
        match job.import.state {
            ImportState::Applying => self.put(job, basis).await,
            _ => self.check(job, basis).await,
        }
    }

    /// Reads the file and compares it with the register.
    async fn check(&self, job: &Job, basis: Basis) -> Result<End> {
        let Import { id, site, .. } = job.import;
        let digest = basis.digest();
        let mut parts = Parts::read(self.files.path(id), basis, 0);
        let (mut report, mut telling) = (Report::default(), Telling::all_of(Source::Register));
        loop {
            match parts.next().await? {
                Part::Header { telling: told, warnings } => (telling, report.warnings) = (told, warnings),
                Part::Lines(lines) => {
                    let (mut rows, mut facts) = (Vec::new(), Vec::new());
                    for line in lines {
                        match line.facts {
                            Ok(one) => {
                                rows.push(line.row);
                                facts.push(one);
                            }
                            Err(problems) => report.wrong(problems),
                        }
                    }
                    let facts: Arc<[CardFacts]> = facts.into();
                    let become_ = self.register.compare_told(site, facts.clone(), telling).await?;
                    for ((row, facts), becomes) in rows.into_iter().zip(&*facts).zip(become_) {
                        report.right(row, || masked(facts.number.printed()), becomes);
                    }
                    let (job, seen, lease) = (Arc::new(job.clone()), report.rows, self.lease());
                    let note = self.db.write(move |tx| {
                        let job = job.clone();
                        Box::pin(async move { rows::note_read(tx, &job, seen, lease).await })
                    });
                    if !note.await? {
                        return Ok(End::Taken);
                    }
                }
                Part::Fault(reason) => return Ok(End::Rejected(reason)),
                Part::End => break,
            }
        }
        if report.errors == 0 {
            let there = self.register.count(site).await?;
            report.missing = Some(there.saturating_sub(report.changed + report.same));
        }
        Ok(End::Checked(report, digest))
    }

    /// Puts the rows that are not yet applied into the register.
    async fn put(&self, job: &Job, basis: Basis) -> Result<End> {
        let changed =
            || failed("basis-changed", "场区的卡号格式、时区或权限组在检查后有改动，没有继续导入，请重新上传");
        if job.basis != Some(basis.digest()) {
            return Ok(changed());
        }
        let Import { id, site, rows_done, .. } = job.import;
        let mut parts = Parts::read(self.files.path(id), basis, rows_done);
        let (job, mut telling) = (Arc::new(job.clone()), Telling::all_of(Source::Register));
        loop {
            match parts.next().await? {
                Part::Header { telling: told, .. } => telling = told,
                Part::Lines(lines) => {
                    let count = lines.len() as u64;
                    let Ok(facts) = lines.into_iter().map(|line| line.facts).collect::<Result<Vec<_>, _>>() else {
                        return Ok(changed());
                    };
                    let (job, lease) = (job.clone(), self.lease());
                    let put = self.register.put_told(site, facts.into(), telling, move |tx, tally| {
                        let job = job.clone();
                        Box::pin(async move {
                            match rows::note_applied(tx, &job, (count, tally), lease).await? {
                                true => Ok(()),
                                false => Err(TAKEN.into()),
                            }
                        })
                    });
                    match put.await {
                        Err(fault) if fault.code() == TAKEN => return Ok(End::Taken),
                        put => put?,
                    };
                }
                Part::Fault(reason) => return Ok(End::Failed(reason)),
                Part::End => return Ok(End::Done),
            }
        }
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
        let (said, now) = (Arc::new((job.clone(), report, reason)), self.clock.now());
        self.db
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
        if to.is_open() { Ok(()) } else { self.files.remove(job.import.id).await }
    }
}
