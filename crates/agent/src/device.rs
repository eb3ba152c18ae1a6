use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use kernel::{
    BootId, Clock, ScanId, SystemClock,
    device_signature::{SIGN, TIME},
};
use reqwest::{Client, Response, StatusCode, Url, header::CONTENT_TYPE};
use tokio::time::{Instant, sleep, timeout_at};

use crate::{Error, Identity, Problem, Reply, Result, Scan, Scanned, Signed, wire::NewDevice};

/// Who waits longer than this has gone; with all its tries a scan takes no more.
pub const ANSWER: Duration = Duration::from_secs(2);
/// An enrolment has more time: somebody is watching it.
const ENROLMENT: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(50);
/// No reply of ours is longer.
const LONGEST_REPLY: usize = 64 * 1024;
const FIRMWARE: &str = env!("CARGO_PKG_VERSION");

/// A device that was let in, powered on.
pub struct Device {
    identity: Identity,
    scans: Url,
    http: Client,
    clock: Arc<dyn Clock>,
    boot: BootId,
    seq: AtomicU64,
}

/// An HTTP client fit for a device: straight to the server, no redirects, and no repeats but the device's own, which are
/// signed anew.
///
/// # Errors
/// When the system's certificates cannot be read.
pub fn client() -> Result<Client> {
    // already installed is as good
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT)
        .user_agent(concat!("kaimen-agent/", env!("CARGO_PKG_VERSION")));
    Ok(client.build()?)
}

impl Device {
    /// Shows a claim code and is let in. The reply is not signed: the key only comes with it, so use https.
    ///
    /// # Errors
    /// [`Error::Refused`] for a claim that is not good, and what may go wrong on the way.
    pub async fn enroll(http: Client, base: &str, claim: &str, serial: &str, model: &str) -> Result<Self> {
        let request = http.post(at(base, "/device/v1/enroll")?).json(&NewDevice { claim, serial, model, fw: FIRMWARE });
        let (status, _, body) = exchange(request, Instant::now() + ENROLMENT, ENROLMENT).await?;
        if status != StatusCode::CREATED {
            return Err(refusal(status, &body));
        }
        Self::new(http, base, serde_json::from_slice(&body)?)
    }

    /// Powers on a device that was let in before: a new run begins.
    ///
    /// # Errors
    /// [`Error::Address`].
    pub fn new(http: Client, base: &str, identity: Identity) -> Result<Self> {
        let clock = Arc::new(SystemClock);
        let (scans, boot) = (at(base, "/device/v1/scan")?, BootId::new(clock.now()));
        Ok(Self { identity, scans, http, clock, boot, seq: AtomicU64::new(0) })
    }

    /// What it is; what to keep for the next run.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Whether a door of this number is one of its own.
    pub fn serves(&self, door: u16) -> bool {
        self.identity.doors.iter().any(|one| one.number == door)
    }

    /// Signs a request, now. `target` is the path, with `?` and the query where there is one.
    pub fn signed(&self, method: &str, target: &str, body: &[u8]) -> Signed {
        self.identity.signed(self.clock.now(), method, target, body)
    }

    /// Reads a code at a door and asks whether to open.
    ///
    /// # Errors
    /// Whatever leaves it without a proved answer; the door stays shut.
    pub async fn scan(&self, door: u16, code: &str) -> Result<Scanned> {
        self.ask(&self.read(door, code)?).await
    }

    /// Reads a code at a door, and asks nobody yet.
    ///
    /// # Errors
    /// [`Error::NoSuchDoor`].
    pub fn read(&self, door: u16, code: &str) -> Result<Scan> {
        if !self.serves(door) {
            return Err(Error::NoSuchDoor(door));
        }
        let now = self.clock.now();
        Ok(Scan {
            scan_id: ScanId::new(now),
            boot_id: self.boot,
            seq: self.seq.fetch_add(1, Ordering::Relaxed) + 1,
            door,
            code: code.to_owned(),
            kind: "qr",
            read_at: now,
        })
    }

    /// Asks whether to open. A connection that is lost is tried again with the very same scan, so that the server opens
    /// at most once, and all of it within [`ANSWER`].
    ///
    /// # Errors
    /// Whatever leaves it without a proved answer; the door stays shut.
    pub async fn ask(&self, scan: &Scan) -> Result<Scanned> {
        let (body, until) = (serde_json::to_vec(scan)?, Instant::now() + ANSWER);
        loop {
            match self.try_to_ask(scan.scan_id, &body, until).await {
                Err(Error::Lost(_)) if Instant::now() + PAUSE < until => sleep(PAUSE).await,
                answer => return answer,
            }
        }
    }

    async fn try_to_ask(&self, scan: ScanId, body: &[u8], until: Instant) -> Result<Scanned> {
        let sent = self.signed("POST", self.scans.path(), body);
        let request = self.http.post(self.scans.clone()).header(CONTENT_TYPE, "application/json").body(body.to_vec());
        let request = sent.headers().fold(request, |request, (name, value)| request.header(name, value));
        let (status, proof, body) = exchange(request, until, ANSWER).await?;
        let reply =
            Reply { status: status.as_u16(), time: proof.time.as_deref(), sign: proof.sign.as_deref(), body: &body };
        if let Err(why) = self.identity.prove(&sent, &reply, self.clock.now()) {
            return Err(Error::Unproved { why, status: reply.status, said: Problem::read(&body) });
        }
        if status != StatusCode::OK {
            return Err(refusal(status, &body));
        }
        let scanned: Scanned = serde_json::from_slice(&body)?;
        if scanned.scan_id == scan { Ok(scanned) } else { Err(Error::Garbled("it answers another scan".into())) }
    }
}

/// The headers that prove a reply.
struct Proof {
    time: Option<String>,
    sign: Option<String>,
}

async fn exchange(
    request: reqwest::RequestBuilder,
    until: Instant,
    patience: Duration,
) -> Result<(StatusCode, Proof, Vec<u8>)> {
    let exchange = async {
        let response = request.send().await?;
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (status, proof) = (response.status(), Proof { time: header(TIME), sign: header(SIGN) });
        Ok((status, proof, body_of(response).await?))
    };
    timeout_at(until, exchange).await.unwrap_or(Err(Error::Late(patience)))
}

async fn body_of(mut response: Response) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LONGEST_REPLY {
            return Err(Error::Garbled("it does not end".into()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn refusal(status: StatusCode, body: &[u8]) -> Error {
    Problem::read(body).map_or_else(|| Error::Garbled(format!("HTTP {status}")), Error::Refused)
}

fn at(base: &str, path: &str) -> Result<Url> {
    let bad = || Error::Address(base.to_owned());
    let url: Url = format!("{}{path}", base.trim_end_matches('/')).parse().map_err(|_| bad())?;
    let plain = matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none();
    if plain { Ok(url) } else { Err(bad()) }
}
