use std::{collections::HashMap, sync::Arc};

use imports::{Became, Note, Tally};
use kernel::{Clock, HostId, Result, SiteId, Timestamp};
use sites::Sites;
use store::{Db, Realm, Tx, Vault};

use crate::{
    host::{HostFacts, HostField, ListedHost, Telling},
    rows::{self, ActiveModel, PhoneIndex},
};

/// The directory of hosts of every site. Names and phones are sealed.
#[derive(Clone)]
pub struct Hosts {
    pub(crate) db: Db,
    vault: Arc<Vault>,
    pub(crate) sites: Sites,
    pub(crate) clock: Arc<dyn Clock>,
}

/// What became of one host.
pub(crate) type PutHost = Became<HostField>;

impl Hosts {
    /// The directory in this database.
    pub fn new(db: Db, vault: Arc<Vault>, sites: Sites, clock: Arc<dyn Clock>) -> Self {
        Self { db, vault, sites, clock }
    }

    pub(crate) async fn realm(&self, site: SiteId) -> Result<Arc<Realm>> {
        self.vault.realm(Some(site), self.clock.now()).await
    }

    /// Puts what is told of hosts into the directory of a site: adds who is new, changes what differs, leaves the rest. A
    /// host is who has their phone. What became of each, in the order given; putting the same again changes nothing. Notes
    /// what came of it in the same transaction.
    ///
    /// # Errors
    /// `host-just-added` when two of these share a phone; when the database refuses; and what `note` says.
    pub(crate) async fn put_told(
        &self,
        site: SiteId,
        hosts: Arc<[HostFacts]>,
        telling: Telling,
        note: Note,
    ) -> Result<Vec<PutHost>> {
        match self.put_once(site, &hosts, telling, &note).await {
            // somebody else has just added one of them: now they are there
            Err(fault) if fault.code() == rows::JUST_ADDED => self.put_once(site, &hosts, telling, &note).await,
            done => done,
        }
    }

    async fn put_once(
        &self,
        site: SiteId,
        hosts: &Arc<[HostFacts]>,
        telling: Telling,
        note: &Note,
    ) -> Result<Vec<PutHost>> {
        let (realm, now) = (self.realm(site).await?, self.clock.now());
        let phones: Arc<[PhoneIndex]> = indexed(hosts, &realm).into();
        let (hosts, note) = (hosts.clone(), note.clone());
        self.db
            .write(move |tx| {
                let (realm, hosts, phones, note) = (realm.clone(), hosts.clone(), phones.clone(), note.clone());
                Box::pin(async move {
                    let (became, fresh) = put_all(tx, &realm, site, (&hosts, &phones), telling, now).await?;
                    note(tx, Tally::of(&became)).await?;
                    // last: a phone that somebody else has just added is a conflict, and nothing is done
                    rows::insert(tx, fresh).await?;
                    Ok(became)
                })
            })
            .await
    }

    /// What [`Hosts::put_told`] would do.
    ///
    /// # Errors
    /// When the database is away.
    pub(crate) async fn compare_told(
        &self,
        site: SiteId,
        hosts: Arc<[HostFacts]>,
        telling: Telling,
    ) -> Result<Vec<PutHost>> {
        let realm = self.realm(site).await?;
        let phones: Arc<[PhoneIndex]> = indexed(&hosts, &realm).into();
        let wanted = phones.clone();
        let known = self.db.read(move |db| async move { rows::by_phones(&db, site, &wanted).await }).await?;
        let became = |(facts, phone): (&HostFacts, &PhoneIndex)| match known.get(phone.as_slice()) {
            None => PutHost::New,
            Some(row) => PutHost::of(row.differs(facts, &realm, telling)),
        };
        Ok(hosts.iter().zip(&*phones).map(became).collect())
    }

    /// So many hosts of a site after that one, as those see them who run it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn list(&self, site: SiteId, after: Option<HostId>, limit: usize) -> Result<Vec<ListedHost>> {
        let realm = self.realm(site).await?;
        let rows = self.db.read(|db| async move { rows::list(&db, site, after, limit).await }).await?;
        rows.iter().map(|row| row.listed(&realm)).collect()
    }

    /// How many hosts a site has.
    ///
    /// # Errors
    /// When the database is away.
    pub(crate) async fn count(&self, site: SiteId) -> Result<u64> {
        self.db.read(|db| async move { rows::count(&db, site).await }).await
    }
}

fn indexed(hosts: &[HostFacts], realm: &Realm) -> Vec<PhoneIndex> {
    hosts.iter().map(|host| realm.index(host.phone.expose())).collect()
}

/// Changes what differs; the rows that are to be added, too.
async fn put_all(
    tx: &Tx,
    realm: &Realm,
    site: SiteId,
    (hosts, phones): (&[HostFacts], &[PhoneIndex]),
    telling: Telling,
    now: Timestamp,
) -> Result<(Vec<PutHost>, Vec<ActiveModel>)> {
    let mut known: HashMap<_, _> = rows::hold_phones(tx, site, phones).await?;
    let (mut all, mut fresh, mut changed) = (Vec::with_capacity(hosts.len()), Vec::new(), Vec::new());
    for (facts, phone) in hosts.iter().zip(phones) {
        all.push(match known.remove(phone.as_slice()) {
            None => {
                fresh.push(rows::fresh(realm, site, *phone, facts, now));
                PutHost::New
            }
            Some(row) => {
                let differs = row.differs(facts, realm, telling);
                if !differs.is_empty() {
                    changed.push(rows::changed(row, &differs, facts, realm, now));
                }
                PutHost::of(differs)
            }
        });
    }
    rows::replace(tx, changed).await?;
    Ok((all, fresh))
}
