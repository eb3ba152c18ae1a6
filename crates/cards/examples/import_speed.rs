//! How fast a file of cards is checked and applied, and how much memory that takes.
//!
//! `cargo run --release -p cards --example import_speed -- DATABASE_URL ROWS`, over an empty database. The rows of the
//! file are checked and applied three times: as new cards, as the same, and each with another phone. Beside the import a
//! small write is made a hundred times a second, as a door makes them, and how long the slowest took is told.

#![allow(clippy::unwrap_used, reason = "a measurement")]

use std::{
    convert::Infallible,
    fmt::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use cards::Register;
use futures_util::stream;
use imports::{Deps, Import, ImportState, Imports, NewImport};
use kernel::{AccountId, Clock, RootKey, SiteId, SystemClock};
use sites::{Site, Sites};
use store::{Db, Memory, Vault, changes::Change};

fn table(rows: u64, phones: u64) -> String {
    let mut table = "卡类型,卡号,持卡人,手机号,有效期至,状态,车牌,余额,共用\n".to_owned();
    for n in 0..rows {
        let phone = 13_800_000_000 + (n * 7 + phones) % 100_000_000;
        writeln!(table, "会员卡,{n:010},陈小明{n},{phone},2027-12-31,正常,湘A{n:06},12.50,否").unwrap();
    }
    table
}

/// The most memory this process has held, MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default() / 1024
}

/// Writes now and then, for ever; how long each write took goes to `spans`.
async fn write_beside(db: Db, site: SiteId, spans: tokio::sync::mpsc::UnboundedSender<Duration>) {
    loop {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let begun = Instant::now();
        let touch = db.write(move |tx| {
            tx.changes(site, Change::Site);
            Box::pin(async { Ok(()) })
        });
        touch.await.unwrap();
        let _ = spans.send(begun.elapsed()); // at the end nobody listens
    }
}

async fn receive(imports: &Imports, site: SiteId, table: String) -> Import {
    let by = AccountId::new(SystemClock.now());
    let new = NewImport { site, by, file_name: "cards.csv".into(), key: None };
    imports.receive(new, stream::iter([Ok::<_, Infallible>(table)])).await.unwrap()
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().expect("the URL of a database");
    let rows: u64 = arguments.next().map_or(100_000, |rows| rows.parse().unwrap());
    Db::migrate(&url).await.unwrap();
    let db = Db::connect(&url).await.unwrap();
    let clock = Arc::new(SystemClock);
    let vault = Arc::new(Vault::new(db.clone(), &RootKey::from_bytes([7; 32])));
    let sites = Sites::new(db.clone(), &Memory::new(db.clone(), 1 << 20), clock.clone());
    let register = Register::new(db.clone(), vault.clone(), sites.clone(), clock.clone());
    let folder = tempfile::tempdir().unwrap();
    let imports = register.imports(Deps { db: db.clone(), vault, clock: clock.clone(), folder: folder.path().into() });
    let site = Site::named(SiteId::new(clock.now()), "测速");
    let (id, now, of) = (site.id, clock.now(), sites.clone());
    db.write(move |tx| {
        let (sites, site) = (of.clone(), site.clone());
        Box::pin(async move { sites.add(tx, &site, now).await })
    })
    .await
    .unwrap();
    println!("{} {rows} rows", db.product());
    let (spans, mut taken) = tokio::sync::mpsc::unbounded_channel();
    let door = SiteId::new(clock.now());
    tokio::spawn(write_beside(db.clone(), door, spans));
    for (what, phones) in [("new", 0), ("same", 0), ("changed", 1)] {
        let import = receive(&imports, id, table(rows, phones)).await;
        let mut stages = Vec::new();
        for stage in ["check", "apply"] {
            if stage == "apply" {
                imports.apply(import.by, id, import.id).await.unwrap();
            }
            while taken.try_recv().is_ok() {}
            let begun = Instant::now();
            assert!(imports.work().await.unwrap());
            let took = begun.elapsed().as_secs_f64();
            let slowest = std::iter::from_fn(|| taken.try_recv().ok()).max().unwrap_or_default();
            let speed = rows as f64 / took;
            stages.push(format!("{stage} {took:.2} s, {speed:.0} rows/s, slowest write beside it {slowest:.0?}"));
        }
        let done = imports.find(id, import.id).await.unwrap();
        assert_eq!((done.state, done.rows_done), (ImportState::Done, rows), "{:?}", done.reason);
        println!("{what}: {}; peak {} MiB", stages.join("; "), peak());
    }
}
