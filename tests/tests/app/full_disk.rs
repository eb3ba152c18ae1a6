//! A data folder on a small disk that is filled and emptied under load.

use std::{
    collections::BTreeSet,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::{Value, json};
use tests::{Bound, Cache, Person, Process, Reader, until};

/// A file system in memory, of so many MiB.
struct Disk(PathBuf);

impl Disk {
    /// Only root may mount one; `None` where that may be skipped.
    fn mount(mib: u32) -> Option<Self> {
        let folder = tempfile::TempDir::new().unwrap().keep();
        let size = format!("size={mib}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&folder).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        std::fs::remove_dir(&folder).unwrap();
        let may_skip = std::env::var("KAIMEN_TEST_ALLOW_SKIP").is_ok_and(|value| value == "1");
        assert!(may_skip, "mounting a small disk needs root; set KAIMEN_TEST_ALLOW_SKIP=1 to skip");
        eprintln!("skipped: mounting a small disk needs root");
        None
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }

    /// Takes all the room there is left.
    fn fill(&self) {
        let mut file = std::fs::File::options().create(true).append(true).open(self.ballast()).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
    }

    fn empty(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
        let _ = std::fs::remove_dir(&self.0);
    }
}

#[derive(Default)]
struct Counts {
    acknowledged: AtomicUsize,
    refused: AtomicUsize,
    reads: AtomicUsize,
    granted: AtomicUsize,
}

/// Asks to bind cards nobody has until it is told to stop; the printed numbers that were acknowledged, and refused.
async fn bind_on(
    person: &Person,
    card: &Value,
    stream: usize,
    counts: &Counts,
    stop: &AtomicBool,
) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut acknowledged, mut refused) = (BTreeSet::new(), BTreeSet::new());
    let mut n = 0_u64;
    while !stop.load(Ordering::Relaxed) {
        n += 1;
        let number = format!("{:010}", 7_000_000_000 + stream as u64 * 10_000_000 + n);
        let body = json!({ "siteId": card["siteId"], "kind": card["kind"], "number": number, "phone": card["phone"] });
        let answer = person.try_post("/v1/card-bindings", &body).await.expect("an answer");
        match answer.status {
            201 => {
                counts.acknowledged.fetch_add(1, Ordering::Relaxed);
                acknowledged.insert(number);
            }
            _ => {
                assert_eq!((answer.status, answer.code()), (503, "database-unavailable"), "{:?}", answer.body);
                assert!(answer.retry_after.is_some());
                counts.refused.fetch_add(1, Ordering::Relaxed);
                refused.insert(number);
            }
        }
    }
    (acknowledged, refused)
}

async fn read_on(person: &Person, counts: &Counts, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        person.get("/v1/me").await.expect(200);
        person.get("/v1/sites?limit=5").await.expect(200);
        counts.reads.fetch_add(2, Ordering::Relaxed);
    }
}

/// Scans until it is told to stop. A code that was refused by a full disk is shown again and then opens.
async fn scan_on(reader: &Reader, bound: &Bound, counts: &Counts, stop: &AtomicBool) -> BTreeSet<i64> {
    let mut granted = BTreeSet::new();
    let mut n = 0_u8;
    while !stop.load(Ordering::Relaxed) {
        n = n.wrapping_add(1);
        let scan = reader.scan(&bound.code(n));
        let answer = reader.try_send(&scan).await.expect("an answer");
        if answer.status == 503 {
            continue;
        }
        if answer.body["decision"] == "grant" {
            counts.granted.fetch_add(1, Ordering::Relaxed);
            granted.insert(scan.body["seq"].as_i64().unwrap());
        }
    }
    granted
}

async fn ready(base: &str) -> (u16, Value) {
    let response = tests::client().get(format!("{base}/readyz")).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn column<T: sea_orm::TryGetable>(folder: &Path, sql: &str) -> Vec<T> {
    let db = Database::connect(format!("sqlite://{}", folder.join("kaimen.db").display())).await.unwrap();
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql.to_owned())).await.unwrap();
    let read = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    db.close().await.unwrap();
    read
}

/// A MariaDB of a test's own, with little room.
struct MariaDb {
    server: std::process::Child,
    port: String,
}

