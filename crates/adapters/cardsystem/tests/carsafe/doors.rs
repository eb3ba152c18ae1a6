//! Doors of the installed system.

use std::time::Duration;

use cardsystem::simulator::CarsafeFault;
use kernel::port::{CommandResult, DoorAddress, DoorDriver, DoorStatus, DoorStatuses, Unlock};

use crate::{
    log,
    loopback::Loopback,
    site::{BRANCH, CLOSED, Site, address, client, why},
};

#[tokio::test]
async fn a_door_opens_once_for_one_command() {
    let site = Site::start().await;
    assert_eq!(site.client().unlock(&site.order()).await, CommandResult::Opened);
    assert_eq!((site.pulses(), site.server.connections()), (1, 1));
    site.sim.set_door(BRANCH, "A-01", "2", DoorStatus { connected: false, ..CLOSED });
    assert_eq!(site.client().unlock(&site.order()).await, CommandResult::Refused);
    let elsewhere = Unlock { address: Some(address("3")), ..site.order() };
    assert_eq!(site.client().unlock(&elsewhere).await, CommandResult::Refused, "there is no such door");
    assert_eq!(site.pulses(), 1);
}

#[tokio::test]
async fn an_older_system_says_it_with_the_outer_flag() {
    let site = Site::start().await;
    for (answer, result) in [
        (r#"{"flag":1,"msg":"成功"}"#, CommandResult::Opened),
        (r#"{"data":{"flag":1}}"#, CommandResult::Opened),
        (r#"{"flag":0}"#, CommandResult::Refused),
        (r#"{"flag":1,"data":{"flag":0}}"#, CommandResult::Refused),
        (r#"{"flag":2}"#, CommandResult::Refused),
    ] {
        let server = Loopback::say(answer).await;
        assert_eq!(client(&server.url, site.clock.clone()).unlock(&site.order()).await, result, "{answer}");
    }
}

#[tokio::test]
async fn a_command_without_an_address_or_past_its_time_is_never_sent() {
    let site = Site::start().await;
    let client = site.client();
    assert_eq!(client.unlock(&Unlock { address: None, ..site.order() }).await, CommandResult::Refused);
    site.clock.set(site.order().not_after.after(Duration::from_millis(1)));
    assert_eq!(client.unlock(&site.order()).await, CommandResult::Refused);
    assert_eq!(site.server.connections(), 0);
    site.clock.set(site.order().not_after);
    assert_eq!(client.unlock(&site.order()).await, CommandResult::Opened, "the last instant");
}

#[tokio::test]
async fn an_answer_that_says_nothing_is_silence_one_error_and_no_second_try() {
    log::begin();
    let site = Site::start().await;
    let faults = [
        (CarsafeFault::FlagZero, CommandResult::Refused, 0),
        (CarsafeFault::Garbage, CommandResult::Silent, 1),
        (CarsafeFault::Html, CommandResult::Silent, 1),
        (CarsafeFault::Truncated, CommandResult::Silent, 1),
        (CarsafeFault::FlagText, CommandResult::Silent, 1),
        (CarsafeFault::Status(404), CommandResult::Silent, 1),
        (CarsafeFault::Status(500), CommandResult::Silent, 0),
    ];
    for (tries, (fault, result, errors)) in (1..).zip(faults) {
        let before = log::text().matches("ERROR").count();
        site.sim.inject(fault, 1);
        // each its own, so that the failures do not add up
        assert_eq!(site.client().unlock(&site.order()).await, result, "{fault:?}");
        assert_eq!(log::text().matches("ERROR").count() - before, errors, "{fault:?}");
        assert_eq!(site.server.connections(), tries, "{fault:?}");
    }
    assert_eq!(site.pulses(), 2, "half an answer and a flag of another type: the lock was driven");
}

#[tokio::test]
async fn how_doors_stand_is_told_in_the_order_asked() {
    let site = Site::start().await;
    let forced = DoorStatus { opened: true, broken: true, held_open: true, ..CLOSED };
    let away = DoorStatus { connected: false, ..CLOSED };
    site.sim.set_door(BRANCH, "A-01", "东门", forced);
    site.sim.set_door(BRANCH, "A-01", "4", away);
    let elsewhere = DoorAddress { branch: "2".into(), ..address("2") };
    let doors = [address("4"), address("9"), address("东门"), elsewhere, address("2")];
    let statuses = site.client().statuses(&doors).await.expect("statuses");
    assert_eq!(statuses, [Some(away), None, Some(forced), None, Some(CLOSED)]);
    assert_eq!(site.client().statuses(&[]).await.expect("none"), []);
}

#[tokio::test]
async fn a_door_that_makes_no_sense_is_none_and_a_refusal_is_a_fault() {
    log::begin();
    let site = Site::start().await;
    let server = Loopback::say(
        r#"{"flag":1,"data":[{"controllerno":"A-01","doorno":"2","connected":1,"opened":7,"broken":0,"openedtimeout":0},
            {"controllerno":"A-01","doorno":3,"connected":1,"opened":2,"broken":0,"openedtimeout":0}]}"#,
    )
    .await;
    let statuses = client(&server.url, site.clock.clone()).statuses(&[address("2"), address("3")]).await;
    assert_eq!(statuses.expect("statuses"), [None, Some(DoorStatus { opened: true, ..CLOSED })]);
    assert!(log::text().contains("doors.skipped=1"));
    site.sim.inject(CarsafeFault::FlagZero, 1);
    assert_eq!(why(site.client().statuses(&[address("2")]).await), "the card system refused with flag 0");
}
