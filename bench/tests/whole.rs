//! The whole benchmark against a fake server. The fake is this very program, started by a script that stands in for
//! the server's executable.

mod fake;

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    process::{Command, Output},
};

/// The server: does nothing unless the script below has started it.
#[test]
fn stands_in_for_the_server() {
    let Ok(listen) = env::var("BENCH_FAKE_LISTEN") else { return };
    let denies = env::var("BENCH_FAKE_DENIES").ok().map(|nth| nth.parse().expect("a number"));
    fake::serve(listen.parse().expect("an address"), denies).expect("it serves");
}

fn bench(arguments: &[&str], denies: Option<&str>) -> (Output, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let (script, page) = (folder.path().join("kaimen"), folder.path().join("page.md"));
    let own = env::current_exe().expect("this program");
    let own = own.display();
    let text = format!(
        "#!/bin/sh\n[ \"$1 $2 $4\" = 'serve --listen --data' ] || exit 2\nmkdir -p \"$5\" || exit 2\n\
         BENCH_FAKE_LISTEN=\"$3\" exec '{own}' --exact stands_in_for_the_server --nocapture\n"
    );
    fs::write(&script, text).expect("written");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o700)).expect("made executable");
    let mut bench = Command::new(env!("CARGO_BIN_EXE_bench"));
    bench.args(["--stacks", "embedded", "--rounds", "1", "--secs", "1", "--warm", "0.2"]);
    bench.args(["--people", "140", "--sites", "14"]).args(arguments);
    bench.arg("--kaimen").arg(&script).arg("--markdown").arg(&page);
    if let Some(nth) = denies {
        bench.env("BENCH_FAKE_DENIES", nth);
    }
    let output = bench.output().expect("it runs");
    (output, fs::read_to_string(&page).unwrap_or_default())
}

fn row<'a>(page: &'a str, operation: &str) -> Vec<&'a str> {
    let line = page.lines().find(|line| line.starts_with(&format!("| `{operation}`"))).unwrap_or_default();
    line.split('|').map(str::trim).collect()
}

#[test]
fn every_operation_is_measured() {
    let operations = [
        "hello",
        "session",
        "bad-token",
        "sites",
        "credentials",
        "cards",
        "card",
        "home",
        "scan",
        "wechat",
        "wechat-first",
    ];
    let (output, page) = bench(&["--only", &operations.join(",")], None);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {told}", output.status);
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), page.trim());
    for operation in operations {
        let row = row(&page, operation);
        assert_eq!(row.len(), 14, "{operation} is not in {page}");
        assert_ne!(row[3].split(' ').next(), Some("0"), "{operation} did nothing: {page}");
        assert_eq!(row[12], "0", "{operation} had wrong answers: {told}");
    }
}

/// On a timetable: a card opens but now and then, and there are few.
#[test]
fn doors_are_opened_by_phones() {
    let (output, page) = bench(&["--only", "unlock", "--rate", "100"], None);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {told}", output.status);
    let row = row(&page, "unlock");
    assert!(row[3].starts_with("100 "), "{page}");
    assert_eq!(row[12], "0", "wrong answers: {told}");
}

#[test]
fn a_storm_is_measured_beside_scans() {
    let (output, page) = bench(&["--only", "storm", "--storm-rate", "100"], None);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {told}", output.status);
    let line = page.lines().find(|line| line.starts_with("| SQLite | ")).unwrap_or_default();
    let row: Vec<_> = line.split('|').map(str::trim).collect();
    assert_eq!(row.len(), 12, "{page}");
    assert!(row[6].parse::<f64>().is_ok_and(|rate| rate > 0.0), "nobody logged in: {page}");
    assert_ne!(row[9], "0", "nobody was turned away: {page}");
    assert_eq!(row[10], "0", "wrong answers: {told}");
}

#[test]
fn searches_are_measured_among_few_and_many() {
    let (output, page) = bench(&["--only", "search"], None);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {told}", output.status);
    for connections in ["SQLite, 1 connection:", "SQLite, 8 connections:"] {
        let (_, table) = page.split_once(connections).expect("a table");
        for looked_for in ["everything", "no match, 火星", "nearest with 停车场", "a deep page by cursor"] {
            let line = table.lines().find(|line| line.starts_with(&format!("| {looked_for} | "))).expect("a row");
            assert!(line.ends_with(" | 0 |"), "{line}: {told}");
        }
    }
}

#[test]
fn times_are_compared() {
    let (output, page) = bench(&["--only", "timing", "--samples", "20"], None);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {told}", output.status);
    for pair in ["known / unknown", "right / no such card", "right / wrong phone", "no such card / wrong phone"] {
        assert!(page.contains(&format!(" | {pair} | SQLite | ")), "{pair} is not in {page}");
    }
}

#[test]
fn a_wrong_answer_is_a_failure() {
    let (output, page) = bench(&["--only", "scan", "--rate", "200"], Some("20"));
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("the first bad answer: not \"decision\":\"grant\"; status 200"), "{told}");
    assert_eq!(row(&page, "scan")[12], "12", "{page}");
}

#[test]
fn a_server_that_does_not_start_is_told() {
    let output = Command::new(env!("CARGO_BIN_EXE_bench"))
        .args(["--stacks", "embedded", "--kaimen", "/bin/false", "--only", "scan"])
        .output()
        .expect("it runs");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("did not get ready"));
}
