//! The embedded card system and its faults.

use std::{
    io,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use cardsystem::{
    Embedded,
    simulator::{CardFault, Faulty},
};
use kernel::{
    CardId, NOT_FOUND, Phone, PrintedCardNumber, Result, SiteId, Timestamp,
    port::{CARD_SYSTEM_AWAY, CardKind, CardRegister, CardState, CardSystem, IssuedCard},
};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// A register that has this many cards under every number.
struct Holding(usize);

#[async_trait]
impl CardRegister for Holding {
    async fn look_up(
        &self,
        _: SiteId,
        kind: CardKind,
        number: &PrintedCardNumber,
        _: &Phone,
    ) -> Result<Vec<IssuedCard>> {
        let card = |_| IssuedCard {
            id: CardId::new(NOW),
            kind,
            number: number.clone(),
            state: CardState::Active,
            valid_until: None,
            phone_on_file: true,
        };
        Ok((0..self.0).map(card).collect())
    }
}

/// A register that never answers.
struct Stuck;

#[async_trait]
impl CardRegister for Stuck {
    async fn look_up(&self, _: SiteId, _: CardKind, _: &PrintedCardNumber, _: &Phone) -> Result<Vec<IssuedCard>> {
        std::future::pending().await
    }
}

/// A register that fails.
struct Broken;

#[async_trait]
impl CardRegister for Broken {
    async fn look_up(&self, _: SiteId, _: CardKind, _: &PrintedCardNumber, _: &Phone) -> Result<Vec<IssuedCard>> {
        Err(NOT_FOUND.into())
    }
}

async fn ask(system: &impl CardSystem) -> Result<Option<IssuedCard>> {
    let number = PrintedCardNumber::parse("8765XYZW").expect("a number");
    let phone = Phone::parse("13800001234").expect("a number");
    system.find(SiteId::new(NOW), CardKind::Access, &number, &phone).await
}

#[tokio::test]
async fn exactly_one_card_is_found() {
    let card = ask(&Embedded::new(Arc::new(Holding(1)))).await.expect("an answer").expect("a card");
    assert_eq!((card.number.as_str(), card.kind, card.phone_on_file), ("8765XYZW", CardKind::Access, true));
    assert!(ask(&Embedded::new(Arc::new(Holding(0)))).await.expect("an answer").is_none());
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("a log").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn two_cards_are_none_and_a_warning_without_the_number() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone());
    let _guard = tracing::subscriber::set_default(subscriber.finish());

    assert!(ask(&Embedded::new(Arc::new(Holding(2)))).await.expect("an answer").is_none());
    let logged = String::from_utf8(log.0.lock().expect("a log").clone()).expect("text");
    assert!(logged.contains("WARN"), "{logged}");
    for kept in ["XYZW", "1380000", "138****"] {
        assert!(!logged.contains(kept), "{kept} in {logged}");
    }
}

#[tokio::test]
async fn a_register_that_does_not_answer_is_away_at_the_deadline() {
    let system = Embedded::new(Arc::new(Stuck)).with_deadline(Duration::from_millis(20));
    assert_eq!(ask(&system).await.expect_err("a fault").code(), CARD_SYSTEM_AWAY);
}

#[tokio::test]
async fn a_fault_of_the_register_is_told_as_it_is() {
    assert_eq!(ask(&Embedded::new(Arc::new(Broken))).await.expect_err("a fault").code(), NOT_FOUND);
}

#[tokio::test]
async fn faults_happen_in_order_and_as_often_as_asked() {
    let system = Faulty::new(Embedded::new(Arc::new(Holding(1))));
    let late = Duration::from_millis(20);
    system.inject(CardFault::Slow(late), 0);
    system.inject(CardFault::Away, 2);
    system.inject(CardFault::Slow(late), 1);
    for _ in 0..2 {
        assert_eq!(ask(&system).await.expect_err("a fault").code(), CARD_SYSTEM_AWAY);
    }
    let asked = Instant::now();
    assert!(ask(&system).await.expect("an answer").is_some());
    assert!(asked.elapsed() >= late);
    assert!(ask(&system).await.expect("an answer").is_some());
}
