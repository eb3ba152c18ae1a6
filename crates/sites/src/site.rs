use jiff::tz::TimeZone;
use kernel::{
    Code, CredentialKind, DoorId, Kind, SiteId, card_number::CardFormat, macros::uuid::Uuid, port::DoorAddress,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::{AccessDocument, Position, Schedule, default_zone};

/// No such site, or not for you.
pub const SITE_NOT_FOUND: Code = Code::new(Kind::NotFound, "site-not-found", "没有找到这个场区，请重新选择");

/// A site (场区).
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    pub id: SiteId,
    pub name: String,
    /// Its address, where it has one.
    pub address: Option<String>,
    pub position: Option<Position>,
    /// What to know before going in (入场须知).
    pub entry_notice: Option<String>,
    /// When visitors are let in; at any time when not said.
    pub visiting_hours: Option<Schedule>,
    /// The time zone of its clocks, by its IANA name; Asia/Shanghai when not said.
    pub zone: Option<String>,
    /// Shown only to those who have a card there or were there before (a test site).
    pub hidden: bool,
    /// What the numbers printed on its cards mean.
    pub card_format: CardFormat,
    /// How many people may share one card that is not exclusive.
    pub household_limit: u16,
    /// The branch (分场) under which an installed card system keeps its cards; none where we keep them.
    pub branch: Option<String>,
    /// What the beacons at its doors call themselves, where there are some.
    pub beacon_uuid: Option<Uuid>,
    /// The version of its key; raising it kills every code of the site.
    pub key_version: u32,
    /// What doors do while the shared cache is away.
    pub cache_loss: CacheLoss,
}

impl Site {
    /// People who may share one card, where a site does not say.
    pub const HOUSEHOLD: u16 = 5;

    /// A site of this name about which nothing else is known.
    pub fn named(id: SiteId, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            address: None,
            position: None,
            entry_notice: None,
            visiting_hours: None,
            zone: None,
            hidden: false,
            card_format: CardFormat::default(),
            household_limit: Self::HOUSEHOLD,
            branch: None,
            beacon_uuid: None,
            key_version: 1,
            cache_loss: CacheLoss::Degrade,
        }
    }

    /// The name of the zone that its clocks are in.
    pub fn zone_name(&self) -> &str {
        self.zone.as_deref().unwrap_or("Asia/Shanghai")
    }

    /// Where the clocks on its walls stand. A name that means nothing on this machine counts as not said.
    pub fn time_zone(&self) -> TimeZone {
        self.zone.as_deref().and_then(|name| TimeZone::get(name).ok()).unwrap_or_else(default_zone)
    }
}

/// What doors do while the shared cache is away. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheLoss {
    /// Keep opening, and say so on the event.
    Degrade = 0,
    Deny = 1,
}

/// What moves a door's lock. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Driver {
    /// The reader itself: the reply to its scan is the order.
    Reader = 0,
    /// A virtual door in this process.
    Sim = 1,
    /// An installed system (车安), asked at each opening.
    Installed = 2,
}

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

/// An iBeacon at a door, by its numbers. Whoever was near once can send the same: it tells doors apart, and proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Beacon {
    /// Of the site, as a rule.
    pub major: u16,
    pub minor: u16,
}

/// A door (门).
#[derive(Clone, Debug, PartialEq)]
pub struct Door {
    pub id: DoorId,
    pub name: String,
    /// Its zone, 0 to 31.
    pub zone: u8,
    /// What moves its lock.
    pub driver: Driver,
    /// For how long it opens, milliseconds.
    pub pulse_ms: u32,
    /// The ways it may be opened.
    pub methods: Methods,
    /// How the installed system that drives it names it.
    pub address: Option<DoorAddress>,
    /// Where it is; where its site is, when not said.
    pub position: Option<Position>,
    /// The beacon at it.
    pub beacon: Option<Beacon>,
}

/// All of a site that its doors must know.
#[derive(Clone, Debug)]
pub struct SiteConfig {
    pub site: Site,
    pub doors: Vec<Door>,
    /// Who may pass which.
    pub access: AccessDocument,
}

/// A door to be added.
#[derive(Clone, Debug)]
pub struct NewDoor {
    pub site: SiteId,
    pub door: Door,
}
