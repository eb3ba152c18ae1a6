//! A world to measure in: people spread over many sites, each with two cards at one of them, and a reader at each site
//! for all its doors; made the way everybody makes them.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use kernel::{Bytes, SiteId};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    client::{Client, Id, Items},
    crowd,
    readers::{self, Doors},
    scan::{Credential, Reader, Scans},
    setup::{self, Card, bind},
};

/// Cards of a person.
const CARDS: usize = 2;
/// Doors of a site that its reader drives.
const READER_DOORS: usize = 20;
/// Doors of a site that phones open.
const VIRTUAL_DOORS: usize = 2;
/// People who bind their cards before it is looked whether their tokens last.
const AT_ONCE: usize = 1_000;
/// For so long tokens last when something is begun that takes a while.
const A_WHILE: Duration = Duration::from_secs(300);

/// How large a world is.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    pub people: usize,
    pub sites: usize,
}

impl Extent {
    /// The same, with no more people than that.
    pub fn at_most(self, people: usize) -> Self {
        Self { people: self.people.min(people), ..self }
    }

    /// What a server is told for it: these sites and no other cards than theirs, and no pause before a card is looked up.
    pub fn settings(self) -> Vec<(&'static str, String)> {
        let cards = CARDS * self.people.div_ceil(self.sites);
        let own = [
            ("KAIMEN__DEMO__CARDS_PER_SITE", 0),
            ("KAIMEN__DEMO__MORE_SITES", self.sites),
            ("KAIMEN__DEMO__MORE_SITES_DOORS", READER_DOORS),
            ("KAIMEN__DEMO__MORE_SITES_VIRTUAL_DOORS", VIRTUAL_DOORS),
            ("KAIMEN__DEMO__MORE_SITES_CARDS", cards),
            ("KAIMEN__AUTH__LOOK_UP_WITHIN_MS", 0),
        ];
        let all = setup::settings().into_iter();
        all.chain(own.map(|(name, value)| (name, value.to_string()))).collect()
    }
}

/// Who asks for what, and what the right answers are.
pub struct World {
    /// Where the server is.
    pub address: SocketAddr,
    pub people: Vec<Person>,
    pub sites: Vec<Place>,
    fresh_until: Instant,
}

/// Somebody who is logged in.
#[derive(Default)]
pub struct Person {
    /// The id of the account.
    pub id: String,
    /// Its WeChat user.
    pub openid: String,
    pub token: String,
    /// Where their cards are, counted from 0.
    pub site: usize,
    /// The answer to "who am I".
    pub me: Vec<u8>,
    /// The list of sites as they see it: their own first.
    pub listed: Vec<u8>,
    /// The list of their cards.
    pub cards: Vec<u8>,
    /// The ids of their bindings.
    pub bindings: Vec<String>,
    /// What they are told of their keys every time: the site, the handles and their keys.
    pub keys: Vec<String>,
}

/// A site with cards.
pub struct Place {
    pub id: SiteId,
    /// Where it is, as the API says it.
    pub position: Value,
    pub doors: Doors,
    cards: Vec<Card>,
}

#[derive(Deserialize)]
struct Seen {
    position: Value,
}

impl World {
    /// The list of sites.
    pub const SITES: &str = "/v1/sites?limit=20";
    /// The list of one's cards.
    pub const CARDS: &str = "/v1/card-bindings";

    /// People who are logged in and have nothing.
    ///
    /// # Errors
    /// When the server does not do what it should.
    pub async fn people(address: SocketAddr, count: usize) -> anyhow::Result<Self> {
        let people = (1..=count).map(|n| Person { openid: format!("bench-{n}"), ..Person::default() }).collect();
        let mut world = Self { address, people, sites: Vec::new(), fresh_until: Instant::now() };
        world.log_in().await?;
        let tokens: Vec<_> = world.people.iter().map(|person| person.token.clone()).collect();
        let all = crowd::each(address, tokens, async |client: &mut Client, token: String| {
            let me = client.get("/v1/me", Some(&token)).await?;
            let Id { id } = serde_json::from_slice(&me)?;
            Ok((id, me))
        });
        for (person, (id, me)) in world.people.iter_mut().zip(all.await?) {
            (person.id, person.me) = (id, me);
        }
        Ok(world)
    }

    /// Makes everything.
    ///
    /// # Errors
    /// When the server does not do what it should.
    pub async fn build(address: SocketAddr, extent: Extent) -> anyhow::Result<(Self, Scans)> {
        let mut world = Self::people(address, extent.people).await?;
        world.find_sites(extent).await?;
        world.bind().await?;
        let credentials = world.look().await?;
        let mut readers = Vec::new();
        let mut client = Client::new(address);
        for (place, credentials) in world.sites.iter().zip(credentials) {
            readers.push(
                Reader::enrol(&mut client, place.id, readers.len() + 1, &place.doors.readers, credentials).await?,
            );
        }
        Ok((world, Scans::new(address.to_string(), readers)))
    }

