use std::{path::PathBuf, sync::Arc, time::Duration};

use futures_util::Stream;
use kernel::{AccountId, Clock, Code, Fault, ImportId, Kind, NOT_FOUND, Result, SiteId, sha256};
use sites::Sites;
use store::{Db, Named, Once, Vault, audit};
use tokio::sync::Notify;

use super::{Applied, Import, ImportState, basis::Basis, files::Files};
use crate::{Register, rows::import as rows};

/// Files of one site that nobody has decided on.
const WAITING: u64 = 10;
/// What nobody decided on for so long has expired.
const PATIENCE: Duration = Duration::from_secs(86_400);
/// A file without an import may still be coming in.
const COMING_IN: Duration = Duration::from_secs(3600);
/// Name of a file, characters.
const NAME: usize = 100;

const HAS_ERRORS: Code = Code::new(Kind::Conflict, "import-has-errors", "文件里还有错误的行，请按提示改正后重新上传");
const NOT_CHECKED: Code = Code::new(Kind::Conflict, "import-not-checked", "这次导入不在待确认状态，请刷新后查看");
const NOT_OPEN: Code = Code::new(Kind::Conflict, "import-not-open", "这次导入已开始执行或已结束，不能放弃");
const RUNNING: Code = Code::new(Kind::Conflict, "import-running", "本场区正在导入另一份文件，请等它完成后再试");
const TOO_MANY: Code = Code::new(Kind::Conflict, "imports-too-many", "已有 10 份文件等待确认，请先导入或放弃其中一些");

/// Imports of cards from files.
#[derive(Clone)]
pub struct Imports {
    pub(super) db: Db,
    pub(super) vault: Arc<Vault>,
    pub(super) register: Register,
    pub(super) sites: Sites,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) files: Files,
    pub(super) wake: Arc<Notify>,
}

/// What imports are made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// What seals personal data.
    pub vault: Arc<Vault>,
    /// The register.
    pub register: Register,
    /// The sites.
    pub sites: Sites,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The folder for files that wait.
    pub folder: PathBuf,
}

/// A file to be imported.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// Whose cards it has.
    pub site: SiteId,
    /// Who chose it.
    pub by: AccountId,
    /// What it was called.
    pub file_name: String,
    /// The key the client chose for this wish.
    pub key: Option<String>,
}

impl Imports {
    /// Imports in this house.
    pub fn new(parts: Parts) -> Self {
        let Parts { db, vault, register, sites, clock, folder } = parts;
        Self { db, vault, register, sites, clock, files: Files::new(folder), wake: Arc::default() }
    }

    /// Takes a file in; it is checked afterwards. The same file under the same key is taken once.
    ///
    /// # Errors
    /// `import-too-large`, `import-cut-short`, `import-not-stored`, `import-not-here`, `imports-too-many`,
    /// `idempotency-key-reused`.
    pub async fn receive<B, E, S>(&self, new: NewImport, body: S) -> Result<Import>
    where
        B: AsRef<[u8]>,
        E: std::fmt::Display,
        S: Stream<Item = std::result::Result<B, E>> + Unpin,
    {
        let NewImport { site, by, file_name, key } = new;
        Basis::of(&self.sites, site).await?;
        if self.db.read(|db| async move { rows::waiting(&db, site).await }).await? >= WAITING {
            return Err(TOO_MANY.into());
        }
        let now = self.clock.now();
        let id = ImportId::new(now);
        let file = self.files.receive(id, body).await?.keep();
        let once = Once::of(by, "imports", key, sha256(&[site.uuid().as_bytes().as_slice(), &file].concat()));
        let import = Arc::new(Import {
            id,
            site,
            by,
            file_name: plain_name(&file_name),
            state: ImportState::Checking,
            rows_seen: 0,
            rows_done: 0,
            applied: Applied::default(),
            report: None,
            reason: None,
            created_at: now,
            updated_at: now,
        });
        let realm = self.vault.realm(None, now).await?;
        let written = self.db.write_once(once, realm, now, move |tx| {
            let import = import.clone();
            Box::pin(async move {
                rows::insert(tx, &import, file).await?;
                Ok(Ok(import.id))
            })
        });
        let first = written.await;
        if !matches!(first, Ok(first) if first == id) {
            self.files.remove(id).await?;
        }
        let first = first?;
        self.wake.notify_one();
        self.find(site, first).await
    }

