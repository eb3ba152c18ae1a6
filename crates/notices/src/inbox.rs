//! The channel that every notice goes by: the inbox in the app.

use std::{marker::PhantomData, time::Duration};

use kernel::{NoticeId, Result};
use store::outbox::{ClaimedMessage, OutboxHandler, Outcome};

use crate::{Notice, Notices, messages::NoticeMessage};

/// Puts the notice of a message into the inbox of its account.
pub(crate) struct ToInbox<M> {
    notices: Notices,
    message: PhantomData<fn(M)>,
}

impl<M: NoticeMessage> ToInbox<M> {
    pub(crate) fn new(notices: &Notices) -> Self {
        Self { notices: notices.clone(), message: PhantomData }
    }
}

impl<M: NoticeMessage> OutboxHandler for ToInbox<M> {
    type Message = M;
    const REPEATABLE: bool = true;
    const TIME_LIMIT: Duration = Duration::from_secs(10);

    async fn run(&self, claimed: &ClaimedMessage, message: M) -> Result<Outcome> {
        let (title, body) = message.text();
        let notice = Notice {
            id: NoticeId::from_uuid(claimed.id.uuid()),
            topic: M::TOPIC.to_owned(),
            site: message.site(),
            title: title.to_owned(),
            body: body.to_owned(),
            at: self.notices.now(),
        };
        self.notices.put(message.to(), notice).await?;
        Ok(Outcome::Done)
    }
}
