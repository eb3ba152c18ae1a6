//! The files that wait to be imported, in a folder that nobody but the server reads.

use std::{
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use futures_util::{Stream, StreamExt};
use kernel::{Code, ImportId, Kind, Result};
use sha2::{Digest, Sha256};
use tokio::{
    fs::{DirBuilder, File, OpenOptions},
    io::AsyncWriteExt,
};

/// The most bytes a file may have.
const LARGEST: u64 = 64 * 1024 * 1024;

const TOO_LARGE: Code = Code::new(Kind::TooLarge, "import-too-large", "文件超过 64 MB，请分成几个文件上传");
const CUT_SHORT: Code = Code::new(Kind::Malformed, "import-cut-short", "文件没有传完整，请重新上传");
const NOT_STORED: Code = Code::new(Kind::Unavailable, "import-not-stored", "文件暂时无法保存，请稍后重新上传");

#[derive(Clone, Debug)]
pub(crate) struct Files(PathBuf);

/// A file that has come in. It is removed again unless it is kept.
pub(crate) struct Received {
    path: PathBuf,
    kept: bool,
    digest: [u8; 32],
}

impl Received {
    /// Leaves it where it is. Its SHA-256.
    pub(crate) fn keep(mut self) -> [u8; 32] {
        self.kept = true;
        self.digest
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        if !self.kept {
            let _ = std::fs::remove_file(&self.path); // what stays is tidied up later
        }
    }
}

impl Files {
    pub(crate) const fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Where the file of an import is.
    pub(crate) fn path(&self, import: ImportId) -> PathBuf {
        self.0.join(import.to_string())
    }

    /// Whether it is here.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub(crate) async fn has(&self, import: ImportId) -> Result<bool> {
        Ok(tokio::fs::try_exists(self.path(import)).await?)
    }

    /// Takes a file in, piece by piece.
    ///
    /// # Errors
    /// `import-too-large`, `import-cut-short`, `import-not-stored`.
    pub(crate) async fn receive<B, E, S>(&self, import: ImportId, mut body: S) -> Result<Received>
    where
        B: AsRef<[u8]>,
        E: std::fmt::Display,
        S: Stream<Item = std::result::Result<B, E>> + Unpin,
    {
        let stored = |error: io::Error| NOT_STORED.caused_by(error);
        let path = self.path(import);
        let mut file = self.create(&path).await.map_err(stored)?;
        let mut received = Received { path, kept: false, digest: [0; 32] };
        let (mut hash, mut size) = (Sha256::new(), 0_u64);
        while let Some(piece) = body.next().await {
            let piece = piece.map_err(|error| CUT_SHORT.caused_by(error.to_string()))?;
            let piece = piece.as_ref();
            size += piece.len() as u64;
            if size > LARGEST {
                return Err(TOO_LARGE.into());
            }
            hash.update(piece);
            file.write_all(piece).await.map_err(stored)?;
        }
        file.flush().await.map_err(stored)?;
        received.digest = hash.finalize().into();
        Ok(received)
    }

    async fn create(&self, path: &Path) -> io::Result<File> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0).await?;
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).await
    }

    /// Removes the file of an import, if it is here.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub(crate) async fn remove(&self, import: ImportId) -> Result<()> {
        match tokio::fs::remove_file(self.path(import)).await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// The imports whose files are here.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub(crate) async fn all(&self) -> Result<Vec<ImportId>> {
        let mut entries = match tokio::fs::read_dir(&self.0).await {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let mut all = Vec::new();
        while let Some(entry) = entries.next_entry().await? {
            all.extend(entry.file_name().to_str().and_then(|name| name.parse::<ImportId>().ok()));
        }
        Ok(all)
    }
}
