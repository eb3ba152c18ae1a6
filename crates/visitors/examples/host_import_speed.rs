//! How fast a file of hosts is checked and applied, and how much memory that takes.
//!
//! `cargo run --release -p visitors --example host_import_speed -- DATABASE_URL ROWS`, over an empty database. The rows of
//! the file are checked and applied three times: as new hosts, as the same, and each with another name.

#![allow(clippy::unwrap_used, reason = "a measurement")]

use std::{convert::Infallible, fmt::Write as _, sync::Arc, time::Instant};

use futures_util::stream;
use imports::{Deps, ImportState, NewImport};
use kernel::{AccountId, Clock, RootKey, SiteId, SystemClock};
use sites::{Site, Sites};
use store::{Db, Memory, Vault};
use visitors::Hosts;

fn table(rows: u64, surname: &str) -> String {
    let mut table = "姓名,手机号,部门/房号,可审批,状态\n".to_owned();
    for n in 0..rows {
        writeln!(table, "{surname}小明{n},{},{}栋{},是,在职", 13_800_000_000 + n * 7, n % 40, n % 1000).unwrap();
    }
    table
}

/// The most memory this process has held, MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default() / 1024
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
    let hosts = Hosts::new(db.clone(), vault.clone(), sites.clone(), clock.clone());
    let folder = tempfile::tempdir().unwrap();
    let imports = hosts.imports(Deps { db: db.clone(), vault, clock: clock.clone(), folder: folder.path().into() });
    let site = Site::named(SiteId::new(clock.now()), "测速");
    let (id, now) = (site.id, clock.now());
    db.write(move |tx| {
        let (sites, site) = (sites.clone(), site.clone());
        Box::pin(async move { sites.add(tx, &site, now).await })
    })
    .await
    .unwrap();
    println!("{} {rows} rows", db.product());
    for (what, surname) in [("new", "陈"), ("same", "陈"), ("changed", "李")] {
        let new = NewImport { site: id, by: AccountId::new(clock.now()), file_name: "hosts.csv".into(), key: None };
        let import = imports.receive(new, stream::iter([Ok::<_, Infallible>(table(rows, surname))])).await.unwrap();
        let mut stages = Vec::new();
        for stage in ["check", "apply"] {
            if stage == "apply" {
                imports.apply(import.by, id, import.id).await.unwrap();
            }
            let begun = Instant::now();
            assert!(imports.work().await.unwrap());
            let took = begun.elapsed().as_secs_f64();
            stages.push(format!("{stage} {took:.2} s, {:.0} rows/s", rows as f64 / took));
        }
        let done = imports.find(id, import.id).await.unwrap();
        assert_eq!((done.state, done.rows_done), (ImportState::Done, rows), "{:?}", done.reason);
        println!("{what}: {}; peak {} MiB", stages.join("; "), peak());
    }
}
