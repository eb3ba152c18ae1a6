//! What is held does not grow with the number of rows. Alone in its process, whose greatest size it measures.
#![expect(clippy::unwrap_used, reason = "tests")]
#![cfg(target_os = "linux")]

use std::{
    fs,
    io::{BufWriter, Write},
};

use tables::{Limits, Table};
use tempfile::NamedTempFile;

fn greatest_kilobytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn csv(rows: u64) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    let mut out = BufWriter::new(file.as_file());
    writeln!(out, "姓名,电话,房号,卡号,车牌,备注").unwrap();
    for row in 0..rows {
        writeln!(out, "住户{row},1380000{row:04},{}-{},{row:08},京A{row:05},\"第{row}户, 备注\"", row % 40, row % 900)
            .unwrap();
    }
    drop(out);
    file
}

fn read(file: &NamedTempFile) -> u64 {
    Table::open(file.path(), Limits::default(), &|_| false).unwrap().filter(|row| matches!(row, Ok(Ok(_)))).count()
        as u64
}

#[test]
fn what_is_held_does_not_grow_with_the_rows() {
    let (few, many) = (csv(10_000), csv(200_000));
    assert_eq!(read(&few), 10_000);
    let after_few = greatest_kilobytes();
    assert_eq!(read(&many), 200_000);
    let after_many = greatest_kilobytes();
    assert!(after_many - after_few < 1024, "{after_few} kB became {after_many} kB");
}
