use std::{collections::HashMap, sync::Arc};

use imports::{Note, RowOutcome, Tally};
use kernel::{Clock, HostId, Result, SiteId, Timestamp};
use sites::Sites;
use store::{Db, SiteCipher, Tx, Vault};

use crate::{
    host::{FieldMask, HostFacts, HostField, ListedHost},
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
pub(crate) type PutHost = RowOutcome<HostField>;

impl Hosts {
    /// The directory in this database.
    pub fn new(db: Db, vault: Arc<Vault>, sites: Sites, clock: Arc<dyn Clock>) -> Self {
        Self { db, vault, sites, clock }
    }

    pub(crate) async fn cipher(&self, site: SiteId) -> Result<Arc<SiteCipher>> {
        self.vault.cipher(Some(site), self.clock.now()).await
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
        mask: FieldMask,
        note: Note,
    ) -> Result<Vec<PutHost>> {
        match self.put_once(site, &hosts, mask, &note).await {
            // somebody else has just added one of them: now they are there
            Err(fault) if fault.code() == rows::JUST_ADDED => self.put_once(site, &hosts, mask, &note).await,
            done => done,
        }
    }

    async fn put_once(
        &self,
        site: SiteId,
        hosts: &Arc<[HostFacts]>,
        mask: FieldMask,
        note: &Note,
    ) -> Result<Vec<PutHost>> {
        let (cipher, now) = (self.cipher(site).await?, self.clock.now());
        let phones: Arc<[PhoneIndex]> = indexed(hosts, &cipher).into();
        let (hosts, note) = (hosts.clone(), note.clone());
        self.db
            .write(move |tx| {
                let (cipher, hosts, phones, note) = (cipher.clone(), hosts.clone(), phones.clone(), note.clone());
                Box::pin(async move {
                    let (outcome, fresh) = put_all(tx, &cipher, site, (&hosts, &phones), mask, now).await?;
                    note(tx, Tally::of(&outcome)).await?;
                    // last: a phone that somebody else has just added is a conflict, and nothing is done
                    rows::insert(tx, fresh).await?;
                    Ok(outcome)
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
        mask: FieldMask,
    ) -> Result<Vec<PutHost>> {
        let cipher = self.cipher(site).await?;
        let phones: Arc<[PhoneIndex]> = indexed(&hosts, &cipher).into();
        let wanted = phones.clone();
        let known = self.db.read(move |db| async move { rows::by_phones(&db, site, &wanted).await }).await?;
        let outcome = |(facts, phone): (&HostFacts, &PhoneIndex)| match known.get(phone.as_slice()) {
            None => PutHost::New,
            Some(row) => PutHost::of(row.differs(facts, &cipher, mask)),
        };
        Ok(hosts.iter().zip(&*phones).map(outcome).collect())
    }

    /// So many hosts of a site after that one, as those see them who run it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn list(&self, site: SiteId, after: Option<HostId>, limit: usize) -> Result<Vec<ListedHost>> {
        let cipher = self.cipher(site).await?;
        let rows = self.db.read(|db| async move { rows::list(&db, site, after, limit).await }).await?;
        rows.iter().map(|row| row.listed(&cipher)).collect()
    }

    /// How many hosts a site has.
    ///
    /// # Errors
    /// When the database is away.
    pub(crate) async fn count(&self, site: SiteId) -> Result<u64> {
        self.db.read(|db| async move { rows::count(&db, site).await }).await
    }
}

fn indexed(hosts: &[HostFacts], cipher: &SiteCipher) -> Vec<PhoneIndex> {
    hosts.iter().map(|host| cipher.index(host.phone.expose())).collect()
}

/// Changes what differs; the rows that are to be added, too.
async fn put_all(
    tx: &Tx,
    cipher: &SiteCipher,
    site: SiteId,
    (hosts, phones): (&[HostFacts], &[PhoneIndex]),
    mask: FieldMask,
    now: Timestamp,
) -> Result<(Vec<PutHost>, Vec<ActiveModel>)> {
    let mut known: HashMap<_, _> = rows::hold_phones(tx, site, phones).await?;
    let (mut all, mut fresh, mut changed) = (Vec::with_capacity(hosts.len()), Vec::new(), Vec::new());
    for (facts, phone) in hosts.iter().zip(phones) {
        all.push(match known.remove(phone.as_slice()) {
            None => {
                fresh.push(rows::fresh(cipher, site, *phone, facts, now));
                PutHost::New
            }
            Some(row) => {
                let differs = row.differs(facts, cipher, mask);
                if !differs.is_empty() {
                    changed.push(rows::changed(row, &differs, facts, cipher, now));
                }
                PutHost::of(differs)
            }
        });
    }
    rows::replace(tx, changed).await?;
    Ok((all, fresh))
}
