//! The rotating door code KM1: one pure function for the server, the phone and the door. `vectors/token.json` holds
//! worked examples; docs/DEVICES.md the format.
//!
//! Bytes, big-endian: `version 4 bits = 1 | kind 2 | algorithm 2` · `epoch u8` · `handle 8` · `t u32` · `n u8` ·
//! (visitor: `not before u32 · minutes u16 · zones u32`) · `tag 16`; shown as a fixed-width decimal number.

use subtle::ConstantTimeEq;

pub use crate::keys::RootKey;
use crate::{
    Reason, SiteId,
    keys::{hkdf_sha256, hmac_sha256, key},
};

/// Seconds one code is shown before the next.
pub const STEP: u32 = 15;
/// A code is taken from this many seconds before its step begins: clocks differ.
pub const EARLY: i64 = 5;
/// A code is refused from this many seconds after its step began.
pub const LATE: i64 = 30;

const DAY_SECONDS: i64 = 86_400;
const FIRST_DAY: i64 = 18_262; // 2020-01-01
const VERSION: u8 = 1;
const HEAD: usize = 15;
const GRANT: usize = 10;
const TAG: usize = 16;
const MEMBER_BYTES: usize = HEAD + TAG;
const VISITOR_BYTES: usize = HEAD + GRANT + TAG;
const MEMBER_DIGITS: usize = 75;
const VISITOR_DIGITS: usize = 99;

/// Names a credential in a code: random, unique in its site, new at every binding.
pub type Handle = [u8; 8];

/// What makes one code unlike every other; single use is counted by it.
pub type Tag = [u8; TAG];

/// A day since 1970-01-01, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub u32);

impl Day {
    /// The day of an instant in seconds since 1970.
    pub fn of(seconds: i64) -> Self {
        Self(u32::try_from(seconds.div_euclid(DAY_SECONDS)).unwrap_or_default())
    }

    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    pub const fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    fn epoch(self) -> u8 {
        (i64::from(self.0) - FIRST_DAY).rem_euclid(256) as u8
    }
}

key! {
    /// All codes of one site hang from it.
    SiteKey
    /// All codes of one site on one day; what an offline door holds.
    DayKey
    /// One credential on one day; what a phone holds.
    CredentialKey
}

impl RootKey {
    /// The key of a site. Raising `version` kills every code of the site.
    pub fn site(&self, site: SiteId, version: u32) -> SiteKey {
        let info = [b"kaimen/site".as_slice(), &version.to_be_bytes(), site.uuid().as_bytes()].concat();
        SiteKey(hkdf_sha256(self.expose(), &info))
    }
}

impl SiteKey {
    /// The site's key of one day.
    pub fn day(&self, day: Day) -> DayKey {
        DayKey(hmac_sha256(&self.0, &[b"epoch", &day.0.to_be_bytes()]))
    }
}

impl DayKey {
    /// A member's key of that day.
    pub fn member(&self, handle: &Handle) -> CredentialKey {
        CredentialKey(hmac_sha256(&self.0, &[b"cred", &[KIND_MEMBER], handle]))
    }

    /// A visitor's key of that day: it holds for this one grant only.
    pub fn visitor(&self, handle: &Handle, grant: &Grant) -> CredentialKey {
        CredentialKey(hmac_sha256(&self.0, &[b"cred", &[KIND_VISITOR], handle, &grant.bytes()]))
    }

    fn credential(&self, token: &Token) -> CredentialKey {
        match &token.grant {
            None => self.member(&token.handle),
            Some(grant) => self.visitor(&token.handle, grant),
        }
    }
}

const KIND_MEMBER: u8 = 0;
const KIND_VISITOR: u8 = 1;

/// What a visitor's code says of itself, so that a door can judge it alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// First second, since 1970.
    pub not_before: u32,
    /// For how many minutes from then.
    pub minutes: u16,
    /// The zones of the site it opens, as a bit set.
    pub zones: u32,
}

impl Grant {
    /// Its ten bytes.
    pub fn bytes(&self) -> [u8; GRANT] {
        let mut bytes = [0; GRANT];
        bytes[..4].copy_from_slice(&self.not_before.to_be_bytes());
        bytes[4..6].copy_from_slice(&self.minutes.to_be_bytes());
        bytes[6..].copy_from_slice(&self.zones.to_be_bytes());
        bytes
    }

    fn read(bytes: &[u8; GRANT]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j] = *bytes;
        Self {
            not_before: u32::from_be_bytes([a, b, c, d]),
            minutes: u16::from_be_bytes([e, f]),
            zones: u32::from_be_bytes([g, h, i, j]),
        }
    }
}

