use std::collections::BTreeMap;

use kernel::{BindingId, CardId, Code, Kind, Result, SiteId, Timestamp, macros::uuid::Uuid};

pub(crate) const INCONSISTENT: Code = Code::new(Kind::Internal, "change-log-inconsistent", "系统出错了，请联系管理员");

/// What changed of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Its settings, doors or rules.
    Site,
    /// A binding, or its handle.
    Binding(BindingId),
    /// What the issuer says of a card.
    Card(CardId),
    /// More than is worth listing.
    Everything,
}

impl Change {
    pub(crate) fn row(self) -> (i16, Uuid) {
        match self {
            Self::Site => (1, Uuid::nil()),
            Self::Binding(id) => (2, id.uuid()),
            Self::Card(id) => (3, id.uuid()),
            Self::Everything => (4, Uuid::nil()),
        }
    }

    pub(crate) fn from_row(kind: i16, object: Uuid) -> Result<Self> {
        Ok(match kind {
            1 => Self::Site,
            2 => Self::Binding(BindingId::from_uuid(object)),
            3 => Self::Card(CardId::from_uuid(object)),
            4 => Self::Everything,
            _ => return Err(INCONSISTENT.into()),
        })
    }
}

/// The changes of one write that are not written down yet.
#[derive(Debug, Default)]
pub(crate) struct Pending(pub(crate) BTreeMap<SiteId, (Timestamp, Vec<Change>)>);

impl Pending {
    pub(crate) fn add(&mut self, site: SiteId, change: Change, now: Timestamp) {
        let (at, changes) = self.0.entry(site).or_insert((now, Vec::new()));
        *at = now.max(*at);
        changes.push(change);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
