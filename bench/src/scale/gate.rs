//! The site with the bound cards: a reader, some real cards that are shown to it, others that are reported lost and found
//! again, and who may do that.

use std::{
    collections::HashMap,
    net::SocketAddr,
    num::NonZeroUsize,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use kernel::{Clock, SiteId, SystemClock};
use serde::Deserialize;
use serde_json::json;
use tokio::time::sleep;

use super::changes::{Said, Told};
use crate::{
    client::{Client, Items},
    codes::{Next, Schedule},
    crowd,
    http::{Connection, get},
    operation::{Operation, Prepared, Request, lock},
    readers,
    scan::{Credential, GRANTED, Reader, Scans},
    setup::{self, Card, bind, log_in},
};

/// Real cards of the site: half are shown, half change.
const CARDS: usize = 120;
const LOST: &str = r#""reason":"card_lost""#;
const ADMIN: &str = "bench-scale-admin";

pub struct Gate {
    address: SocketAddr,
    scans: Arc<Mutex<Scans>>,
    /// The cards that change, in the order of the credentials of `changed`.
    told: Vec<Told>,
    /// The reader that they are shown to.
    changed: Reader,
    schedules: Vec<Schedule>,
    next: usize,
}

#[derive(Deserialize)]
struct Me {
    number: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    items: Vec<Registered>,
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Registered {
    id: String,
    number: String,
}

impl Gate {
    /// What a server is told that has so many bound cards at the first of its sites.
    pub fn settings(bound: usize, prefix: &str) -> Vec<(&'static str, String)> {
        let own = [
            ("KAIMEN__DEMO__CARDS_PER_SITE", CARDS.to_string()),
            ("KAIMEN__DEMO__BOUND_CARDS", bound.to_string()),
            ("KAIMEN__AUTH__LOOK_UP_WITHIN_MS", "0".to_owned()),
            ("KAIMEN__CACHE__PREFIX", prefix.to_owned()),
        ];
        setup::settings().into_iter().chain(own).collect()
    }

    /// Binds the real cards and lets the readers in.
    pub async fn build(address: SocketAddr) -> anyhow::Result<Self> {
        let mut client = Client::new(address);
        let cards: Items<Card> = client.call("GET", "/_sim/cards", None, None).await?;
        let site = cards.items.first().context("the server has no cards")?.site_id;
        let cards: Vec<_> = cards.items.into_iter().filter(|card| card.site_id == site).collect();
        ensure!(cards.len() >= CARDS, "the site has {} cards only", cards.len());
        let people: Vec<_> = cards.iter().take(CARDS).cloned().enumerate().collect();
        let credentials = crowd::each(address, people, async |client: &mut Client, (n, card): (usize, Card)| {
            let token = log_in(client, &format!("bench-scale-{n}")).await?.access_token;
            bind(client, card.site_id, &card, &token).await?;
            setup::credentials(client, card.site_id, &token).await?.pop().context("a bound card without a credential")
        });
        let mut shown = credentials.await?;
        let changed = shown.split_off(CARDS / 2);
        let numbers: Vec<_> = cards[CARDS / 2..CARDS].iter().map(|card| card.number.clone()).collect();
        let doors = readers::doors(&mut client, site).await?.readers;
        let schedules = changed.iter().map(schedule).collect();
        let reader = Reader::enrol(&mut client, site, 1, &doors, shown).await?;
        let changed = Reader::enrol(&mut client, site, 2, &doors, changed).await?;
        let scans = Arc::new(Mutex::new(Scans::new(address.to_string(), vec![reader])));
        let mut gate = Self { address, scans, told: Vec::new(), changed, schedules, next: 0 };
        let token = gate.appoint(&mut client, site).await?;
        gate.told = find(&mut client, site, &token, &numbers).await?;
        Ok(gate)
    }

    async fn appoint(&self, client: &mut Client, site: SiteId) -> anyhow::Result<String> {
        let token = log_in(client, ADMIN).await?.access_token;
        let Me { number } = client.call("GET", "/v1/me", Some(&token), None).await?;
        client.tell("POST", "/_sim/roles", None, json!({ "number": number, "siteId": site })).await?;
        Ok(token)
    }

    /// From now on the server there is asked; who changes cards has a new token.
    pub async fn move_to(&mut self, address: SocketAddr) -> anyhow::Result<()> {
        let token = log_in(&mut Client::new(address), ADMIN).await?.access_token;
        for told in &mut self.told {
            told.token.clone_from(&token);
        }
        self.address = address;
        Ok(())
    }

    /// Codes for the reader.
    pub fn scans(&self) -> Arc<Mutex<Scans>> {
        Arc::clone(&self.scans)
    }

    /// The cards that change.
    pub fn changes(&self) -> &[Told] {
        &self.told
    }

    /// One scan that opens, and how many milliseconds it took.
    pub async fn scan_once(&self, address: SocketAddr) -> anyhow::Result<f64> {
        let mut request = Request::default();
        let mut prepare = || lock(&self.scans).prepare(SystemClock.now(), &mut request) == Prepared::Ready;
        while !prepare() {
            sleep(Duration::from_millis(500)).await;
        }
        let began = Instant::now();
        let answer = Connection::new(address).ask(&request.bytes).await?;
        let millis = began.elapsed().as_secs_f64() * 1e3;
        if let Err(wrong) = lock(&self.scans).check(&request, &answer) {
            bail!("{wrong}");
        }
        Ok(millis)
    }

    /// All cards are in good standing.
    pub async fn reset(&self) -> anyhow::Result<()> {
        let mut connection = Connection::new(self.address);
        for told in &self.told {
            self.say(&mut connection, told, Said::Active).await?;
        }
        Ok(())
    }

    async fn say(&self, connection: &mut Connection, told: &Told, said: Said) -> anyhow::Result<()> {
        let answer = connection.ask(&told.request(self.address, said)).await?;
        ensure!(answer.status == 204, "a change was answered {}: {}", answer.status, answer.text().unwrap_or_default());
        Ok(())
    }

    /// Cards that open are reported lost, so many of them; the moment that is answered, each is shown to the server
    /// `there` and must be refused. Milliseconds from sending each scan to its answer, and how many answers were wrong.
    pub async fn change_and_scan(
        &mut self,
        there: SocketAddr,
        count: usize,
        millis: &mut Vec<f64>,
    ) -> anyhow::Result<u64> {
        let (mut changes, mut scans) = (Connection::new(self.address), Connection::new(there));
        scans.ask(&get(there, "/healthz", None)).await?;
        let mut bad = 0;
        let host = there.to_string();
        for _ in 0..count {
            let card = self.next;
            self.next = (card + 1) % self.told.len();
            let mut request = Request::default();
            self.prepare(card, &host, &mut request).await;
            scans
                .ask(&request.bytes)
                .await
                .map_err(anyhow::Error::from)
                .and_then(|answer| self.changed.check(&request, &answer, GRANTED).map_err(anyhow::Error::msg))?;
            self.prepare(card, &host, &mut request).await;
            self.say(&mut changes, &self.told[card], Said::Lost).await?;
            let began = Instant::now();
            let answer = scans.ask(&request.bytes).await?;
            millis.push(began.elapsed().as_secs_f64() * 1e3);
            if let Err(wrong) = self.changed.check(&request, &answer, LOST) {
                bad += 1;
                eprintln!("  a scan after a change: {wrong}");
            }
            self.say(&mut changes, &self.told[card], Said::Active).await?;
        }
        Ok(bad)
    }

    /// Prepares a scan of this card, as soon as there is a code.
    async fn prepare(&mut self, card: usize, host: &str, request: &mut Request) {
        loop {
            let now = SystemClock.now();
            if let Next::Code { step_start, n, .. } = self.schedules[card].next(now.seconds())
                && let Ok(code) = self.changed.mint(now.seconds(), step_start, card, n)
            {
                self.changed.show(host, &code, now, request);
                return;
            }
            sleep(Duration::from_millis(200)).await;
        }
    }
}

fn schedule(of: &Credential) -> Schedule {
    let first = of.keys.iter().map(|(day, _)| day.0).min().unwrap_or_default();
    Schedule::new(NonZeroUsize::MIN, i64::from(first) * 86_400)
}

/// The cards of these numbers, in their order.
async fn find(client: &mut Client, site: SiteId, token: &str, numbers: &[String]) -> anyhow::Result<Vec<Told>> {
    let mut known: HashMap<String, String> = HashMap::new();
    let mut cursor = String::new();
    loop {
        let target = format!("/v1/sites/{site}/cards?limit=100{cursor}");
        let Listed { items, next_cursor } = client.call("GET", &target, Some(token), None).await?;
        known.extend(items.into_iter().map(|card| (card.number, card.id)));
        match next_cursor {
            Some(next) if !numbers.iter().all(|number| known.contains_key(number)) => {
                cursor = format!("&cursor={next}")
            }
            _ => break,
        }
    }
    let told = |number| Some(Told { site, card: known.get(number)?.clone(), token: token.to_owned() });
    numbers.iter().map(told).collect::<Option<_>>().context("the site does not list all of its cards")
}