/// What a code says. It is believed only after [`Token::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub handle: Handle,
    /// When its step began, seconds since 1970.
    pub step_start: u32,
    /// Counts the codes shown within one step.
    pub n: u8,
    /// A visitor's grant; a member has none.
    pub grant: Option<Grant>,
    pub tag: Tag,
    epoch: u8,
}

/// Why a code is not believed. The names are those of `vectors/token.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not a code of this kind at all.
    Malformed,
    /// Of a day whose key is not held.
    UnknownEpoch,
    /// Its day and its time disagree.
    EpochMismatch,
    /// Not made with our key.
    BadTag,
    /// Its step is over.
    Expired,
    /// Its step is yet to come.
    NotYet,
    /// Before the grant's window.
    BeforeWindow,
    /// After the grant's window.
    AfterWindow,
    /// The grant does not hold for this zone.
    WrongZone,
}

impl Verdict {
    /// What the person at the door is told.
    pub const fn reason(self) -> Reason {
        match self {
            Self::Malformed | Self::BadTag => Reason::BadCode,
            Self::UnknownEpoch | Self::EpochMismatch | Self::Expired => Reason::StaleCode,
            Self::NotYet => Reason::ClockSkew,
            Self::BeforeWindow => Reason::NotYetValid,
            Self::AfterWindow => Reason::Expired,
            Self::WrongZone => Reason::DoorNotAllowed,
        }
    }
}

/// Makes the code to show for the step that `now` (seconds since 1970) is in.
pub fn mint(key: &CredentialKey, site: SiteId, handle: &Handle, now: i64, n: u8, grant: Option<&Grant>) -> String {
    let step_start = u32::try_from(now).unwrap_or_default() / STEP * STEP;
    mint_at(key, site, handle, step_start, n, grant)
}

/// Makes the code of the step that began at `step_start`.
pub fn mint_at(
    key: &CredentialKey,
    site: SiteId,
    handle: &Handle,
    step_start: u32,
    n: u8,
    grant: Option<&Grant>,
) -> String {
    let mut bytes = [0; VISITOR_BYTES];
    let body = if grant.is_some() { HEAD + GRANT } else { HEAD };
    let kind = if grant.is_some() { KIND_VISITOR } else { KIND_MEMBER };
    bytes[0] = VERSION << 4 | kind << 2;
    bytes[1] = Day::of(i64::from(step_start)).epoch();
    bytes[2..10].copy_from_slice(handle);
    bytes[10..14].copy_from_slice(&step_start.to_be_bytes());
    bytes[14] = n;
    if let Some(grant) = grant {
        bytes[HEAD..HEAD + GRANT].copy_from_slice(&grant.bytes());
    }
    let tag = tag(key, site, &bytes[..body]);
    bytes[body..body + TAG].copy_from_slice(&tag);
    let digits = if grant.is_some() { VISITOR_DIGITS } else { MEMBER_DIGITS };
    to_decimal(&bytes[..body + TAG], digits)
}

fn tag(key: &CredentialKey, site: SiteId, body: &[u8]) -> Tag {
    let full = hmac_sha256(&key.0, &[b"KM1", site.uuid().as_bytes(), body]);
    std::array::from_fn(|n| full[n])
}

impl Token {
    /// Reads the form of a code and believes nothing of it yet.
    ///
    /// # Errors
    /// [`Verdict::Malformed`] for whatever no version of ours could have made.
    pub fn read(text: &str) -> Result<Self, Verdict> {
        let mut bytes = [0; VISITOR_BYTES];
        let (length, kind) = match text.len() {
            MEMBER_DIGITS => (MEMBER_BYTES, KIND_MEMBER),
            VISITOR_DIGITS => (VISITOR_BYTES, KIND_VISITOR),
            _ => return Err(Verdict::Malformed),
        };
        from_decimal(text, &mut bytes[..length]).ok_or(Verdict::Malformed)?;
        if bytes[0] != VERSION << 4 | kind << 2 {
            return Err(Verdict::Malformed);
        }
        let grant = (kind == KIND_VISITOR).then(|| Grant::read(&std::array::from_fn(|n| bytes[HEAD + n])));
        Ok(Self {
            epoch: bytes[1],
            handle: std::array::from_fn(|n| bytes[2 + n]),
            step_start: u32::from_be_bytes(std::array::from_fn(|n| bytes[10 + n])),
            n: bytes[14],
            grant,
            tag: std::array::from_fn(|n| bytes[length - TAG + n]),
        })
    }

