//! A site whose cards and doors the installed system keeps.

use std::sync::{Arc, Mutex};

use cardsystem::{Carsafe, CarsafeSettings, Failure, simulator::CarsafeSim};
use kernel::{
    CommandId, DoorId, Fault, ManualClock, Phone, SiteId, Timestamp,
    card_number::{CardFormat, NumberFormat},
    port::{
        CARD_SYSTEM_AWAY, CardKind, CardRecord, CardState, CardSystem, DoorAddress, DoorStatus, FoundCard, Unlock,
        WantedCard,
    },
};

use crate::loopback::{Loopback, Request};

pub const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
pub const SECRET: &str = "invented-secret";
pub const BRANCH: &str = "1";
pub const NUMBER: &str = "0012345678";
pub const PHONE: &str = "13800001234";
pub const HOLDER: &str = "王小明";
pub const PLATE: &str = "湘AJN218";
pub const CLOSED: DoorStatus = DoorStatus { connected: true, opened: false, broken: false, held_open: false };

/// The stand-in behind a port, with one card and one door.
pub struct Site {
    pub sim: Arc<CarsafeSim>,
    pub clock: Arc<ManualClock>,
    pub server: Loopback,
    last: Arc<Mutex<Option<Request>>>,
}

impl Site {
    pub async fn start() -> Self {
        let clock = Arc::new(ManualClock::at(NOW));
        let sim = Arc::new(CarsafeSim::new(SECRET.into(), clock.clone()));
        sim.add_card(BRANCH, card(NUMBER));
        sim.set_door(BRANCH, "A-01", "2", CLOSED);
        let last = Arc::new(Mutex::new(None));
        let (answering, seen) = (sim.clone(), last.clone());
        let server = Loopback::serve(move |request| {
            *seen.lock().expect("the last request") = Some(request.clone());
            answering.handle(&request.method, &request.path, &request.body)
        })
        .await;
        Self { sim, clock, server, last }
    }

    pub fn client(&self) -> Carsafe {
        client(&self.server.url, self.clock.clone())
    }

    /// What came last.
    pub fn last(&self) -> Request {
        self.last.lock().expect("the last request").take().expect("a request")
    }

    pub fn order(&self) -> Unlock {
        Unlock {
            command: CommandId::new(NOW),
            door: DoorId::new(NOW),
            pulse_ms: 3_000,
            not_after: NOW.after(std::time::Duration::from_secs(5)),
            address: Some(address("2")),
        }
    }

    pub fn pulses(&self) -> u32 {
        self.sim.pulses(BRANCH, "A-01", "2")
    }
}

pub fn settings(url: &str) -> CarsafeSettings {
    CarsafeSettings::new(url, SECRET.into())
}

pub fn client(url: &str, clock: Arc<ManualClock>) -> Carsafe {
    client_of(settings(url), clock)
}

pub fn client_of(settings: CarsafeSettings, clock: Arc<ManualClock>) -> Carsafe {
    // another test of this process may have installed it
    let _ = rustls::crypto::ring::default_provider().install_default();
    Carsafe::new(settings, clock).expect("settings that work")
}

pub fn card(printed: &str) -> CardRecord {
    CardRecord {
        kind: CardKind::StoredValue,
        printed: printed.into(),
        holder: HOLDER.into(),
        phone: Phone::parse(PHONE),
        plates: vec![PLATE.into()],
        balance: Some(-98_765_431),
        state: CardState::Active,
        valid_until: Some(NOW),
    }
}

pub fn address(door: &str) -> DoorAddress {
    DoorAddress { branch: BRANCH.into(), controller: "A-01".into(), door: door.into() }
}

pub fn wanted(printed: &str) -> WantedCard {
    WantedCard {
        site: SiteId::new(NOW),
        branch: Some(BRANCH.into()),
        kind: CardKind::StoredValue,
        number: CardFormat::straight(NumberFormat::Opaque).read(printed).expect("a number"),
        printed: printed.into(),
    }
}

pub async fn find(system: &impl CardSystem) -> kernel::Result<Option<FoundCard>> {
    system.find(&wanted(NUMBER)).await
}

/// Why a card system that counts as away does.
pub fn why<T>(outcome: kernel::Result<T>) -> String {
    let fault = outcome.err().expect("a fault");
    assert_eq!(fault.code(), CARD_SYSTEM_AWAY);
    cause(&fault).to_string()
}

pub fn cause(fault: &Fault) -> &Failure {
    fault.source().and_then(|cause| cause.downcast_ref()).expect("a failure")
}
