//! The words every other crate speaks: ids, phone numbers, times, faults, reasons, the KM1 door code, and the ports
//! through which the outside is reached. Knows neither HTTP nor SQL.

extern crate self as kernel;

mod account_number;
mod breaker;
mod bytes;
pub mod card_number;
mod credential_kind;
pub mod device_signature;
mod email;
mod fault;
mod host;
mod id;
mod keys;
pub mod km1;
mod number;
mod phone;
mod plate;
pub mod port;
mod random;
mod reason;
mod time;
pub mod typed;

pub use account_number::AccountNumber;
pub use breaker::{Breaker, Permit};
pub use bytes::{Bytes, sha256};
pub use credential_kind::CredentialKind;
pub use email::Email;
pub use fault::{Code, FORBIDDEN, Fault, FieldFault, INTERNAL, INVALID, Kind, NOT_FOUND, Result, UNAVAILABLE};
pub use host::is_loopback;
pub use keys::{KeyPurpose, RootKey, SecretKey};
pub use number::{PrintedCardNumber, TypedCardNumber};
pub use phone::Phone;
pub use plate::plate;
pub use random::{fill_random, random};
pub use reason::Reason;
pub use time::{Clock, ManualClock, SystemClock, Timestamp};
pub use zeroize::Zeroizing;

#[doc(hidden)]
pub mod macros {
    pub use serde;
    pub use utoipa;
    pub use uuid;
}

id! {
    /// A person's 车安通 account.
    AccountId
    /// One sign-in on one phone; the family of its refresh tokens.
    SessionId
    /// A site (场区): what cards, doors and devices belong to.
    SiteId
    /// A door (门) of a site.
    DoorId
    /// A controller or reader.
    DeviceId
    /// A card as its issuer knows it.
    CardId
    /// One account's hold on one card.
    BindingId
    /// A comparison of our cards with those of an installed card system.
    ReconciliationId
    /// A host (受访人) of a site: whom a visitor may ask for.
    HostId
    /// An import of a table.
    ImportId
    /// A one-time code's challenge.
    ChallengeId
    /// One scan, as the device that made it names it; its retries carry the same.
    ScanId
    /// One run of a device, from power-on to power-off.
    BootId
    /// An access event (通行记录).
    EventId
    /// An unlock command (开门指令).
    CommandId
    /// A message in the outbox.
    MessageId
    /// An entry of the audit log.
    AuditId
    /// A notice in a person's inbox.
    NoticeId
    /// A rule that says who may pass which doors.
    PolicyId
    /// A consent that a person gave.
    ConsentId
}
