//! A host as they stand in the directory of a site.

use kernel::{HostId, Phone, Timestamp, Zeroizing};

/// All that the directory holds of a host. No two of a site share a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostFacts {
    /// Phone: what they are found by, and told by.
    pub phone: Phone,
    pub name: HostName,
    /// Their department, or their flat.
    pub department: Option<String>,
    /// Whether they may let visitors in.
    pub may_approve: bool,
    /// Whether visitors may ask for them still.
    pub active: bool,
}

/// The name of a host, 1 to 64 characters. It never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct HostName(String);

impl HostName {
    /// The name in a text; none when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        imports::cell::text(text, 1..=64).map(Self)
    }

    /// The name. Whoever asks answers for where it goes.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for HostName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("**")
    }
}

/// What of a host differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostField {
    /// 姓名
    Name,
    /// 部门/房号
    Department,
    /// 可审批
    MayApprove,
    /// 状态
    Active,
}

impl HostField {
    pub(crate) const ALL: [Self; 4] = [Self::Name, Self::Department, Self::MayApprove, Self::Active];
}

/// What of hosts somebody speaks of. On what they are silent, that stays as it was.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FieldMask {
    silent: u8,
}

impl FieldMask {
    /// The same, silent on that.
    pub(crate) const fn but(self, field: HostField) -> Self {
        Self { silent: self.silent | 1 << field as u8 }
    }

    /// Whether it is said.
    pub(crate) const fn says(self, field: HostField) -> bool {
        self.silent & 1 << field as u8 == 0
    }
}

/// A host as those see them who run the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedHost {
    pub id: HostId,
    /// Name, masked.
    pub name: String,
    /// Phone, masked.
    pub phone: String,
    /// Their department, or their flat.
    pub department: Option<String>,
    /// Whether they may let visitors in.
    pub may_approve: bool,
    /// Whether visitors may ask for them still.
    pub active: bool,
    /// When they were last changed.
    pub updated_at: Timestamp,
}

/// A host with all that was taken out of the vault. It never shows itself.
pub(crate) struct RevealedHost {
    pub(crate) name: Zeroizing<String>,
    pub(crate) phone: Zeroizing<String>,
    /// Their department, or their flat.
    pub(crate) department: Option<String>,
    /// Whether they may let visitors in.
    pub(crate) may_approve: bool,
    /// Whether visitors may ask for them still.
    pub(crate) active: bool,
}
