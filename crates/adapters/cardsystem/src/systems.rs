use std::sync::Arc;

use async_trait::async_trait;
use kernel::{
    Result,
    port::{CARD_SYSTEM_AWAY, CardSystem, FoundCard, WantedCard},
};

use crate::Carsafe;

/// All card systems of one server. The installed one is asked for the cards of a site that has a branch there, the
/// embedded one for all others.
pub struct Systems {
    /// Where we keep the cards.
    pub embedded: Arc<dyn CardSystem>,
    /// The installed system, where there is one. A branch without it is as one whose system is away.
    pub carsafe: Option<Arc<Carsafe>>,
}

#[async_trait]
impl CardSystem for Systems {
    /// # Errors
    /// [`CARD_SYSTEM_AWAY`] for a branch when no installed system is set up; else those of the system that is asked.
    async fn find(&self, wanted: &WantedCard) -> Result<Option<FoundCard>> {
        match (&wanted.branch, &self.carsafe) {
            (None, _) => self.embedded.find(wanted).await,
            (Some(_), Some(carsafe)) => carsafe.find(wanted).await,
            (Some(_), None) => Err(CARD_SYSTEM_AWAY.caused_by("the site has a branch, and no carsafe is set up")),
        }
    }

    fn is_away(&self, branch: Option<&str>) -> bool {
        match branch {
            None => self.embedded.is_away(None),
            Some(_) => self.carsafe.as_ref().is_none_or(|carsafe| carsafe.is_away(branch)),
        }
    }
}
