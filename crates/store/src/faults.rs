//! Failures that tests put in the way of transactions. Without the feature `testing` there are none.

use sea_orm::DbErr;

/// A step of a transaction that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// BEGIN or SAVEPOINT.
    Begin,
    Statement,
    /// COMMIT or RELEASE.
    Commit,
    /// ROLLBACK.
    Rollback,
}

#[cfg(feature = "testing")]
pub use planned::{Faults, How};

#[cfg(not(feature = "testing"))]
#[derive(Clone)]
pub(crate) struct Faults;

/// Whether the answer of a COMMIT reaches us.
pub(crate) struct Answer {
    lost: bool,
}

impl Answer {
    pub(crate) fn arrives(self) -> Result<(), DbErr> {
        if self.lost { Err(lost_connection()) } else { Ok(()) }
    }
}

fn lost_connection() -> DbErr {
    let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    DbErr::Exec(sea_orm::RuntimeErr::SqlxError(std::sync::Arc::new(reset.into())))
}

#[cfg(not(feature = "testing"))]
impl Faults {
    pub(crate) fn of(_: &str) -> Self {
        Self
    }

    #[expect(clippy::unused_async, reason = "as with faults")]
    pub(crate) async fn before(&self, _: Step, _: &impl sea_orm::ConnectionTrait) -> Result<Answer, DbErr> {
        Ok(Answer { lost: false })
    }
}

#[cfg(feature = "testing")]
mod planned {
    use std::{
        borrow::Cow,
        collections::BTreeMap,
        fmt,
        path::PathBuf,
        sync::{Arc, Mutex, PoisonError},
    };

    use sea_orm::{
        ConnectionTrait, DbBackend, DbErr, RuntimeErr,
        sqlx::{
            self,
            error::{DatabaseError, ErrorKind},
        },
    };

    use super::{Answer, Step};

    /// How a step fails.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum How {
        /// The disk is full. SQLite ends the transaction then.
        Full,
        /// The disk does not answer. SQLite ends the transaction then.
        Io,
        /// Somebody else has the lock. SQLite goes on with the transaction.
        Busy,
        /// The connection is gone before the step: the server kills it; SQLite's thread has died.
        Killed,
        /// The step is done and its answer is lost. Only COMMIT on a server; else nothing happens.
        AnswerLost,
        /// A bug in the driver.
        Panic,
    }

    const CYCLE: [How; 6] = [How::Full, How::Killed, How::Busy, How::AnswerLost, How::Io, How::Panic];

    #[derive(Default)]
    struct Plan {
        /// After so many more of these steps, one fails.
        once: Vec<(Step, u64, How)>,
        /// Each of these fails.
        always: Option<(Step, How)>,
        /// While this file names a number, every so many-th step of a kind fails, in each way by turns.
        every: Option<PathBuf>,
        seen: BTreeMap<Step, u64>,
        failed: u64,
    }

    impl Plan {
        fn next(&mut self, step: Step) -> Option<How> {
            let seen = self.seen.entry(step).or_default();
            *seen += 1;
            let mut how = None;
            let every =
                self.every.as_ref().and_then(|file| std::fs::read_to_string(file).ok()?.trim().parse::<u64>().ok());
            if let Some(every) = every {
                // statements are several to a transaction
                let every = if step == Step::Statement { every * 4 } else { every };
                how = seen
                    .is_multiple_of(every)
                    .then(|| CYCLE[usize::try_from(*seen / every).unwrap_or(0) % CYCLE.len()]);
            }
            for (at, left, planned) in &mut self.once {
                if *at == step {
                    *left = left.wrapping_sub(1);
                    if *left == 0 {
                        how = Some(*planned);
                    }
                }
            }
            how = how.or(self.always.filter(|(at, _)| *at == step).map(|(_, how)| how));
            self.failed += u64::from(how.is_some());
            how
        }
    }

    /// The failures that are planned for one database.
    #[derive(Clone, Default)]
    pub struct Faults(Arc<Mutex<Plan>>);

    static ALL: Mutex<BTreeMap<String, Faults>> = Mutex::new(BTreeMap::new());

    /// The variable that names the file.
    const EVERY: &str = "KAIMEN_TEST_FAULTS";

    impl Faults {
        /// Those of the database of this URL, in this process.
        pub fn of(url: &str) -> Self {
            let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
            let new = || {
                let every = std::env::var_os(EVERY).map(PathBuf::from);
                Self(Arc::new(Mutex::new(Plan { every, ..Plan::default() })))
            };
            all.entry(url.to_owned()).or_insert_with(new).clone()
        }

        fn plan(&self) -> std::sync::MutexGuard<'_, Plan> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }

        /// Has the `nth` of the coming steps of this kind fail, counted from 1.
        pub fn fail(&self, step: Step, nth: u64, how: How) {
            self.plan().once.push((step, nth, how));
        }

        /// Has every step of this kind fail.
        pub fn fail_from_now_on(&self, step: Step, how: How) {
            self.plan().always = Some((step, how));
        }

        /// How many steps have failed so far.
        pub fn failed(&self) -> u64 {
            self.plan().failed
        }

        /// Nothing fails any more.
        pub fn end(&self) {
            let mut plan = self.plan();
            plan.once.clear();
            plan.always = None;
        }

        pub(crate) async fn before(&self, step: Step, connection: &impl ConnectionTrait) -> Result<Answer, DbErr> {
            let how = self.plan().next(step);
            let backend = connection.get_database_backend();
            let (server, ended) = (backend != DbBackend::Sqlite, matches!(step, Step::Statement | Step::Commit));
            let code = match how {
                None => return Ok(Answer { lost: false }),
                Some(How::AnswerLost) => return Ok(Answer { lost: step == Step::Commit && server }),
                Some(How::Panic) => panic!("meant: a bug in the driver at {step:?}"),
                Some(How::Killed) if server => {
                    let kill = match backend {
                        DbBackend::Postgres => "SELECT pg_terminate_backend(pg_backend_pid())",
                        _ => "KILL CONNECTION_ID()",
                    };
                    let _ = connection.execute_unprepared(kill).await;
                    return Ok(Answer { lost: false });
                }
                Some(How::Killed) => None,
                Some(How::Full) => Some(if server { "53100" } else { "13" }),
                Some(How::Io) => Some(if server { "58030" } else { "10" }),
                Some(How::Busy) => Some(if server { "55P03" } else { "5" }),
            };
            if !server && ended && how != Some(How::Busy) {
                // behind the driver's back, as SQLite does it
                let _ = connection.execute_unprepared("ROLLBACK").await;
            }
            let error = code.map_or(sqlx::Error::WorkerCrashed, |code| sqlx::Error::Database(Box::new(Said(code))));
            Err(DbErr::Exec(RuntimeErr::SqlxError(Arc::new(error))))
        }
    }

    /// What a database says, by its code.
    #[derive(Debug)]
    struct Said(&'static str);

    impl fmt::Display for Said {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "meant: error {}", self.0)
        }
    }

    impl std::error::Error for Said {}

    impl DatabaseError for Said {
        fn message(&self) -> &str {
            self.0
        }

        fn code(&self) -> Option<Cow<'_, str>> {
            Some(self.0.into())
        }

        fn kind(&self) -> ErrorKind {
            ErrorKind::Other
        }

        fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
            self
        }

        fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
            self
        }

        fn into_error(self: Box<Self>) -> Box<dyn std::error::Error + Send + Sync + 'static> {
            self
        }
    }
}
