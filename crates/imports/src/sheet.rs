//! Reading a file on a thread of its own, a batch of rows ahead of the database.

use std::{fs::File, io::Read, path::Path, path::PathBuf};

use kernel::{INTERNAL, Result};
use sha2::{Digest, Sha256};
use tables::{Limits, Table};
use tokio::sync::mpsc;

use crate::{
    columns::{Column as _, Columns},
    line::{Line, LineReader},
    report::Reason,
    subject::Subject,
};

/// Rows that are compared or written at once.
const BATCH: usize = 500;
/// Batches that are read ahead.
const AHEAD: usize = 2;

/// A piece of a file, in the order in which they come.
pub(crate) enum Part<S: Subject> {
    /// The header was understood.
    Header {
        mask: S::FieldMask,
        warnings: Vec<String>,
    },
    Lines(Vec<Line<S::Fact>>),
    /// It was read to its end, and so.
    End {
        /// What of it was left out, or taken otherwise than it may seem.
        warnings: Vec<String>,
    },
    /// It cannot be read on.
    Fault(Reason),
}

/// The parts of a file. Where they cease without an end or a fault, reading has failed.
pub(crate) struct Parts<S: Subject>(mpsc::Receiver<Part<S>>);

impl<S: Subject> Parts<S> {
    /// Begins to read a file, from the row after so many that hold something.
    pub(crate) fn read(path: PathBuf, basis: S::Basis, after: u64) -> Self {
        let (send, parts) = mpsc::channel(AHEAD);
        tokio::task::spawn_blocking(move || {
            let last = match read::<S>(&path, basis, after, &send) {
                Ok(Some(warnings)) => Part::End { warnings },
                Ok(None) => return, // nobody listens any more
                Err(reason) => Part::Fault(reason),
            };
            let _ = send.blocking_send(last);
        });
        Self(parts)
    }

    /// The next one.
    ///
    /// # Errors
    /// When reading has failed.
    pub(crate) async fn next(&mut self) -> Result<Part<S>> {
        Ok(self.0.recv().await.ok_or(INTERNAL)?)
    }
}

/// Sends the parts of a file, and gives the warnings that its end brings; none where nobody listens any more.
fn read<S: Subject>(
    path: &Path,
    basis: S::Basis,
    after: u64,
    send: &mpsc::Sender<Part<S>>,
) -> Result<Option<Vec<String>>, Reason> {
    let fault = |fault: tables::TableFault| Reason::new(fault.code(), fault.text());
    let known = |header: &str| S::Column::named(header).is_some();
    let mut table = Table::open(path, Limits::default(), &known).map_err(fault)?;
    let row = table.header_row();
    let columns = Columns::find(table.header(), S::NOUN).map_err(|reason| reason.of_header(row))?;
    let header = Part::Header { mask: S::mask(&columns), warnings: columns.warnings().to_vec() };
    if send.blocking_send(header).is_err() {
        return Ok(None);
    }
    let mut reader = LineReader::<S>::new(columns, basis);
    let mut rows = table.by_ref().skip(usize::try_from(after).unwrap_or(usize::MAX)).peekable();
    while rows.peek().is_some() {
        let lines = rows.by_ref().take(BATCH).map(|row| Ok(reader.read(row.map_err(fault)?)));
        let lines = lines.collect::<Result<Vec<_>, Reason>>()?;
        if send.blocking_send(Part::Lines(lines)).is_err() {
            return Ok(None);
        }
    }
    let notes = table.notes().iter().map(tables::Note::text).collect::<Vec<_>>();
    Ok(Some([notes, reader.remarks()].concat()))
}

/// The SHA-256 of a file; none where there is none.
///
/// # Errors
/// When it cannot be read.
pub(crate) async fn digest(path: PathBuf) -> Result<Option<[u8; 32]>> {
    let digest = move || -> std::io::Result<Option<[u8; 32]>> {
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let (mut hash, mut block) = (Sha256::new(), vec![0; 64 * 1024]);
        loop {
            match file.read(&mut block)? {
                0 => return Ok(Some(hash.finalize().into())),
                count => hash.update(&block[..count]),
            }
        }
    };
    Ok(tokio::task::spawn_blocking(digest).await??)
}
