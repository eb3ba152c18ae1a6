//! Argon2id on threads of its own, few, of the lowest priority, and resting as long as they work: a storm of logins waits
//! in a queue, and doors do not wait for it.

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc},
    time::Duration,
};

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use kernel::{Code, Kind, Result, random};
use secrecy::{ExposeSecret, SecretString};
use tokio::{sync::oneshot, time::timeout};

/// Longest a login waits for its turn.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many may wait.
const QUEUE: usize = 256;
/// OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const NICEST: i32 = 19;

const BUSY: Code = Code::new(Kind::Unavailable, "login-busy", "登录的人太多，请稍等几秒再试");
const HASH_FAILED: Code = Code::new(Kind::Internal, "password-inconsistent", "账号资料有误，请联系管理处");

type Job = Box<dyn FnOnce(&Argon2<'static>) + Send>;

/// Of no password: what is checked where there is no account, so that it takes as long.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5L2hhcy90aGlz$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// Hashes and checks passwords. Cheap to clone; the threads end with the last clone.
#[derive(Clone)]
pub struct Hashing {
    queue: mpsc::SyncSender<Job>,
    patience: Duration,
}

fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let (seconds, nanos) = (u64::try_from(time.tv_sec), u32::try_from(time.tv_nsec));
    Duration::new(seconds.unwrap_or_default(), nanos.unwrap_or_default())
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| HASH_FAILED)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hashed(argon2: &Argon2<'static>, password: &SecretString) -> Result<String> {
    let salt = random::<16>();
    let hash = argon2.hash_password_with_salt(password.expose_secret().as_bytes(), &salt).map_err(|_| HASH_FAILED)?;
    Ok(hash.to_string())
}

fn fits(argon2: &Argon2<'static>, password: &SecretString, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    argon2.verify_password(password.expose_secret().as_bytes(), &hash).is_ok()
}

impl Hashing {
    /// So many threads; 0: half the cores, at least one. Each takes 19 MiB while it works.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn start(threads: usize) -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = if threads == 0 { (cores / 2).max(1) } else { threads };
        let (queue, jobs) = mpsc::sync_channel::<Job>(QUEUE);
        let jobs = Arc::new(Mutex::new(jobs));
        for n in 0..threads {
            let (jobs, argon2) = (jobs.clone(), argon2()?);
            std::thread::Builder::new().name(format!("argon2-{n}")).spawn(move || {
                // where it is not allowed, hashing is merely less polite
                let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICEST);
                loop {
                    let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(job) = job else { break };
                    let before = processor_time();
                    job(&argon2);
                    // a low priority counts only among one's own: Linux weighs groups of processes before threads, and a
                    // database beside us would have to share evenly with every hash
                    std::thread::park_timeout(processor_time().saturating_sub(before));
                }
            })?;
        }
        Ok(Self { queue, patience: PATIENCE })
    }

    /// The same with another longest wait in place of 2 s.
    #[must_use]
    pub fn patient_for(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    async fn run<T: Send + 'static>(&self, act: impl FnOnce(&Argon2<'static>) -> T + Send + 'static) -> Result<T> {
        let ((call, turn), (reply, answer)) = (oneshot::channel(), oneshot::channel());
        let job: Job = Box::new(move |argon2| {
            if call.send(()).is_ok() {
                let _ = reply.send(act(argon2));
            }
        });
        let busy = || BUSY.retry_after(PATIENCE);
        self.queue.try_send(job).map_err(|_| busy())?;
        // what is begun is waited for: no work is thrown away
        if !matches!(timeout(self.patience, turn).await, Ok(Ok(()))) {
            metrics::counter!("kaimen_logins_turned_away_total").increment(1);
            return Err(busy());
        }
        answer.await.map_err(|_| busy())
    }

    /// The hash of a password, as a PHC string.
    ///
    /// # Errors
    /// `login-busy` when too many wait.
    pub(crate) async fn hash(&self, password: SecretString) -> Result<String> {
        self.run(move |argon2| hashed(argon2, &password)).await?
    }

    /// Whether the password fits the hash. Without a hash it takes as long and does not fit.
    ///
    /// # Errors
    /// `login-busy` when too many wait.
    pub(crate) async fn verify(&self, password: SecretString, hash: Option<String>) -> Result<bool> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| DUMMY.to_owned());
        Ok(self.run(move |argon2| fits(argon2, &password, &hash)).await? && known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_no_other() {
        let hashing = Hashing::start(1).unwrap();
        let hash = hashing.hash("correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let costs = |hash: &str| hash.rsplitn(3, '$').last().map(str::to_owned);
        assert_eq!(costs(&hash), costs(DUMMY), "a password nobody has takes as long");
        assert!(PasswordHash::new(DUMMY).is_ok());
        assert_ne!(hash, hashing.hash("correct horse".into()).await.unwrap(), "every hash has a salt of its own");
        assert!(hashing.verify("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!hashing.verify("correct hors".into(), Some(hash)).await.unwrap());
        assert!(!hashing.verify("correct horse".into(), None).await.unwrap());
        assert!(!hashing.verify("correct horse".into(), Some("rubbish".into())).await.unwrap());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn who_waits_too_long_is_turned_away_and_not_worked_for() {
        let hashing = Hashing::start(1).unwrap();
        let (release, held) = mpsc::channel::<()>();
        let (start, started) = oneshot::channel();
        let (blocker, hashing) = (hashing.clone(), hashing.patient_for(Duration::from_millis(50)));
        let block = move |_: &Argon2<'static>| (start.send(()), held.recv());
        let blocking = tokio::spawn(async move { blocker.run(block).await });
        started.await.unwrap();
        let waiting = hashing.hash("correct horse".into()).await;
        assert_eq!(waiting.unwrap_err().code(), BUSY);
        release.send(()).ok();
        let _ = blocking.await;
        let hashing = hashing.patient_for(Duration::from_secs(30));
        assert!(hashing.hash("correct horse".into()).await.is_ok(), "afterwards all is well");
    }
}
