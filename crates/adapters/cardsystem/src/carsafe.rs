mod answer;
mod cards;
mod doors;
mod error;
mod money;
mod parts;
mod plate;
mod queries;
mod record;
mod settings;
pub(crate) mod signing;
pub(crate) mod time;
mod wire;

use std::{fmt, sync::Arc, time::Duration};

use kernel::Clock;

pub use error::{Class, Error, Failure};
pub use settings::{CardShape, CarsafePaths, CarsafeSettings};
use wire::{Line, Wire};

use crate::DEADLINE;

/// How long the installed system may take to open a door.
const OPENING_DEADLINE: Duration = Duration::from_millis(1_500);

/// Che'an's installed card system: connect within 2 s, a whole question within [`DEADLINE`] and an opening within 1.5 s,
/// no redirects, no repeats, answers up to 1 MiB. After 5 failures within 10 s that were not its own words it is left
/// alone for 10 s, then one call sees.
///
/// What is known of its interface: the frame and signature of a request, how a door is opened, what is told of doors, and
/// how a plate is asked for. OUR ASSUMPTION is all else, and can be set: the paths ([`CarsafePaths`]), the names in
/// questions for cards and in what is told of them ([`CardShape`]). Assumed and not to be set is that
/// * an answer is an object with an integer `flag`, 1 for good, and `data`; a list where cards or doors are asked for, an
///   empty one when there are none;
/// * the question for doors is the list of their addresses;
/// * kinds are 1 member, 2 stored value, 3 access; states 1 active, 2 lost, 3 frozen, 4 replaced, 5 returned; or the
///   Chinese words for them;
/// * pages count from 1, and the one after the last is empty.
///
/// Its signature is weak: HMAC-SHA1 over three values and the data. The branch is not signed, an answer is not signed at
/// all, and a request can be sent again for as long as its time is good. So: https, or a network of its own.
pub struct Carsafe {
    wire: Wire,
    lines: Lines,
    shape: CardShape,
    page_size: u16,
    clock: Arc<dyn Clock>,
    deadline: Duration,
    opening_deadline: Duration,
}

/// What can be asked.
struct Lines {
    open_door: Line,
    door_status: Line,
    by_credential: Line,
    find_card: Line,
    list_cards: Line,
}

impl Carsafe {
    /// A client for these settings; nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Settings`] when a setting cannot work or the base URL would send cards in the clear over a network,
    /// [`Error::Build`] when there is nothing to check certificates with.
    ///
    /// # Panics
    /// When no rustls crypto provider is installed in this process.
    pub fn new(settings: CarsafeSettings, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let base = settings.checked_base()?;
        let CarsafeSettings { from, secret, paths, shape, page_size, .. } = settings;
        let line = |name, path: &str| Line::new(name, &base, path);
        let lines = Lines {
            open_door: line("open_door", &paths.open_door)?,
            door_status: line("door_status", &paths.door_status)?,
            by_credential: line("by_credential", &paths.by_credential)?,
            find_card: line("find_card", &paths.find_card)?,
            list_cards: line("list_cards", &paths.list_cards)?,
        };
        let wire = Wire::new(&base, from, secret, clock.clone())?;
        let (deadline, opening_deadline) = (DEADLINE, OPENING_DEADLINE);
        Ok(Self { wire, lines, shape, page_size, clock, deadline, opening_deadline })
    }

    /// The same client with another deadline for everything, in place of [`DEADLINE`] and 1.5 s.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, opening_deadline: deadline, ..self }
    }
}

/// Says nothing that is secret.
impl fmt::Debug for Carsafe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Carsafe").finish_non_exhaustive()
    }
}
