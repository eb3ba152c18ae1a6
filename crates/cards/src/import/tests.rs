//! Files as people and programs make them, read to the end: what the register would be told, and what is said.

use std::io::Write;

use imports::{Column as _, Columns, LineReader, RowProblem};
use jiff::tz::TimeZone;
use kernel::{
    Phone,
    card_number::{CardFormat, NumberFormat},
    port::CardState,
};
use tables::{Limits, Note, Table};

use super::{basis::Basis, cell, column::Column, subject::CardTables};
use crate::card::CardDetails;

/// What a file says.
struct Said {
    cards: Vec<CardDetails>,
    problems: Vec<RowProblem>,
    notes: Vec<String>,
    unknown: Vec<String>,
}

fn read(format: NumberFormat, file: &[u8]) -> Said {
    let mut stored = tempfile::NamedTempFile::new().unwrap();
    stored.write_all(file).unwrap();
    let known = |header: &str| Column::named(header).is_some();
    let mut table = Table::open(stored.path(), Limits::default(), &known).unwrap();
    let columns = Columns::find(table.header(), "卡").unwrap();
    let unknown = columns.warnings().iter().filter(|text| text.starts_with("不认识")).cloned().collect();
    let mut reader = LineReader::<CardTables>::new(columns, Basis::plain(CardFormat::straight(format), shanghai()));
    let (mut cards, mut problems) = (Vec::new(), Vec::new());
    for row in table.by_ref() {
        match reader.read(row.unwrap()).fact {
            Ok(card) => cards.push(card),
            Err(wrong) => problems.extend(wrong),
        }
    }
    let notes = table.notes().iter().map(Note::text).chain(reader.remarks()).collect();
    Said { cards, problems, notes, unknown }
}

fn shanghai() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

/// Number, holder, phone and end of each card of a file in which nothing is wrong.
fn cards(format: NumberFormat, file: &[u8]) -> Vec<(String, String, String, String)> {
    let Said { cards, problems, .. } = read(format, file);
    assert_eq!(problems, []);
    let end =
        |card: &CardDetails| card.valid_until.map(|until| cell::until_text(until, &shanghai())).unwrap_or_default();
    let phone = |card: &CardDetails| card.phone.as_ref().map(Phone::expose).unwrap_or_default().to_owned();
    cards.iter().map(|card| (card.number.printed().to_owned(), card.holder.clone(), phone(card), end(card))).collect()
}

fn one(format: NumberFormat, file: &[u8]) -> (String, String, String, String) {
    let cards = cards(format, file);
    assert_eq!(cards.len(), 1, "{cards:?}");
    cards.into_iter().next().unwrap()
}

fn told(number: &str, holder: &str, phone: &str, end: &str) -> (String, String, String, String) {
    (number.into(), holder.into(), phone.into(), end.into())
}

macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!("../../tests/files/", $name))
    };
}

use NumberFormat::{Dec10, Hex8, Opaque, Wg26};

#[test]
fn a_number_that_is_no_whole_number_is_no_card() {
    assert_eq!(one(Dec10, file!("float-card.csv")), told("0040860011", "重二", "", ""));
    for number in ["40860011.5", "4.0860011E7", "4.0860011E+07", "-40860011", "2027-12-31", "12:30:00"] {
        let said = read(Dec10, format!("卡类型,卡号,持卡人\n门禁卡,{number},甲\n").as_bytes());
        let codes: Vec<_> = said.problems.iter().map(|one| one.code.as_str()).collect();
        assert!(matches!(codes[..], ["number-invalid" | "number-damaged"]), "{number}: {codes:?}");
        assert!(said.cards.is_empty(), "{number}");
    }
}

#[test]
fn a_number_is_divided_as_its_cell_shows_it() {
    assert_eq!(one(Wg26, file!("thousands-card.xlsx")), told("012,00345", "逗二", "", ""));
}

#[test]
fn merged_cells_hold_for_every_row() {
    let said = read(Dec10, file!("merged-cells.xlsx"));
    let states: Vec<_> = said.cards.iter().map(|card| card.state).collect();
    assert_eq!(states, [CardState::Lost; 3]);
    let ends: Vec<_> = cards(Dec10, file!("merged-cells.xlsx")).into_iter().map(|card| card.3).collect();
    assert_eq!(ends, ["2027-12-31"; 3]);
}

#[test]
fn a_time_counts_with_its_offset() {
    assert_eq!(one(Dec10, file!("date-offset.csv")), told("0040857201", "时一", "", "2028-01-01 04:00:00"));
}

