use imports::Columns;

use crate::card::{CardField, FieldMask, Source};

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

impl imports::Column for Column {
    const ALL: &'static [Self] = &[
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
    const REQUIRED: &'static [Self] = &[Self::Kind, Self::Number, Self::Holder];

    fn names(self) -> &'static [&'static str] {
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

    fn code(self) -> &'static str {
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
}

impl Column {
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

/// What a file with these columns speaks of: one that it does not have leaves a card that is there as it is.
pub(super) fn mask(columns: &Columns<Column>) -> FieldMask {
    columns.missing().filter_map(Column::field).fold(FieldMask::all_of(Source::Register), FieldMask::but)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_is_missing_is_not_told_of() {
        let columns = Columns::find(&["姓名", "卡表面号", "电话", "类型"].map(str::to_owned), "卡").unwrap();
        assert!(mask(&columns).says(CardField::Phone) && !mask(&columns).says(CardField::Balance));
        assert_eq!(
            (columns.warnings().len(), columns.warnings()[0].as_str()),
            (6, "没有“有效期至”列，已有的卡保持原样")
        );
    }
}
