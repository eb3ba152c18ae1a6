//! A card system that goes wrong on demand.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use kernel::{
    Phone, PrintedCardNumber, Result, SiteId,
    port::{CARD_SYSTEM_AWAY, CardKind, CardSystem, IssuedCard},
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
    async fn find(
        &self,
        site: SiteId,
        kind: CardKind,
        number: &PrintedCardNumber,
        phone: &Phone,
    ) -> Result<Option<IssuedCard>> {
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
        self.inner.find(site, kind, number, phone).await
    }
}