#[test]
fn a_day_written_with_its_first_instant_lasts_to_its_end_and_it_is_said() {
    assert_eq!(one(Dec10, file!("midnight-expiry.xlsx")), told("0040857074", "日四", "", "2027-12-31"));
    let said = read(Dec10, file!("midnight-expiry.xlsx"));
    assert!(said.notes[0].starts_with("“有效期至”列有 1 行（从第 2 行起）写作 0 点"), "{:?}", said.notes);
    let file = "卡类型,卡号,持卡人,有效期至\n门禁卡,1,甲,2027-12-31 0:00\n门禁卡,2,乙,2027-12-31 24:00\n门禁卡,3,丙,2027-12-31 00:00:01\n";
    let ends: Vec<_> = cards(Dec10, file.as_bytes()).into_iter().map(|card| card.3).collect();
    assert_eq!(ends, ["2027-12-31", "2027-12-31 24:00:00", "2027-12-31 00:00:01"]);
    assert_eq!(read(Dec10, file.as_bytes()).notes.len(), 1);
}

#[test]
fn what_is_left_out_is_said() {
    assert_eq!(one(Dec10, file!("second-sheet.xlsx")), told("0040857031", "楼一", "", ""));
    assert_eq!(read(Dec10, file!("second-sheet.xlsx")).notes, ["只导入了工作表“1栋”，没有导入“2栋”"]);
    assert_eq!(one(Dec10, file!("hidden-rows.xlsx")), told("0040857021", "隐行一", "", ""));
    let notes = read(Dec10, file!("hidden-rows.xlsx")).notes;
    assert_eq!(notes, ["有 1 行被隐藏或筛选掉（从第 3 行起），没有导入，如需导入请取消隐藏和筛选"]);
}

#[test]
fn one_plate_and_one_phone_are_one_however_they_are_typed() {
    let plates: Vec<_> =
        read(Dec10, file!("plate-fullwidth.csv")).cards.into_iter().flat_map(|card| card.plates).collect();
    assert_eq!(plates, ["湘A12345", "湘A12345"]);
    let phones: Vec<_> = cards(Dec10, file!("phone-dress.csv")).into_iter().map(|card| card.2).collect();
    assert_eq!(phones, ["13800001001"; 7]);
}

#[test]
fn text_keeps_what_is_printed_and_loses_what_cannot_be_seen() {
    assert_eq!(one(Opaque, file!("opaque-zeros.csv")), told("00012", "轮一", "", ""));
    let file = "卡类型,卡号,持卡人\n门禁\u{200b}卡,\u{202d}2200001008\u{202c},陈\u{200b}小明\n门禁卡,2200\u{a0}001009,\u{feff}乙\n";
    let said = cards(Dec10, file.as_bytes());
    assert_eq!(said, [told("2200001008", "陈小明", "", ""), told("2200001009", "乙", "", "")]);
}

#[test]
fn headers_are_found_wherever_and_however_they_stand() {
    assert_eq!(one(Dec10, file!("title-row.csv")), told("0040857051", "题一", "", ""));
    assert_eq!(read(Dec10, file!("title-row.csv")).notes, ["表头取自第 2 行，它上面的内容没有导入"]);
    assert_eq!(one(Dec10, file!("header-dress.csv")), told("0040857052", "星一", "13800001001", ""));
    assert_eq!(one(Dec10, file!("doubled-unknown-header.csv")), told("0040860001", "双备", "", ""));
    let unknown = read(Dec10, file!("doubled-unknown-header.csv")).unknown;
    assert_eq!(unknown, ["不认识“备注”列，没有导入", "不认识“备注”列，没有导入"]);
}

#[test]
fn what_programs_put_around_cells_is_taken_off() {
    assert_eq!(one(Dec10, file!("formula-text.csv")), told("0040857054", "公一", "13800001001", ""));
    assert_eq!(one(Dec10, file!("sep-line.csv")), told("0040857053", "分一", "", ""));
    assert_eq!(one(Dec10, file!("tab-suffix.csv")), told("0040857055", "尾一", "13800001001", ""));
    assert_eq!(one(Dec10, file!("numbered-blank-rows.csv")), told("0040859005", "序一", "", ""));
    let notes = read(Dec10, file!("numbered-blank-rows.csv")).notes;
    assert_eq!(notes, ["有 2 行（从第 3 行起）只填了不导入的列，没有导入"]);
    assert_eq!(one(Hex8, file!("uid-colons.csv")), told("026F6C3A", "冒二", "", ""));
    for number in ["111:27706", "111/27706", "\"=\"\"111,27706\"\"\""] {
        let file = format!("卡类型,卡号,持卡人\n门禁卡,{number},甲\n");
        assert_eq!(one(Wg26, file.as_bytes()), told("111,27706", "甲", "", ""), "{number}");
    }
}

#[test]
fn a_balance_is_read_as_accountants_show_it() {
    let file = "卡类型,卡号,持卡人,余额（单位：元）\n储值卡,1,甲,\"¥ 1,234.50\"\n储值卡,2,乙,12.5元\n";
    let balances: Vec<_> = read(Dec10, file.as_bytes()).cards.iter().map(|card| card.balance).collect();
    assert_eq!(balances, [Some(123_450), Some(1_250)]);
    let said = read(Dec10, "卡类型,卡号,持卡人,余额（万元）\n储值卡,1,甲,1\n".as_bytes());
    assert_eq!((said.cards[0].balance, said.unknown.len()), (None, 1), "of another unit nothing is read");
}