    /// One import of a site.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn find(&self, site: SiteId, id: ImportId) -> Result<Import> {
        Ok(self.db.read(|db| async move { rows::find(&db, site, id).await }).await?.ok_or(NOT_FOUND)?)
    }

    /// So many imports of a site before that one, newest first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn list(&self, site: SiteId, before: Option<ImportId>, limit: usize) -> Result<Vec<Import>> {
        self.db.read(|db| async move { rows::list(&db, site, before, limit).await }).await
    }

    /// Lets a checked import be applied, which is done afterwards.
    ///
    /// # Errors
    /// `not-found`, `import-not-checked`, `import-has-errors`, `import-running`, `import-not-here`.
    pub async fn apply(&self, by: AccountId, site: SiteId, id: ImportId) -> Result<Import> {
        Basis::of(&self.sites, site).await?;
        let now = self.clock.now();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let import = rows::find(tx, site, id).await?.ok_or(NOT_FOUND)?;
                    if import.state != ImportState::Checked {
                        return Err(Fault::from(NOT_CHECKED).in_state(import.state.name()));
                    }
                    if import.report.is_none_or(|report| report.errors > 0) {
                        return Err(HAS_ERRORS.into());
                    }
                    let (actor, object) = (format!("account:{by}"), format!("imports/{id}"));
                    let entry = audit::Entry { site: Some(site), at: now, actor, action: "import.applied", object };
                    audit::record(tx, &entry).await?;
                    match rows::begin_to_apply(tx, (site, id), now).await.on_duplicate(RUNNING)? {
                        true => Ok(()),
                        false => Err(NOT_CHECKED.into()),
                    }
                })
            })
            .await?;
        self.wake.notify_one();
        self.find(site, id).await
    }

    /// Gives up a file that is not being applied.
    ///
    /// # Errors
    /// `not-found`, `import-not-open`.
    pub async fn discard(&self, site: SiteId, id: ImportId) -> Result<Import> {
        let now = self.clock.now();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let import = rows::find(tx, site, id).await?.ok_or(NOT_FOUND)?;
                    match rows::discard(tx, (site, id), now).await? {
                        true => Ok(()),
                        false => Err(Fault::from(NOT_OPEN).in_state(import.state.name())),
                    }
                })
            })
            .await?;
        self.files.remove(id).await?;
        self.find(site, id).await
    }

    /// Lets what nobody decided on expire, and removes files that nobody needs.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn tidy(&self) -> Result<()> {
        let now = self.clock.now();
        self.db.write(move |tx| Box::pin(async move { rows::expire(tx, now.before(PATIENCE), now).await })).await?;
        let youngest = ImportId::new(now.before(COMING_IN));
        let files: Vec<_> = self.files.all().await?;
        let known = files.clone();
        let open = self.db.read(|db| async move { rows::open_of(&db, &known).await }).await?;
        for id in files.into_iter().filter(|id| *id < youngest && !open.contains(id)) {
            self.files.remove(id).await?;
        }
        Ok(())
    }
}

/// The name of a file without its folder and without what cannot be seen.
fn plain_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(NAME).collect();
    if name.trim().is_empty() { "未命名".to_owned() } else { name.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::plain_name;

    #[test]
    fn a_name_is_no_path() {
        assert_eq!(plain_name("C:\\用户\\会员卡.xlsx"), "会员卡.xlsx");
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!((plain_name(" \n"), plain_name(&"长".repeat(500)).chars().count()), ("未命名".to_owned(), 100));
    }
}
