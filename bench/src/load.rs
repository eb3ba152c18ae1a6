//! Load: so many connections, each with one request under way, every answer judged.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use kernel::{Clock, SystemClock};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{sleep, sleep_until, timeout_at},
};

use crate::{
    counters::Counters,
    http::Connection,
    operation::{Prepared, Request, Shared, lock},
    process::Spent,
};

/// How long after the end an answer is still waited for.
const GRACE: Duration = Duration::from_secs(10);

#[derive(Clone, Debug)]
pub struct Load {
    pub address: SocketAddr,
    /// Over how many connections.
    pub connections: usize,
    /// For how long before anything counts.
    pub warm: Duration,
    /// For how long then.
    pub measured: Duration,
    /// Requests per second on a fixed timetable. Without it a connection asks again when it has its answer.
    pub rate: Option<f64>,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Operations with right answers that counted.
    pub good: u64,
    /// Requests that were answered, also before anything counted.
    pub requests: u64,
    /// Wrong or missing answers, also before anything counted.
    pub bad: u64,
    /// Answers that said there is too much to do, those that counted.
    pub turned_away: u64,
    /// The first of them.
    pub first_bad: Option<String>,
    /// Those per second.
    pub per_second: f64,
    /// Milliseconds that half of the answers kept to.
    pub p50: f64,
    /// Milliseconds that 99 of 100 answers kept to.
    pub p99: f64,
    /// Milliseconds of the slowest answer.
    pub max: f64,
    /// Processor time while it counted.
    pub spent: Spent,
    /// Seconds it counted.
    pub seconds: f64,
    /// Time in which there was nothing to ask: the generator's fault.
    pub starved: Duration,
    /// What the server counted meanwhile, from the first request to the last.
    pub counters: Counters,
}

impl Figures {
    /// Microseconds of processor time for each right answer.
    pub fn microseconds(&self, seconds: f64) -> f64 {
        seconds * 1e6 / (self.good.max(1)) as f64
    }
}

struct Run {
    load: Load,
    operation: Shared,
    /// From when it counts; until when.
    counts: Instant,
    end: Instant,
    due: Option<Due>,
    tally: Mutex<Tally>,
}

/// When each request is due, told at that very time.
type Due = tokio::sync::Mutex<mpsc::UnboundedReceiver<Instant>>;

struct Tally {
    latencies: Histogram<u64>,
    figures: Figures,
    /// Until when there is nothing to ask.
    starved: Instant,
}

/// Loads the server. `spent` tells the processor time used so far.
///
/// # Errors
/// When there is no thread to be had for the timetable.
pub async fn run(load: &Load, operation: &Shared, spent: impl Fn() -> Spent) -> anyhow::Result<Figures> {
    let start = Instant::now();
    let counts = start + load.warm;
    let tally = Tally {
        latencies: Histogram::new_with_bounds(1_000, 60_000_000_000, 3)?,
        figures: Figures::default(),
        starved: start,
    };
    let run = Arc::new(Run {
        load: load.clone(),
        operation: Arc::clone(operation),
        counts,
        end: counts + load.measured,
        due: load.rate.map(|rate| timetable(start, counts + load.measured, rate)).transpose()?,
        tally: Mutex::new(tally),
    });
    let mut connections = JoinSet::new();
    for _ in 0..load.connections {
        connections.spawn(Arc::clone(&run).connection());
    }
    sleep_until(run.counts.into()).await;
    let (before, since) = (spent(), Instant::now());
    sleep_until(run.end.into()).await;
    let (spent, seconds) = (spent().since(before), since.elapsed().as_secs_f64());

    let last = run.end + GRACE;
    while let Ok(Some(_)) = timeout_at(last.into(), connections.join_next()).await {}
    for _ in 0..connections.len() {
        run.bad(format!("no answer {} s after the end", GRACE.as_secs()));
    }
    connections.shutdown().await;

    let Tally { latencies, figures, .. } = &*lock(&run.tally);
    let millis = |nanos: u64| nanos as f64 / 1e6;
    Ok(Figures {
        per_second: figures.good as f64 / load.measured.as_secs_f64(),
        p50: millis(latencies.value_at_quantile(0.5)),
        p99: millis(latencies.value_at_quantile(0.99)),
        max: millis(latencies.max()),
        spent,
        seconds,
        ..figures.clone()
    })
}

/// A thread of its own keeps time: it sleeps until a request is due, where a timer of the runtime would be a millisecond
/// late, and waiting awake would take a processor from what is measured.
fn timetable(start: Instant, end: Instant, rate: f64) -> std::io::Result<Due> {
    let (tell, due) = mpsc::unbounded_channel();
    let dues = (0..).map(move |turn: u32| start + Duration::from_secs_f64(f64::from(turn) / rate));
    thread::Builder::new().name("timetable".to_owned()).spawn(move || {
        for due in dues.take_while(|due| *due < end) {
            loop {
                let left = due.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                thread::park_timeout(left);
            }
            if tell.send(due).is_err() {
                break;
            }
        }
    })?;
    Ok(tokio::sync::Mutex::new(due))
}

