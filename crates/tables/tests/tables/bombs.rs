use std::io::{self, Cursor, Read, Write};

use tables::{Limits, TableFault};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::files::{BOOK_RELATIONS, RELATIONS, WORKBOOK, archive, fault, inline, open, workbook};

/// A workbook in which the part of this name begins so and goes on with so many megabytes of the same.
fn blown_up(part: &str, beginning: &str, again: &str, megabytes: usize) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in [
        ("_rels/.rels", RELATIONS),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS),
        ("xl/worksheets/sheet1.xml", "<worksheet><sheetData/></worksheet>"),
    ] {
        if name != part {
            zip.start_file(name, options).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
    }
    zip.start_file(part, options).unwrap();
    zip.write_all(beginning.as_bytes()).unwrap();
    let block = again.repeat((1 << 20) / again.len());
    for _ in 0..megabytes {
        zip.write_all(block.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn small() -> Limits {
    Limits { unpacked_bytes: 1 << 20, ..Limits::default() }
}

#[test]
fn parts_that_unpack_to_too_much_are_refused() {
    for (part, beginning, again) in [
        ("xl/worksheets/sheet1.xml", "<worksheet><sheetData>", "<row/>"),
        ("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row r=\"1\">", "<c r=\"A1\"/>"),
        ("xl/worksheets/sheet1.xml", "<worksheet>", "<cols/>"),
        ("xl/sharedStrings.xml", "<sst>", "<si/>"),
        ("xl/sharedStrings.xml", "<sst>", "<si><t>文</t></si>"),
        ("xl/styles.xml", "<styleSheet><cellXfs>", "<xf/>"),
        ("xl/workbook.xml", "<workbook>", "<sheets/>"),
        ("xl/workbook.xml", "<workbook>", "<sheet id=\"\"/>"),
        ("xl/_rels/workbook.xml.rels", "<Relationships>", "<Relationship Id=\"\" Type=\"\" Target=\"\"/>"),
        ("_rels/.rels", "<Relationships>", "<x/>"),
    ] {
        let file = blown_up(part, beginning, again, 2);
        assert!(file.len() < 50_000, "{part} is packed well");
        let fault = fault(&file, small());
        assert!(matches!(fault, TableFault::UnpackedTooLarge), "{part}: {fault:?}");
    }
}

#[test]
fn one_piece_of_xml_without_an_end_is_refused_before_it_is_held() {
    for beginning in
        ["<worksheet>", "<worksheet ", "<worksheet><!--", "<worksheet><![CDATA[", "<worksheet><?x ", "<worksheet>&"]
    {
        let fault = fault(&blown_up("xl/worksheets/sheet1.xml", beginning, "x", 1), Limits::default());
        assert!(matches!(fault, TableFault::Damaged), "{beginning}: {fault:?}");
    }
    let deep = fault(&blown_up("xl/worksheets/sheet1.xml", "<worksheet>", "<a>", 1), Limits::default());
    assert!(matches!(deep, TableFault::Damaged));
}

#[test]
fn parts_that_nothing_needs_are_not_unpacked() {
    let zeros = vec![0; 2 << 20];
    let mut bytes = Cursor::new(workbook(&inline(1, "a"), ""));
    let mut zip = ZipWriter::new_append(&mut bytes).unwrap();
    zip.start_file("xl/media/image1.png", SimpleFileOptions::default()).unwrap();
    zip.write_all(&zeros).unwrap();
    zip.start_file("xl/worksheets/sheet2.xml", SimpleFileOptions::default()).unwrap();
    zip.write_all(&zeros).unwrap();
    zip.finish().unwrap();
    assert_eq!(open(bytes.get_ref(), small()).unwrap().count(), 0);
}

#[test]
fn what_a_file_claims_of_itself_counts_for_nothing() {
    let strings = format!(r#"<sst count="{max}" uniqueCount="{max}"><si><t>a</t></si></sst>"#, max = u64::MAX);
    let sheet = r#"<worksheet><dimension ref="XFD1048576:A1"/><sheetData><row r="1"><c t="s"><v>0</v></c></row></sheetData></worksheet>"#;
    let mut bytes = archive(&[
        ("_rels/.rels", RELATIONS.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS.as_bytes()),
        ("xl/sharedStrings.xml", strings.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ]);
    assert_eq!(open(&bytes, Limits::default()).unwrap().header(), ["a"]);
    // the unpacked sizes in the archive's directory, each made a byte
    let mut at = 0;
    while let Some(next) = bytes[at..].windows(4).position(|here| here == b"PK\x01\x02") {
        at += next + 4;
        bytes[at + 20..at + 24].copy_from_slice(&1_u32.to_le_bytes());
    }
    assert_eq!(open(&bytes, Limits::default()).unwrap().header(), ["a"]);
}

#[test]
fn a_cell_far_below_the_others_is_refused() {
    let file = workbook(&[inline(1, "a"), inline(1_000_000, "b")].concat(), "");
    assert!(matches!(fault(&file, Limits::default()), TableFault::TooManyRows { limit: 200_000 }));
    let blank = workbook(&[inline(1, "a"), inline(1_000_000, " ")].concat(), "");
    assert_eq!(open(&blank, Limits::default()).unwrap().count(), 0);
    for place in ["ZZZZZZZZ1", "XFE1", "1", "-"] {
        let file = workbook(&format!(r#"<row r="1"><c r="{place}"><v>1</v></c></row>"#), "");
        assert!(matches!(fault(&file, Limits::default()), TableFault::Damaged), "{place}");
    }
    for row in ["0", "-1", "99999999999999999999999", "4294967296"] {
        let file = workbook(&format!(r#"<row r="{row}"><c><v>1</v></c></row>"#), "");
        assert!(matches!(fault(&file, Limits::default()), TableFault::Damaged), "{row}");
    }
}

#[test]
fn entities_are_not_expanded_and_nothing_outside_is_fetched() {
    let lol = r#"<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><worksheet><sheetData/></worksheet>"#;
    let xxe = r#"<!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/passwd">]><worksheet><sheetData/></worksheet>"#;
    for sheet in [lol, xxe] {
        let file = blown_up("xl/worksheets/sheet1.xml", sheet, " ", 0);
        assert!(matches!(fault(&file, Limits::default()), TableFault::Damaged));
    }
    let unknown = workbook(&inline(1, "&lol;"), "");
    assert!(matches!(fault(&unknown, Limits::default()), TableFault::Damaged));
    let outside = BOOK_RELATIONS.replace("Target=\"worksheets", "TargetMode=\"External\" Target=\"http://x/worksheets");
    let file = archive(&[
        ("_rels/.rels", RELATIONS.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", outside.as_bytes()),
    ]);
    assert!(matches!(fault(&file, Limits::default()), TableFault::NoSheet));
}

#[test]
fn thousands_of_tiny_parts_are_refused() {
    let names: Vec<String> = (0..10_001).map(|number| format!("{number}.xml")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert!(matches!(fault(&archive(&parts), Limits::default()), TableFault::UnpackedTooLarge));
}

#[test]
fn a_line_of_ten_megabytes_is_refused() {
    let mut file = b"a,b\n1,2\n".to_vec();
    io::repeat(b'x').take(10 << 20).read_to_end(&mut file).unwrap();
    file.extend(b"\n3,4\n");
    assert!(matches!(fault(&file, Limits::default()), TableFault::LineTooLong { row: 3 }));
    let quoted = [&b"a,b\n1,2\n\""[..], &b"3,4\n".repeat(1 << 20)].concat();
    assert!(matches!(fault(&quoted, Limits::default()), TableFault::LineTooLong { row: 3 }));
    let mut header = Vec::new();
    io::repeat(b'"').take(10 << 20).read_to_end(&mut header).unwrap();
    assert!(matches!(fault(&header, Limits::default()), TableFault::LineTooLong { row: 1 }));
}
