use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::RawCard;

/// How a chip's number is printed on the card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NumberFormat {
    /// Ten digits, all four bytes as one number (8H10D): 0040856634
    Dec10 = 1,
    /// Eight digits, the low three bytes as one number (6H8D): 07302202
    Dec8 = 2,
    /// Three and five digits, one byte and two bytes (2H4H, 3D5D, WG26): 111,27706
    Wg26 = 3,
    /// Five and five digits, two bytes and two bytes (4H4H, WG34): 00623,27706
    Wg34 = 4,
    /// Eight hexadecimal digits, all four bytes: 026F6C3A
    Hex8 = 5,
    /// Ten hexadecimal digits, an EM4100's version byte before the four: 01 026F6C3A
    Hex10 = 6,
    /// Twelve digits, those five bytes as one number (10H12D): 004335823930
    Dec12 = 7,
    /// Text unrelated to the chip's number.
    #[default]
    Opaque = 8,
}

impl NumberFormat {
    pub const ALL: [Self; 8] =
        [Self::Dec10, Self::Dec8, Self::Wg26, Self::Wg34, Self::Hex8, Self::Hex10, Self::Dec12, Self::Opaque];
}

/// Byte order of a chip's four bytes in the printed number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ByteOrder {
    /// As read from the chip.
    #[default]
    Straight = 0,
    /// Last byte first, as some systems print a Mifare UID.
    Reversed = 1,
}

impl ByteOrder {
    /// From the order of the print to the order of the chip, or back.
    pub(super) const fn turn(self, card: RawCard) -> RawCard {
        match self {
            Self::Straight => card,
            Self::Reversed => card.reversed(),
        }
    }
}

/// The format of a site's printed card numbers. The default is opaque text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CardFormat {
    /// Format of the number.
    pub format: NumberFormat,
    /// Byte order of the number.
    #[serde(default)]
    pub byte_order: ByteOrder,
}

impl CardFormat {
    /// A format with the bytes as they are read.
    pub const fn straight(format: NumberFormat) -> Self {
        Self { format, byte_order: ByteOrder::Straight }
    }

    /// A format with the last byte first.
    pub const fn reversed(format: NumberFormat) -> Self {
        Self { format, byte_order: ByteOrder::Reversed }
    }

    /// The number that rows hold; never given to another setting.
    pub const fn number(self) -> i16 {
        self.format as i16 * 10 + self.byte_order as i16
    }

    /// The setting behind a stored number.
    pub fn from_number(number: i16) -> Option<Self> {
        NumberFormat::ALL
            .into_iter()
            .flat_map(|format| [Self::straight(format), Self::reversed(format)])
            .find(|setting| setting.number() == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_number_comes_back_as_the_same_setting() {
        for format in NumberFormat::ALL {
            for setting in [CardFormat::straight(format), CardFormat::reversed(format)] {
                assert_eq!(CardFormat::from_number(setting.number()), Some(setting));
            }
        }
        for number in [-1, 0, 9, 12, 82, 90, i16::MAX] {
            assert_eq!(CardFormat::from_number(number), None);
        }
    }

    #[test]
    fn a_setting_is_written_in_the_words_of_the_api() {
        let setting = CardFormat::reversed(NumberFormat::Wg26);
        let json = r#"{"format":"wg26","byteOrder":"reversed"}"#;
        assert_eq!(serde_json::to_string(&setting).unwrap(), json);
        assert_eq!(serde_json::from_str::<CardFormat>(json).unwrap(), setting);
        let short = serde_json::from_str::<CardFormat>(r#"{"format":"dec10"}"#).unwrap();
        assert_eq!(short, CardFormat::straight(NumberFormat::Dec10));
    }
}
