use std::fmt::Write as _;

use tables::TableFault;

use super::report::Reason;
use crate::card::{CardField, Source, Telling};

/// A column of a table of cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Kind,
    Number,
    Holder,
    Phone,
    ValidUntil,
    State,
    Plates,
    Balance,
    Shared,
    Groups,
}

/// No more of a header is said than so many characters, and no more unknown columns are warned of than so many.
const SAID: usize = 32;
const WARNINGS: usize = 20;

impl Column {
    /// In the order in which they are written.
    pub(super) const ALL: [Self; 10] = [
        Self::Kind,
        Self::Number,
        Self::Holder,
        Self::Phone,
        Self::ValidUntil,
        Self::State,
        Self::Plates,
        Self::Balance,
        Self::Shared,
        Self::Groups,
    ];
    const REQUIRED: [Self; 3] = [Self::Kind, Self::Number, Self::Holder];

    /// What its header may be.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Kind => &["卡类型", "卡种", "类型"],
            Self::Number => &["卡号", "卡表面号", "卡面号"],
            Self::Holder => &["持卡人", "姓名", "持卡人姓名"],
            Self::Phone => &["手机号", "手机", "电话", "手机号码", "联系电话"],
            Self::ValidUntil => &["有效期至", "有效期", "到期日期"],
            Self::State => &["状态", "卡状态"],
            Self::Plates => &["车牌", "车牌号", "车牌号码"],
            Self::Balance => &["余额", "余额（元）", "余额(元)"],
            Self::Shared => &["共用", "是否共用"],
            Self::Groups => &["权限组"],
        }
    }

    /// Its header as we write it.
    pub(super) const fn name(self) -> &'static str {
        self.names()[0]
    }

    /// Names what is wrong with one of its cells.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Kind => "kind-unknown",
            Self::Number => "number-invalid",
            Self::Holder => "holder-invalid",
            Self::Phone => "phone-invalid",
            Self::ValidUntil => "date-invalid",
            Self::State => "state-unknown",
            Self::Plates => "plates-invalid",
            Self::Balance => "balance-invalid",
            Self::Shared => "shared-invalid",
            Self::Groups => "group-unknown",
        }
    }

    fn named(header: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.names().contains(&header))
    }

    const fn field(self) -> Option<CardField> {
        match self {
            Self::Kind | Self::Number => None,
            Self::Holder => Some(CardField::Holder),
            Self::Phone => Some(CardField::Phone),
            Self::ValidUntil => Some(CardField::ValidUntil),
            Self::State => Some(CardField::State),
            Self::Plates => Some(CardField::Plates),
            Self::Balance => Some(CardField::Balance),
            Self::Shared => Some(CardField::Shared),
            Self::Groups => Some(CardField::Groups),
        }
    }
}

/// Where the columns of one file are.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    places: [Option<usize>; Column::ALL.len()],
    headers: Vec<String>,
    /// What its owner should know of its header.
    pub(super) warnings: Vec<String>,
}

impl Columns {
    /// Finds them in a header.
    ///
    /// # Errors
    /// `columns-missing` and `duplicate-column`.
    pub(super) fn find(header: &[String]) -> Result<Self, Reason> {
        let (mut places, mut warnings) = ([None; Column::ALL.len()], Vec::new());
        for (at, name) in header.iter().enumerate() {
            match Column::named(name) {
                Some(column) => {
                    if let Some(first) = places[column as usize].replace(at) {
                        let fault = TableFault::DuplicateColumn { first, second: at };
                        return Err(Reason::new(fault.code(), fault.text()));
                    }
                }
                None if !name.is_empty() => {
                    warnings.push(format!("不认识“{}”列，没有导入", said(name)));
                }
                None => {}
            }
        }
        warnings.truncate(WARNINGS);
        let missing = Column::REQUIRED.into_iter().filter(|column| places[*column as usize].is_none());
        let missing = missing.fold(String::new(), |mut all, column| {
            let _ = write!(all, "“{}”", column.name()); // a String takes everything
            all
        });
        if !missing.is_empty() {
            return Err(Reason::new("columns-missing", format!("表头缺少{missing}列，请补上后重新上传")));
        }
        for column in Column::ALL.into_iter().filter(|column| places[*column as usize].is_none()) {
            warnings.push(format!("没有“{}”列，已有的卡保持原样", column.name()));
        }
        let headers = header.iter().map(|name| said(name)).collect();
        Ok(Self { places, headers, warnings })
    }

    /// The text of a cell; none where the file has no such column.
    pub(super) fn cell<'a>(&self, column: Column, cells: &'a [String]) -> Option<&'a str> {
        cells.get(self.places[column as usize]?).map(|text| text.trim())
    }

    /// What the file calls the column at that place.
    pub(super) fn header(&self, at: usize) -> Option<&str> {
        self.headers.get(at).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// What the file calls this column.
    pub(super) fn header_of(&self, column: Column) -> &str {
        self.places[column as usize].and_then(|at| self.header(at)).unwrap_or(column.name())
    }

    /// What the file speaks of: a column that it does not have leaves a card that is there as it is.
    pub(super) fn telling(&self) -> Telling {
        let missing = Column::ALL.into_iter().filter(|column| self.places[*column as usize].is_none());
        missing.filter_map(Column::field).fold(Telling::all_of(Source::Register), Telling::but)
    }
}

fn said(header: &str) -> String {
    header.chars().take(SAID).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(header: &[&str]) -> Result<Columns, Reason> {
        Columns::find(&header.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn columns_are_found_in_any_order_and_by_their_other_names() {
        let columns = find(&["姓名", "", "卡表面号", "电话", "类型"]).unwrap();
        let cells = ["陈小明", "x", " 12 ", "", "会员卡"].map(str::to_owned);
        assert_eq!(columns.cell(Column::Number, &cells), Some("12"));
        assert_eq!(columns.cell(Column::Phone, &cells), Some(""));
        assert_eq!(columns.cell(Column::Balance, &cells), None);
        assert_eq!((columns.header_of(Column::Number), columns.header_of(Column::Balance)), ("卡表面号", "余额"));
        assert!(columns.telling().says(CardField::Phone) && !columns.telling().says(CardField::Balance));
    }

    #[test]
    fn what_is_missing_twice_or_unknown_is_named() {
        let missing = find(&["卡号", "备注"]).unwrap_err();
        assert_eq!(missing, Reason::new("columns-missing", "表头缺少“卡类型”“持卡人”列，请补上后重新上传"));
        let twice = find(&["卡号", "卡类型", "姓名", "持卡人"]).unwrap_err();
        assert_eq!((twice.code.as_str(), twice.message.contains("C 列和 D 列")), ("duplicate-column", true));
        let long = "备".repeat(100);
        let warnings = find(&["卡号", "卡类型", "姓名", &long]).unwrap().warnings;
        assert_eq!(warnings[0], format!("不认识“{}”列，没有导入", "备".repeat(32)));
        assert_eq!((warnings.len(), warnings[1].as_str()), (8, "没有“手机号”列，已有的卡保持原样"));
    }
}
