use encoding_rs::GB18030;
use tables::{Flaw, Limits, RowFault, TableFault};

use crate::files::{fault, open, read, rows, text};

const PLAIN: &str = "姓名,房号\r\n张三,1-101\r\n李四,1-102\r\n";

fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(order).collect()
}

#[test]
fn every_encoding_reads_the_same() {
    let (gbk, _, lossy) = GB18030.encode(PLAIN);
    assert!(!lossy);
    let files = [
        PLAIN.as_bytes().to_vec(),
        format!("\u{feff}{PLAIN}").into_bytes(),
        utf16(PLAIN, u16::to_le_bytes),
        utf16(PLAIN, u16::to_be_bytes),
        gbk.into_owned(),
    ];
    for file in files {
        let (header, rows) = read(&file);
        assert_eq!(header, text(&["姓名", "房号"]));
        let rows: Vec<_> = rows.into_iter().map(Result::unwrap).map(|row| (row.number, row.cells)).collect();
        assert_eq!(rows, [(2, text(&["张三", "1-101"])), (3, text(&["李四", "1-102"]))]);
    }
}

#[test]
fn an_encoding_is_judged_by_the_whole_file() {
    let mut file = "name,room\n".to_owned();
    for room in 0..20_000 {
        file.push_str(&format!("resident,{room}\n"));
    }
    file.push_str("𠮷田,1\n");
    let (bytes, _, lossy) = GB18030.encode(&file);
    assert!(!lossy);
    assert_eq!(rows(&bytes).pop().unwrap(), (20_002, text(&["𠮷田", "1"])));
    assert_eq!(rows(file.as_bytes()).pop().unwrap(), (20_002, text(&["𠮷田", "1"])));
}

#[test]
fn undecodable_bytes_name_their_line() {
    let mut file = "姓名\n张三\n".as_bytes().to_vec();
    file.extend(b"\xFF\xFF\n");
    assert!(matches!(fault(&file, Limits::default()), TableFault::Undecodable { line: 3 }));
    let mut file = utf16("姓名\n张三\n", u16::to_le_bytes);
    file.extend([0x00, 0xD8, 0x0A, 0x00]);
    let fault = fault(&file, Limits::default());
    assert!(matches!(fault, TableFault::Undecodable { line: 3 }), "{fault:?}");
    assert!(fault.text().contains("第 3 行"));
}

#[test]
fn the_delimiter_is_judged_by_the_header() {
    for (header, expected) in [
        ("a,b,c", 3),
        ("a\tb\tc", 3),
        ("a;b;c", 3),
        ("姓名，房号，电话", 3),
        ("姓名（楼，室）,电话", 2),
        ("\"a;b;c;d\",e", 2),
        ("姓名", 1),
        (";;;\n姓名;电话,手机;房号", 3),
    ] {
        let table = open(format!("{header}\n").as_bytes(), Limits::default()).unwrap();
        assert_eq!(table.header().len(), expected, "{header}");
    }
}

#[test]
fn a_full_width_comma_in_quotes_is_text() {
    let file = "姓名，备注\n张三，\"东门，西门\"\n李四，a,b\n";
    assert_eq!(rows(file.as_bytes()), [(2, text(&["张三", "东门，西门"])), (3, text(&["李四", "a,b"]))]);
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
    for end in ["\n", "\r\n", "\r"] {
        let file = ["", "a,b", "1,\"x\ny\"", "", ",", "2,\"\"\"q\"\"\"", "　,", "3"].join(end);
        let (header, rows) = read(file.as_bytes());
        assert_eq!(header, text(&["a", "b"]));
        let rows: Vec<_> = rows.into_iter().map(Result::unwrap).map(|row| (row.number, row.cells)).collect();
        assert_eq!(rows, [(3, text(&["1", "x\ny"])), (6, text(&["2", "\"q\""])), (8, text(&["3", ""]))], "{end:?}");
    }
}

