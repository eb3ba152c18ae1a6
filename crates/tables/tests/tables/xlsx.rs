use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use tables::{Flaw, Limits, RowFault, TableFault};

use crate::files::{fault, inline, open, read, rows, text, workbook};

#[test]
fn cells_are_as_people_see_them() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let moment = Format::new().set_num_format("yyyy/m/d h:mm");
    let chinese = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    let padded = Format::new().set_num_format("00000000");
    let day = ExcelDateTime::parse_from_str("2024-02-29T08:30:01").unwrap();
    for (column, name) in ["姓名", "电话", "入住", "时间", "中文", "卡号", "启用", "公式", "小数"].iter().enumerate()
    {
        sheet.write(2, column as u16, *name).unwrap();
    }
    sheet.write(4, 0, " 张三 ").unwrap();
    sheet.write(4, 1, 13_812_345_678_u64).unwrap();
    sheet.write_with_format(4, 2, &day, &date).unwrap();
    sheet.write_with_format(4, 3, &day, &moment).unwrap();
    sheet.write_with_format(4, 4, &day, &chinese).unwrap();
    sheet.write_with_format(4, 5, 1234, &padded).unwrap();
    sheet.write(4, 6, true).unwrap();
    sheet.write(4, 7, Formula::new("=1+1").set_result("2")).unwrap();
    sheet.write(4, 8, 0.1 + 0.2).unwrap();
    sheet.write(5, 6, false).unwrap();
    sheet.write(5, 7, Formula::new("=\"a\"&\"b\"").set_result("ab")).unwrap();
    sheet.write(5, 8, -12.0).unwrap();
    sheet.write_blank(9, 3, &date).unwrap();
    let (header, rows) = read(&book.save_to_buffer().unwrap());
    assert_eq!(header.len(), 9);
    let rows: Vec<_> = rows.into_iter().map(Result::unwrap).map(|row| (row.number, row.cells)).collect();
    let first =
        [" 张三 ", "13812345678", "2024-02-29", "2024-02-29 08:30:01", "2024-02-29", "00001234", "是", "2", "0.3"];
    assert_eq!(rows, [(5, text(&first)), (6, text(&["", "", "", "", "", "", "否", "ab", "-12"]))]);
}

#[test]
fn a_fault_of_a_row_leaves_the_others_readable() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "证件号").unwrap();
    sheet.write(1, 0, 110_101_199_003_071_234_u64).unwrap();
    sheet.write(2, 0, Formula::new("=NA()").set_result("#N/A")).unwrap();
    sheet.write(3, 0, "长".repeat(400)).unwrap();
    sheet.write(4, 0, "1.23457E+11").unwrap();
    sheet.write(5, 0, "好").unwrap().write(5, 3, "多").unwrap();
    sheet.write_with_format(6, 0, 60, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
    sheet.write(7, 0, "110101199003071234").unwrap();
    let (_, rows) = read(&book.save_to_buffer().unwrap());
    let faults: Vec<_> = rows[..6].iter().map(|row| row.clone().unwrap_err()).collect();
    let fault = |row, column, flaw| RowFault { row, column: Some(column), flaw };
    assert_eq!(
        faults,
        [
            fault(2, 0, Flaw::DamagedNumber),
            fault(3, 0, Flaw::ErrorCell),
            fault(4, 0, Flaw::CellTooLong),
            fault(5, 0, Flaw::DamagedNumber),
            fault(6, 3, Flaw::CellOutsideHeader),
            fault(7, 0, Flaw::BadDate),
        ]
    );
    assert_eq!(rows[6].as_ref().unwrap().cells, text(&["110101199003071234"]));
}

#[test]
fn the_first_sheet_that_can_be_seen_is_read() {
    let mut book = Workbook::new();
    book.add_worksheet().set_hidden(true).write(0, 0, "hidden").unwrap();
    book.add_worksheet().set_very_hidden(true).write(0, 0, "very hidden").unwrap();
    book.add_worksheet().set_active(true).write(0, 0, "seen").unwrap();
    book.add_worksheet().write(0, 0, "second").unwrap();
    assert_eq!(read(&book.save_to_buffer().unwrap()).0, text(&["seen"]));
}

