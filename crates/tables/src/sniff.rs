//! What a file is, by its bytes and never by its name.

use std::{
    fs::File,
    io::{self, Read, Seek},
};

use crate::fault::{Foreign, TableFault};

/// What we try to read a file as.
pub(crate) enum Shape {
    /// A zip archive, which may be a workbook.
    Zip,
    /// Text, in an encoding to be found out.
    Text,
}

const HEAD: u64 = 1024;
const OLE: &[u8] = b"\xD0\xCF\x11\xE0";
const BLOCK: usize = 64 * 1024;

const FOREIGN: [(&[u8], Foreign); 13] = [
    (b"%PDF", Foreign::Pdf),
    (b"\x89PNG", Foreign::Picture),
    (b"\xFF\xD8\xFF", Foreign::Picture),
    (b"GIF8", Foreign::Picture),
    (b"RIFF", Foreign::Picture),
    (b"II*\x00", Foreign::Picture),
    (b"MM\x00*", Foreign::Picture),
    (b"\x00\x00\x00\x18ftyp", Foreign::Picture),
    (b"\x00\x00\x00\x1Cftyp", Foreign::Picture),
    (b"Rar!", Foreign::Archive),
    (b"7z\xBC\xAF\x27\x1C", Foreign::Archive),
    (b"\x1F\x8B", Foreign::Archive),
    (b"{\\rtf", Foreign::OtherDocument),
];

/// What this file may be. Leaves it at its beginning.
///
/// # Errors
/// [`TableFault::Empty`] and [`TableFault::Foreign`]; [`TableFault::Io`].
pub(crate) fn shape(file: &mut File) -> Result<Shape, TableFault> {
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head).map_err(TableFault::Io)?;
    file.rewind().map_err(TableFault::Io)?;
    if head.is_empty() {
        return Err(TableFault::Empty);
    }
    if head.starts_with(OLE) {
        let locked = holds_a_locked_workbook(file).map_err(TableFault::Io)?;
        return Err(TableFault::Foreign(if locked { Foreign::PasswordProtected } else { Foreign::LegacyXls }));
    }
    if let Some((_, kind)) = FOREIGN.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(TableFault::Foreign(*kind));
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Shape::Zip);
    }
    if is_markup(&head) {
        return Err(TableFault::Foreign(Foreign::Markup));
    }
    if is_form(&head) {
        return Err(TableFault::Foreign(Foreign::Form));
    }
    if is_encoded(&head) {
        return Err(TableFault::Foreign(Foreign::Encoded));
    }
    Ok(Shape::Text)
}

fn is_markup(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    matches!(text, [b'<', b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z', ..])
}

/// `multipart/form-data`: a boundary, and then what the first part says of itself.
fn is_form(head: &[u8]) -> bool {
    let text = head.trim_ascii_start();
    let says = |name: &[u8]| text.windows(name.len()).any(|here| here.eq_ignore_ascii_case(name));
    text.starts_with(b"--") && says(b"content-disposition:")
}

/// JSON, a data URL, or a workbook in base64.
fn is_encoded(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let json = matches!(text, [b'{', rest @ ..] if matches!(rest.trim_ascii_start(), [b'"' | b'}', ..]))
        || matches!(text, [b'[', rest @ ..] if matches!(rest.trim_ascii_start(), [b'"' | b'{' | b'[' | b']', ..]));
    json || text.starts_with(b"data:") || text.starts_with(b"UEsDB")
}

/// Office keeps a workbook under a password in a stream of this name, inside the container of the old formats.
fn holds_a_locked_workbook(file: &mut File) -> io::Result<bool> {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    Ok(occurrences(file, &name)? > 0)
}

/// How often these bytes occur in the rest of a file.
pub(crate) fn occurrences(file: &mut impl Read, bytes: &[u8]) -> io::Result<usize> {
    let mut window = Vec::with_capacity(BLOCK + bytes.len());
    let mut count = 0;
    loop {
        if file.take(BLOCK as u64).read_to_end(&mut window)? == 0 {
            return Ok(count);
        }
        count += window.windows(bytes.len()).filter(|here| *here == bytes).count();
        window.drain(..window.len().saturating_sub(bytes.len() - 1));
    }
}
