use std::collections::{BTreeMap, BTreeSet};

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

/// The changes of one write that are not written down yet.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    /// The latest time that was said.
    pub(crate) at: Option<Timestamp>,
    pub(crate) sites: BTreeMap<SiteId, BTreeSet<Change>>,
}

impl Pending {
    pub(crate) fn add(&mut self, site: SiteId, change: Change, now: Timestamp) {
        self.at = self.at.max(Some(now));
        self.sites.entry(site).or_default().insert(change);
    }
}
