use std::{sync::Arc, time::Duration};

use door::Reader;
use edge::Address;
use kernel::{
    Bytes, Clock, Code, DeviceId, DoorId, Kind, Result, SiteId, Timestamp, Zeroizing,
    device_signature::{self, DeviceKey, WINDOW},
    port::Claim,
    random, sha256,
};
use sites::{Door, Sites};
use store::{Db, FieldRef, Memory, SharedCounters, Shelf, Vault};

use crate::rows::{self, ClaimRow, DeviceRow};

const CLAIM_LIFE: Duration = Duration::from_secs(600);
const NONCE_LIFE: Duration = Duration::from_secs(130);
const MINUTE: Duration = Duration::from_secs(60);
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford

pub(crate) const BAD_SIGNATURE: Code = Code::new(Kind::Unauthenticated, "device-signature", "设备未登记或签名不正确");
const SKEW: Code = Code::new(Kind::TooEarly, "device-clock-skew", "设备时间不准，请校时");
const NONCE_REPLAYED: Code = Code::new(Kind::Conflict, "device-nonce-replayed", "重复的设备请求");
const CLAIM_REFUSED: Code = Code::new(Kind::Unauthenticated, "claim-refused", "登记码无效或已过期，请在后台重新生成");
const TOO_MANY: Code = Code::new(Kind::Throttled, "too-many-enrolments", "登记过于频繁，请一分钟后再试");

/// A device that proved itself.
pub(crate) struct Device {
    pub(crate) reader: Reader,
    pub(crate) key: Zeroizing<DeviceKey>,
}

impl Device {
    /// Bytes on the heap, about.
    fn heap(&self) -> usize {
        size_of::<Self>() + self.reader.doors.len() * 32
    }
}

/// What a request says of itself.
pub(crate) struct Signature<'a> {
    pub(crate) device: &'a str,
    pub(crate) time: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) sign: &'a str,
}

/// The devices of the server.
#[derive(Clone)]
pub struct Devices {
    db: Db,
    vault: Arc<Vault>,
    sites: Sites,
    counters: Arc<SharedCounters>,
    enrolments: u64,
    pub(crate) clock: Arc<dyn Clock>,
    known: Shelf<Option<Arc<Device>>>,
}

/// What devices are made of.
pub struct Deps {
    pub db: Db,
    pub memory: Memory,
    pub vault: Arc<Vault>,
    pub sites: Sites,
    pub counters: Arc<SharedCounters>,
    /// So many may enrol from one address in a minute.
    pub enrolments: u64,
    pub clock: Arc<dyn Clock>,
}

/// A claim code, shown once.
pub struct Offer {
    pub claim: String,
    /// Its last instant.
    pub expires_at: Timestamp,
    /// The doors its device will serve, by the device's own numbers.
    pub doors: Vec<(i16, Door)>,
}

/// A device that asks to be let in.
#[derive(Clone, Debug)]
pub struct NewDevice {
    pub serial: String,
    pub model: String,
    pub firmware: String,
}

/// A device that was let in.
pub struct Claimed {
    pub id: DeviceId,
    /// Its key, shown once.
    pub key: Bytes,
    pub site: SiteId,
    /// Its doors, by its own numbers.
    pub doors: Vec<(i16, Door)>,
    pub server_time: Timestamp,
}

fn claim_text() -> String {
    random::<16>().iter().map(|byte| char::from(DIGITS[usize::from(byte % 32)])).collect()
}

/// Case and dashes do not count: people type claims.
fn claim_hash(claim: &str) -> [u8; 32] {
    let normal: String = claim.chars().filter(|c| *c != '-' && *c != ' ').map(|c| c.to_ascii_uppercase()).collect();
    sha256(normal.as_bytes())
}

fn numbered(ids: &[DoorId]) -> impl Iterator<Item = (i16, DoorId)> {
    (1..=i16::MAX).zip(ids.iter().copied())
}

impl Devices {
    pub fn new(deps: Deps) -> Self {
        let Deps { db, memory, vault, sites, counters, enrolments, clock } = deps;
        let heap = |device: &Option<Arc<Device>>| device.as_ref().map_or(0, |device| device.heap());
        Self { db, vault, sites, counters, enrolments, clock, known: memory.shelf("devices", heap) }
    }

    /// Makes a claim code for a device that will serve these doors (all of the site, when none are named). It is good
    /// for ten minutes and one device.
    ///
    /// # Errors
    /// `site-not-found`; `not-found` for a door of another site.
    pub async fn offer(&self, site: SiteId, doors: &[DoorId]) -> Result<Offer> {
        let now = self.clock.now();
        let plan = self.sites.config(site).await?;
        let doors: Vec<Door> = if doors.is_empty() {
            plan.doors
        } else {
            let find = |id: &DoorId| plan.doors.iter().find(|door| door.id == *id).cloned();
            doors.iter().map(find).collect::<Option<_>>().ok_or(kernel::NOT_FOUND)?
        };
        let claim = claim_text();
        let row = ClaimRow {
            site,
            id: DeviceId::new(now).uuid(),
            hash: claim_hash(&claim),
            doors: doors.iter().map(|door| door.id).collect(),
            expires_at: now.after(CLAIM_LIFE),
        };
        let expires_at = row.expires_at;
        self.db
            .write(move |tx| {
                let row = row.clone();
                Box::pin(async move { rows::insert_claim(tx, &row).await })
            })
            .await?;
        Ok(Offer { claim, expires_at, doors: (1..=i16::MAX).zip(doors).collect() })
    }