    async fn find_sites(&mut self, extent: Extent) -> anyhow::Result<()> {
        let mut client = Client::new(self.address);
        let cards: Items<Card> = client.call("GET", "/_sim/cards", None, None).await?;
        let mut by_site: BTreeMap<SiteId, Vec<Card>> = BTreeMap::new();
        for card in cards.items {
            by_site.entry(card.site_id).or_default().push(card);
        }
        ensure!(by_site.len() >= extent.sites, "the server has {} sites with cards only", by_site.len());
        let token = self.people.first().map(|person| person.token.clone());
        for (id, cards) in by_site.into_iter().take(extent.sites) {
            let Seen { position } = client.call("GET", &format!("/v1/sites/{id}"), token.as_deref(), None).await?;
            let doors = readers::doors(&mut client, id).await?;
            self.sites.push(Place { id, position, doors, cards });
        }
        Ok(())
    }

    /// Everybody binds the cards that are theirs.
    async fn bind(&mut self) -> anyhow::Result<()> {
        let (count, sites) = (self.people.len(), self.sites.len());
        for from in (0..count).step_by(AT_ONCE) {
            self.stay_logged_in(A_WHILE).await?;
            let mut tasks = Vec::new();
            for n in from..count.min(from + AT_ONCE) {
                let place = &self.sites[n % sites];
                let own = place.cards.chunks_exact(CARDS).nth(n / sites).context("a site has too few cards")?;
                self.people[n].site = n % sites;
                tasks.push((place.id, own.to_vec(), self.people[n].token.clone()));
            }
            let bound =
                crowd::each(self.address, tasks, async |client: &mut Client, task: (SiteId, Vec<Card>, String)| {
                    let (site, cards, token) = task;
                    let mut bindings = Vec::new();
                    for card in &cards {
                        bindings.push(bind(client, site, card, &token).await?);
                    }
                    Ok(bindings)
                });
            for (person, bindings) in self.people[from..].iter_mut().zip(bound.await?) {
                person.bindings = bindings;
            }
        }
        Ok(())
    }

    /// Everybody looks at what they have; the credentials by site.
    async fn look(&mut self) -> anyhow::Result<Vec<Vec<Credential>>> {
        self.stay_logged_in(A_WHILE).await?;
        let tasks: Vec<_> =
            self.people.iter().map(|person| (person.token.clone(), self.sites[person.site].id)).collect();
        let seen = crowd::each(self.address, tasks, async |client: &mut Client, (token, site): (String, SiteId)| {
            let listed = client.get(Self::SITES, Some(&token)).await?;
            let cards = client.get(Self::CARDS, Some(&token)).await?;
            let credentials = setup::credentials(client, site, &token).await?;
            ensure!(credentials.len() == CARDS, "somebody has {} credentials", credentials.len());
            Ok((listed, cards, credentials))
        });
        let seen = seen.await?;
        let mut by_site: Vec<Vec<Credential>> = self.sites.iter().map(|_| Vec::new()).collect();
        for (person, (listed, cards, credentials)) in self.people.iter_mut().zip(seen) {
            (person.listed, person.cards) = (listed, cards);
            person.keys = vec![self.sites[person.site].id.to_string()];
            for credential in &credentials {
                person.keys.push(Bytes::encode(&credential.handle));
                // tomorrow's key: it is still there if midnight comes
                let latest = credential.keys.iter().max_by_key(|(day, _)| *day);
                person.keys.extend(latest.map(|(_, key)| Bytes::encode(key.expose())));
            }
            by_site[person.site].extend(credentials);
        }
        Ok(by_site)
    }

    /// Logs in again unless the tokens last for another `span`.
    ///
    /// # Errors
    /// When the server does not let everybody in.
    pub async fn stay_logged_in(&mut self, span: Duration) -> anyhow::Result<()> {
        if self.fresh_until < Instant::now() + span { self.log_in().await } else { Ok(()) }
    }

    async fn log_in(&mut self) -> anyhow::Result<()> {
        let began = Instant::now();
        let users: Vec<_> = self.people.iter().map(|person| person.openid.clone()).collect();
        let tokens = crowd::each(self.address, users, async |client: &mut Client, user: String| {
            setup::log_in(client, &user).await
        });
        self.fresh_until = began + A_WHILE;
        for (person, tokens) in self.people.iter_mut().zip(tokens.await?) {
            person.token = tokens.access_token;
            self.fresh_until = began + Duration::from_secs(tokens.expires_in);
        }
        Ok(())
    }
}
