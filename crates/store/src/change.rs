use std::collections::{BTreeMap, BTreeSet};

use kernel::{AccountId, BindingId, CardId, Code, DeviceId, Kind, Result, SiteId, macros::uuid::Uuid};

pub(crate) const INCONSISTENT: Code = Code::new(Kind::Internal, "change-log-inconsistent", "系统出错了，请联系管理员");

/// What changes are counted for: a site, an account or a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeScope(Uuid);

impl ChangeScope {
    pub(crate) const fn from_uuid(id: Uuid) -> Self {
        Self(id)
    }

    pub(crate) const fn uuid(self) -> Uuid {
        self.0
    }
}

impl From<SiteId> for ChangeScope {
    fn from(id: SiteId) -> Self {
        Self(id.uuid())
    }
}

impl From<AccountId> for ChangeScope {
    fn from(id: AccountId) -> Self {
        Self(id.uuid())
    }
}

impl From<DeviceId> for ChangeScope {
    fn from(id: DeviceId) -> Self {
        Self(id.uuid())
    }
}

/// What changed of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Its settings, doors or rules.
    Site,
    /// A binding, or its handle.
    Binding(BindingId),
    /// What the issuer says of a card.
    Card(CardId),
}

/// The kind of a row that stands for more than is worth listing.
pub(crate) const EVERYTHING: (i16, Uuid) = (4, Uuid::nil());

impl Change {
    pub(crate) fn row(self) -> (i16, Uuid) {
        match self {
            Self::Site => (1, Uuid::nil()),
            Self::Binding(id) => (2, id.uuid()),
            Self::Card(id) => (3, id.uuid()),
        }
    }

    pub(crate) fn from_row(kind: i16, object: Uuid) -> Result<Self> {
        Ok(match kind {
            1 => Self::Site,
            2 => Self::Binding(BindingId::from_uuid(object)),
            3 => Self::Card(CardId::from_uuid(object)),
            _ => return Err(INCONSISTENT.into()),
        })
    }
}

/// What one write changes and has not written down yet: of a site also what, of others only that they change.
pub(crate) type Pending = BTreeMap<ChangeScope, BTreeSet<Change>>;