impl MariaDb {
    async fn on(disk: &Disk) -> Self {
        let (data, port) = (disk.0.join("data"), Process::free_listen().rsplit_once(':').unwrap().1.to_owned());
        let path = format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap());
        let common = ["--no-defaults", "--user=mysql", "--innodb-log-file-size=8M"];
        let made = Command::new("mariadb-install-db")
            .env("PATH", &path)
            .args(common)
            .args(["--skip-test-db", "--skip-name-resolve", "--auth-root-authentication-method=normal"])
            .arg(format!("--datadir={}", data.display()))
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let server = Command::new("mariadbd")
            .env("PATH", &path)
            .args(common)
            .args(["--bind-address=127.0.0.1", "--skip-name-resolve", "--skip-log-bin", "--debug-no-sync"])
            .args(["--innodb-buffer-pool-size=32M", "--performance-schema=off", &format!("--port={port}")])
            .arg(format!("--datadir={}", data.display()))
            .arg(format!("--socket={}", disk.0.join("socket").display()))
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let database = Self { server, port };
        until("MariaDB answers", async || Database::connect(database.url("mysql")).await.is_ok()).await;
        let admin = Database::connect(database.url("mysql")).await.unwrap();
        admin.execute_unprepared("CREATE DATABASE kaimen").await.unwrap();
        database
    }

    fn url(&self, name: &str) -> String {
        format!("mysql://root@127.0.0.1:{}/{name}", self.port)
    }
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mariadb_without_room_refuses_and_comes_back() {
    let Some(disk) = Disk::mount(220) else { return };
    std::fs::set_permissions(&disk.0, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let database = MariaDb::on(&disk).await;
    let folder = tempfile::TempDir::new().unwrap();
    let process = Process::start(crate::BINARY, &database.url("kaimen"), &Cache::Own, folder.path()).await;
    let base = process.base.clone();
    let person = Person::new(&base).await;
    let card = person.cards().await[0].clone();
    let (counts, stop) = (Counts::default(), AtomicBool::new(false));
    let disturb = async {
        until("bindings are acknowledged", async || counts.acknowledged.load(Ordering::Relaxed) >= 40).await;
        disk.fill();
        until("bindings are refused", async || counts.refused.load(Ordering::Relaxed) >= 40).await;
        let (status, told) = ready(&base).await;
        assert_eq!((status, &told["database"]), (503, &json!("full")), "readiness names it");
        disk.empty();
        until("it is ready again", async || ready(&base).await.0 == 200).await;
        let before = counts.acknowledged.load(Ordering::Relaxed);
        until("bindings go on", async || counts.acknowledged.load(Ordering::Relaxed) >= before + 40).await;
        stop.store(true, Ordering::Relaxed);
    };
    let binders = (0..2).map(|stream| bind_on(&person, &card, stream, &counts, &stop));
    let ((), bindings, ()) = tokio::join!(disturb, join_all(binders), read_on(&person, &counts, &stop));
    let direct = Database::connect(database.url("kaimen")).await.unwrap();
    let sql = "SELECT number FROM card_bindings WHERE number LIKE '70%'".to_owned();
    let rows = direct.query_all_raw(Statement::from_string(direct.get_database_backend(), sql)).await.unwrap();
    let there: BTreeSet<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    for (acknowledged, refused) in bindings {
        assert_eq!(acknowledged.difference(&there).count(), 0, "acknowledged and lost");
        assert_eq!(refused.intersection(&there).count(), 0, "refused and kept");
    }
    println!(
        "MariaDB without room: {} acknowledged, 0 lost; {} refused, 0 kept; {} reads, 0 failed",
        counts.acknowledged.load(Ordering::Relaxed),
        counts.refused.load(Ordering::Relaxed),
        counts.reads.load(Ordering::Relaxed),
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_after_a_disk_was_full_three_times_finds_what_was_acknowledged() {
    let Some(disk) = Disk::mount(24) else { return };
    let start = async || {
        let url = format!("sqlite://{}", disk.0.join("kaimen.db").display());
        Process::start(crate::BINARY, &url, &Cache::Own, &disk.0).await
    };
    let process = start().await;
    let base = process.base.clone();
    let person = Person::new(&base).await;
    let cards = person.cards().await;
    let bound = person.bind(&cards[0]).await;
    let reader = Reader::enrol(&base, cards[0]["siteId"].as_str().unwrap()).await;
    let (counts, stop) = (Counts::default(), AtomicBool::new(false));
    let more = async |what: &str, count: &AtomicUsize| {
        let before = count.load(Ordering::Relaxed);
        until(what, async || count.load(Ordering::Relaxed) >= before + 40).await;
    };
    let disturb = async {
        let mut again = Vec::new();
        for _ in 0..3 {
            more("bindings are acknowledged", &counts.acknowledged).await;
            disk.fill();
            more("bindings are refused", &counts.refused).await;
            let (status, told) = ready(&base).await;
            assert_eq!((status, &told["database"]), (503, &json!("full")), "readiness names it");
            more("reads go on", &counts.reads).await;
            disk.empty();
            let emptied = Instant::now();
            until("it is ready again", async || ready(&base).await.0 == 200).await;
            again.push(emptied.elapsed());
            more("doors open again", &counts.granted).await;
        }
        stop.store(true, Ordering::Relaxed);
        again
    };
    let binders = (0..4).map(|stream| bind_on(&person, &cards[1], stream, &counts, &stop));
    let (again, bindings, granted, ()) = tokio::join!(
        disturb,
        join_all(binders),
        scan_on(&reader, &bound, &counts, &stop),
        read_on(&person, &counts, &stop),
    );
    let (acknowledged, refused) = bindings.into_iter().fold((BTreeSet::new(), BTreeSet::new()), |mut all, one| {
        all.0.extend(one.0);
        all.1.extend(one.1);
        all
    });
    let check = async || {
        let there: BTreeSet<String> =
            column(&disk.0, "SELECT number FROM card_bindings WHERE number LIKE '70%'").await.into_iter().collect();
        assert_eq!(acknowledged.difference(&there).count(), 0, "acknowledged and lost");
        assert_eq!(refused.intersection(&there).count(), 0, "refused and kept");
        let opened: BTreeSet<i64> =
            column(&disk.0, "SELECT seq FROM access_events WHERE reason = 0").await.into_iter().collect();
        assert_eq!(granted.difference(&opened).count(), 0, "granted and not on record");
    };
    check().await;
    process.kill_9();
    let process = start().await;
    check().await;
    drop(process);
    println!(
        "full three times: {} bindings acknowledged, 0 lost; {} refused, 0 kept; {} scans granted, 0 not on record; \
         {} reads, 0 failed; ready again after {:?}",
        acknowledged.len(),
        refused.len(),
        granted.len(),
        counts.reads.load(Ordering::Relaxed),
        again.iter().map(|one| Duration::from_millis(u64::try_from(one.as_millis()).unwrap())).collect::<Vec<_>>(),
    );
}
