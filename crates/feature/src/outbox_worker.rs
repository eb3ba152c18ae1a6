use std::{collections::HashMap, sync::Arc, time::Duration};

use futures_util::{FutureExt, StreamExt, stream::FuturesUnordered};
use kernel::{Clock, Result};
use store::{
    Db,
    outbox::{self, ClaimedMessage, Handler, Outcome, State},
};

use crate::{Context, Worker};

/// Messages enqueued by another process are noticed so soon.
const BACKSTOP: Duration = Duration::from_secs(1);
/// So many messages are under way at once.
const AT_ONCE: usize = 20;

/// Carries out the messages of the outbox, each by the handler of its topic.
#[derive(Clone)]
pub struct OutboxWorker {
    db: Db,
    clock: Arc<dyn Clock>,
    handlers: Arc<HashMap<&'static str, Handler>>,
}

impl OutboxWorker {
    /// # Panics
    /// When two handlers are of one topic.
    pub fn new(db: Db, clock: Arc<dyn Clock>, handlers: impl IntoIterator<Item = Handler>) -> Self {
        let mut by_topic = HashMap::new();
        for handler in handlers {
            let topic = handler.topic();
            assert!(by_topic.insert(topic, handler).is_none(), "two outbox handlers of the topic {topic}");
        }
        Self { db, clock, handlers: Arc::new(by_topic) }
    }

    /// Takes no new message once the server stops, and ends when those under way are settled.
    pub fn worker(self) -> Worker {
        Worker::new("outbox", Duration::from_secs(60), move |context| self.clone().run(context))
    }

    async fn run(self, context: Context) {
        let mut under_way = FuturesUnordered::new();
        let mut there_may_be_more = true;
        loop {
            context.beat();
            let room = AT_ONCE - under_way.len();
            if context.is_stopping() {
                if under_way.next().await.is_none() {
                    return;
                }
                continue;
            }
            if there_may_be_more && room > 0 {
                match self.claim(room).await {
                    Ok(claimed) => {
                        there_may_be_more = claimed.len() == room;
                        under_way.extend(claimed.into_iter().map(|claimed| self.carry_out(claimed)));
                    }
                    Err(fault) => {
                        tracing::warn!(error.cause = %fault, "outbox could not be read");
                        there_may_be_more = false;
                    }
                }
                continue;
            }
            tokio::select! {
                Some(()) = under_way.next() => {
                    // the messages that ended together are followed by one claim
                    while under_way.next().now_or_never().flatten().is_some() {}
                }
                () = self.db.message_enqueued(), if room > 0 => there_may_be_more = true,
                () = context.pause(BACKSTOP) => there_may_be_more = true,
            }
        }
    }

    async fn claim(&self, limit: usize) -> Result<Vec<ClaimedMessage>> {
        let (now, limit) = (self.clock.now(), limit as u64);
        self.db.write(move |tx| Box::pin(outbox::claim(tx, now, limit))).await
    }

    async fn carry_out(&self, claimed: ClaimedMessage) {
        let outcome = match self.handlers.get(claimed.topic.as_str()) {
            Some(handler) => handler.attempt(&claimed).await,
            // a newer version of the server may know it, while both run
            None => Outcome::Later("unknown-topic".into()),
        };
        if let Err(fault) = self.settle(&claimed, outcome).await {
            tracing::warn!(error.cause = %fault, outbox.topic = claimed.topic, message.id = %claimed.id, "outbox message could not be settled");
        }
    }

    async fn settle(&self, claimed: &ClaimedMessage, outcome: Outcome) -> Result<()> {
        let now = self.clock.now();
        let settle = self.db.write_with((claimed.clone(), outcome), move |tx, (claimed, outcome)| {
            Box::pin(outbox::settle(tx, claimed, outcome, now))
        });
        let state = settle.await?;
        if matches!(state, State::Dead | State::Unknown) {
            tracing::error!(outbox.topic = claimed.topic, message.id = %claimed.id, message.state = ?state, "outbox message given up");
            metrics::counter!("kaimen_outbox_given_up_total", "topic" => claimed.topic.clone()).increment(1);
        }
        Ok(())
    }
}
