//! A card system that is slow, gone, or talks nonsense.

use std::{sync::Arc, time::Duration};

use cardsystem::{Class, Failure, simulator::CarsafeFault};
use kernel::{
    ManualClock,
    port::{CARD_SYSTEM_AWAY, CardSystem, CommandResult, DoorDriver, DoorStatuses},
};
use tokio::time::Instant;

use crate::{
    loopback::Loopback,
    site::{NOW, Site, address, cause, client, find},
};

const OPEN: Duration = Duration::from_secs(10);
const MANY: u32 = 20;

async fn is_left_alone(system: &impl CardSystem) -> bool {
    let fault = find(system).await.expect_err("a fault");
    assert_eq!(fault.code(), CARD_SYSTEM_AWAY);
    matches!(cause(&fault), Failure::Open)
}

#[tokio::test(start_paused = true)]
async fn one_that_never_answers_is_away_at_the_deadline() {
    let site = Site::start().await;
    let server = Loopback::say_nothing().await;
    let client = client(&server.url, site.clock.clone());
    let asked = Instant::now();
    let fault = find(&client).await.expect_err("a fault");
    assert_eq!(fault.code(), CARD_SYSTEM_AWAY);
    assert_eq!(cause(&fault).class(), Class::Away);
    let took = asked.elapsed();
    assert!((cardsystem::DEADLINE..cardsystem::DEADLINE + Duration::from_millis(10)).contains(&took), "{took:?}");

    let asked = Instant::now();
    assert_eq!(client.unlock(&site.order()).await, CommandResult::Silent);
    let (took, deadline) = (asked.elapsed(), Duration::from_millis(1_500));
    assert!((deadline..deadline + Duration::from_millis(10)).contains(&took), "{took:?}");
}

#[tokio::test]
async fn one_that_is_gone_is_away_and_offline_at_once() {
    let site = Site::start().await;
    let client = client(&Loopback::gone().await, site.clock.clone());
    let asked = Instant::now();
    assert_eq!(client.unlock(&site.order()).await, CommandResult::Offline);
    let fault = find(&client).await.expect_err("a fault");
    assert!(matches!(cause(&fault), Failure::Unreachable(_)), "{fault}");
    assert!(client.statuses(&[address("2")]).await.is_err());
    assert!(asked.elapsed() < Duration::from_millis(1_500));
}

#[tokio::test]
async fn one_that_hangs_up_may_have_opened_the_door() {
    let site = Site::start().await;
    let server = Loopback::hang_up().await;
    assert_eq!(client(&server.url, site.clock.clone()).unlock(&site.order()).await, CommandResult::Silent);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn five_failures_reach_the_wire_and_one_call_sees_after_ten_seconds() {
    let faults = [CarsafeFault::Html, CarsafeFault::Truncated, CarsafeFault::Garbage, CarsafeFault::FlagText];
    for fault in faults.into_iter().chain([500, 502, 302, 404].map(CarsafeFault::Status)) {
        let site = Site::start().await;
        let client = site.client();
        site.sim.inject(fault, 6);
        for call in 0..MANY {
            assert_eq!(client.is_away(Some("1")), call >= 5, "{fault:?}");
            assert_eq!(is_left_alone(&client).await, call >= 5, "{fault:?}, call {call}");
        }
        assert_eq!(client.unlock(&site.order()).await, CommandResult::Offline);
        assert_eq!((site.server.connections(), site.pulses()), (5, 0), "{fault:?}");

        site.clock.advance(OPEN);
        assert!(!client.is_away(Some("1")), "the next call may see");
        assert!(!is_left_alone(&client).await);
        assert!(client.is_away(Some("1")), "it failed");
        assert!(is_left_alone(&client).await);
        assert_eq!(site.server.connections(), 6, "{fault:?}");

        site.clock.advance(OPEN);
        for _ in 0..MANY {
            find(&client).await.expect("it is back");
        }
        assert!(!client.is_away(Some("1")));
    }
}

#[tokio::test]
async fn what_the_card_system_itself_says_never_stops_anybody() {
    let site = Site::start().await;
    let client = site.client();
    site.sim.inject(CarsafeFault::FlagZero, MANY);
    site.sim.inject(CarsafeFault::AnotherCard, MANY);
    for _ in 0..2 * MANY {
        assert!(!is_left_alone(&client).await);
    }
    assert!(!client.is_away(None));
    assert_eq!(client.unlock(&site.order()).await, CommandResult::Opened);
}

#[tokio::test]
async fn whoever_hangs_up_says_nothing_of_the_card_system() {
    let server = Loopback::say_nothing().await;
    let client = Arc::new(client(&server.url, Arc::new(ManualClock::at(NOW))));
    for _ in 0..MANY {
        let asking = client.clone();
        let call = tokio::spawn(async move { find(&*asking).await });
        tokio::task::yield_now().await;
        call.abort();
        assert!(call.await.expect_err("no outcome").is_cancelled());
    }
    assert!(!client.is_away(None));
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_not_read_to_its_end() {
    let site = Site::start().await;
    let server = Loopback::serve(|_| cardsystem::simulator::Reply {
        status: 200,
        content_type: "application/json",
        body: vec![b' '; (1 << 20) + 1],
    })
    .await;
    let fault = find(&client(&server.url, site.clock.clone())).await.expect_err("a fault");
    assert!(matches!(cause(&fault), Failure::TooLong), "{fault}");
}
