//! What is never told.

use std::time::Duration;

use cardsystem::simulator::CarsafeFault;
use kernel::port::{CardCatalogue, DoorDriver, DoorStatuses};

use crate::{
    log,
    loopback::Loopback,
    site::{BRANCH, HOLDER, NOW, NUMBER, PHONE, PLATE, SECRET, Site, address, card, client, find, settings, wanted},
};

#[tokio::test]
async fn nothing_secret_or_personal_shows_in_any_error_or_log() {
    log::begin();
    let site = Site::start().await;
    let mut shown = format!("{:?} {:?} {:?}\n", settings(""), wanted(NUMBER), card(NUMBER));
    let silent = Loopback::say_nothing().await;
    let echo = Loopback::serve(|request| cardsystem::simulator::Reply {
        status: 200,
        content_type: "application/json",
        body: request.body,
    })
    .await;
    let spoilt = Loopback::say(
        r#"{"flag":1,"data":[{"cardtype":2,"cardno":"0012345678","name":"王小明","phone":"13800001234","plates":"湘AJN218","state":9}]}"#,
    )
    .await;
    let gone = Loopback::gone().await;
    let secure = silent.url.replace("http", "https");
    let mut clients: Vec<_> = [&echo.url, &spoilt.url, &gone].map(|url| client(url, site.clock.clone())).into();
    for url in [&silent.url, &secure] {
        clients.push(client(url, site.clock.clone()).with_deadline(Duration::from_millis(50)));
    }
    for fault in [
        CarsafeFault::Html,
        CarsafeFault::Status(500),
        CarsafeFault::Status(404),
        CarsafeFault::Truncated,
        CarsafeFault::FlagText,
        CarsafeFault::FlagZero,
        CarsafeFault::Garbage,
        CarsafeFault::AnotherCard,
    ] {
        site.sim.inject(fault, 5);
        clients.push(site.client());
    }
    // two of one number, and a good answer
    site.sim.add_card(BRANCH, card("0087654321"));
    site.sim.add_card(BRANCH, card("0087654321"));
    clients.push(site.client());
    for client in clients {
        shown += &format!("{client:?} {:?}\n", find(&client).await);
        shown += &format!("{:?}\n", kernel::port::CardSystem::find(&client, &wanted("0087654321")).await);
        shown += &format!("{:?}\n", client.page(BRANCH, None).await);
        shown += &format!("{:?}\n", client.by_credential(BRANCH, PLATE, NOW, NOW).await);
        shown += &format!("{:?}\n", client.statuses(&[address("2")]).await);
        shown += &format!("{:?}\n", client.unlock(&site.order()).await);
    }
    let logged = log::text();
    for told in ["invalid answer", "call failed", "calls paused", "is ambiguous", ".skipped"] {
        assert!(logged.contains(told), "{told}");
    }
    for text in [shown, logged] {
        for kept in [PHONE, "1380000", HOLDER, PLATE, "JN218", NUMBER, "12345678", "87654321", SECRET, "987654"] {
            assert!(!text.contains(kept), "{kept} in {text}");
        }
    }
}
