use super::{
    CardFormat, NumberFormat,
    raw::{RawCard, Width},
    typed::Typed,
};
use crate::{
    PrintedCardNumber,
    typed::{is_moment, typed as plain},
};

/// What a printed number says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Something of the chip.
    Chip {
        /// The bits that the number holds.
        card: RawCard,
        /// The byte before the four of an EM4100, where the number holds it.
        version: Option<u8>,
    },
    /// Nothing of the chip: two such numbers are the same or they are not.
    Text(PrintedCardNumber),
}

impl Reading {
    /// The chip, unless the number is only text.
    pub const fn card(&self) -> Option<RawCard> {
        match self {
            Self::Chip { card, .. } => Some(*card),
            Self::Text(_) => None,
        }
    }
}

impl From<RawCard> for Reading {
    fn from(card: RawCard) -> Self {
        Self::Chip { card, version: None }
    }
}

impl CardFormat {
    /// Reads a number as people type it and as tables hold it: full-width characters, small letters, spaces, commas,
    /// dashes, dots, colons and slashes are understood, leading zeros may be missing or too many. None when the number is
    /// not of this format or a part of it is out of range; it is never tried as another format. None as well for what a
    /// spreadsheet has damaged: a number with a fraction or an exponent, and, where the number says something of the
    /// chip, a date or a time.
    ///
    /// Give it the text itself: [`PrintedCardNumber`] has lost the comma that divides `62,277`.
    pub fn read(self, text: &str) -> Option<Reading> {
        let typed = Typed::of(text)?;
        if self.format != NumberFormat::Opaque && is_moment(&plain(text)) {
            return None;
        }
        let (card, version) = match self.format {
            NumberFormat::Dec10 => (all32(typed.number(10, 10)?)?, None),
            NumberFormat::Dec8 => (low24(typed.number(8, 10)?)?, None),
            NumberFormat::Wg26 => {
                let (facility, number) = typed.fields(3)?;
                (low24(join(facility, number)?)?, None)
            }
            NumberFormat::Wg34 => {
                let (facility, number) = typed.fields(5)?;
                (all32(join(facility, number)?)?, None)
            }
            NumberFormat::Hex8 => (all32(typed.number(8, 16)?)?, None),
            NumberFormat::Hex10 => forty(typed.number(10, 16)?)?,
            NumberFormat::Dec12 => forty(typed.number(13, 10)?)?, // from version byte E9 on it takes thirteen
            NumberFormat::Opaque => return PrintedCardNumber::parse(typed.as_str()).map(Reading::Text),
        };
        Some(Reading::Chip { card: self.byte_order.turn(card), version })
    }
}

/// The formats a text could be in, opaque text among them; most texts could be in several. For the preview of an
/// import: what all rows of a column could be in is what to offer.
pub fn detect(text: &str) -> Vec<NumberFormat> {
    NumberFormat::ALL.into_iter().filter(|format| CardFormat::straight(*format).read(text).is_some()).collect()
}

fn all32(number: u64) -> Option<RawCard> {
    u32::try_from(number).ok().map(RawCard::from_all32)
}

fn low24(number: u64) -> Option<RawCard> {
    RawCard::new(u32::try_from(number).ok()?, Width::Low24)
}

fn forty(number: u64) -> Option<(RawCard, Option<u8>)> {
    let version = u8::try_from(number >> 32).ok()?;
    Some((RawCard::from_all32(number as u32), Some(version)))
}

fn join(facility: u64, number: u64) -> Option<u64> {
    Some(facility << 16 | u64::from(u16::try_from(number).ok()?))
}
