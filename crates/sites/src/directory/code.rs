/// Room in a key: ten letters or digits, or three Han characters and one of those.
pub(super) const ROOM: u32 = 60;

/// The beginning of a text as a number, so that texts which begin alike lie side by side: a prefix code over UTF-16,
/// 6 bits for `a`–`z` and `0`–`9`, 18 for any other unit, from the top bit down. What is left over is 0, which no
/// symbol is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Prefix {
    pub(super) key: u64,
    /// How many bits they take.
    pub(super) bits: u32,
}

impl Prefix {
    /// With one more unit, if there is room.
    pub(super) fn with(self, unit: u16, room: u32) -> Option<Self> {
        let (symbol, width) = match unit {
            0x61..=0x7a => (u64::from(unit - 0x61) + 1, 6),
            0x30..=0x39 => (u64::from(unit - 0x30) + 27, 6),
            _ => (0b11 << 16 | u64::from(unit), 18),
        };
        let bits = self.bits + width;
        (bits <= room).then(|| Self { key: self.key | symbol << (64 - bits), bits })
    }

    /// As much of the text as there is room for, and how many units that is.
    pub(super) fn of(text: &[u16], room: u32) -> (Self, usize) {
        let mut prefix = Self::default();
        for (n, &unit) in text.iter().enumerate() {
            let Some(longer) = prefix.with(unit, room) else { return (prefix, n) };
            prefix = longer;
        }
        (prefix, text.len())
    }

    /// The greatest key that begins so.
    pub(super) fn last(self) -> u64 {
        self.key | u64::MAX.checked_shr(self.bits).unwrap_or_default()
    }

    /// The beginning of this key that is one symbol longer; none where the key ends.
    pub(super) fn longer(self, key: u64) -> Option<Self> {
        let rest = key.checked_shl(self.bits)?;
        let bits = match rest >> 58 {
            0 => return None,
            0b11_0000.. => self.bits + 18,
            _ => self.bits + 6,
        };
        Some(Self { key: key & !(u64::MAX >> bits), bits })
    }
}
