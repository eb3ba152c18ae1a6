use std::sync::Arc;

use async_trait::async_trait;
use imports::{Cells, Columns, Deps, Field, Imports, Note, RowOutcome, Subject};
use kernel::{Phone, Result, SiteId, port::CardState};
use sites::Sites;

use super::{
    basis::Basis,
    cell,
    column::{self, Column},
};
use crate::{
    card::{CardDetails, CardField, CardNumber, FieldMask, masked},
    register::Register,
    service::expected,
};

impl Register {
    /// Imports of the cards of sites that keep theirs here.
    pub fn imports(&self, parts: Deps) -> Imports {
        Imports::new(parts, CardTables { register: self.clone(), sites: self.sites.clone() })
    }
}

pub(super) struct CardTables {
    register: Register,
    sites: Sites,
}

impl Field for CardField {
    fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Holder => "holder",
            Self::Phone => "phone",
            Self::Plates => "plates",
            Self::Balance => "balance",
            Self::State => "state",
            Self::ValidUntil => "validUntil",
            Self::Shared => "shared",
            Self::Groups => "groups",
        }
    }
}

#[async_trait]
impl Subject for CardTables {
    const NUMBER: i16 = 1;
    const ROUTE: &'static str = "imports";
    const NOUN: &'static str = "卡";
    const BASIS: &'static str = "场区的卡号格式、时区或权限组";

    type Column = Column;
    type Basis = Basis;
    type FieldMask = FieldMask;
    type Fact = CardDetails;
    type Field = CardField;

    async fn basis(&self, site: SiteId) -> Result<(Basis, [u8; 32])> {
        Basis::of(&self.sites, site).await
    }

    fn mask(columns: &Columns<Column>) -> FieldMask {
        column::mask(columns)
    }

    fn read(Basis { format, zone, groups }: &Basis, cells: &mut Cells<'_, Column>) -> Option<CardDetails> {
        let kind = cells.read(Column::Kind, "请填写会员卡、储值卡或门禁卡", cell::kind);
        let number = cells.read(Column::Number, expected(format.format), |text| CardNumber::read(*format, text));
        let holder = cells.read(Column::Holder, "请填写 1 至 64 个字", |text| imports::cell::text(text, 1..=64));
        let phone = cells.read(Column::Phone, "请填写 11 位手机号，或留空", |text| {
            if text.is_empty() { Some(None) } else { Phone::parse(text).map(Some) }
        });
        let valid_until = cells.read(Column::ValidUntil, "请填写日期，例如 2027-12-31，或留空", |text| {
            if text.is_empty() { Some(None) } else { cell::until(text, zone).map(Some) }
        });
        if valid_until.flatten().is_some_and(|until| until.midnight) {
            cells.remark(Column::ValidUntil, "写作 0 点，按到当天结束导入；如应在 0 点失效，请写前一天的 24:00");
        }
        let state = cells.read(Column::State, "请填写正常、挂失、冻结或退卡，或留空", cell::state);
        let plates = cells.read(Column::Plates, "请填写车牌，最多 10 个，用顿号隔开", cell::plates);
        let balance = cells.read(
            Column::Balance,
            "请填写金额（元），最多两位小数，例如 12.50，或留空",
            |text| {
                if text.is_empty() { Some(None) } else { cell::balance(text).map(Some) }
            },
        );
        let shared = cells.read(Column::Shared, "请填写是或否，或留空", imports::cell::yes);
        let groups = cells.read(
            Column::Groups,
            "没有这个权限组，请先在通行规则中建立，最多 10 个",
            |text| cell::groups(text, groups),
        );
        if let (Some(kind), Some(number)) = (kind, &number) {
            let key = format!("{} {}", kind.number(), number.normal());
            cells.once(Column::Number, &key, "card-twice", "同一张卡");
        }
        let (kind, number, holder) = (kind?, number?, holder?);
        Some(CardDetails {
            phone: phone.flatten(),
            plates: plates.unwrap_or_default(),
            balance: balance.flatten(),
            state: state.unwrap_or(CardState::Active),
            valid_until: valid_until.flatten().map(|until| until.at),
            shared: shared.unwrap_or_default(),
            groups: groups.unwrap_or_default(),
            ..CardDetails::plain(kind, number, holder, None)
        })
    }

    fn masked(card: &CardDetails) -> String {
        masked(card.number.printed())
    }

    async fn compare(
        &self,
        site: SiteId,
        cards: Arc<[CardDetails]>,
        mask: FieldMask,
    ) -> Result<Vec<RowOutcome<CardField>>> {
        self.register.compare_told(site, cards, mask).await
    }

    async fn put(&self, site: SiteId, cards: Arc<[CardDetails]>, mask: FieldMask, note: Note) -> Result<()> {
        self.register.put_told(site, cards, mask, move |tx, tally| note(tx, tally)).await.map(|_| ())
    }

    async fn count(&self, site: SiteId) -> Result<u64> {
        self.register.count(site).await
    }
}

#[cfg(test)]
mod tests {
    use imports::LineReader;
    use jiff::tz::TimeZone;
    use kernel::{Timestamp, card_number::CardFormat, port::CardKind};
    use tables::{Row, RowFault};

    use super::*;

    fn reader(header: &[&str]) -> LineReader<CardTables> {
        let header: Vec<_> = header.iter().map(|name| (*name).to_owned()).collect();
        LineReader::new(Columns::find(&header, "卡").unwrap(), Basis::plain(CardFormat::default(), TimeZone::UTC))
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
        let facts = reader.read(row(2, &cells)).fact.ok().unwrap();
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
        let problems = reader.read(row(7, &["贵宾卡", "卡片", "", "12345", "很多"])).fact.err().unwrap();
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
        assert!(reader.read(row(2, &["会员卡", "123", "甲"])).fact.is_ok());
        assert!(reader.read(row(3, &["门禁卡", "123", "甲"])).fact.is_ok(), "of another kind");
        let problems = reader.read(row(4, &["车卡", "0 0123", "乙"])).fact.err().unwrap();
        assert_eq!(problems[0].message, "第 4 行“卡号”：与第 2 行是同一张卡，请只留一行");
    }
}
