use std::io::{BufRead, Read};

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};

use super::part::Part;
use crate::fault::TableFault;

/// No part of a workbook that we read goes deeper.
const DEPTH: u32 = 64;

/// The XML of a part, piece by piece. Entities of its own and whatever lies outside it are refused.
pub(super) struct Xml<R: Read> {
    reader: Reader<Part<R>>,
    buf: Vec<u8>,
    depth: u32,
}

impl<R: Read> Xml<R> {
    pub(super) fn new(part: Part<R>) -> Self {
        let mut reader = Reader::from_reader(part);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buf: Vec::new(), depth: 0 }
    }

    /// The next piece; [`Event::Eof`] at the end.
    pub(super) fn next(&mut self) -> Result<Event<'_>, TableFault> {
        self.buf.clear();
        self.reader.get_mut().next_node();
        match self.reader.read_event_into(&mut self.buf) {
            Ok(Event::DocType(_)) => return Err(TableFault::Damaged),
            Ok(event) => {
                match event {
                    Event::Start(_) => self.depth += 1,
                    Event::End(_) => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
                if self.depth <= DEPTH {
                    return Ok(event);
                }
            }
            Err(_) => {}
        }
        Err(self.reader.get_mut().take_fault().unwrap_or(TableFault::Damaged))
    }

    /// Puts together the text within `holder` up to the end of `element`, which has begun. Text over shapes of letters,
    /// how a word is spoken, is left out. Once there are more than `most` bytes, the rest is passed over.
    pub(super) fn text(
        &mut self,
        element: &str,
        holder: &str,
        most: usize,
        text: &mut String,
    ) -> Result<(), TableFault> {
        let (mut inside, mut spoken) = (element == holder, false);
        text.clear();
        loop {
            match self.next()? {
                Event::Start(e) => match e.local_name().as_ref() {
                    "rPh" => spoken = true,
                    name if name == holder => inside = !spoken,
                    _ => {}
                },
                Event::End(e) => match e.local_name().as_ref() {
                    name if name == element => return Ok(()),
                    "rPh" => spoken = false,
                    name if name == holder => inside = false,
                    _ => {}
                },
                Event::Eof => return Err(TableFault::Damaged),
                _ if !inside || text.len() > most => {}
                Event::Text(e) => text.push_str(&e.xml10_content()),
                Event::CData(e) => text.push_str(&e.xml10_content()),
                Event::GeneralRef(e) => match e.resolve_char_ref() {
                    Ok(Some(c)) => text.push(c),
                    Ok(None) => text.push_str(resolve_predefined_entity(&e).ok_or(TableFault::Damaged)?),
                    Err(_) => return Err(TableFault::Damaged),
                },
                _ => {}
            }
        }
    }

    /// Reads what is left, so that the part's checksum is looked at.
    pub(super) fn drain(&mut self) -> Result<(), TableFault> {
        let part = self.reader.get_mut();
        loop {
            part.next_node();
            match part.fill_buf().map(<[u8]>::len) {
                Ok(0) => return Ok(()),
                Ok(count) => part.consume(count),
                Err(_) => return Err(part.take_fault().unwrap_or(TableFault::Damaged)),
            }
        }
    }

    /// How many bytes may still be unpacked.
    pub(super) fn left(&self) -> u64 {
        self.reader.get_ref().left()
    }
}

/// The value of an attribute, whatever its prefix.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, TableFault> {
    // the check for doubles takes time in the square of their number
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| TableFault::Damaged)?;
        if attribute.key.local_name().as_ref() == name {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| TableFault::Damaged)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}