impl Run {
    async fn connection(self: Arc<Self>) {
        let mut connection = Connection::new(self.load.address);
        let mut request = Request::default();
        while let Some(due) = self.turn().await {
            if !self.prepare(&mut request).await {
                break;
            }
            let began = due.unwrap_or_else(Instant::now);
            while self.ask(&mut connection, &mut request, due, began).await {}
        }
    }

    /// Asks, and judges the answer. Whether the operation goes on with another request.
    async fn ask(
        &self,
        connection: &mut Connection,
        request: &mut Request,
        due: Option<Instant>,
        began: Instant,
    ) -> bool {
        let answer = connection.ask(&request.bytes).await;
        let done = Instant::now();
        match answer {
            Ok(answer) => {
                lock(&self.tally).figures.requests += 1;
                let operation = lock(&self.operation);
                match operation.check(request, &answer) {
                    Ok(()) if operation.goes_on(request) => return true,
                    Ok(()) => self.good(due, began, done),
                    Err(_) if operation.turned_away(&answer) => self.turned_away(due, done),
                    Err(wrong) => self.bad(wrong),
                }
            }
            Err(fault) => {
                self.bad(format!("no answer: {fault}"));
                sleep(Duration::from_millis(20)).await;
            }
        }
        false
    }

    /// Waits for the next request's turn; tells when it was due, if it was due at any time. `None` at the end.
    async fn turn(&self) -> Option<Option<Instant>> {
        match &self.due {
            None => (Instant::now() < self.end).then_some(None),
            Some(due) => due.lock().await.recv().await.map(Some),
        }
    }

    /// Prepares the next request; waits where there is none to make. False when the end came first.
    async fn prepare(&self, request: &mut Request) -> bool {
        loop {
            let now = SystemClock.now();
            let then = match lock(&self.operation).prepare(now, request) {
                Prepared::Ready => return true,
                Prepared::At(then) => then,
            };
            let wait = u64::try_from(then * 1000 - now.millis()).unwrap_or_default().max(1);
            let until = (Instant::now() + Duration::from_millis(wait)).min(self.end);
            self.starved(until);
            sleep_until(until.into()).await;
            if Instant::now() >= self.end {
                return false;
            }
        }
    }

    fn counts(&self, due: Option<Instant>, done: Instant) -> bool {
        (self.counts..self.end).contains(&due.unwrap_or(done))
    }

    fn turned_away(&self, due: Option<Instant>, done: Instant) {
        if self.counts(due, done) {
            lock(&self.tally).figures.turned_away += 1;
        }
    }

    fn good(&self, due: Option<Instant>, began: Instant, done: Instant) {
        if self.counts(due, done) {
            let nanos = u64::try_from(done.saturating_duration_since(began).as_nanos()).unwrap_or(u64::MAX);
            let mut tally = lock(&self.tally);
            tally.latencies.saturating_record(nanos);
            tally.figures.good += 1;
        }
    }

    /// Nothing can be asked until then. Connections wait side by side: each stretch counts once.
    fn starved(&self, until: Instant) {
        let mut tally = lock(&self.tally);
        let from = tally.starved.max(Instant::now());
        tally.figures.starved += until.saturating_duration_since(from);
        tally.starved = until.max(from);
    }

    fn bad(&self, what: String) {
        let figures = &mut lock(&self.tally).figures;
        figures.bad += 1;
        figures.first_bad.get_or_insert(what);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use kernel::Timestamp;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;
    use crate::{
        http::Answer,
        operation::{Operation, wrong},
    };

    /// Asks a question; there is none before the time in it.
    struct Ping(i64);

    impl Operation for Ping {
        fn prepare(&mut self, now: Timestamp, request: &mut Request) -> Prepared {
            request.bytes = b"ping".to_vec();
            if now.seconds() < self.0 { Prepared::At(self.0) } else { Prepared::Ready }
        }

        fn check(&self, _: &Request, answer: &Answer) -> Result<(), String> {
            if answer.body == b"yes" { Ok(()) } else { Err(wrong("not yes", answer)) }
        }
    }

    /// Answers every question after `delay`; every `nth` answer is no, every `mth` none at all.
    async fn server(delay: Duration, nth: u64, mth: u64) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        tokio::spawn(async move {
            let answers = Arc::new(std::sync::atomic::AtomicU64::new(0));
            while let Ok((mut stream, _)) = listener.accept().await {
                let answers = Arc::clone(&answers);
                tokio::spawn(async move {
                    let mut request = [0; 4];
                    while stream.read_exact(&mut request).await.is_ok() {
                        sleep(delay).await;
                        let count = answers.fetch_add(1, Ordering::Relaxed) + 1;
                        if count.is_multiple_of(mth) {
                            return;
                        }
                        let body = if count.is_multiple_of(nth) { "no!" } else { "yes" };
                        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{body}");
                        stream.write_all(answer.as_bytes()).await.expect("sent");
                    }
                });
            }
        });
        address
    }

