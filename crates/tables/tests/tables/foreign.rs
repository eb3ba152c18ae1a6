use rust_xlsxwriter::Workbook;
use tables::{Foreign, Limits, TableFault};

use crate::files::{BOOK_RELATIONS, RELATIONS, WORKBOOK, archive, fault};

fn kind(bytes: &[u8]) -> Foreign {
    match fault(bytes, Limits::default()) {
        TableFault::Foreign(kind) => kind,
        other => panic!("{other:?}"),
    }
}

#[test]
fn other_kinds_of_files_are_told_by_their_bytes() {
    let ole = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    let mut locked = ole.clone();
    locked.resize(64 * 1024 - 5, 0);
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let ods = archive(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"<a/>")]);
    let word = RELATIONS.replace("xl/workbook.xml", "word/document.xml");
    let word = archive(&[("_rels/.rels", word.as_bytes()), ("word/document.xml", b"<document/>")]);
    let binary = RELATIONS.replace("workbook.xml", "workbook.bin");
    let binary = archive(&[("_rels/.rels", binary.as_bytes()), ("xl/workbook.bin", b"\x83")]);
    for (bytes, expected) in [
        (ole, Foreign::LegacyXls),
        (locked, Foreign::PasswordProtected),
        (ods, Foreign::OpenDocument),
        (word, Foreign::OtherDocument),
        (binary, Foreign::BinaryWorkbook),
        (archive(&[("list.csv", b"a,b")]), Foreign::Archive),
        (archive(&[]), Foreign::Archive),
        (b"%PDF-1.7\n".to_vec(), Foreign::Pdf),
        (b"\x89PNG\r\n\x1a\n".to_vec(), Foreign::Picture),
        (b"\xFF\xD8\xFF\xE0".to_vec(), Foreign::Picture),
        (b"Rar!\x1a\x07".to_vec(), Foreign::Archive),
        (b"\n <HTML><table>".to_vec(), Foreign::Markup),
        (b"\xEF\xBB\xBF<?xml version=\"1.0\"?><Workbook/>".to_vec(), Foreign::Markup),
        (
            b"------B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.csv\"\r\n\r\na,b\r\n".to_vec(),
            Foreign::Form,
        ),
        (
            b"\r\n--x\r\ncontent-type: text/csv\r\ncontent-disposition: form-data; name=f\r\n\r\na".to_vec(),
            Foreign::Form,
        ),
        (b"{\"file\": \"a,b\"}".to_vec(), Foreign::Encoded),
        (b" [{\"a\": 1}]".to_vec(), Foreign::Encoded),
        (b"UEsDBBQABgAIAAAAIQ".to_vec(), Foreign::Encoded),
        (b"data:text/csv;base64,YSxi".to_vec(), Foreign::Encoded),
        (b"a,b\n\x00\x01,2\n".to_vec(), Foreign::Binary),
    ] {
        assert_eq!(kind(&bytes), expected);
    }
}

#[test]
fn every_fault_has_a_name_and_says_what_to_do() {
    let fault = TableFault::Foreign(Foreign::LegacyXls);
    assert_eq!(fault.code(), "legacy-xls");
    assert_eq!(fault.text(), "文件是旧版 .xls，请另存为 .xlsx 或 CSV 后重新上传");
}

#[test]
fn a_damaged_workbook_is_told_from_a_foreign_one() {
    let mut book = Workbook::new();
    book.add_worksheet().write(0, 0, "姓名").unwrap();
    let whole = book.save_to_buffer().unwrap();
    let cut = &whole[..whole.len() / 2];
    assert!(matches!(fault(cut, Limits::default()), TableFault::Damaged));
    let no_sheet = archive(&[
        ("_rels/.rels", RELATIONS.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS.as_bytes()),
    ]);
    assert!(matches!(fault(&no_sheet, Limits::default()), TableFault::Damaged));
    let hidden = WORKBOOK.replace("sheetId", "state=\"veryHidden\" sheetId");
    let hidden = archive(&[
        ("_rels/.rels", RELATIONS.as_bytes()),
        ("xl/workbook.xml", hidden.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS.as_bytes()),
    ]);
    assert!(matches!(fault(&hidden, Limits::default()), TableFault::NoSheet));
}

#[test]
fn a_text_that_changed_under_way_is_found_by_its_checksum() {
    use std::io::{Cursor, Write};
    use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

    let sheet =
        r#"<worksheet><sheetData><row r="1"><c t="inlineStr"><is><t>MARKED</t></is></c></row></sheetData></worksheet>"#;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, text) in [
        ("_rels/.rels", RELATIONS),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS),
        ("xl/worksheets/sheet1.xml", sheet),
    ] {
        zip.start_file(name, stored).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    let mut bytes = zip.finish().unwrap().into_inner();
    assert_eq!(crate::files::read(&bytes).0, ["MARKED"]);
    let at = bytes.windows(6).position(|here| here == b"MARKED").unwrap();
    bytes[at] = b'N';
    assert!(matches!(fault(&bytes, Limits::default()), TableFault::Damaged));
}
