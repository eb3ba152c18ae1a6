use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use kernel::{
    Code, Email, KeyPurpose, Kind, Phone, Result, RootKey, SecretKey, SiteId, Timestamp, Zeroizing, macros::uuid::Uuid,
    random,
};
use sea_orm::{ActiveValue::Set, entity::prelude::*};
use sha2::Sha256;

use crate::{
    Db, Tx,
    audit::{self, Entry},
    keep_existing,
};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "data_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub site_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i32,
        pub wrapped: Vec<u8>,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

const UNSEALABLE: Code = Code::new(Kind::Internal, "vault-refused", "系统数据无法读取，请联系管理员");
const NONCE: usize = 12;
const VERSION: i32 = 1;

/// Where a sealed field lives. A value moved to another place no longer opens.
#[derive(Clone, Copy, Debug)]
pub struct FieldRef {
    pub table: &'static str,
    pub column: &'static str,
    pub row: Uuid,
}

/// Why personal data is taken out of the vault.
#[derive(Clone, Debug)]
pub struct Reveal {
    /// Who: `account:…`, `outbox worker`.
    pub actor: String,
    /// What for: `noun.past-participle`.
    pub action: &'static str,
    pub at: Timestamp,
}

/// Seals personal data: root key → a data key per site (wrapped) → AES-256-GCM per field, and a blind index where a
/// field must be found again. What belongs to accounts and to no site lies under the nil site.
pub struct Vault {
    db: Db,
    wrapping: Aes256Gcm,
    ciphers: RwLock<HashMap<Uuid, Arc<SiteCipher>>>,
}

/// The keys of one site.
pub struct SiteCipher {
    site: Option<SiteId>,
    fields: Aes256Gcm,
    index: SecretKey,
}

/// Leave to take fields of one site out of the vault, see [`SiteCipher::reveal_many`]. It counts once the transaction that
/// gave it has committed.
pub struct Revealed(Arc<SiteCipher>);

impl Revealed {
    /// The text in a field.
    ///
    /// # Errors
    /// When it does not open.
    pub fn text(&self, field: FieldRef, sealed: &[u8]) -> Result<Zeroizing<String>> {
        let plain = self.0.open(field, sealed)?;
        Ok(Zeroizing::new(String::from_utf8(plain.to_vec()).map_err(|_| UNSEALABLE)?))
    }
}

fn aes(key: &SecretKey) -> Aes256Gcm {
    Aes256Gcm::new(key.expose().into())
}

fn seal(aes: &Aes256Gcm, aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let nonce = random::<NONCE>();
    let mut sealed = nonce.to_vec();
    let body = aes.encrypt(&nonce.into(), Payload { msg: plain, aad }).expect("a field is not too long");
    sealed.extend_from_slice(&body);
    sealed
}

fn open(aes: &Aes256Gcm, aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or(UNSEALABLE)?;
    let plain = aes.decrypt(&(*nonce).into(), Payload { msg: body, aad }).map_err(|_| UNSEALABLE)?;
    Ok(Zeroizing::new(plain))
}

impl Vault {
    /// A vault under this root key.
    pub fn new(db: Db, root: &RootKey) -> Self {
        Self { db, wrapping: aes(&root.derive(KeyPurpose::DataKeyWrapping)), ciphers: RwLock::default() }
    }

    /// The keys of a site, made when first asked for. To be called before a write begins, never inside.
    ///
    /// # Errors
    /// When the database is away, or the root key is not the one that wrapped them.
    pub async fn cipher(&self, site: Option<SiteId>, now: Timestamp) -> Result<Arc<SiteCipher>> {
        let id = site.map_or(Uuid::nil(), SiteId::uuid);
        if let Some(cipher) = self.ciphers.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(cipher.clone());
        }
        let find =
            move |db: DatabaseConnection| async move { Ok(row::Entity::find_by_id((id, VERSION)).one(&db).await?) };
        let stored = match self.db.read(find).await? {
            Some(row) => row.wrapped,
            None => self.make(id, now).await?,
        };
        let key = open(&self.wrapping, &aad_of_key(id), &stored)?;
        let key = SecretKey::from_bytes(key.as_slice().try_into().map_err(|_| UNSEALABLE)?);
        let cipher = Arc::new(SiteCipher {
            site,
            fields: aes(&key.derive(KeyPurpose::SealedFields)),
            index: key.derive(KeyPurpose::BlindIndexes),
        });
        self.ciphers.write().unwrap_or_else(PoisonError::into_inner).insert(id, cipher.clone());
        Ok(cipher)
    }

    /// Makes a data key, unless another process was faster: then that one counts.
    async fn make(&self, id: Uuid, now: Timestamp) -> Result<Vec<u8>> {
        let fresh = Zeroizing::new(random::<32>());
        let wrapped = seal(&self.wrapping, &aad_of_key(id), &*fresh);
        self.db
            .write(move |tx| {
                let wrapped = wrapped.clone();
                Box::pin(async move {
                    row::Entity::insert(row::ActiveModel {
                        site_id: Set(id),
                        version: Set(VERSION),
                        wrapped: Set(wrapped),
                        created_at: Set(now.millis()),
                    })
                    .on_conflict(keep_existing(&[row::Column::SiteId, row::Column::Version]))
                    .exec_without_returning(tx)
                    .await?;
                    let row = row::Entity::find_by_id((id, VERSION)).one(tx).await?.ok_or(UNSEALABLE)?;
                    Ok(row.wrapped)
                })
            })
            .await
    }
}