#[test]
fn names_of_columns_are_tidied() {
    let (header, rows) = read("\u{feff}　姓　名 ,, 房号\u{200b},,\n1,2,3,,\n".as_bytes());
    assert_eq!(header, text(&["姓名", "", "房号"]));
    assert_eq!(rows.into_iter().map(|row| row.unwrap().cells).collect::<Vec<_>>(), [text(&["1", "2", "3"])]);
}

#[test]
fn two_columns_of_one_name_are_for_the_caller_to_judge() {
    assert_eq!(read("姓名,备注,备注\n甲,a,b\n".as_bytes()).0, text(&["姓名", "备注", "备注"]));
}

#[test]
fn a_fault_of_a_row_leaves_the_others_readable() {
    let long = "长".repeat(400);
    let many = vec!["x"; 3_000].join(",");
    let file =
        format!("a,b\n1,{long}\n2,3,4\n{many}\n5,1.23457E+11\n=6,'=7\n{}\n8,9,,\n", vec!["y".repeat(900); 2].join(","));
    let limits = Limits { row_bytes: 6_500, cell_bytes: 1_000, ..Limits::default() };
    let rows: Vec<_> = open(file.as_bytes(), limits).unwrap().map(Result::unwrap).collect();
    let fault = |row, column, flaw| Err(RowFault { row, column: Some(column), flaw });
    assert_eq!(rows[0], fault(2, 1, Flaw::CellTooLong));
    assert_eq!(rows[1], fault(3, 2, Flaw::CellOutsideHeader));
    assert_eq!(rows[2], fault(4, 2, Flaw::CellOutsideHeader));
    assert_eq!(rows[3], fault(5, 1, Flaw::DamagedNumber));
    assert_eq!(rows[4].as_ref().unwrap().cells, text(&["=6", "=7"]));
    assert!(rows[5].is_ok());
    assert_eq!(rows[6].as_ref().unwrap().cells, text(&["8", "9"]));
    assert_eq!(rows.len(), 7);
    let shown = rows[3].as_ref().unwrap_err();
    assert_eq!(shown.code(), "number-damaged");
    assert!(shown.text().starts_with("第 5 行 B 列："), "{}", shown.text());
    assert!(!shown.text().contains("1.23457") && !shown.to_string().contains("1.23457"));
}

#[test]
fn a_quote_that_the_file_ends_in_does_not_swallow_rows_in_silence() {
    let (_, rows) = read(b"a,b\n1,2\n3,\"4\n5,6\n");
    assert!(rows[0].is_ok());
    assert_eq!(rows[1], Err(RowFault { row: 3, column: None, flaw: Flaw::UnclosedQuote }));
    assert_eq!(rows.len(), 2);
}

#[test]
fn a_file_without_a_header_is_empty() {
    for file in ["", "\n\r\n\n", " , ,\n", "\u{feff}", "\u{feff}　\n"] {
        assert!(matches!(fault(file.as_bytes(), Limits::default()), TableFault::Empty), "{file:?}");
    }
}

#[test]
fn what_goes_over_a_limit_ends_the_file() {
    let limits = Limits { rows: 2, columns: 2, row_bytes: 64, ..Limits::default() };
    assert!(matches!(fault(b"a,b\n1\n2\n3\n", limits), TableFault::TooManyRows { limit: 2 }));
    assert!(matches!(fault(b"a,b\n1\n\n\n3\n", limits), TableFault::TooManyRows { limit: 2 }));
    assert!(matches!(fault(b"a,b,c\n", limits), TableFault::TooManyColumns { limit: 2 }));
    assert!(matches!(
        fault(format!("a\n1\n{}\n", "x".repeat(65)).as_bytes(), limits),
        TableFault::LineTooLong { row: 3 }
    ));
    assert_eq!(open(format!("a\n{}\n", "x".repeat(63)).as_bytes(), limits).unwrap().count(), 1);
    assert_eq!(open(b"a,b\n1\n2\n\n\n\n", limits).unwrap().count(), 2);
}
