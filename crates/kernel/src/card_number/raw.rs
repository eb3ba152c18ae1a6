/// Which of a chip's 32 bits are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Width {
    /// The low three bytes: a 24-bit number, a Wiegand-26 frame.
    Low24,
    /// The high three bytes: a 24-bit number of a site that prints the bytes reversed.
    High24,
    /// All four bytes: a 32-bit number, a Wiegand-34 frame.
    All32,
}

impl Width {
    /// The number that rows hold; never given to another width.
    pub const fn number(self) -> i16 {
        match self {
            Self::Low24 => 1,
            Self::High24 => 2,
            Self::All32 => 3,
        }
    }

    /// The width behind a stored number.
    pub const fn from_number(number: i16) -> Option<Self> {
        match number {
            1 => Some(Self::Low24),
            2 => Some(Self::High24),
            3 => Some(Self::All32),
            _ => None,
        }
    }

    const fn mask(self) -> u32 {
        match self {
            Self::Low24 => 0x00FF_FFFF,
            Self::High24 => 0xFFFF_FF00,
            Self::All32 => u32::MAX,
        }
    }
}

/// What is known of a chip's number: the low four bytes of an EM4100, or the four bytes of a Mifare UID in the order
/// they are read. Bits that are not known are 0.
///
/// `==` asks whether two say the same thing; [`RawCard::matches`] whether they may be the same chip.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RawCard {
    value: u32,
    width: Width,
}

impl RawCard {
    /// A chip of which `width` is known; none when `value` has a bit outside it.
    pub const fn new(value: u32, width: Width) -> Option<Self> {
        if value & !width.mask() == 0 { Some(Self { value, width }) } else { None }
    }

    /// A chip of which everything is known.
    pub const fn from_all32(value: u32) -> Self {
        Self { value, width: Width::All32 }
    }

    /// A chip of which the low three bytes are known; the top byte of `value` is dropped.
    pub const fn from_low24(value: u32) -> Self {
        Self { value: value & Width::Low24.mask(), width: Width::Low24 }
    }

    /// The bits; those that are not known are 0.
    pub const fn value(self) -> u32 {
        self.value
    }

    /// Which bits are known.
    pub const fn width(self) -> Width {
        self.width
    }

    /// All four bytes, if they are known.
    pub const fn all32(self) -> Option<u32> {
        match self.width {
            Width::All32 => Some(self.value),
            Width::Low24 | Width::High24 => None,
        }
    }

    /// The low three bytes, if they are known: what a Wiegand-26 reader sends of this chip.
    pub const fn low24(self) -> Option<u32> {
        match self.width {
            Width::All32 | Width::Low24 => Some(self.value & Width::Low24.mask()),
            Width::High24 => None,
        }
    }

    /// Whether both may be the same chip: all that both know is equal, and that is at least 24 bits. Where one knows
    /// only 24, 256 chips match it: search inside one site and demand exactly one hit.
    pub const fn matches(self, other: Self) -> bool {
        let common = self.width.mask() & other.width.mask();
        common.count_ones() >= 24 && (self.value ^ other.value) & common == 0
    }

    /// The same bytes read from the other end.
    pub(super) const fn reversed(self) -> Self {
        let width = match self.width {
            Width::Low24 => Width::High24,
            Width::High24 => Width::Low24,
            Width::All32 => Width::All32,
        };
        Self { value: self.value.swap_bytes(), width }
    }
}

impl std::fmt::Debug for RawCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "****{:04X}/{:?}", self.value & 0xFFFF, self.width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHIP: RawCard = RawCard::from_all32(0x026F_6C3A);

    #[test]
    fn what_is_known_of_both_is_compared() {
        let low = RawCard::from_low24(0x6F6C3A);
        let high = RawCard::new(0x026F_6C00, Width::High24).unwrap();
        for known in [CHIP, low, high] {
            assert!(known.matches(CHIP) && CHIP.matches(known) && known.matches(known), "{known:?}");
            assert!(!known.matches(RawCard::from_all32(0x026F_6D3A)), "{known:?}");
        }
        assert!(low.matches(RawCard::from_all32(0x996F_6C3A)), "the top byte is not known");
        assert!(!CHIP.matches(RawCard::from_all32(0x996F_6C3A)));
        assert!(!low.matches(high) && !high.matches(low), "sixteen bits are too few");
    }

    #[test]
    fn a_value_keeps_to_its_width() {
        assert_eq!(RawCard::new(0x0100_0000, Width::Low24), None);
        assert_eq!(RawCard::new(0x0000_0001, Width::High24), None);
        assert_eq!(RawCard::new(u32::MAX, Width::All32), Some(RawCard::from_all32(u32::MAX)));
        assert_eq!(RawCard::from_low24(0x026F_6C3A), RawCard::new(0x6F6C3A, Width::Low24).unwrap());
    }

    #[test]
    fn a_stored_width_comes_back() {
        for width in [Width::Low24, Width::High24, Width::All32] {
            assert_eq!(Width::from_number(width.number()), Some(width));
        }
        assert_eq!(Width::from_number(0), None);
    }

    #[test]
    fn a_log_shows_the_tail_only() {
        assert_eq!(format!("{CHIP:?}"), "****6C3A/All32");
    }
}
