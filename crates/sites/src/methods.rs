use kernel::CredentialKind;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The ways a door may be opened: a set of [`CredentialKind`]. No set has cards and PINs: no door of ours takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Methods(i32);

impl Methods {
    pub const NONE: Self = Self(0);

    const NAMES: [(CredentialKind, &'static str); 2] = [(CredentialKind::Qr, "qr"), (CredentialKind::Phone, "shake")];

    const fn bit(kind: CredentialKind) -> i32 {
        match kind {
            CredentialKind::Qr => 1,
            CredentialKind::Phone => 2,
            CredentialKind::Card | CredentialKind::Pin => 0,
        }
    }

    pub const fn only(kind: CredentialKind) -> Self {
        Self(Self::bit(kind))
    }

    /// Every way there is.
    pub const fn all() -> Self {
        Self::only(CredentialKind::Qr).and(Self::only(CredentialKind::Phone))
    }

    /// The set that a row holds. A bit that stands for no way opens nothing.
    pub(crate) const fn from_bits(bits: i32) -> Self {
        Self(bits & Self::all().0)
    }

    pub(crate) const fn bits(self) -> i32 {
        self.0
    }

    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |(kind, _)| self.allow(*kind)).map(|(_, name)| name)
    }

    /// The way of this name.
    pub fn kind_named(name: &str) -> Option<CredentialKind> {
        Self::NAMES.into_iter().find(|(_, known)| *known == name).map(|(kind, _)| kind)
    }

    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The ways that both sets have.
    pub(crate) const fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether this way is among them.
    pub const fn allow(self, kind: CredentialKind) -> bool {
        self.0 & Self::bit(kind) != 0
    }
}

/// In JSON the list of their names.
impl Serialize for Methods {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}

impl<'de> Deserialize<'de> for Methods {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<String>::deserialize(deserializer)?.iter().try_fold(Self::NONE, |all, name| {
            let kind = Self::kind_named(name).ok_or_else(|| D::Error::custom("no way to open a door"))?;
            Ok(all.and(Self::only(kind)))
        })
    }
}
