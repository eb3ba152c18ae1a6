use std::{net::SocketAddr, sync::Arc};

use futures_util::{FutureExt, future::join_all};
use kernel::macros::uuid::Uuid;
use store::{
    ConnectionTrait, DATABASE_AWAY, Db,
    testing::{Backend, database},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::{Barrier, watch},
};

use crate::{numbers, some_id, until, write_number};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    /// Everything passes.
    Whole,
    /// Nothing passes and nobody is told: sockets stay open for ever, new ones too.
    Silent,
    /// Sockets are closed, new ones at once.
    Cut,
}

/// A line between us and a database that can be broken. What fell silent stays silent also after it is mended.
struct Proxy {
    address: SocketAddr,
    line: Arc<watch::Sender<Line>>,
}

async fn carry(mut near: TcpStream, to: String, mut line: watch::Receiver<Line>) {
    let now = *line.borrow_and_update();
    if now == Line::Whole {
        let Ok(mut far) = TcpStream::connect(to).await else { return };
        let _ = tokio::select! {
            _ = copy_bidirectional(&mut near, &mut far) => return,
            changed = line.changed() => changed,
        };
        if *line.borrow() == Line::Silent {
            std::future::pending::<()>().await; // holds both
        }
    } else if now == Line::Silent {
        std::future::pending::<()>().await;
    }
}

impl Proxy {
    async fn before(to: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, line) = (listener.local_addr().unwrap(), Arc::new(watch::Sender::new(Line::Whole)));
        let sender = line.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, to.clone(), sender.subscribe()));
            }
        });
        Self { address, line }
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
    assert!(db.answers());

    proxy.becomes(broken);
    let caught = tokio::spawn({
        let db = db.clone();
        async move { write_number(&db, during, 1).await }
    });
    until("the loss is noticed", || async { !db.answers() }.boxed()).await;
    let refused = async {
        let fault = caught.await.unwrap().expect_err("nothing can be written now");
        assert_eq!(fault.code(), DATABASE_AWAY);
        assert!(fault.retry_after().is_some());
    };
    let mended = async {
        proxy.becomes(Line::Whole);
        until("it answers again", || async { db.answers() }.boxed()).await;
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
