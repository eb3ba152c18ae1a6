use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use futures_util::{FutureExt, future::join_all};
use kernel::macros::uuid::Uuid;
use store::{
    ConnectionTrait, DATABASE_AWAY, Db, Health, OUTCOME_UNKNOWN,
    testing::{Backend, database},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Barrier, watch},
};

use crate::{numbers, some_id, until, write_number};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Whole,
    /// Nothing passes and nobody is told: sockets stay open for ever, new ones too.
    Silent,
    /// Sockets are closed, new ones at once.
    Cut,
    /// A socket is closed at its COMMIT, which does not arrive.
    CommitUnsent,
    /// A socket is closed after its COMMIT was answered; the answer does not arrive.
    CommitUnanswered,
}

/// A line between us and a database that can be broken. What fell silent stays silent also after it is mended.
struct Proxy {
    address: SocketAddr,
    line: Arc<watch::Sender<Line>>,
    /// A socket is closed when the clients have said something so many more times.
    left: Arc<AtomicI64>,
}

const CHUNK: usize = 16 * 1024;

/// Carries until the line, or what passes, says that this socket ends.
async fn pass(
    near: &mut TcpStream,
    far: &mut TcpStream,
    line: &watch::Sender<Line>,
    left: &AtomicI64,
) -> io::Result<()> {
    let (mut there, mut back) = ([0; CHUNK], [0; CHUNK]);
    loop {
        tokio::select! {
            read = near.read(&mut there) => {
                let said = &there[..read?];
                if said.is_empty() || left.fetch_sub(1, Ordering::Relaxed) == 1 {
                    return Ok(());
                }
                let commits = said.windows(6).any(|word| word == b"COMMIT");
                let now = *line.borrow();
                if now == Line::CommitUnsent && commits {
                    return Ok(());
                }
                far.write_all(said).await?;
                if now == Line::CommitUnanswered && commits {
                    // the server has answered: its commit is done
                    return far.read(&mut back).await.map(drop);
                }
            }
            read = far.read(&mut back) => match read? {
                0 => return Ok(()),
                read => near.write_all(&back[..read]).await?,
            },
        }
    }
}

async fn carry(mut near: TcpStream, to: String, line: Arc<watch::Sender<Line>>, left: Arc<AtomicI64>) {
    let broken = |line: &Line| matches!(line, Line::Silent | Line::Cut);
    let mut seen = line.subscribe();
    let mut far = None;
    if !broken(&line.borrow()) {
        let Ok(mut reached) = TcpStream::connect(to).await else { return };
        tokio::select! {
            _ = pass(&mut near, &mut reached, &line, &left) => return,
            _ = seen.wait_for(broken) => far = Some(reached),
        }
    }
    if *line.borrow() == Line::Silent {
        std::future::pending::<()>().await; // holds both
    }
    drop(far);
}

impl Proxy {
    async fn before(to: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, line) = (listener.local_addr().unwrap(), Arc::new(watch::Sender::new(Line::Whole)));
        let left = Arc::new(AtomicI64::new(i64::MAX));
        let (seen, counted) = (line.clone(), left.clone());
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, to.clone(), seen.clone(), counted.clone()));
            }
        });
        Self { address, line, left }
    }

    fn becomes(&self, line: Line) {
        self.line.send_replace(line);
    }
}

/// The same database behind a proxy.
async fn behind_proxy(url: &str) -> (Proxy, String) {
    let (head, rest) = url.split_once('@').expect("a URL with a user");
    let (host, name) = rest.split_once('/').expect("a URL with a database");
    let proxy = Proxy::before(host.to_owned()).await;
    let url = format!("{head}@{}/{name}", proxy.address);
    (proxy, url)
}

const MANY: usize = 12;

/// Has the pool hold many connections: each that dies silently could swallow a write.
async fn open_many(db: &Db) {
    let all_at_once = Arc::new(Barrier::new(MANY));
    let acts = (0..MANY).map(|_| {
        let all_at_once = all_at_once.clone();
        db.write(move |tx| {
            let all_at_once = all_at_once.clone();
            Box::pin(async move {
                tx.execute_unprepared("SELECT 1").await?;
                all_at_once.wait().await;
                Ok(())
            })
        })
    });
    for outcome in join_all(acts).await {
        outcome.unwrap();
    }
}

/// Writes until one write succeeds. Those that fail say that the database is away.
async fn writes_again(db: &Db, id: Uuid) {
    for _ in 0..3 {
        match write_number(db, id, 1).await {
            Ok(()) => return,
            Err(fault) => assert_eq!(fault.code(), DATABASE_AWAY, "{fault}"),
        }
    }
    panic!("three writes failed after it said that it answers");
}

