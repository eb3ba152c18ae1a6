//! What a number printed on a card says of the chip inside: reading it, printing it, comparing it, and the Wiegand
//! frames that readers send. Pure; the same digits mean different chips in different formats, so a site's
//! [`CardFormat`] decides and nothing here guesses.

mod format;
mod print;
mod raw;
mod read;
mod typed;
mod wiegand;

pub use format::{ByteOrder, CardFormat, NumberFormat};
pub use raw::{RawCard, Width};
pub use read::{Reading, detect};
pub use typed::written;
pub use wiegand::{read_wiegand26, read_wiegand34, wiegand26, wiegand34};
