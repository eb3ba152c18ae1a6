use std::collections::{HashMap, hash_map::Entry};

use kernel::{Phone, port::CardState, sha256};
use tables::{Row, RowFault};

use super::{
    basis::Basis,
    cell,
    column::{Column, Columns},
    report::RowProblem,
};
use crate::{
    card::{CardFacts, CardNumber},
    service::expected,
};

/// A row, read.
pub(super) struct Line {
    /// As a spreadsheet numbers it.
    pub(super) row: u64,
    /// What it says, or what is wrong with it.
    pub(super) facts: Result<CardFacts, Vec<RowProblem>>,
}

/// Reads the rows of one file.
pub(super) struct LineReader {
    columns: Columns,
    basis: Basis,
    /// The row of each card so far, by twelve bytes of a digest: the file's memory of itself stays small.
    seen: HashMap<[u8; 12], u64>,
}

impl LineReader {
    pub(super) fn new(columns: Columns, basis: Basis) -> Self {
        Self { columns, basis, seen: HashMap::new() }
    }

    /// What a row says.
    pub(super) fn read(&mut self, row: Result<Row, RowFault>) -> Line {
        match row {
            Ok(row) => Line { row: row.number, facts: self.facts(&row) },
            Err(fault) => Line { row: fault.row, facts: Err(vec![self.unread(fault)]) },
        }
    }

    fn unread(&self, fault: RowFault) -> RowProblem {
        let column = fault.column.and_then(|at| self.columns.header(at)).map(str::to_owned);
        RowProblem { row: fault.row, column, code: fault.code().to_owned(), message: fault.text() }
    }

    fn facts(&mut self, row: &Row) -> Result<CardFacts, Vec<RowProblem>> {
        let mut problems = Vec::new();
        let Basis { format, zone, groups, .. } = &self.basis;
        let mut cells = Cells { row, columns: &self.columns, problems: &mut problems };
        let kind = cells.read(Column::Kind, "请填写会员卡、储值卡或门禁卡", cell::kind);
        let number = cells.read(Column::Number, expected(format.format), |text| CardNumber::read(*format, text));
        let holder = cells.read(Column::Holder, "请填写 1 至 64 个字", cell::holder);
        let phone = cells.read(Column::Phone, "请填写 11 位手机号，或留空", |text| {
            if text.is_empty() { Some(None) } else { Phone::parse(text).map(Some) }
        });
        let valid_until = cells.read(Column::ValidUntil, "请填写日期，例如 2027-12-31，或留空", |text| {
            if text.is_empty() { Some(None) } else { cell::until(text, zone).map(Some) }
        });
        let state = cells.read(Column::State, "请填写正常、挂失、冻结或退卡，或留空", cell::state);
        let plates = cells.read(Column::Plates, "请填写车牌，最多 10 个，用顿号隔开", cell::plates);
        let balance = cells.read(
            Column::Balance,
            "请填写金额（元），最多两位小数，例如 12.50，或留空",
            |text| {
                if text.is_empty() { Some(None) } else { cell::balance(text).map(Some) }
            },
        );
        let shared = cells.read(Column::Shared, "请填写是或否，或留空", cell::shared);
        let groups = cells.read(
            Column::Groups,
            "没有这个权限组，请先在通行规则中建立，最多 10 个",
            |text| cell::groups(text, groups),
        );
        if let (Some(kind), Some(number)) = (kind, &number) {
            let digest = sha256(format!("{} {}", kind.number(), number.normal()).as_bytes());
            match self.seen.entry(std::array::from_fn(|n| digest[n])) {
                Entry::Vacant(free) => _ = free.insert(row.number),
                Entry::Occupied(first) => {
                    let advice = format!("与第 {} 行是同一张卡，请只留一行", first.get());
                    problems.push(problem(row, Column::Number, &self.columns, "card-twice", &advice));
                }
            }
        }
        let (true, Some(kind), Some(number), Some(holder)) = (problems.is_empty(), kind, number, holder) else {
            return Err(problems);
        };
        Ok(CardFacts {
            phone: phone.flatten(),
            plates: plates.unwrap_or_default(),
            balance: balance.flatten(),
            state: state.unwrap_or(CardState::Active),
            valid_until: valid_until.flatten(),
            shared: shared.unwrap_or_default(),
            groups: groups.unwrap_or_default(),
            ..CardFacts::plain(kind, number, holder, None)
        })
    }
}

