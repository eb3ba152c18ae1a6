//! Which card system is asked.

use std::sync::Arc;

use async_trait::async_trait;
use cardsystem::{Embedded, Systems};
use kernel::{
    CardId, Result,
    port::{CARD_SYSTEM_AWAY, CardRegister, CardSystem, FoundCard, WantedCard},
};

use crate::{
    loopback::Loopback,
    site::{NOW, NUMBER, Site, client, find, wanted},
};

struct Ours;

#[async_trait]
impl CardRegister for Ours {
    async fn look_up(&self, _: &WantedCard) -> Result<Vec<CardId>> {
        Ok(vec![CardId::new(NOW)])
    }
}

fn here() -> WantedCard {
    WantedCard { branch: None, ..wanted(NUMBER) }
}

#[tokio::test]
async fn the_installed_system_is_asked_for_a_branch_and_the_embedded_one_for_all_else() {
    let site = Site::start().await;
    let systems = Systems { embedded: Arc::new(Embedded::new(Arc::new(Ours))), carsafe: Some(Arc::new(site.client())) };
    assert!(matches!(find(&systems).await, Ok(Some(FoundCard::Theirs(_)))));
    assert!(matches!(systems.find(&here()).await, Ok(Some(FoundCard::Ours(_)))));
    assert_eq!(site.server.connections(), 1);
    assert!(!systems.is_away(None) && !systems.is_away(Some("1")));
}

#[tokio::test]
async fn one_that_is_away_does_not_take_the_other_with_it() {
    let site = Site::start().await;
    let carsafe = Arc::new(client(&Loopback::gone().await, site.clock.clone()));
    let systems = Systems { embedded: Arc::new(Embedded::new(Arc::new(Ours))), carsafe: Some(carsafe) };
    for _ in 0..5 {
        assert_eq!(find(&systems).await.expect_err("a fault").code(), CARD_SYSTEM_AWAY);
    }
    assert!(systems.is_away(Some("1")) && !systems.is_away(None));
    assert!(systems.find(&here()).await.expect("an answer").is_some());
}

#[tokio::test]
async fn a_branch_without_an_installed_system_is_away() {
    let systems = Systems { embedded: Arc::new(Embedded::new(Arc::new(Ours))), carsafe: None };
    assert_eq!(find(&systems).await.expect_err("a fault").code(), CARD_SYSTEM_AWAY);
    assert!(systems.is_away(Some("1")) && !systems.is_away(None));
}
