use std::{path::PathBuf, sync::Arc, time::Duration};

use futures_util::Stream;
use kernel::{AccountId, Clock, Code, Fault, ImportId, Kind, NOT_FOUND, Result, SiteId, sha256};
use store::{Db, Named, Once, Vault, audit};
use tables::CsvWriter;
use tokio::sync::Notify;

use crate::{
    columns::Column as _,
    desk::Desk,
    files::Files,
    import::{Import, ImportState},
    report::Tally,
    rows,
    stages::Stages,
    subject::Subject,
};

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

/// Imports of one subject from files.
#[derive(Clone)]
pub struct Imports {
    pub(crate) desk: Desk,
    pub(crate) subject: Arc<dyn Stages>,
    pub(crate) number: i16,
    pub(crate) route: &'static str,
    header: Arc<[&'static str]>,
    pub(crate) wake: Arc<Notify>,
    vault: Arc<Vault>,
}

/// What imports are made of.
#[derive(Clone)]
pub struct Deps {
    pub db: Db,
    /// What seals answers that are kept for repeats.
    pub vault: Arc<Vault>,
    pub clock: Arc<dyn Clock>,
    /// The folder for files that wait; several subjects may share it.
    pub folder: PathBuf,
}

/// A file to be imported.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// Whose rows it has.
    pub site: SiteId,
    pub by: AccountId,
    /// What it was called.
    pub file_name: String,
    /// The key the client chose for this request.
    pub key: Option<String>,
}

impl Imports {
    /// Imports of this subject.
    pub fn new<S: Subject>(parts: Deps, subject: S) -> Self {
        let Deps { db, vault, clock, folder } = parts;
        let desk = Desk { db, clock, files: Files::new(folder) };
        let (number, route) = (S::NUMBER, S::ROUTE);
        let header = S::Column::ALL.iter().map(|column| column.name()).collect();
        Self { desk, subject: Arc::new(subject), number, route, header, wake: Arc::default(), vault }
    }

    /// A file of CSV without rows, whose header has every column that is read.
    ///
    /// # Errors
    /// `not-found`; a conflict of the subject's when nothing can be imported there.
    pub async fn template(&self, site: SiteId) -> Result<Vec<u8>> {
        self.subject.ready(site).await?;
        Ok(CsvWriter::new(Vec::new(), &self.header)?.finish()?)
    }

    /// Takes a file in; it is checked afterwards. The same file of the same name under the same key is taken once.
    ///
    /// # Errors
    /// `import-too-large`, `import-cut-short`, `import-not-stored`, `imports-too-many`, `idempotency-key-reused`; a
    /// conflict of the subject's when nothing can be imported there.
    pub async fn receive<B, E, S>(&self, new: NewImport, body: S) -> Result<Import>
    where
        B: AsRef<[u8]>,
        E: std::fmt::Display,
        S: Stream<Item = std::result::Result<B, E>> + Unpin,
    {
        let NewImport { site, by, file_name, key } = new;
        let subject = self.number;
        self.subject.ready(site).await?;
        if self.desk.db.read(|db| async move { rows::waiting(&db, subject, site).await }).await? >= WAITING {
            return Err(TOO_MANY.into());
        }
        let now = self.desk.clock.now();
        let id = ImportId::new(now);
        let file = self.desk.files.receive(id, body).await?.keep();
        // all that the request says: the site in its path, the name in its query, the file as its body
        let asked = [site.uuid().as_bytes().as_slice(), &file, file_name.as_bytes()].concat();
        let once = Once::of(by, self.route, key, sha256(&asked));
        let import = Arc::new(Import {
            id,
            site,
            by,
            file_name: plain_name(&file_name),
            state: ImportState::Checking,
            rows_seen: 0,
            rows_done: 0,
            applied: Tally::default(),
            report: None,
            reason: None,
            created_at: now,
            updated_at: now,
        });
        let cipher = self.vault.cipher(None, now).await?;
        let written = self.desk.db.write_once(once, cipher, now, move |tx| {
            let import = import.clone();
            Box::pin(async move {
                rows::insert(tx, subject, &import, file).await?;
                Ok(Ok(import.id))
            })
        });
        let first = written.await;
        if !matches!(first, Ok(first) if first == id) {
            self.desk.files.remove(id).await?;
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
        let subject = self.number;
        Ok(self.desk.db.read(|db| async move { rows::find(&db, subject, site, id).await }).await?.ok_or(NOT_FOUND)?)
    }

    /// So many imports of a site before that one, newest first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn list(&self, site: SiteId, before: Option<ImportId>, limit: usize) -> Result<Vec<Import>> {
        let subject = self.number;
        self.desk.db.read(|db| async move { rows::list(&db, subject, site, before, limit).await }).await
    }

    /// Lets a checked import be applied, which is done afterwards.
    ///
    /// # Errors
    /// `not-found`, `import-not-checked`, `import-has-errors`, `import-running`; a conflict of the subject's when nothing
    /// can be imported there.
    pub async fn apply(&self, by: AccountId, site: SiteId, id: ImportId) -> Result<Import> {
        self.subject.ready(site).await?;
        let (now, subject) = (self.desk.clock.now(), self.number);
        self.desk
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let import = rows::find(tx, subject, site, id).await?.ok_or(NOT_FOUND)?;
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
        let (now, subject) = (self.desk.clock.now(), self.number);
        self.desk
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let import = rows::find(tx, subject, site, id).await?.ok_or(NOT_FOUND)?;
                    match rows::discard(tx, (site, id), now).await? {
                        true => Ok(()),
                        false => Err(Fault::from(NOT_OPEN).in_state(import.state.name())),
                    }
                })
            })
            .await?;
        self.desk.files.remove(id).await?;
        self.find(site, id).await
    }

    /// Lets what nobody decided on expire, and removes files that nobody needs, whatever the subject.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn clean_up(&self) -> Result<()> {
        let now = self.desk.clock.now();
        self.desk
            .db
            .write(move |tx| Box::pin(async move { rows::expire(tx, now.before(PATIENCE), now).await }))
            .await?;
        let youngest = ImportId::new(now.before(COMING_IN));
        let files: Vec<_> = self.desk.files.all().await?;
        let known = files.clone();
        let open = self.desk.db.read(|db| async move { rows::open_of(&db, &known).await }).await?;
        for id in files.into_iter().filter(|id| *id < youngest && !open.contains(id)) {
            self.desk.files.remove(id).await?;
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
