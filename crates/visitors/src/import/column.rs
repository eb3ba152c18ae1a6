use kernel::typed::typed;

use crate::host::HostField;

/// A column of a table of hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Name,
    Phone,
    Department,
    MayApprove,
    State,
}

impl imports::Column for Column {
    const ALL: &'static [Self] = &[Self::Name, Self::Phone, Self::Department, Self::MayApprove, Self::State];
    const REQUIRED: &'static [Self] = &[Self::Name, Self::Phone];

    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Name => &["姓名", "受访人", "受访人姓名"],
            Self::Phone => &["手机号", "手机", "电话", "手机号码", "联系电话", "受访人电话"],
            Self::Department => &["部门/房号", "部门", "房号", "房间号", "单位"],
            Self::MayApprove => &["可审批", "是否可审批", "可否审批"],
            Self::State => &["状态", "在职状态", "是否在职"],
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Name => "name-invalid",
            Self::Phone => "phone-invalid",
            Self::Department => "department-invalid",
            Self::MayApprove => "approval-invalid",
            Self::State => "state-unknown",
        }
    }
}

impl Column {
    /// What it speaks of; none of what a host is known by.
    pub(super) const fn field(self) -> Option<HostField> {
        match self {
            Self::Phone => None,
            Self::Name => Some(HostField::Name),
            Self::Department => Some(HostField::Department),
            Self::MayApprove => Some(HostField::MayApprove),
            Self::State => Some(HostField::Active),
        }
    }
}

/// 状态
pub(super) fn active(text: &str) -> Option<bool> {
    match typed(text).as_str() {
        "" | "启用" | "在职" | "在住" | "正常" | "是" => Some(true),
        "停用" | "离职" | "搬离" | "否" => Some(false),
        _ => None,
    }
}

pub(super) const fn active_text(active: bool) -> &'static str {
    if active { "启用" } else { "停用" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_written_as_it_is_read() {
        for state in [true, false] {
            assert_eq!(active(active_text(state)), Some(state));
        }
        assert_eq!((active(""), active("离职"), active("休假")), (Some(true), Some(false), None));
    }
}
