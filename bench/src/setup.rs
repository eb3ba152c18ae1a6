//! A world to measure in: accounts, bound cards and readers, made the way everybody makes them.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    num::NonZeroUsize,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use kernel::{
    BootId, Bytes, Clock, SiteId, SystemClock,
    km1::{CredentialKey, Day, STEP},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    client::{Client, Id, Items},
    codes::{PER_STEP, Schedule},
    operation::lock,
    scan::{Credential, Reader, Scans},
};

/// Scans per second for which there shall always be codes.
const CODES_PER_SECOND: usize = 12_000;
/// Accounts; each holds a card at several sites, at most one at each.
const ACCOUNTS: usize = 60;
/// Cards bound at the same time.
const BINDERS: usize = 16;
/// What the server is told for the measurement: more cards, doors driven by their readers, nobody slowed down.
pub const SETTINGS: [(&str, &str); 13] = [
    ("KAIMEN__DEMO__CARDS_PER_SITE", "60"),
    ("KAIMEN__DEMO__DRIVER", "reader"),
    ("KAIMEN__LIMITS__LOGINS_PER_MINUTE", "1000000"),
    ("KAIMEN__LIMITS__CODES_PER_PHONE_MINUTE", "1000000"),
    ("KAIMEN__LIMITS__CODES_PER_PHONE_HOUR", "1000000"),
    ("KAIMEN__LIMITS__CODES_PER_PHONE_DAY", "1000000"),
    ("KAIMEN__LIMITS__CODES_PER_ADDRESS", "1000000"),
    ("KAIMEN__LIMITS__CODES_PER_SITE", "1000000"),
    ("KAIMEN__LIMITS__CODES_PER_ACCOUNT", "1000000"),
    ("KAIMEN__LIMITS__CODES_IN_ALL", "1000000"),
    ("KAIMEN__LIMITS__PASSWORDS_PER_ACCOUNT", "1000000"),
    ("KAIMEN__LIMITS__PASSWORDS_PER_ADDRESS", "1000000"),
    ("KAIMEN__LIMITS__ENROLMENTS_PER_MINUTE", "1000000"),
];

/// Who asks for what, and what the right answers are.
pub struct World {
    /// Where the server is.
    pub address: SocketAddr,
    pub accounts: Vec<Account>,
    /// Whose card opens where.
    pub held_keys: Vec<HeldKeys>,
    fresh_until: Instant,
}

/// An account that is logged in.
#[derive(Default)]
pub struct Account {
    pub id: String,
    /// Its WeChat user.
    pub openid: String,
    pub token: String,
    /// The answer to "who am I".
    pub me: Vec<u8>,
    /// The list of sites as it sees it: its own first.
    pub sites: Vec<u8>,
    /// The list of its cards.
    pub cards: Vec<u8>,
    /// The ids in it.
    pub bindings: Vec<String>,
}

/// An account's cards at a site.
pub struct HeldKeys {
    /// Whose, counted from 0.
    pub account: usize,
    /// Where their keys are.
    pub target: String,
    /// What the answer says every time: the site, the handles and their keys.
    pub parts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tokens {
    access_token: String,
    expires_in: u64,
}

/// A site of the list.
#[derive(Deserialize)]
pub struct Site {
    pub id: SiteId,
}

#[derive(Deserialize)]
struct Claim {
    claim: String,
}

/// A demo card, as the simulators show it.
#[derive(Clone, Deserialize)]
pub struct Card {
    /// Its kind, as the API names it.
    pub kind: Value,
    /// The number printed on it.
    pub number: String,
    /// The phone on file with it.
    pub phone: String,
}

#[derive(Deserialize)]
struct Credentials {
    credentials: Vec<OneCredential>,
}

#[derive(Deserialize)]
struct OneCredential {
    handle: Bytes,
    keys: Vec<DayKey>,
}

#[derive(Deserialize)]
struct DayKey {
    day: u32,
    key: Bytes,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Enrolled {
    device_id: String,
    key: Bytes,
    site_id: SiteId,
    doors: Vec<Door>,
}

#[derive(Deserialize)]
struct Door {
    number: i16,
}

/// A card to bind, and by whom.
struct Task {
    site: SiteId,
    card: Card,
    account: usize,
    token: String,
}

impl World {
    /// The list of sites.
    pub const SITES: &str = "/v1/sites?limit=20";
    /// The list of one's cards.
    pub const CARDS: &str = "/v1/card-bindings";

