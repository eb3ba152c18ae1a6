use super::{CardFormat, NumberFormat, Reading};

impl CardFormat {
    /// The number as a card of this format shows it, all its zeros and its comma included. None where too little is
    /// known: a 32-bit format of a chip of which 24 bits are known, a 40-bit one without the version byte, text of a
    /// chip or a chip of text.
    ///
    /// Reading it again gives what this format can hold: eight digits hold 24 of 32 bits.
    pub fn print(self, reading: impl Into<Reading>) -> Option<String> {
        let (card, version) = match reading.into() {
            Reading::Chip { card, version } => (self.byte_order.turn(card), version),
            Reading::Text(number) => {
                return (self.format == NumberFormat::Opaque).then(|| number.as_str().to_owned());
            }
        };
        Some(match self.format {
            NumberFormat::Dec10 => format!("{:010}", card.all32()?),
            NumberFormat::Dec8 => format!("{:08}", card.low24()?),
            NumberFormat::Wg26 => {
                let raw = card.low24()?;
                format!("{:03},{:05}", raw >> 16, raw & 0xFFFF)
            }
            NumberFormat::Wg34 => {
                let raw = card.all32()?;
                format!("{:05},{:05}", raw >> 16, raw & 0xFFFF)
            }
            NumberFormat::Hex8 => format!("{:08X}", card.all32()?),
            NumberFormat::Hex10 => format!("{:02X}{:08X}", version?, card.all32()?),
            NumberFormat::Dec12 => format!("{:012}", u64::from(version?) << 32 | u64::from(card.all32()?)),
            NumberFormat::Opaque => return None,
        })
    }
}