/// The cells of a row, and what is wrong with them.
struct Cells<'a> {
    row: &'a Row,
    columns: &'a Columns,
    problems: &'a mut Vec<RowProblem>,
}

impl Cells<'_> {
    /// What a cell says; none where it cannot be read, and where the file has no such column.
    fn read<T>(&mut self, column: Column, advice: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let value = read(self.columns.cell(column, &self.row.cells)?);
        if value.is_none() {
            self.problems.push(problem(self.row, column, self.columns, column.code(), advice));
        }
        value
    }
}

fn problem(row: &Row, column: Column, columns: &Columns, code: &str, advice: &str) -> RowProblem {
    let header = columns.header_of(column);
    let message = format!("第 {} 行“{header}”：{advice}", row.number);
    RowProblem { row: row.number, column: Some(header.to_owned()), code: code.to_owned(), message }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use kernel::{Timestamp, card_number::CardFormat, port::CardKind};

    use super::*;

    fn reader(header: &[&str]) -> LineReader {
        let header: Vec<_> = header.iter().map(|name| (*name).to_owned()).collect();
        LineReader::new(Columns::find(&header).unwrap(), Basis::plain(CardFormat::default(), TimeZone::UTC))
    }

    fn row(number: u64, cells: &[&str]) -> Result<Row, RowFault> {
        Ok(Row { number, cells: cells.iter().map(|text| (*text).to_owned()).collect() })
    }

    #[test]
    fn a_full_row_says_all_that_the_register_holds() {
        let mut reader =
            reader(&["卡类型", "卡号", "持卡人", "手机号", "有效期至", "状态", "车牌", "余额", "共用", "权限组"]);
        let cells =
            ["储值卡", "00 12345678", "陈小明", "138 0000 0001", "1970-01-01", "冻结", "湘A12345", "12.5", "是", ""];
        let facts = reader.read(row(2, &cells)).facts.ok().unwrap();
        assert_eq!(
            (facts.kind, facts.holder.as_str(), facts.state),
            (CardKind::StoredValue, "陈小明", CardState::Frozen)
        );
        assert_eq!((facts.balance, facts.shared), (Some(1250), true));
        assert_eq!(facts.valid_until, Some(Timestamp::from_millis(86_399_999)));
        assert_eq!(facts.phone.unwrap().expose(), "13800000001");
        assert_eq!(facts.plates, ["湘A12345"]);
    }

    #[test]
    fn every_fault_names_its_place_and_no_value() {
        let mut reader = reader(&["卡类型", "卡号", "姓名", "手机号", "余额"]);
        let problems = reader.read(row(7, &["贵宾卡", "卡片", "", "12345", "很多"])).facts.err().unwrap();
        let codes: Vec<_> = problems.iter().map(|one| one.code.as_str()).collect();
        assert_eq!(codes, ["kind-unknown", "number-invalid", "holder-invalid", "phone-invalid", "balance-invalid"]);
        assert_eq!(problems[2].message, "第 7 行“姓名”：请填写 1 至 64 个字");
        assert!(
            problems.iter().all(|one| one.row == 7 && !one.message.contains("12345") && !one.message.contains("贵宾"))
        );
    }

    #[test]
    fn the_second_row_of_a_card_is_wrong_and_names_the_first() {
        let mut reader = reader(&["卡类型", "卡号", "持卡人"]);
        assert!(reader.read(row(2, &["会员卡", "123", "甲"])).facts.is_ok());
        assert!(reader.read(row(3, &["门禁卡", "123", "甲"])).facts.is_ok(), "of another kind");
        let problems = reader.read(row(4, &["车卡", "0 0123", "乙"])).facts.err().unwrap();
        assert_eq!(problems[0].message, "第 4 行“卡号”：与第 2 行是同一张卡，请只留一行");
    }
}
