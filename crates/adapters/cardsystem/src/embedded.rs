use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use kernel::{
    Result,
    port::{CARD_SYSTEM_AWAY, CardRegister, CardSystem, FoundCard, WantedCard},
};
use tokio::time::timeout;

use crate::DEADLINE;

/// The card system inside: reads the register we keep ourselves.
pub struct Embedded {
    register: Arc<dyn CardRegister>,
    deadline: Duration,
}

impl Embedded {
    /// A card system over this register.
    pub fn new(register: Arc<dyn CardRegister>) -> Self {
        Self { register, deadline: DEADLINE }
    }

    /// The same card system with another deadline in place of [`DEADLINE`].
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }
}

#[async_trait]
impl CardSystem for Embedded {
    /// The one card of that kind and number. Two of them are none: which is meant cannot be known, and somebody has to
    /// mend the register.
    ///
    /// # Errors
    /// [`CARD_SYSTEM_AWAY`] after the deadline; the register's own faults as they are.
    async fn find(&self, wanted: &WantedCard) -> Result<Option<FoundCard>> {
        let looked_up = timeout(self.deadline, self.register.look_up(wanted));
        let mut cards = looked_up.await.map_err(|elapsed| CARD_SYSTEM_AWAY.caused_by(elapsed))??;
        if cards.len() > 1 {
            let WantedCard { site, kind, .. } = wanted;
            tracing::warn!(site.id = %site, card.kind = ?kind, "card number is ambiguous, card cannot be bound");
            return Ok(None);
        }
        Ok(cards.pop().map(FoundCard::Ours))
    }

    fn is_away(&self, _: Option<&str>) -> bool {
        false
    }
}
