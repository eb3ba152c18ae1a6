//! The issuer's card system (一卡通) behind [`kernel::port::CardSystem`]. [`Embedded`] is for sites whose cards we keep
//! ourselves, [`Carsafe`] for sites that already run Che'an's card system: it finds and lists their cards, opens their
//! doors and tells how they stand. [`Systems`] asks the one that keeps the site's cards. With the feature `simulator`,
//! also a strict stand-in for the installed system and faults on demand.

mod carsafe;
mod embedded;
#[cfg(feature = "simulator")]
pub mod simulator;
mod systems;

use std::time::Duration;

pub use carsafe::{CardShape, Carsafe, CarsafePaths, CarsafeSettings, Class, Error, Failure};
pub use embedded::Embedded;
pub use systems::Systems;

/// How long a card system may take to find a card. After that it counts as away.
pub const DEADLINE: Duration = Duration::from_secs(2);