    /// Lets a device in that shows a claim code. A serial number that is known already gets a new key.
    ///
    /// # Errors
    /// `claim-refused`, `too-many-enrolments`.
    pub async fn enrol(&self, claim: &str, new: NewDevice, address: Address) -> Result<Claimed> {
        if self.counters.count(&format!("enrol:{}", address.0), MINUTE).await > self.enrolments {
            return Err(TOO_MANY.retry_after(MINUTE));
        }
        let now = self.clock.now();
        let (hash, fresh) = (claim_hash(claim), DeviceId::new(now));
        let key = Zeroizing::new(random::<32>());
        let secret = key.clone();
        // the site's keys must be at hand before the write begins
        let site = self.db.read(|db| async move { rows::claim_site(&db, &hash).await }).await?.ok_or(CLAIM_REFUSED)?;
        let cipher = self.vault.cipher(Some(site), now).await?;
        let row = self
            .db
            .write(move |tx| {
                let (new, cipher, secret) = (new.clone(), cipher.clone(), secret.clone());
                Box::pin(async move {
                    let id = rows::device_of_serial(tx, site, &new.serial).await?.unwrap_or(fresh);
                    let (site, doors) = rows::use_claim(tx, &hash, id, now).await?.ok_or(CLAIM_REFUSED)?;
                    let field = FieldRef { table: "devices", column: "key", row: id.uuid() };
                    let row = DeviceRow {
                        site,
                        id,
                        serial: new.serial,
                        model: new.model,
                        firmware: new.firmware,
                        key_sealed: cipher.seal(field, &*secret),
                        doors: numbered(&doors).collect(),
                    };
                    rows::put_device(tx, &row, now).await?;
                    Ok(row)
                })
            })
            .await?;
        let plan = self.sites.config(site).await?;
        let named =
            |(number, id): &(i16, DoorId)| Some((*number, plan.doors.iter().find(|door| door.id == *id)?.clone()));
        let doors = row.doors.iter().filter_map(named).collect();
        Ok(Claimed { id: row.id, key: Bytes(key.to_vec()), site, doors, server_time: now })
    }

    /// Takes a device out of service.
    pub async fn disable(&self, id: DeviceId) -> Result<()> {
        self.db.write(move |tx| Box::pin(async move { rows::disable_device(tx, id).await })).await?;
        Ok(())
    }

    async fn find(&self, id: DeviceId) -> Result<Option<Arc<Device>>> {
        let known = self.known.get(id.uuid(), id, async || self.read(id).await).await?;
        Ok(known.as_ref().clone())
    }

    async fn read(&self, id: DeviceId) -> Result<Option<Arc<Device>>> {
        let Some(row) = self.db.read(|db| async move { rows::device(&db, id).await }).await? else { return Ok(None) };
        let cipher = self.vault.cipher(Some(row.site), self.clock.now()).await?;
        let field = FieldRef { table: "devices", column: "key", row: id.uuid() };
        let opened = cipher.open_secret(field, &row.key_sealed)?;
        let key: DeviceKey = opened.as_slice().try_into().map_err(|_| kernel::INTERNAL)?;
        let reader = Reader { site: row.site, device: id, doors: row.doors.into_iter().collect() };
        Ok(Some(Arc::new(Device { reader, key: Zeroizing::new(key) })))
    }

    /// Who signed this request: the device is known, the signature fits, the clocks agree, the nonce is new. In that
    /// order, and an unknown device looks like a bad signature. Also whether the shared cache was away, so that the nonce
    /// was compared with this process's only.
    ///
    /// # Errors
    /// `device-signature`, `device-clock-skew`, `device-nonce-replayed`.
    pub(crate) async fn prove(
        &self,
        signature: &Signature<'_>,
        method: &str,
        target: &str,
        body: &[u8],
    ) -> Result<(Arc<Device>, bool)> {
        let Signature { device, time, nonce, sign } = *signature;
        let known = match device.parse() {
            Ok(id) => self.find(id).await?,
            Err(_) => None,
        };
        let nobody = [0; 32];
        let key = known.as_ref().map_or(&nobody, |device| &*device.key);
        let ours = device_signature::of_request(key, method, target, time, nonce, body);
        let fits = device_signature::matches(&ours, sign);
        let Some(device) = known.filter(|_| fits) else { return Err(BAD_SIGNATURE.into()) };
        let now = self.clock.now();
        let said: i64 = time.parse().map_err(|_| BAD_SIGNATURE)?;
        if (said - now.seconds()).abs() > WINDOW {
            return Err(SKEW.because(format!("{}，服务器时间 {now}", SKEW.advice)));
        }
        if Bytes::decode(nonce).is_none_or(|nonce| nonce.0.len() != 16) {
            return Err(BAD_SIGNATURE.into());
        }
        let key = format!("{{{}}}:n:{}:{nonce}", device.reader.site, device.reader.device);
        let counted = self.counters.claim(&key, "1", NONCE_LIFE).await;
        match counted.value {
            Claim::Won => Ok((device, counted.degraded)),
            Claim::Held(_) => Err(NONCE_REPLAYED.into()),
        }
    }
}
