use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom, Take},
};

use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive, result::ZipError};

use super::{
    part::{Part, Unpacked},
    xml::Xml,
};
use crate::{
    fault::{Foreign, TableFault},
    sniff::occurrences,
};

/// More parts than any workbook of people has, pictures counted.
pub(super) const PARTS: usize = 10_000;
/// What each entry of an archive's directory begins with.
const DIRECTORY_ENTRY: &[u8] = b"PK\x01\x02";

/// The parts of a workbook, and how much may still be unpacked over all of them.
pub(super) struct Package {
    file: File,
    entries: Vec<Entry>,
    left: u64,
}

struct Entry {
    name: String,
    method: CompressionMethod,
    start: u64,
    bytes: u64,
    crc: u32,
}

impl Package {
    /// Reads the archive's directory, and unpacks nothing.
    pub(super) fn open(file: File, left: u64) -> Result<Self, TableFault> {
        // the number alone, before anything is kept for each of them
        if occurrences(&mut &file, DIRECTORY_ENTRY).map_err(TableFault::Io)? > PARTS {
            return Err(TableFault::UnpackedTooLarge);
        }
        let mut archive = ZipArchive::new(BufReader::new(&file)).map_err(fault)?;
        let mut entries = Vec::with_capacity(archive.len());
        for index in 0..archive.len() {
            let entry = archive.by_index_raw(index).map_err(fault)?;
            let name = entry.name().map_err(fault)?;
            if !is_read(&name) {
                continue;
            }
            if entry.encrypted() {
                return Err(TableFault::Foreign(Foreign::PasswordProtected));
            }
            entries.push(Entry {
                name: canonical(&name),
                method: entry.compression(),
                start: entry.data_start().ok_or(TableFault::Damaged)?,
                bytes: entry.compressed_size(),
                crc: entry.crc32(),
            });
        }
        Ok(Self { file, entries, left })
    }

    /// Whether there is a part of this name, which is told without regard to case.
    pub(super) fn has(&self, name: &str) -> bool {
        self.index(name).is_ok()
    }

    /// Reads one part with `read`.
    pub(super) fn read<'a, T>(
        &'a mut self,
        name: &str,
        read: impl FnOnce(&mut Xml<Take<&'a File>>) -> Result<T, TableFault>,
    ) -> Result<T, TableFault> {
        let index = self.index(name)?;
        let mut xml = Xml::new(part(&self.file, &self.entries[index], self.left)?);
        let result = read(&mut xml)?;
        self.left = xml.left();
        Ok(result)
    }

    /// One part, for itself. What is read of it does not count for the others; of several at once only the last can be
    /// read.
    pub(super) fn part(&self, name: &str) -> Result<Xml<Take<File>>, TableFault> {
        let index = self.index(name)?;
        let file = self.file.try_clone().map_err(TableFault::Io)?;
        Ok(Xml::new(part(file, &self.entries[index], self.left)?))
    }

    fn index(&self, name: &str) -> Result<usize, TableFault> {
        let name = canonical(name);
        self.entries.iter().position(|entry| entry.name == name).ok_or(TableFault::Damaged)
    }
}

fn part<R: Read + Seek>(mut file: R, entry: &Entry, left: u64) -> Result<Part<Take<R>>, TableFault> {
    file.seek(SeekFrom::Start(entry.start)).map_err(TableFault::Io)?;
    let packed = file.take(entry.bytes);
    let unpacked = match entry.method {
        CompressionMethod::Stored => Unpacked::Stored(packed),
        CompressionMethod::Deflated => Unpacked::Deflated(DeflateDecoder::new(packed)),
        _ => return Err(TableFault::Damaged),
    };
    Ok(Part::new(unpacked, entry.crc, left))
}

fn canonical(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}

/// Pictures, fonts and what else a workbook holds are never unpacked.
fn is_read(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".xml", ".rels", ".bin"].iter().any(|end| name.ends_with(end)) || name == "mimetype"
}

fn fault(error: ZipError) -> TableFault {
    match error {
        ZipError::Io(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => TableFault::Io(error),
        _ => TableFault::Damaged,
    }
}
