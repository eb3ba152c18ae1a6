use super::RawCard;

/// The 26 bits that a reader sends of a chip (H10301), first bit highest: even parity of the upper twelve data bits,
/// the low three bytes of `raw`, odd parity of the lower twelve. The top byte of `raw` is not sent.
pub const fn wiegand26(raw: u32) -> u32 {
    frame(raw as u64 & 0xFF_FFFF, 12) as u32
}

/// The 34 bits that a reader sends of a chip (H10306, N10002), first bit highest: even parity of the upper half, the
/// four bytes of `raw`, odd parity of the lower half.
pub const fn wiegand34(raw: u32) -> u64 {
    frame(raw as u64, 16)
}

/// The chip behind a 26-bit frame; none when a parity bit is wrong or the frame is longer.
pub fn read_wiegand26(frame: u32) -> Option<RawCard> {
    let card = RawCard::from_low24(frame >> 1);
    (wiegand26(card.value()) == frame).then_some(card)
}

/// The chip behind a 34-bit frame; none when a parity bit is wrong or the frame is longer.
pub fn read_wiegand34(frame: u64) -> Option<RawCard> {
    let card = RawCard::from_all32((frame >> 1) as u32);
    (wiegand34(card.value()) == frame).then_some(card)
}

const fn frame(data: u64, half: u32) -> u64 {
    let upper = (data >> half).count_ones() as u64 & 1;
    let lower = (data & ((1 << half) - 1)).count_ones() as u64 & 1;
    upper << (2 * half + 1) | data << 1 | (lower ^ 1)
}
