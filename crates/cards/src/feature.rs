use std::time::Duration;

use feature::{Feature, Worker};
use imports::Imports;

use crate::{Cards, http, lookup::LookUpCard};

/// Whether a reconciliation is due is looked at so often.
const RECONCILE_CHECK: Duration = Duration::from_secs(30);

impl Cards {
    /// `imports` are those of the register ([`Register::imports`]).
    pub fn feature(&self, imports: &Imports) -> Feature {
        let reconcile = |cards: Self| async move { cards.reconcile_due(cards.reconcile_every).await.map(|_| ()) };
        Feature::new("cards")
            .routes(self, http::routes)
            .routes(imports, imports::http::routes)
            .outbox_handler(LookUpCard(self.clone()))
            .worker(imports.worker())
            .worker(Worker::every("card_reconciler", RECONCILE_CHECK, self, reconcile))
            .cleanup(imports, |imports| async move { imports.clean_up().await })
            .account_data(self.clone())
    }
}
