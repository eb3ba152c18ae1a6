use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The ways a door may be opened, as a bit set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Methods(pub i32);

impl Methods {
    pub const QR: Self = Self(1);
    /// Shaking the phone.
    pub const SHAKE: Self = Self(2);

    const NAMES: [(Self, &'static str); 2] = [(Self::QR, "qr"), (Self::SHAKE, "shake")];

    /// Every way there is.
    pub const fn all() -> Self {
        Self::QR.and(Self::SHAKE)
    }

    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |(way, _)| self.allow(*way)).map(|(_, name)| name)
    }

    /// The way of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(_, known)| *known == name).map(|(way, _)| way)
    }

    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether this way is among them.
    pub const fn allow(self, way: Self) -> bool {
        self.0 & way.0 != 0
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
        Vec::<String>::deserialize(deserializer)?.iter().try_fold(Self(0), |all, name| {
            Self::named(name).map(|way| all.and(way)).ok_or_else(|| D::Error::custom("no way to open a door"))
        })
    }
}