async fn survives(backend: Backend, broken: Line) {
    let Some(database) = database(backend).await else { return };
    let (proxy, url) = behind_proxy(&database.url).await;
    let db = Db::connect(&url).await.unwrap();
    let (before, during, after) = (some_id(), some_id(), some_id());
    open_many(&db).await;
    write_number(&db, before, 1).await.unwrap();
    assert_eq!(db.health(), Health::Ok);

    proxy.becomes(broken);
    let caught = tokio::spawn({
        let db = db.clone();
        async move { write_number(&db, during, 1).await }
    });
    until("the loss is noticed", || async { db.health() == Health::Away }.boxed()).await;
    let refused = async {
        let fault = caught.await.unwrap().expect_err("nothing can be written now");
        assert_eq!(fault.code(), DATABASE_AWAY);
        assert!(fault.retry_after().is_some());
    };
    let mended = async {
        proxy.becomes(Line::Whole);
        until("it answers again", || async { db.health() == Health::Ok }.boxed()).await;
        writes_again(&db, after).await;
    };
    if broken == Line::Silent {
        tokio::join!(refused, mended); // whoever was caught is let go, and holds nobody up meanwhile
    } else {
        refused.await;
        mended.await;
    }
    let there = numbers(&db).await;
    assert_eq!(there.into_keys().collect::<std::collections::BTreeSet<_>>(), [before, after].into());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_postgres_is_given_up_and_written_to_again_by_itself() {
    survives(Backend::Postgres, Line::Silent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_mariadb_is_given_up_and_written_to_again_by_itself() {
    survives(Backend::Mysql, Line::Silent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_was_cut_off_is_written_to_again_by_itself() {
    survives(Backend::Postgres, Line::Cut).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mariadb_that_was_cut_off_is_written_to_again_by_itself() {
    survives(Backend::Mysql, Line::Cut).await;
}

#[tokio::test]
async fn a_database_that_is_not_there_is_no_database() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert!(Db::connect(&format!("postgres://x:x@127.0.0.1:{port}/x")).await.is_err());
}

/// A connection cut at COMMIT leaves it open whether the transaction stands: nobody is told that it does or does not.
async fn is_unknown_when_cut_at_commit(backend: Backend) {
    let Some(database) = database(backend).await else { return };
    let (proxy, url) = behind_proxy(&database.url).await;
    let db = Db::connect(&url).await.unwrap();
    let mut kept = Vec::new();
    for line in [Line::CommitUnsent, Line::CommitUnanswered] {
        let id = some_id();
        proxy.becomes(line);
        let mut fault = write_number(&db, id, 1).await.unwrap_err();
        while fault.code() == DATABASE_AWAY {
            // a new connection takes its time; nothing was written
            fault = write_number(&db, id, 1).await.unwrap_err();
        }
        proxy.becomes(Line::Whole);
        assert_eq!(fault.code(), OUTCOME_UNKNOWN, "{line:?}: {fault}");
        assert!(fault.retry_after().is_some());
        until("it writes again", || async { write_number(&db, some_id(), 2).await.is_ok() }.boxed()).await;
        kept.push(numbers(&db).await.contains_key(&id));
    }
    assert_eq!(kept, [false, true], "the one did not arrive, the other did");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_is_cut_off_at_a_commit_leaves_its_outcome_unknown() {
    is_unknown_when_cut_at_commit(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mariadb_that_is_cut_off_at_a_commit_leaves_its_outcome_unknown() {
    is_unknown_when_cut_at_commit(Backend::Mysql).await;
}

/// Migrations that are cut off, ever later. The next start finishes each.
async fn migrations_cut_anywhere_are_finished(backend: Backend) {
    const PLACES: i64 = 12;
    let Some(database) = database(backend).await else { return };
    let admin = sea_orm::Database::connect(&database.url).await.unwrap();
    let (server, name) = database.url.rsplit_once('/').unwrap();
    let (mut messages, mut cut_off) = (0, 0);
    for field in 0..PLACES {
        let direct = format!("{server}/{name}_{field}");
        admin.execute_unprepared(&format!("CREATE DATABASE {name}_{field}")).await.unwrap();
        let (proxy, url) = behind_proxy(&direct).await;
        let left = if field == 0 { i64::MAX } else { messages * field / PLACES };
        proxy.left.store(left, Ordering::Relaxed);
        let ended = Db::migrate(&url).await.is_ok();
        if field == 0 {
            messages = i64::MAX - proxy.left.load(Ordering::Relaxed);
        }
        cut_off += usize::from(!ended);
        Db::migrate(&direct).await.unwrap_or_else(|fault| panic!("cut off after {left} of {messages}: {fault}"));
        write_number(&Db::connect(&direct).await.unwrap(), some_id(), 1).await.unwrap();
    }
    println!("{backend:?}: cut off at {cut_off} places of {messages} messages, finished each time");
    assert!(cut_off > 6, "it was cut off in between");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn migrations_of_postgres_that_are_cut_off_are_finished_by_the_next_start() {
    migrations_cut_anywhere_are_finished(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn migrations_of_mariadb_that_are_cut_off_are_finished_by_the_next_start() {
    migrations_cut_anywhere_are_finished(Backend::Mysql).await;
}
