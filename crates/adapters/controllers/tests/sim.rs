//! The virtual doors.

use std::{
    collections::HashSet,
    sync::{Arc, Barrier},
    time::Duration,
};

use controllers::sim::{DoorFault, DoorState, Doors};
use kernel::{
    Clock, CommandId, DoorId, ManualClock, Timestamp,
    port::{CommandResult, DoorDriver, Unlock},
};
use proptest::{collection::vec, prelude::*};

const START: Timestamp = Timestamp::from_seconds(1_800_000_000);
const TTL: Duration = Duration::from_secs(5);

struct Site {
    clock: Arc<ManualClock>,
    doors: Arc<Doors>,
    door: DoorId,
}

impl Site {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(START));
        Self { doors: Arc::new(Doors::new(clock.clone())), clock, door: DoorId::new(START) }
    }

    fn order(&self) -> Unlock {
        let now = self.clock.now();
        Unlock {
            command: CommandId::new(now),
            door: self.door,
            pulse_ms: 3000,
            not_after: now.after(TTL),
            address: None,
        }
    }

    fn unlock(&self, order: &Unlock) -> CommandResult {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(self.doors.unlock(order))
    }

    fn state(&self) -> DoorState {
        self.doors.state(self.door, self.clock.now()).expect("a door")
    }
}

#[test]
fn a_door_exists_once_registered_or_commanded_to_open() {
    let site = Site::new();
    assert_eq!(site.doors.state(site.door, START), None);
    site.doors.register(site.door);
    let closed = DoorState { open: false, pulses: 0, last_opened_at: None, open_until: None, last_command: None };
    assert_eq!(site.state(), closed);

    let elsewhere = Unlock { door: DoorId::new(START), ..site.order() };
    assert_eq!(site.unlock(&elsewhere), CommandResult::Opened);
    assert!(site.doors.state(elsewhere.door, START).expect("a door").open);
    assert_eq!(site.state(), closed);
    site.unlock(&site.order());
    site.doors.register(site.door);
    assert_eq!(site.state().pulses, 1, "registering again changes nothing");
}

#[test]
fn the_lock_is_free_for_as_long_as_the_pulse() {
    let site = Site::new();
    let order = site.order();
    assert_eq!(site.unlock(&order), CommandResult::Opened);
    let open = DoorState {
        open: true,
        pulses: 1,
        last_opened_at: Some(START),
        open_until: Some(START.after(Duration::from_secs(3))),
        last_command: Some(order.command),
    };
    assert_eq!(site.state(), open);
    site.clock.advance(Duration::from_millis(2999));
    assert!(site.state().open);
    assert_eq!(site.unlock(&Unlock { pulse_ms: 0, ..site.order() }), CommandResult::Opened);
    assert!(site.state().open, "a shorter pulse does not shut it");
    site.clock.advance(Duration::from_millis(1));
    assert!(!site.state().open);
}

#[test]
fn a_command_is_valid_until_its_deadline() {
    let site = Site::new();
    let (punctual, late) = (site.order(), site.order());
    site.clock.advance(TTL);
    assert_eq!(site.unlock(&punctual), CommandResult::Opened);
    site.clock.advance(Duration::from_millis(1));
    assert_eq!(site.unlock(&late), CommandResult::Refused);
    assert_eq!(site.state().pulses, 1);
    assert_eq!(site.unlock(&punctual), CommandResult::Opened, "it learns that it was carried out");
    assert_eq!(site.state().pulses, 1, "and is not carried out again");
}

#[test]
fn faults_happen_to_their_own_door_in_order_and_as_often_as_asked() {
    let site = Site::new();
    site.doors.inject(site.door, DoorFault::Refuses, 0);
    site.doors.inject(site.door, DoorFault::Offline, 2);
    site.doors.inject(site.door, DoorFault::Refuses, 1);
    site.doors.inject(site.door, DoorFault::Silent, 1);
    assert_eq!(site.unlock(&Unlock { door: DoorId::new(START), ..site.order() }), CommandResult::Opened);

    let order = site.order();
    for expected in [CommandResult::Offline, CommandResult::Offline, CommandResult::Refused] {
        assert_eq!(site.unlock(&order), expected);
        assert_eq!(site.state().pulses, 0);
    }
    assert_eq!(site.unlock(&order), CommandResult::Silent);
    assert_eq!(site.state().pulses, 1, "the answer is lost, not the act");
    assert_eq!(site.unlock(&order), CommandResult::Opened);
    assert_eq!(site.state().pulses, 1, "asking again finds it done");
}

#[test]
fn a_silent_door_does_not_carry_out_an_expired_command() {
    let site = Site::new();
    site.doors.inject(site.door, DoorFault::Silent, 1);
    let order = site.order();
    site.clock.advance(Duration::from_secs(6));
    assert_eq!(site.unlock(&order), CommandResult::Silent);
    assert_eq!(site.state().pulses, 0);
}

#[test]
fn the_last_256_commands_are_remembered() {
    let site = Site::new();
    let orders: Vec<_> = (0..256).map(|_| site.order()).collect();
    for order in orders.iter().chain(&orders) {
        assert_eq!(site.unlock(order), CommandResult::Opened);
    }
    assert_eq!(site.state().pulses, 256);
}

#[test]
fn one_command_from_64_threads_moves_the_lock_once() {
    for _ in 0..20 {
        let site = Site::new();
        let order = site.order();
        let start = Barrier::new(64);
        std::thread::scope(|scope| {
            for _ in 0..64 {
                scope.spawn(|| {
                    start.wait();
                    assert_eq!(site.unlock(&order), CommandResult::Opened);
                });
            }
        });
        assert_eq!(site.state().pulses, 1);
    }
}

#[test]
fn states_and_faults_are_written_in_json_as_documented() {
    let site = Site::new();
    site.doors.register(site.door);
    assert_eq!(
        serde_json::to_value(site.state()).expect("JSON"),
        serde_json::json!(
            { "open": false, "pulses": 0, "lastOpenedAt": null, "openUntil": null, "lastCommand": null }
        )
    );
    for (text, fault) in
        [("offline", DoorFault::Offline), ("silent", DoorFault::Silent), ("refuses", DoorFault::Refuses)]
    {
        assert_eq!(serde_json::from_value::<DoorFault>(text.into()).expect(text), fault);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_lock_moves_once_for_each_command_answered_opened(
        steps in vec((0..8_usize, 0..2000_u64, 0..10_u32), 1..60)
    ) {
        let site = Site::new();
        let orders: Vec<_> = (0..8).map(|_| site.order()).collect();
        let (mut done, mut told) = (HashSet::new(), HashSet::new());
        for (which, wait_ms, trouble) in steps {
            site.clock.advance(Duration::from_millis(wait_ms));
            let fault = [DoorFault::Offline, DoorFault::Silent, DoorFault::Refuses].get(trouble as usize).copied();
            if let Some(fault) = fault {
                site.doors.inject(site.door, fault, 1);
            }
            let order = &orders[which];
            let before = site.doors.state(site.door, START).map_or(0, |state| state.pulses);
            let result = site.unlock(order);
            if site.state().pulses > before {
                prop_assert!(done.insert(order.command), "carried out twice");
                prop_assert!(site.clock.now() <= order.not_after, "carried out late");
                prop_assert!(matches!(result, CommandResult::Opened | CommandResult::Silent));
            }
            if result == CommandResult::Opened {
                told.insert(order.command);
            }
        }
        prop_assert_eq!(done.len() as u64, site.state().pulses);
        prop_assert!(told.is_subset(&done), "told of an opening that never was");
    }
}
