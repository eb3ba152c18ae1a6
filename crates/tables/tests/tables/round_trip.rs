use proptest::{collection::vec, prelude::*};
use tables::CsvWriter;

use crate::files::{read, text};

fn written(header: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = CsvWriter::new(Vec::new(), header).unwrap();
    for row in rows {
        writer.row(&row.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn files_are_written_as_chinese_spreadsheets_open_them() {
    let row = text(&["=1+1", " ＝cmd", "a\"b,c\nd", "nul\u{0}\u{7}"]);
    let bytes = written(&["姓名", "@b", "c", "d"], &[row]);
    let file = "\u{feff}姓名,'@b,c,d\r\n'=1+1,' ＝cmd,\"a\"\"b,c\nd\",nul\r\n";
    assert_eq!(String::from_utf8(bytes).unwrap(), file);
}

#[test]
fn a_row_of_another_width_is_refused() {
    let mut writer = CsvWriter::new(Vec::new(), &["a", "b"]).unwrap();
    assert!(writer.row(&["1"]).is_err());
}

/// Texts that have it in them to go wrong, and any other.
fn cell() -> impl Strategy<Value = String> {
    let tricky = "['=+\\-@\t\r\n ＝＋－＠　，,;\"a\u{feff}\u{0}\u{1f}]{0,8}";
    prop_oneof![tricky, "\\PC{0,20}", any::<String>().prop_filter("short", |text| text.len() < 500)]
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(rows in vec(vec(cell(), 3), 0..8)) {
        let (header, read) = read(&written(&["=a", "b", "c"], &rows));
        prop_assert_eq!(header, text(&["=a", "b", "c"]));
        let printable = |cell: &String| cell.replace(|c: char| c.is_control() && !"\t\r\n".contains(c), "");
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(printable).collect()).collect();
        let kept = rows.iter().enumerate().filter(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty()));
        let expected: Vec<_> = kept.map(|(index, row)| (index as u64 + 2, row.clone())).collect();
        let read: Vec<_> = read.into_iter().map(Result::unwrap).map(|row| (row.number, row.cells)).collect();
        prop_assert_eq!(read, expected);
    }
}
