use feature::Feature;

use crate::{
    Notices, http,
    inbox::ToInbox,
    messages::{AccountNoted, CardBound, CardFollowed, CardPaused, CardResumed, CardUnbound},
};

impl Notices {
    pub fn feature(&self) -> Feature {
        Feature::new("notices")
            .routes(self, http::routes)
            .account_data(self.clone())
            .outbox_handler(ToInbox::<AccountNoted>::new(self))
            .outbox_handler(ToInbox::<CardBound>::new(self))
            .outbox_handler(ToInbox::<CardFollowed>::new(self))
            .outbox_handler(ToInbox::<CardPaused>::new(self))
            .outbox_handler(ToInbox::<CardResumed>::new(self))
            .outbox_handler(ToInbox::<CardUnbound>::new(self))
    }
}
