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
    CardId, NOT_FOUND, Result, SiteId, Timestamp,
    card_number::{CardFormat, NumberFormat},
    port::{CARD_SYSTEM_AWAY, CardKind, CardRegister, CardSystem, FoundCard, WantedCard},
};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// A register that has this many cards under every number.
struct Copies(usize);

#[async_trait]
impl CardRegister for Copies {
    async fn look_up(&self, _: &WantedCard) -> Result<Vec<CardId>> {
        Ok((0..self.0).map(|_| CardId::new(NOW)).collect())
    }
}

/// A register that never answers.
struct Stuck;

#[async_trait]
impl CardRegister for Stuck {
    async fn look_up(&self, _: &WantedCard) -> Result<Vec<CardId>> {
        std::future::pending().await
    }
}

/// A register that fails.
struct Broken;

#[async_trait]
impl CardRegister for Broken {
    async fn look_up(&self, _: &WantedCard) -> Result<Vec<CardId>> {
        Err(NOT_FOUND.into())
    }
}

fn wanted() -> WantedCard {
    let printed = "8765XYZW";
    WantedCard {
        site: SiteId::new(NOW),
        branch: None,
        kind: CardKind::Access,
        number: CardFormat::straight(NumberFormat::Opaque).read(printed).expect("a number"),
        printed: printed.into(),
    }
}

async fn ask(system: &impl CardSystem) -> Result<Option<FoundCard>> {
    system.find(&wanted()).await
}

#[tokio::test]
async fn exactly_one_card_is_found() {
    let card = ask(&Embedded::new(Arc::new(Copies(1)))).await.expect("an answer").expect("a card");
    assert!(matches!(card, FoundCard::Ours(_)));
    assert!(ask(&Embedded::new(Arc::new(Copies(0)))).await.expect("an answer").is_none());
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

    assert!(ask(&Embedded::new(Arc::new(Copies(2)))).await.expect("an answer").is_none());
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
    let system = Faulty::new(Embedded::new(Arc::new(Copies(1))));
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

#[tokio::test]
async fn it_is_never_known_to_be_away_with_faults_or_without() {
    let system = Faulty::new(Embedded::new(Arc::new(Broken)));
    system.inject(CardFault::Away, 1);
    assert!(!system.is_away(None) && !system.is_away(Some("1")));
}
