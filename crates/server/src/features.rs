//! The features of the server. A feature is added here: its service, and its [`Feature`] in the list.

use std::{sync::Arc, time::Duration};

use auth::{AccessTokens, Accounts, Codes, Grants, Hashing, SendCode};
use cards::{CardNumbers, Cards, HeldCards, Register};
use devices::Devices;
use door::Doors;
use feature::Feature;
use imports::Imports;
use kernel::{KeyPurpose, Result, port::TokenCheck};
use notices::Notices;
use sites::Sites;
use store::Memory;
use visitors::Hosts;

use crate::{
    Settings,
    deps::{Base, Deps},
};

const DAY: Duration = Duration::from_secs(86_400);
const MINUTE: Duration = Duration::from_secs(60);

/// Services that the command line, the simulators and tests call.
#[derive(Clone)]
pub struct Services {
    /// What this process keeps in memory.
    pub memory: Memory,
    pub accounts: Accounts,
    pub sites: Sites,
    pub cards: Cards,
    /// Imports of cards from files.
    pub imports: Imports,
    /// The embedded card system's register.
    pub register: Register,
    pub devices: Devices,
    pub doors: Doors,
    pub(crate) tokens: Arc<dyn TokenCheck>,
}

pub(crate) type Features = Arc<[Feature]>;

pub(crate) fn build(settings: &Settings, base: &Base, deps: Deps) -> Result<(Services, Features)> {
    let Base { db, memory, vault, counters, clock, tasks, .. } = base.clone();
    let Deps { wechat, sms, mail, drivers, card_system, carsafe, root, .. } = deps;
    let codes_root = Arc::new(root.clone());
    let limits = auth::Limits::from(&settings.limits);
    let codes = Codes::new(vault.clone(), counters.clone(), limits, clock.clone());

    let notices = Notices::new(db.clone(), clock.clone());

    let (held, grants) = (HeldCards::new(db.clone(), &memory), Grants::new(db.clone(), &memory));
    let sites = Sites::new(db.clone(), &memory, clock.clone())
        .with_ties([Arc::new(held.clone()) as _, Arc::new(grants.clone()) as _])
        .followed_by([Arc::new(CardNumbers(db.clone())) as _]);

    let files = imports::Deps {
        db: db.clone(),
        vault: vault.clone(),
        clock: clock.clone(),
        folder: settings.server.data_dir.join("imports"),
    };
    let register = Register::new(db.clone(), vault.clone(), sites.clone(), clock.clone());
    let imports = register.imports(files.clone());
    let cards = Cards::new(cards::Deps {
        db: db.clone(),
        held,
        vault: vault.clone(),
        clock: clock.clone(),
        root: codes_root.clone(),
        sites: sites.clone(),
        codes: codes.clone(),
        system: card_system(cardsystem::Embedded::new(Arc::new(register.clone()))),
        register: register.clone(),
        catalogue: carsafe.clone().map(|carsafe| carsafe as _),
        look_up_within: Duration::from_millis(settings.auth.look_up_within_ms),
        reconcile_every: MINUTE * u32::try_from(settings.carsafe.reconcile_minutes.max(1)).unwrap_or(u32::MAX),
    });

    let hosts = Hosts::new(db.clone(), vault.clone(), sites.clone(), clock.clone());
    let host_imports = hosts.imports(files);

    let enrolments = settings.limits.enrolments_per_minute;
    let devices = Devices::new(devices::Deps {
        db: db.clone(),
        memory: memory.clone(),
        vault: vault.clone(),
        sites: sites.clone(),
        counters: counters.clone(),
        enrolments,
        clock: clock.clone(),
    });
    let doors = Doors::new(door::Deps {
        db: db.clone(),
        sites: sites.clone(),
        cards: cards.clone(),
        counters: counters.clone(),
        root: codes_root,
        drivers,
        statuses: carsafe.map(|carsafe| carsafe as _),
        clock: clock.clone(),
        tasks,
    });

    let mut features = vec![
        doors.feature(),
        devices.feature(&doors),
        cards.feature(&imports),
        hosts.feature(&host_imports),
        sites.feature(),
        notices.feature(),
    ];

    let tokens = Arc::new(AccessTokens::new(
        &root.derive(KeyPurpose::AccessTokens),
        settings.auth.token_generation,
        clock.clone(),
    ));
    let accounts = Accounts::new(auth::Deps {
        db: db.clone(),
        memory: memory.clone(),
        grants,
        vault: vault.clone(),
        clock: clock.clone(),
        tokens: tokens.clone(),
        refresh_key: root.derive(KeyPurpose::RefreshTokens),
        hashing: Hashing::start(settings.auth.hashing_threads)?,
        wechat: Arc::new(wechat.clone()),
        wechat_phone: Arc::new(wechat),
        codes: codes.clone(),
        counters,
        limits,
        account_data: features.iter().flat_map(|feature| feature.kept().to_vec()).collect(),
        cooling_off: DAY * u32::try_from(settings.auth.cooling_off_days).unwrap_or(u32::MAX),
    });
    // last: it asks the others what they keep of accounts
    features.push(accounts.feature(SendCode { db, vault, clock, codes, sms, mail }));

    Ok((Services { memory, accounts, sites, cards, imports, register, devices, doors, tokens }, features.into()))
}
