//! What all demo data is made of.

use cards::{CardDetails, CardNumber};
use kernel::{
    Phone, Result, SiteId,
    macros::uuid::{Builder, Uuid},
    port::CardKind,
    sha256,
};
use serde::Serialize;
use sites::Site;

pub(super) const PULSE_MS: u32 = 3000;
/// Rows for measuring that are added in one transaction.
pub(super) const AT_ONCE: usize = 500;
pub(super) const KINDS: [CardKind; 3] = [CardKind::Member, CardKind::StoredValue, CardKind::Access];

/// A demo card, as the control side of the simulators shows it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DemoCard {
    pub(crate) site_id: SiteId,
    pub(super) kind: CardKind,
    pub(super) number: String,
    pub(super) phone: String,
    pub(super) holder: String,
    pub(super) plate: Option<String>,
    pub(super) balance: Option<i64>,
    pub(super) shared: bool,
}

/// The same id in every demo server, so that what was written down keeps working.
pub(super) fn stable(what: &str) -> Uuid {
    let digest = sha256(format!("kaimen/demo/{what}").as_bytes());
    Builder::from_custom_bytes(std::array::from_fn(|n| digest[n])).into_uuid()
}

/// What nobody would print on every card: a stored-value card has a balance, a member's a plate, some are shared.
pub(super) fn facts(card: &DemoCard, site: &Site) -> Result<CardDetails> {
    let number = CardNumber::read(site.card_format, &card.number).ok_or(kernel::INTERNAL)?;
    let phone = Some(Phone::parse(&card.phone).ok_or(kernel::INTERNAL)?);
    Ok(CardDetails {
        plates: card.plate.iter().cloned().collect(),
        balance: card.balance,
        shared: card.shared,
        ..CardDetails::plain(card.kind, number, card.holder.clone(), phone)
    })
}
