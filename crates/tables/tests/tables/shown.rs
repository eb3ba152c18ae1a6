//! What a table shows is what is read of it; what is left out is said.

use rust_xlsxwriter::{Format, Workbook};
use tables::{Flaw, Limits, Note, RowFault, Rows, Table, TableFault};

use crate::files::{fault, open_known, text};

const KNOWN: [&str; 4] = ["卡号", "持卡人", "状态", "有效期至"];

/// Rows with their numbers.
type Numbered = Vec<(u64, Vec<String>)>;

/// The header, the rows that are in order, and the notes.
fn all(bytes: &[u8]) -> (Vec<String>, Numbered, Vec<Note>) {
    let mut table = open_known(bytes, &KNOWN);
    let header = table.header().to_vec();
    let rows = table.by_ref().map(|row| row.unwrap().unwrap()).map(|row| (row.number, row.cells)).collect();
    (header, rows, table.notes())
}

fn faults(mut table: Table) -> Vec<RowFault> {
    table.by_ref().filter_map(|row| row.unwrap().err()).collect()
}

fn sheet(book: &mut Workbook, name: &str, rows: &[&[&str]]) {
    let sheet = book.add_worksheet().set_name(name).unwrap();
    for (number, row) in rows.iter().enumerate() {
        for (column, cell) in row.iter().enumerate() {
            sheet.write(number as u32, column as u16, *cell).unwrap();
        }
    }
}

#[test]
fn the_header_may_stand_below_a_title_and_it_is_said() {
    for title in
        ["阳光小区门禁卡登记表,,", "登记表\n\n制表：2027-01-01,张三", "卡号\n说明,请勿改动", ",\n,\n\u{feff}标题"]
    {
        let file = format!("{title}\n卡号,持卡人\n0040857051,题一\n");
        let (header, rows, notes) = all(file.as_bytes());
        let row = title.lines().count() as u64 + 1;
        assert_eq!(
            (header, rows),
            (text(&["卡号", "持卡人"]), vec![(row + 1, text(&["0040857051", "题一"]))]),
            "{title}"
        );
        assert_eq!(notes, [Note::HeaderBelow { row }], "{title}");
    }
    let (header, _, notes) = all("卡号,持卡人\n1,甲\n卡号,持卡人\n".as_bytes());
    assert_eq!((header, notes), (text(&["卡号", "持卡人"]), vec![]), "the first of two");
    let deep = format!("{}卡号,持卡人\n1,甲\n", "说明\n".repeat(20));
    assert_eq!(open_known(deep.as_bytes(), &KNOWN).header(), ["说明"], "a header is not looked for everywhere");
}

#[test]
fn the_delimiter_is_the_one_that_makes_a_header() {
    for file in [
        "卡号\t,持卡人\t\n1\t,甲\t\n",
        "卡号\t\t,持卡人\n1,甲\n",
        "卡号|持卡人\n1|甲\n",
        "卡号；持卡人\n1；甲\n",
        "卡号｜持卡人\n1｜甲\n",
        "标题;一;二;三;四\n卡号,持卡人\n1,甲\n",
        "sep=;\n卡号;持卡人\n1;甲\n",
        "sep=;\r\n卡号;持卡人\r\n1;甲\r\n",
        "\u{feff}SEP=,\r卡号,持卡人\r1,甲\r",
        "\"sep=\t\"\n卡号\t持卡人\n1\t甲\n",
        "sep=^\n卡号^持卡人\n1^甲\n",
        "sep=，\n卡号，持卡人\n1，甲\n",
        "sep=\n卡号,持卡人\n1,甲\n",
        "sep=;\n卡号,持卡人\n1,甲\n",
        "sep=,,\n卡号,持卡人\n1,甲\n",
        "sep=;\n\n\"卡号\";\"持卡人\"\n\"1\";\"甲\"\n",
    ] {
        let (header, rows, _) = all(file.as_bytes());
        assert_eq!(header, text(&["卡号", "持卡人"]), "{file}");
        let rows: Vec<Vec<_>> = rows.iter().map(|(_, row)| row.iter().map(|cell| cell.trim()).collect()).collect();
        assert_eq!(rows, [["1", "甲"]], "{file}");
    }
    let (_, rows, notes) = all("sep=;\n卡号;持卡人\n1;甲\n".as_bytes());
    assert_eq!((rows[0].0, notes), (2, vec![]), "Excel does not count the line that it reads itself");
}

