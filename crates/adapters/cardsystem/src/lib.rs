//! The issuer's card system (一卡通) behind [`kernel::port::CardSystem`]. [`Embedded`] is for installations that keep their
//! cards with us; drivers for foreign systems come beside it. With the feature `simulator`, faults on demand.

mod embedded;
#[cfg(feature = "simulator")]
pub mod simulator;

use std::time::Duration;

pub use embedded::Embedded;

/// How long a card system may take to find a card. After that it counts as away.
pub const DEADLINE: Duration = Duration::from_secs(2);