    fn load(address: SocketAddr, rate: Option<f64>) -> Load {
        let (warm, measured) = (Duration::from_millis(100), Duration::from_millis(500));
        Load { address, connections: 4, warm, measured, rate }
    }

    /// Three questions are one operation.
    struct Thrice;

    impl Operation for Thrice {
        fn prepare(&mut self, _: Timestamp, request: &mut Request) -> Prepared {
            (request.bytes, request.step) = (b"ping".to_vec(), 0);
            Prepared::Ready
        }

        fn goes_on(&self, request: &mut Request) -> bool {
            request.step += 1;
            request.step < 3
        }

        fn check(&self, _: &Request, answer: &Answer) -> Result<(), String> {
            if answer.body == b"yes" { Ok(()) } else { Err(wrong("not yes", answer)) }
        }
    }

    fn ping(not_before: i64) -> Shared {
        Arc::new(Mutex::new(Ping(not_before)))
    }

    #[tokio::test]
    async fn connections_ask_again_when_they_have_their_answer() {
        let address = server(Duration::from_millis(10), u64::MAX, u64::MAX).await;
        let figures = run(&load(address, None), &ping(0), Spent::default).await.expect("figures");
        assert_eq!((figures.bad, figures.first_bad), (0, None));
        assert!((20..=200).contains(&figures.good), "{} answers", figures.good);
        assert!(figures.p50 >= 10.0 && figures.p50 <= figures.p99 && figures.p99 <= figures.max);
        assert!((figures.per_second - figures.good as f64 * 2.0).abs() < 1e-6);
        assert_eq!(figures.starved, Duration::ZERO);
    }

    #[tokio::test]
    async fn several_requests_are_one_operation() {
        let address = server(Duration::from_millis(10), u64::MAX, u64::MAX).await;
        let thrice: Shared = Arc::new(Mutex::new(Thrice));
        let figures = run(&load(address, None), &thrice, Spent::default).await.expect("figures");
        assert_eq!((figures.bad, figures.first_bad), (0, None));
        assert!(figures.p50 >= 30.0, "three answers took {} ms", figures.p50);
        assert!(figures.requests >= 3 * figures.good && figures.good > 0, "{} requests", figures.requests);
    }

    #[tokio::test]
    async fn a_timetable_does_not_hide_that_the_server_is_slow() {
        // four connections can ask 40 times a second; 100 times a second are due
        let address = server(Duration::from_millis(100), u64::MAX, u64::MAX).await;
        let figures = run(&load(address, Some(100.0)), &ping(0), Spent::default).await.expect("figures");
        assert_eq!((figures.bad, figures.good), (0, 50));
        assert!(figures.max > 500.0, "the last one waited {} ms only", figures.max);
    }

    #[tokio::test]
    async fn a_timetable_is_kept() {
        let address = server(Duration::ZERO, u64::MAX, u64::MAX).await;
        let figures = run(&load(address, Some(400.0)), &ping(0), Spent::default).await.expect("figures");
        assert_eq!((figures.bad, figures.good), (0, 200));
    }

    #[tokio::test]
    async fn every_wrong_answer_is_counted() {
        let address = server(Duration::from_millis(1), 5, 7).await;
        let figures = run(&load(address, None), &ping(0), Spent::default).await.expect("figures");
        let first = figures.first_bad.expect("a first one");
        assert!(first.contains("not yes; status 200: no!"), "{first}");
        assert!(figures.bad >= 4, "{} bad", figures.bad);
        assert!(figures.good > 0);
    }

    #[tokio::test]
    async fn nobody_there_is_wrong_too() {
        let address = TcpListener::bind("127.0.0.1:0").await.and_then(|gone| gone.local_addr()).expect("a port");
        let figures = run(&load(address, None), &ping(0), Spent::default).await.expect("figures");
        assert_eq!(figures.good, 0);
        assert!(figures.first_bad.is_some_and(|first| first.starts_with("no answer")));
    }

    #[tokio::test]
    async fn a_time_without_questions_is_told() {
        let address = server(Duration::ZERO, u64::MAX, u64::MAX).await;
        let never = SystemClock.now().seconds() + 60;
        let figures = run(&load(address, None), &ping(never), Spent::default).await.expect("figures");
        assert_eq!((figures.good, figures.bad), (0, 0));
        assert!((300..=600).contains(&figures.starved.as_millis()), "{:?}", figures.starved);
    }
}