#[test]
fn marks_that_keep_numbers_text_are_taken_off() {
    let file = "=\"卡号\",'持卡人\n=\"0040857054\",'公一\n`0040857055,\"=\"\"公二\"\"\"\n";
    let (header, rows, _) = all(file.as_bytes());
    assert_eq!((header.len(), rows[1].1[0].as_str(), rows[1].1[1].as_str()), (2, "0040857055", "公二"));
    assert_eq!(rows[0].1, text(&["0040857054", "公一"]));
}

#[test]
fn rows_in_which_nothing_is_read_are_blank_and_it_is_said() {
    let (_, rows, notes) = all("序号,卡号,持卡人\n1,0040859005,序一\n2,,\n3, ,\n,,\n".as_bytes());
    assert_eq!(rows, [(2, text(&["1", "0040859005", "序一"]))]);
    assert_eq!(notes, [Note::OtherRows(Rows { first: 3, count: 2 })]);
    let (_, rows, notes) = all("卡号,,持卡人\n1,x,甲\n2,,乙\n".as_bytes());
    assert_eq!((rows.len(), notes), (2, vec![Note::UnnamedColumns(vec![1])]));
}

#[test]
fn what_is_wrong_in_columns_of_others_is_not_looked_at() {
    let long = "长".repeat(400);
    let file = format!("卡号,备注,备注\n1,{long},1.2E+11\n2,1.23457E+11,\n1.23457E+11,,\n");
    let mut table = open_known(file.as_bytes(), &KNOWN);
    assert_eq!(table.by_ref().filter(|row| matches!(row, Ok(Ok(_)))).count(), 2);
    let found = faults(open_known(file.as_bytes(), &KNOWN));
    assert_eq!(found, [RowFault { row: 4, column: Some(0), flaw: Flaw::DamagedNumber }]);
    let found = faults(open_known("卡号,备注\n1,a,b\n".as_bytes(), &KNOWN));
    assert_eq!(found, [RowFault { row: 2, column: Some(2), flaw: Flaw::CellOutsideHeader }], "a shifted row is no row");
}

#[test]
fn merged_cells_all_show_what_the_first_holds() {
    let mut book = Workbook::new();
    sheet(
        &mut book,
        "1",
        &[&["卡号", "持卡人", "状态", "有效期至"], &["1", "甲"], &["2", "乙"], &["3", "丙"], &["4", "丁", "正常"]],
    );
    let first = book.worksheet_from_index(0).unwrap();
    let plain = Format::new();
    first.merge_range(1, 2, 3, 2, "挂失", &plain).unwrap();
    first.merge_range(1, 3, 2, 3, "2027-12-31", &plain).unwrap();
    first.merge_range(9, 0, 11, 0, "", &plain).unwrap();
    let (_, rows, _) = all(&book.save_to_buffer().unwrap());
    let rows: Vec<_> = rows.into_iter().map(|(_, row)| row.join(" ")).collect();
    assert_eq!(rows, ["1 甲 挂失 2027-12-31", "2 乙 挂失 2027-12-31", "3 丙 挂失 ", "4 丁 正常 "]);
}

#[test]
fn a_merge_beside_and_one_below_its_hidden_first_row_are_seen_too() {
    let mut book = Workbook::new();
    sheet(&mut book, "1", &[&["卡号", "持卡人", "状态", "有效期至"], &["1", "甲"], &["2", "乙"], &["3", "丙"]]);
    let first = book.worksheet_from_index(0).unwrap();
    first.merge_range(1, 2, 2, 2, "挂失", &Format::new()).unwrap();
    first.merge_range(3, 2, 3, 3, "冻结", &Format::new()).unwrap();
    first.set_row_hidden(1).unwrap();
    let (_, rows, notes) = all(&book.save_to_buffer().unwrap());
    assert_eq!(rows, [(3, text(&["2", "乙", "挂失", ""])), (4, text(&["3", "丙", "冻结", "冻结"]))]);
    assert_eq!(notes, [Note::HiddenRows(Rows { first: 2, count: 1 })]);
}

#[test]
fn a_header_of_merged_cells_names_its_columns() {
    let mut book = Workbook::new();
    sheet(
        &mut book,
        "1",
        &[&["登记表"], &["卡号", "", "人", ""], &["", "", "持卡人", "状态"], &["1", "", "甲", "挂失"]],
    );
    let first = book.worksheet_from_index(0).unwrap();
    let plain = Format::new();
    first.merge_range(0, 0, 0, 3, "登记表", &plain).unwrap();
    first.merge_range(1, 0, 2, 1, "卡号", &plain).unwrap();
    first.merge_range(1, 2, 1, 3, "人", &plain).unwrap();
    let (header, rows, notes) = all(&book.save_to_buffer().unwrap());
    assert_eq!(header, text(&["卡号", "", "持卡人", "状态"]));
    assert_eq!(rows, [(4, text(&["1", "", "甲", "挂失"]))]);
    assert_eq!(notes, [Note::HeaderBelow { row: 3 }]);
}

