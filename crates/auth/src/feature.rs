use feature::Feature;

use crate::{Accounts, SendCode, http};

impl Accounts {
    /// `sending` carries out the codes that were issued.
    pub fn feature(&self, sending: SendCode) -> Feature {
        Feature::new("auth")
            .routes(self, http::routes)
            .outbox_handler(sending)
            .cleanup(self, |accounts| async move { accounts.clean_up().await })
    }
}