fn aad_of_key(site: Uuid) -> Vec<u8> {
    [b"data_keys".as_slice(), site.as_bytes(), &VERSION.to_be_bytes()].concat()
}

impl SiteCipher {
    fn aad(field: FieldRef) -> Vec<u8> {
        let FieldRef { table, column, row } = field;
        [table.as_bytes(), b"\0", column.as_bytes(), b"\0", row.as_bytes(), &VERSION.to_be_bytes()].concat()
    }

    /// Seals a field for its place.
    pub fn seal(&self, field: FieldRef, plain: &[u8]) -> Vec<u8> {
        seal(&self.fields, &Self::aad(field), plain)
    }

    /// Opens a field inside the server; what leaves the vault as personal data goes through [`SiteCipher::reveal`].
    pub(crate) fn open(&self, field: FieldRef, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        open(&self.fields, &Self::aad(field), sealed)
    }

    /// Opens the secret of a machine; not for personal data.
    ///
    /// # Errors
    /// When it does not open.
    pub fn open_secret(&self, field: FieldRef, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        self.open(field, sealed)
    }

    /// Takes personal data out, and leaves an audit entry in the same transaction.
    ///
    /// # Errors
    /// When it does not open, or the entry cannot be written.
    pub async fn reveal(&self, tx: &Tx, field: FieldRef, sealed: &[u8], why: &Reveal) -> Result<Zeroizing<String>> {
        let plain = self.open(field, sealed)?;
        let object = format!("{}/{}/{}", field.table, field.row, field.column);
        let entry = Entry { site: self.site, at: why.at, actor: why.actor.clone(), action: why.action, object };
        audit::record(tx, &entry).await?;
        Ok(Zeroizing::new(String::from_utf8(plain.to_vec()).map_err(|_| UNSEALABLE)?))
    }

    /// Leave to take many fields of one list out: one audit entry in the same transaction stands for all of them.
    ///
    /// # Errors
    /// When the entry cannot be written.
    pub async fn reveal_many(self: &Arc<Self>, tx: &Tx, object: String, why: &Reveal) -> Result<Revealed> {
        let entry = Entry { site: self.site, at: why.at, actor: why.actor.clone(), action: why.action, object };
        audit::record(tx, &entry).await?;
        Ok(Revealed(self.clone()))
    }

    /// The same field sealed for another place, without showing it to anybody.
    ///
    /// # Errors
    /// When it does not open.
    pub fn reseal(&self, from: FieldRef, sealed: &[u8], to: FieldRef) -> Result<Vec<u8>> {
        Ok(self.seal(to, &self.open(from, sealed)?))
    }

    /// A sealed e-mail address as it may be shown: `z***@example.com`.
    ///
    /// # Errors
    /// When it does not open.
    pub fn masked_email(&self, field: FieldRef, sealed: &[u8]) -> Result<String> {
        let plain = self.open(field, sealed)?;
        let email = std::str::from_utf8(&plain).ok().and_then(Email::parse).ok_or(UNSEALABLE)?;
        Ok(email.masked())
    }

    /// A sealed phone as it may be shown: `138****0001`.
    ///
    /// # Errors
    /// When it does not open.
    pub fn masked_phone(&self, field: FieldRef, sealed: &[u8]) -> Result<String> {
        let plain = self.open(field, sealed)?;
        let phone = std::str::from_utf8(&plain).ok().and_then(Phone::parse).ok_or(UNSEALABLE)?;
        Ok(phone.masked())
    }

    /// A sealed name as it may be shown: the first character and stars.
    ///
    /// # Errors
    /// When it does not open.
    pub fn masked_name(&self, field: FieldRef, sealed: &[u8]) -> Result<String> {
        let plain = self.open(field, sealed)?;
        let name = std::str::from_utf8(&plain).map_err(|_| UNSEALABLE)?;
        Ok(name.chars().enumerate().map(|(n, c)| if n == 0 { c } else { '*' }).collect())
    }

    /// Sealed plates, divided by spaces, as they may be shown: `湘A***18`.
    ///
    /// # Errors
    /// When they do not open.
    pub fn masked_plates(&self, field: FieldRef, sealed: &[u8]) -> Result<Vec<String>> {
        let plain = self.open(field, sealed)?;
        let plates = std::str::from_utf8(&plain).map_err(|_| UNSEALABLE)?;
        let masked = |plate: &str| {
            let last = plate.chars().count().saturating_sub(2);
            plate.chars().enumerate().map(|(n, c)| if n < 2 || n >= last { c } else { '*' }).collect()
        };
        Ok(plates.split(' ').map(masked).collect())
    }

    /// A keyed digest by which equal values are found without being known.
    pub fn index(&self, value: &str) -> [u8; 16] {
        let full = self.digest(value.as_bytes());
        std::array::from_fn(|n| full[n])
    }

    /// A keyed digest of `bytes`, for what is compared and never shown again.
    pub fn digest(&self, bytes: &[u8]) -> [u8; 32] {
        let mut mac =
            <Hmac<Sha256> as KeyInit>::new_from_slice(self.index.expose()).expect("HMAC takes a key of any length");
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }
}