#[test]
fn what_is_hidden_is_not_read_and_it_is_said() {
    let mut book = Workbook::new();
    sheet(&mut book, "1栋", &[&["卡号", "持卡人", "备注"], &["1", "甲"], &["2", "乙"], &["3", "丙"], &["", "", "x"]]);
    sheet(&mut book, "名单", &[&["卡号", "持卡人"], &["4", "丁"]]);
    sheet(&mut book, "选项", &[&["挂失"]]);
    sheet(&mut book, "空", &[]);
    book.worksheet_from_index(1).unwrap().set_hidden(true);
    book.worksheet_from_index(2).unwrap().set_very_hidden(true);
    let first = book.worksheet_from_index(0).unwrap();
    first.set_row_hidden(2).unwrap().set_row_height(3, 0).unwrap();
    first.set_column_hidden(1).unwrap().set_column_hidden(2).unwrap();
    let (_, rows, notes) = all(&book.save_to_buffer().unwrap());
    assert_eq!(rows, [(2, text(&["1", "甲", ""]))]);
    let expected = [
        Note::HiddenSheets(text(&["名单", "选项"])),
        Note::HiddenColumns(vec![1]),
        Note::HiddenRows(Rows { first: 3, count: 2 }),
        Note::OtherRows(Rows { first: 5, count: 1 }),
    ];
    assert_eq!(notes, expected);
}

#[test]
fn the_sheet_with_the_best_header_is_read_and_the_others_are_named() {
    let mut book = Workbook::new();
    sheet(&mut book, "说明", &[&["请填写“名单”"]]);
    sheet(&mut book, "名单", &[&["卡号", "持卡人"], &["1", "甲"]]);
    sheet(&mut book, "2栋", &[&["卡号", "持卡人"], &["2", "乙"]]);
    sheet(&mut book, "Sheet4", &[]);
    let (_, rows, notes) = all(&book.save_to_buffer().unwrap());
    assert_eq!(rows, [(2, text(&["1", "甲"]))]);
    assert_eq!(notes, [Note::OtherSheets { read: "名单".into(), others: text(&["说明", "2栋"]) }]);
}

#[test]
fn numbers_are_read_as_their_cells_show_them() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "卡号").unwrap();
    let shown = [
        (12_345.0, "#,##0", "12,345"),
        (11_127_706.0, "000\",\"00000", "111,27706"),
        (40_860_011.0, "0000000000", "0040860011"),
        (40_860_011.0, "0.00", "40860011.00"),
        (13_800_001_001.0, "000-0000-0000", "138-0000-1001"),
        (12.0, "\"A\"00000", "A00012"),
        (46_752.0, "yyyy\"年\"m\"月\"", "2027-12"),
        (46_752.0, "yyyy\"年\"m\"月\"d\"日\" dddd", "2027-12-31"),
        (40_860_011.0, "0.00E+00", "40860011"),
    ];
    for (row, (number, code, _)) in shown.iter().enumerate() {
        sheet.write_with_format(row as u32 + 1, 0, *number, &Format::new().set_num_format(*code)).unwrap();
    }
    for (row, (number, code)) in
        [(1.5, "0"), (40_860_011.4, "#,##0"), (12_345.0, "0,"), (5.0, ";;;")].iter().enumerate()
    {
        sheet.write_with_format(row as u32 + 20, 0, *number, &Format::new().set_num_format(*code)).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let table = open_known(&bytes, &KNOWN);
    let cells: Vec<_> = table.filter_map(|row| row.unwrap().ok()).map(|row| row.cells[0].clone()).collect();
    assert_eq!(cells, shown.map(|(_, _, text)| text));
    let flaws: Vec<_> = faults(open_known(&bytes, &KNOWN)).iter().map(|fault| fault.flaw).collect();
    assert_eq!(flaws, [Flaw::DamagedNumber, Flaw::DamagedNumber, Flaw::DamagedNumber, Flaw::UnreadableCell]);
}

#[test]
fn ranges_of_merged_cells_without_end_are_refused() {
    let merges = "<mergeCell ref=\"A2:B3\"/>".repeat(500_001);
    let bytes = crate::files::workbook(
        &format!("{}</sheetData><mergeCells>{merges}</mergeCells><sheetData>", crate::files::inline(1, "a")),
        "",
    );
    assert!(matches!(fault(&bytes, Limits::default()), TableFault::UnpackedTooLarge));
}
