//! Making files, and reading them whole.

use std::io::{Cursor, Write};

use tables::{Limits, Row, RowFault, Table, TableFault};
use tempfile::NamedTempFile;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

pub fn open(bytes: &[u8], limits: Limits) -> Result<Table, TableFault> {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    Table::open(file.path(), limits, &|_| false)
}

/// A file of which these columns are read.
pub fn open_known(bytes: &[u8], known: &[&str]) -> Table {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    Table::open(file.path(), Limits::default(), &|name| known.contains(&name)).unwrap()
}

/// The header and all rows of a file that is in order.
pub fn read(bytes: &[u8]) -> (Vec<String>, Vec<Result<Row, RowFault>>) {
    let table = open(bytes, Limits::default()).unwrap();
    let header = table.header().to_vec();
    (header, table.map(Result::unwrap).collect())
}

/// The rows of a file in which all rows are in order.
pub fn rows(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
    read(bytes).1.into_iter().map(|row| row.map(|row| (row.number, row.cells)).unwrap()).collect()
}

/// What ends the reading of this file.
pub fn fault(bytes: &[u8], limits: Limits) -> TableFault {
    match open(bytes, limits) {
        Err(fault) => fault,
        Ok(mut table) => {
            let fault = table.find_map(Result::err).expect("the file is read to its end");
            assert!(table.next().is_none(), "nothing follows a fault of the file");
            fault
        }
    }
}

pub fn text(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

/// An archive of these parts.
pub fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
pub const WORKBOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
pub const BOOK_RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;

/// A workbook of one sheet, whose rows are this XML, with these shared strings.
pub fn workbook(rows: &str, strings: &str) -> Vec<u8> {
    archive(&[
        ("_rels/.rels", RELATIONS.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS.as_bytes()),
        ("xl/sharedStrings.xml", format!("<sst>{strings}</sst>").as_bytes()),
        (
            "xl/worksheets/sheet1.xml",
            format!(r#"<?xml version="1.0" encoding="UTF-8"?><worksheet><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>"#).as_bytes(),
        ),
    ])
}

/// A row of one text cell.
pub fn inline(row: u64, cell: &str) -> String {
    format!(r#"<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{cell}</t></is></c></row>"#)
}
