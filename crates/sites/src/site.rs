use kernel::{Code, DoorId, Kind, PolicyId, SiteId, port::CardKind};

/// No such site, or not for you.
pub const SITE_NOT_FOUND: Code = Code::new(Kind::NotFound, "site-not-found", "没有找到这个场区，请重新选择");

/// A site (场区).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Its name.
    pub name: String,
    /// Its address, where it has one.
    pub address: Option<String>,
    /// What to know before going in (入场须知).
    pub entry_notice: Option<String>,
    /// What the list is ordered by.
    pub sort_key: String,
    /// The version of its key; raising it kills every code of the site.
    pub key_version: u32,
    /// What doors do while the shared cache is away.
    pub cache_loss: CacheLoss,
}

/// What doors do while the shared cache is away. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheLoss {
    /// Keep opening, and say so on the event.
    Degrade = 0,
    /// Refuse.
    Deny = 1,
}

/// What moves a door's lock. The numbers are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// The reader itself: the reply to its scan is the order.
    Reader = 0,
    /// A virtual door in this process.
    Sim = 1,
}

/// The ways a door may be opened, as a bit set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Methods(pub i32);

impl Methods {
    /// Showing a code.
    pub const QR: Self = Self(1);
    /// Shaking the phone.
    pub const SHAKE: Self = Self(2);

    /// Both.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether this way is among them.
    pub const fn allow(self, way: Self) -> bool {
        self.0 & way.0 != 0
    }
}

/// A door (门).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// Its id.
    pub id: DoorId,
    /// Its name.
    pub name: String,
    /// Its zone, 0 to 31.
    pub zone: u8,
    /// What moves its lock.
    pub driver: Driver,
    /// For how long it opens, milliseconds.
    pub pulse_ms: u32,
    /// The ways it may be opened.
    pub methods: Methods,
    /// Nobody passes.
    pub locked_down: bool,
}

/// Who may pass which door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessPolicy {
    /// Its id.
    pub id: PolicyId,
    /// Holders of this kind of card; of any kind when not said.
    pub card_kind: Option<CardKind>,
    /// This door; every door of the site when not said.
    pub door: Option<DoorId>,
}

impl AccessPolicy {
    /// Whether it lets a card of this kind through this door.
    pub fn covers(&self, kind: CardKind, door: DoorId) -> bool {
        self.card_kind.is_none_or(|ours| ours == kind) && self.door.is_none_or(|ours| ours == door)
    }
}

/// All of a site that its doors must know.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The site.
    pub site: Site,
    /// Its doors.
    pub doors: Vec<Door>,
    /// Who may pass which.
    pub policies: Vec<AccessPolicy>,
}

/// A site to be added.
#[derive(Clone, Debug)]
pub struct NewSite {
    /// Its id.
    pub id: SiteId,
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: Option<String>,
    /// What to know before going in.
    pub entry_notice: Option<String>,
}

/// A door to be added.
#[derive(Clone, Debug)]
pub struct NewDoor {
    /// Its site.
    pub site: SiteId,
    /// The door.
    pub door: Door,
}
