//! Checking a file and applying it, whatever its rows are about.

use std::sync::Arc;

use async_trait::async_trait;
use kernel::{Code, INTERNAL, Kind, Result, SiteId};

use crate::{
    desk::Desk,
    import::{Import, ImportState, Job},
    report::{Reason, Report},
    rows,
    sheet::{self, Part, Parts},
    subject::{Note, Subject},
};

/// Work that was begun so often without getting on is given up.
const TRIES: i32 = 5;

/// The work has gone to somebody else, or nobody wants it any more. Nobody outside meets it.
pub(crate) const TAKEN: Code = Code::new(Kind::Conflict, "import-taken", "这次导入已由另一台服务器接手");

/// How work has ended.
pub(crate) enum End {
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

fn basis_changed<S: Subject>() -> End {
    failed("basis-changed", &format!("{}在检查后有改动，没有继续导入，请重新上传", S::BASIS))
}

/// What can be done with any subject.
#[async_trait]
pub(crate) trait Stages: Send + Sync {
    /// Whether something can be imported there.
    ///
    /// # Errors
    /// As [`Subject::basis`].
    async fn ready(&self, site: SiteId) -> Result<()>;

    /// Does a piece of work to its end.
    ///
    /// # Errors
    /// When the database is away, or the file cannot be read.
    async fn carry_out(&self, desk: &Desk, job: &Job) -> Result<End>;
}

#[async_trait]
impl<S: Subject> Stages for S {
    async fn ready(&self, site: SiteId) -> Result<()> {
        self.basis(site).await.map(|_| ())
    }

    async fn carry_out(&self, desk: &Desk, job: &Job) -> Result<End> {
        if job.attempts > TRIES {
            let text = format!("导入多次中断，没有完成；已导入的{}保持不变，请重新上传", S::NOUN);
            return Ok(failed("interrupted", &text));
        }
        match sheet::digest(desk.files.path(job.import.id)).await? {
            Some(digest) if digest == job.file => {}
            Some(_) => return Ok(failed("file-changed", "文件在服务器上被改动，没有继续导入，请重新上传")),
            None => return Ok(failed("file-lost", "文件在服务器上丢失，没有继续导入，请重新上传")),
        }
        let basis = match self.basis(job.import.site).await {
            Err(fault) if fault.code().kind == Kind::Conflict => return Ok(End::Failed(fault.code().into())),
            basis => basis?,
        };
        match job.import.state {
            ImportState::Applying if job.basis != Some(basis.1) => Ok(basis_changed::<S>()),
            ImportState::Applying => put(self, desk, job, basis.0).await,
            _ => check(self, desk, job, basis).await,
        }
    }
}

/// Reads the file and compares it with what is there.
async fn check<S: Subject>(subject: &S, desk: &Desk, job: &Job, basis: (S::Basis, [u8; 32])) -> Result<End> {
    let (Import { id, site, .. }, (basis, digest)) = (&job.import, basis);
    let (mut parts, job) = (Parts::<S>::read(desk.files.path(*id), basis, 0), Arc::new(job.clone()));
    let (mut report, mut mask) = (Report::default(), None);
    loop {
        match (parts.next().await?, mask) {
            (Part::Header { mask: told, warnings }, _) => (mask, report.warnings) = (Some(told), warnings),
            (Part::Lines(lines), Some(mask)) => {
                let (mut rows, mut facts) = (Vec::new(), Vec::new());
                for line in lines {
                    match line.fact {
                        Ok(one) => {
                            rows.push(line.row);
                            facts.push(one);
                        }
                        Err(problems) => report.wrong(problems),
                    }
                }
                let facts: Arc<[S::Fact]> = facts.into();
                let become_ = subject.compare(*site, facts.clone(), mask).await?;
                for ((row, fact), becomes) in rows.into_iter().zip(&*facts).zip(become_) {
                    report.right(row, || S::masked(fact), becomes);
                }
                let (job, seen, lease) = (job.clone(), report.rows, desk.lease());
                let note = desk.db.write(move |tx| {
                    let job = job.clone();
                    Box::pin(async move { rows::note_read(tx, &job, seen, lease).await })
                });
                if !note.await? {
                    return Ok(End::Taken);
                }
            }
            (Part::Fault(reason), _) => return Ok(End::Rejected(reason)),
            (Part::Lines(_), None) => return Err(INTERNAL.into()),
            (Part::End { warnings }, _) => {
                report.warnings.extend(warnings);
                break;
            }
        }
    }
    if report.errors == 0 {
        let there = subject.count(*site).await?;
        report.missing = Some(there.saturating_sub(report.changed + report.same));
    }
    Ok(End::Checked(report, digest))
}

/// Puts the rows that are not yet applied where they belong.
async fn put<S: Subject>(subject: &S, desk: &Desk, job: &Job, basis: S::Basis) -> Result<End> {
    let Import { id, site, rows_done, .. } = job.import;
    let (mut parts, job) = (Parts::<S>::read(desk.files.path(id), basis, rows_done), Arc::new(job.clone()));
    let mut mask = None;
    loop {
        match (parts.next().await?, mask) {
            (Part::Header { mask: told, .. }, _) => mask = Some(told),
            (Part::Lines(lines), Some(mask)) => {
                let count = lines.len() as u64;
                let Ok(facts) = lines.into_iter().map(|line| line.fact).collect::<Result<Vec<_>, _>>() else {
                    return Ok(basis_changed::<S>());
                };
                let (job, lease) = (job.clone(), desk.lease());
                let note: Note = Arc::new(move |tx, tally| {
                    let job = job.clone();
                    Box::pin(async move {
                        match rows::note_applied(tx, &job, (count, tally), lease).await? {
                            true => Ok(()),
                            false => Err(TAKEN.into()),
                        }
                    })
                });
                match subject.put(site, facts.into(), mask, note).await {
                    Err(fault) if fault.code() == TAKEN => return Ok(End::Taken),
                    put => put?,
                }
            }
            (Part::Fault(reason), _) => return Ok(End::Failed(reason)),
            (Part::Lines(_), None) => return Err(INTERNAL.into()),
            (Part::End { .. }, _) => return Ok(End::Done),
        }
    }
}
