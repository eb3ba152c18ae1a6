use jiff::tz::TimeZone;
use kernel::{Code, DoorId, Kind, SiteId, card_number::CardFormat, macros::uuid::Uuid, port::DoorAddress};

use crate::{Methods, Position, Schedule, default_zone};

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
    /// Bytes on the heap, about.
    pub(crate) fn heap(&self) -> usize {
        let texts = [&self.address, &self.entry_notice, &self.zone, &self.branch];
        let hours = self.visiting_hours.as_ref().map_or(0, size_of_val);
        self.name.capacity() + hours + texts.into_iter().flatten().map(String::capacity).sum::<usize>()
    }

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

/// A door to be added.
#[derive(Clone, Debug)]
pub struct NewDoor {
    pub site: SiteId,
    pub door: Door,
}