    /// The day whose key made it, seen from `now`: yesterday, today or tomorrow.
    fn day(&self, now: i64) -> Result<Day, Verdict> {
        let today = Day::of(now);
        let day = [today, today.previous(), today.next()]
            .into_iter()
            .find(|day| day.epoch() == self.epoch)
            .ok_or(Verdict::UnknownEpoch)?;
        if Day::of(i64::from(self.step_start)) == day { Ok(day) } else { Err(Verdict::EpochMismatch) }
    }

    fn body(&self) -> ([u8; HEAD + GRANT], usize) {
        let mut bytes = [0; HEAD + GRANT];
        let kind = if self.grant.is_some() { KIND_VISITOR } else { KIND_MEMBER };
        bytes[0] = VERSION << 4 | kind << 2;
        bytes[1] = self.epoch;
        bytes[2..10].copy_from_slice(&self.handle);
        bytes[10..14].copy_from_slice(&self.step_start.to_be_bytes());
        bytes[14] = self.n;
        match &self.grant {
            None => (bytes, HEAD),
            Some(grant) => {
                bytes[HEAD..].copy_from_slice(&grant.bytes());
                (bytes, HEAD + GRANT)
            }
        }
    }

    /// Believes the code or says why not: epoch, then tag in constant time, then time, then window and zone. `zone` is
    /// the door's zone as a bit; `key_of` gives the site's key of a day.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn verify(&self, site: SiteId, now: i64, zone: u32, key_of: impl FnOnce(Day) -> DayKey) -> Result<(), Verdict> {
        let day = self.day(now)?;
        let key = key_of(day).credential(self);
        let (body, length) = self.body();
        let ours = tag(&key, site, &body[..length]);
        if !bool::from(ours.ct_eq(&self.tag)) {
            return Err(Verdict::BadTag);
        }
        let age = now - i64::from(self.step_start);
        if age >= LATE {
            return Err(Verdict::Expired);
        }
        if age < -EARLY {
            return Err(Verdict::NotYet);
        }
        let Some(grant) = &self.grant else { return Ok(()) };
        let from = i64::from(grant.not_before);
        if now < from {
            return Err(Verdict::BeforeWindow);
        }
        if now >= from + i64::from(grant.minutes) * 60 {
            return Err(Verdict::AfterWindow);
        }
        if grant.zones & zone == 0 { Err(Verdict::WrongZone) } else { Ok(()) }
    }
}

const CHUNK: usize = 9;
const BASE: u64 = 1_000_000_000;

fn to_decimal(bytes: &[u8], digits: usize) -> String {
    let mut limbs: Vec<u32> =
        bytes.rchunks(4).rev().map(|chunk| chunk.iter().fold(0, |limb, byte| limb << 8 | u32::from(*byte))).collect();
    let mut text = vec![b'0'; digits];
    for chunk in text.rchunks_mut(CHUNK) {
        let mut rest = 0;
        for limb in &mut limbs {
            let value = rest << 32 | u64::from(*limb);
            *limb = (value / BASE) as u32;
            rest = value % BASE;
        }
        for digit in chunk.iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
    }
    text.into_iter().map(char::from).collect()
}

/// Fills `bytes` with the number; `None` for a character that is no digit or a number that does not fit.
fn from_decimal(text: &str, bytes: &mut [u8]) -> Option<()> {
    const LIMBS: usize = VISITOR_BYTES.div_ceil(4);
    let mut limbs = [0_u32; LIMBS];
    let text = text.as_bytes();
    let (first, rest) = text.split_at(text.len() % CHUNK);
    for chunk in std::iter::once(first).chain(rest.chunks(CHUNK)) {
        let (mut carry, mut scale) = (0_u64, 1_u64);
        for digit in chunk {
            if !digit.is_ascii_digit() {
                return None;
            }
            carry = carry * 10 + u64::from(digit - b'0');
            scale *= 10;
        }
        for limb in limbs.iter_mut().rev() {
            let value = u64::from(*limb) * scale + carry;
            *limb = value as u32;
            carry = value >> 32;
        }
        if carry != 0 {
            return None;
        }
    }
    let all: [u8; LIMBS * 4] = std::array::from_fn(|n| limbs[n / 4].to_be_bytes()[n % 4]);
    let (above, ours) = all.split_at(all.len() - bytes.len());
    if above.iter().any(|byte| *byte != 0) {
        return None;
    }
    bytes.copy_from_slice(ours);
    Some(())
}