#[test]
fn days_are_counted_from_1904_where_the_workbook_says_so() {
    let bytes = crate::files::archive(&[
        ("_rels/.rels", crate::files::RELATIONS.as_bytes()),
        ("XL\\Workbook.xml", crate::files::WORKBOOK.replace("<sheets>", "<workbookPr date1904=\"1\"/><sheets>").as_bytes()),
        ("xl/_rels/workbook.xml.rels", crate::files::BOOK_RELATIONS.as_bytes()),
        ("xl/styles.xml", br#"<styleSheet><cellStyleXfs><xf numFmtId="22"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#),
        (
            "xl/worksheets/sheet1.xml",
            br#"<x:worksheet xmlns:x="x"><x:sheetData><x:row><x:c t="str"><x:v>day</x:v></x:c></x:row><x:row><x:c s="1"><x:v>43830</x:v></x:c></x:row></x:sheetData></x:worksheet>"#,
        ),
    ]);
    assert_eq!(rows(&bytes), [(2, text(&["2024-01-01"]))]);
}

#[test]
fn texts_are_put_together_and_unescaped() {
    let strings = "<si><t>姓名</t></si><si><r><t>张</t></r><r><t xml:space=\"preserve\"> 三&amp;&#x674E;</t></r><rPh><t>zhang</t></rPh></si><si><t/></si><si><t>a_x000A_b<![CDATA[<c>]]></t></si>";
    let cells = r#"<row><c t="s"><v>0</v></c><c t="str"><v>n</v></c></row><row r="7"><c t="s"><v>1</v></c><c t="s"><v>3</v></c></row><row><c t="s"><v>2</v></c><c t="b"><v>1</v></c></row>"#;
    assert_eq!(rows(&workbook(cells, strings)), [(7, text(&["张 三&李", "a\nb<c>"])), (8, text(&["", "是"]))]);
}

#[test]
fn what_a_cell_says_wrongly_of_itself_is_a_fault_of_its_row() {
    let cases = [
        (r#"<c t="s"><v>99</v></c>"#, Flaw::UnreadableCell),
        (r#"<c t="b"><v>7</v></c>"#, Flaw::UnreadableCell),
        (r#"<c t="n"><v>x</v></c>"#, Flaw::UnreadableCell),
        (r#"<c><v>NaN</v></c>"#, Flaw::UnreadableCell),
        (r#"<c t="what"><v>1</v></c>"#, Flaw::UnreadableCell),
        (r#"<c t="e"><v>#SPILL!</v></c>"#, Flaw::ErrorCell),
        (r#"<c t="d"><v>2024-13-01</v></c>"#, Flaw::BadDate),
        (r#"<c><f>SUM(A1)</f><v/></c>"#, Flaw::UncalculatedFormula),
        (r#"<c><v>1E+300</v></c>"#, Flaw::DamagedNumber),
    ];
    for (cell, flaw) in cases {
        let (_, rows) = read(&workbook(&format!("{}<row>{cell}</row>{}", inline(1, "a"), inline(3, "b")), ""));
        assert_eq!(rows[0], Err(RowFault { row: 2, column: Some(0), flaw }), "{cell}");
        assert_eq!(rows[1].as_ref().unwrap().cells, text(&["b"]));
    }
}

#[test]
fn a_long_text_is_passed_over_and_the_rows_after_it_are_read() {
    let long = "&lt;".repeat(100_000);
    let file = workbook(&[inline(1, "a"), inline(2, &long), inline(3, "b")].concat(), "");
    let (_, rows) = read(&file);
    assert_eq!(rows[0], Err(RowFault { row: 2, column: Some(0), flaw: Flaw::CellTooLong }));
    assert!(rows[1].is_ok());
    let limits = Limits { row_bytes: 5, ..Limits::default() };
    let cells = r#"<c t="str"><v>abc</v></c><c t="str"><v>def</v></c>"#;
    let file =
        workbook(&format!("{}<row>{cells}</row>", "<row><c t=\"str\"><v>a</v></c><c t=\"str\"><v>b</v></c></row>"), "");
    let rows: Vec<_> = open(&file, limits).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows, [Err(RowFault { row: 2, column: None, flaw: Flaw::RowTooLong })]);
}

#[test]
fn rows_that_go_backwards_are_damage() {
    let file = workbook(&[inline(1, "a"), inline(5, "b"), inline(5, "c")].concat(), "");
    assert!(matches!(fault(&file, Limits::default()), TableFault::Damaged));
}
