use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use kernel::Result;

use super::{ClaimedMessage, OutboxMessage, Outcome};

/// Carries out the messages of one topic.
pub trait OutboxHandler: Send + Sync + 'static {
    type Message: OutboxMessage;

    /// False where carrying a message out twice does harm, such as an SMS: an attempt whose end nobody knows (the process
    /// died, the time limit passed, the handler panicked) ends as [`Outcome::Unknown`] instead of being repeated.
    const REPEATABLE: bool;

    /// Must be shorter than the lease of a message, 30 s.
    const TIME_LIMIT: Duration;

    /// A fault is logged, and the message is tried again later.
    fn run(&self, claimed: &ClaimedMessage, message: Self::Message) -> impl Future<Output = Result<Outcome>> + Send;
}

type Run = dyn for<'a> Fn(&'a ClaimedMessage) -> BoxFuture<'a, Result<Outcome>> + Send + Sync;

/// An [`OutboxHandler`] of any message.
#[derive(Clone)]
pub struct Handler {
    topic: &'static str,
    is_repeatable: bool,
    time_limit: Duration,
    run: Arc<Run>,
}

impl Handler {
    pub fn of<H: OutboxHandler>(handler: H) -> Self {
        let handler = Arc::new(handler);
        Self {
            topic: H::Message::TOPIC,
            is_repeatable: H::REPEATABLE,
            time_limit: H::TIME_LIMIT,
            run: Arc::new(move |claimed| {
                let handler = handler.clone();
                Box::pin(async move { handler.run(claimed, claimed.message()?).await })
            }),
        }
    }

    pub fn topic(&self) -> &'static str {
        self.topic
    }

    /// One attempt, within the time limit. A panic of the handler ends this attempt and nothing else.
    pub async fn attempt(&self, claimed: &ClaimedMessage) -> Outcome {
        if claimed.was_lost && !self.is_repeatable {
            return Outcome::Unknown("lost".into());
        }
        let running = AssertUnwindSafe((self.run)(claimed)).catch_unwind();
        match tokio::time::timeout(self.time_limit, running).await {
            Ok(Ok(Ok(outcome))) => outcome,
            Ok(Ok(Err(fault))) => {
                tracing::warn!(error.cause = %fault, outbox.topic = self.topic, message.id = %claimed.id, "outbox message failed");
                Outcome::Later(fault.code().name.into())
            }
            Ok(Err(_)) => {
                tracing::error!(outbox.topic = self.topic, message.id = %claimed.id, "outbox handler panicked");
                metrics::counter!("kaimen_outbox_panics_total", "topic" => self.topic).increment(1);
                self.cut_short("panicked")
            }
            Err(_) => self.cut_short("timeout"),
        }
    }

    fn cut_short(&self, code: &str) -> Outcome {
        if self.is_repeatable { Outcome::Later(code.into()) } else { Outcome::Unknown(code.into()) }
    }
}
