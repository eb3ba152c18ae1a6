use proptest::{collection::vec, prelude::*};
use rust_xlsxwriter::Workbook;
use tables::Limits;

use crate::files::{inline, open, workbook};

fn limits() -> Limits {
    Limits { rows: 100, columns: 4, cell_bytes: 32, row_bytes: 64, unpacked_bytes: 1 << 20 }
}

/// Reads to the end or to the fault, which both have to come.
fn exhaust(bytes: &[u8]) {
    if let Ok(table) = open(bytes, limits()) {
        let width = table.header().len();
        for row in table.flatten().flatten() {
            assert_eq!(row.cells.len(), width);
        }
    }
}

fn real_workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..20 {
        sheet.write(row, 0, format!("text {row}")).unwrap().write(row, 1, row).unwrap();
    }
    book.save_to_buffer().unwrap()
}

proptest! {
    #[test]
    fn any_bytes_come_to_an_end(bytes in vec(any::<u8>(), 0..2_000)) {
        exhaust(&bytes);
        exhaust(&[&b"a,b\n"[..], &bytes].concat());
        exhaust(&[&b"\xFF\xFE"[..], &bytes].concat());
        exhaust(&[&b"PK\x03\x04"[..], &bytes].concat());
    }

    #[test]
    fn any_text_comes_to_an_end(text in "[a\",;\t\r\n，文0-9E+]{0,300}") {
        exhaust(text.as_bytes());
    }

    #[test]
    fn a_workbook_with_a_few_other_bytes_comes_to_an_end(changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = real_workbook();
        for (index, byte) in changes {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        exhaust(&bytes);
    }

    #[test]
    fn any_rows_of_a_sheet_come_to_an_end(
        pieces in vec(prop::sample::select(vec![
            "<row>", "</row>", "<row r=\"9\">", "<c>", "</c>", "<c r=\"B2\" t=\"s\">", "<c t=\"inlineStr\">", "<v>", "</v>",
            "0", "1e9", "<is>", "</is>", "<t>", "</t>", "<f/>", "x", "&amp;", "&#0;", "<rPh>", "</rPh>", "</sheetData>", "<!-- -->",
        ]), 0..60),
    ) {
        exhaust(&workbook(&[inline(1, "a"), pieces.concat()].concat(), "<si><t>s</t></si>"));
    }
}
