use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use kernel::{
    Result,
    port::{CARD_SYSTEM_AWAY, CardSystem, FoundCard, WantedCard},
};

use crate::DEADLINE;

/// What may go wrong at a card system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardFault {
    /// It cannot be reached.
    Away,
    /// It answers this much later. From [`DEADLINE`] on that is too late, and it counts as away at the deadline.
    Slow(Duration),
}

/// Another card system, with faults on demand. Shared between threads by reference.
pub struct Faulty<S> {
    inner: S,
    faults: Mutex<VecDeque<(CardFault, u32)>>,
}

impl<S: CardSystem> Faulty<S> {
    /// This card system, in good order so far.
    pub fn new(inner: S) -> Self {
        Self { inner, faults: Mutex::default() }
    }

    /// Control side: the next `times` questions end in this way, in the order asked for.
    pub fn inject(&self, fault: CardFault, times: u32) {
        if times > 0 {
            self.faults.lock().unwrap_or_else(PoisonError::into_inner).push_back((fault, times));
        }
    }

    fn next_fault(&self) -> Option<CardFault> {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let (fault, left) = faults.front_mut()?;
        let fault = *fault;
        *left -= 1;
        if *left == 0 {
            faults.pop_front();
        }
        Some(fault)
    }
}

#[async_trait]
impl<S: CardSystem> CardSystem for Faulty<S> {
    async fn find(&self, wanted: &WantedCard) -> Result<Option<FoundCard>> {
        match self.next_fault() {
            None => {}
            Some(CardFault::Away) => return Err(CARD_SYSTEM_AWAY.into()),
            Some(CardFault::Slow(late)) => {
                tokio::time::sleep(late.min(DEADLINE)).await;
                if late >= DEADLINE {
                    return Err(CARD_SYSTEM_AWAY.into());
                }
            }
        }
        self.inner.find(wanted).await
    }

    fn is_away(&self, branch: Option<&str>) -> bool {
        self.inner.is_away(branch)
    }
}