    /// Makes everything.
    ///
    /// # Errors
    /// When the server does not do what it should.
    pub async fn build(address: SocketAddr) -> anyhow::Result<(Self, Scans)> {
        let mut client = Client::new(address);
        let accounts = (1..=ACCOUNTS).map(|n| Account { openid: format!("bench-{n}"), ..Account::default() }).collect();
        let mut world = Self { address, accounts, held_keys: Vec::new(), fresh_until: Instant::now() };
        world.log_in().await?;
        for account in &mut world.accounts {
            account.me = client.get("/v1/me", Some(&account.token)).await?;
            let Id { id } = serde_json::from_slice(&account.me)?;
            account.id = id;
        }
        let token = Some(world.accounts[0].token.clone());
        let sites: Items<Site> = client.call("GET", Self::SITES, token.as_deref(), None).await?;
        ensure!(!sites.items.is_empty(), "the server has no sites");

        let wanted = (CODES_PER_SECOND * STEP as usize).div_ceil(PER_STEP).div_ceil(sites.items.len());
        let (mut tasks, mut count) = (VecDeque::new(), 0);
        for Site { id: site } in &sites.items {
            let cards: Items<Card> = client.call("GET", &format!("/_sim/cards?siteId={site}"), None, None).await?;
            for card in cards.items.into_iter().take(wanted) {
                let account = count % world.accounts.len();
                count += 1;
                tasks.push_back(Task { site: *site, card, account, token: world.accounts[account].token.clone() });
            }
        }
        let per_second = tasks.len() * PER_STEP / STEP as usize;
        if per_second < CODES_PER_SECOND {
            eprintln!("only {} cards: codes for {per_second} scans a second", tasks.len());
        }
        let held: Vec<_> = tasks.iter().map(|task| (task.site, task.account)).collect();
        bind_all(address, tasks).await?;
        for account in &mut world.accounts {
            account.sites = client.get(Self::SITES, Some(&account.token)).await?;
            account.cards = client.get(Self::CARDS, Some(&account.token)).await?;
            let listed: Items<Id> = serde_json::from_slice(&account.cards)?;
            account.bindings = listed.items.into_iter().map(|binding| binding.id).collect();
        }

        let mut readers = Vec::new();
        for Site { id: site } in &sites.items {
            let mut credentials = Vec::new();
            let mut accounts: Vec<_> = held.iter().filter(|held| held.0 == *site).map(|held| held.1).collect();
            accounts.dedup();
            for account in accounts {
                let target = format!("/v1/sites/{site}/credentials");
                let token = world.accounts[account].token.as_str();
                let found: Credentials = client.call("GET", &target, Some(token), None).await?;
                let mut parts = vec![site.to_string()];
                for one in found.credentials {
                    let credential = one.parse().context("a credential with keys of another size")?;
                    parts.push(Bytes::encode(&credential.handle));
                    // tomorrow's key: it is still there if midnight comes
                    let latest = credential.keys.iter().max_by_key(|(day, _)| *day);
                    parts.extend(latest.map(|(_, key)| Bytes::encode(key.expose())));
                    credentials.push(credential);
                }
                world.held_keys.push(HeldKeys { account, target, parts });
            }
            readers.push(enrol(&mut client, *site, readers.len() + 1, credentials).await?);
        }
        Ok((world, Scans::new(address.to_string(), readers)))
    }

    /// Logs in again unless the tokens last for another `span`.
    ///
    /// # Errors
    /// When the server does not let everybody in.
    pub async fn stay_logged_in(&mut self, span: Duration) -> anyhow::Result<()> {
        if self.fresh_until < Instant::now() + span { self.log_in().await } else { Ok(()) }
    }

    async fn log_in(&mut self) -> anyhow::Result<()> {
        let mut client = Client::new(self.address);
        for account in &mut self.accounts {
            let code = client.wechat_code(&account.openid).await?;
            let began = Instant::now();
            let tokens: Tokens =
                client.call("POST", "/v1/auth/login/wechat", None, Some(json!({ "code": code }))).await?;
            account.token = tokens.access_token;
            self.fresh_until = began + Duration::from_secs(tokens.expires_in);
        }
        Ok(())
    }
}

impl OneCredential {
    fn parse(self) -> Option<Credential> {
        let keys = self.keys.into_iter().map(|DayKey { day, key }| {
            let key = key.array().map(CredentialKey::from_bytes)?;
            Some((Day(day), key))
        });
        Some(Credential { handle: self.handle.array()?, keys: keys.collect::<Option<_>>()? })
    }
}

async fn bind_all(address: SocketAddr, tasks: VecDeque<Task>) -> anyhow::Result<()> {
    let tasks = Arc::new(Mutex::new(tasks));
    let mut binders = JoinSet::new();
    for _ in 0..BINDERS {
        let tasks = Arc::clone(&tasks);
        binders.spawn(async move {
            let mut client = Client::new(address);
            loop {
                let Some(task) = lock(&tasks).pop_front() else { return anyhow::Ok(()) };
                bind(&mut client, task).await?;
            }
        });
    }
    while let Some(ended) = binders.join_next().await {
        ended??;
    }
    Ok(())
}

async fn bind(client: &mut Client, Task { site, card, token, .. }: Task) -> anyhow::Result<()> {
    let body = json!({ "siteId": site, "kind": card.kind, "number": card.number, "phone": card.phone });
    let Id { id } = client.call("POST", "/v1/card-bindings", Some(&token), Some(body)).await?;
    let code = client.newest_sms(&card.phone).await?;
    let confirmed = format!("/v1/card-bindings/{id}/confirm");
    let _: Id = client.call("POST", &confirmed, Some(&token), Some(json!({ "code": code }))).await?;
    Ok(())
}

async fn enrol(
    client: &mut Client,
    site: SiteId,
    number: usize,
    credentials: Vec<Credential>,
) -> anyhow::Result<Reader> {
    let Claim { claim } = client.call("POST", "/_sim/claims", None, Some(json!({ "siteId": site }))).await?;
    let body = json!({ "claim": claim, "serial": format!("BENCH-{number:04}"), "model": "bench", "fw": "1" });
    let enrolled: Enrolled = client.call("POST", "/device/v1/enroll", None, Some(body)).await?;
    ensure!(enrolled.site_id == site, "the device was let into another site than that of its claim");
    let days = credentials.iter().flat_map(|one| one.keys.iter().map(|(day, _)| day.0));
    let first = i64::from(days.min().unwrap_or_default()) * 86_400;
    let cards = NonZeroUsize::new(credentials.len()).context("a site has no bound cards")?;
    Ok(Reader {
        device: enrolled.device_id,
        key: enrolled.key.array().context("a device key of another size")?,
        site,
        door: enrolled.doors.first().context("the device has no door")?.number,
        boot: BootId::new(SystemClock.now()),
        credentials,
        schedule: Schedule::new(cards, first),
        shown: 0,
    })
}
