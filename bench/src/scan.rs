//! Codes shown to the readers at the doors: each minted as it is needed, signed by the reader, shown once.

use std::io::Write;

use kernel::{
    BootId, Bytes, ScanId, SiteId, Timestamp,
    device_signature::{self as signature, DeviceKey},
    km1::{CredentialKey, Day, Handle, mint_at},
};

use crate::{
    codes::{Next, Schedule},
    http::Answer,
    operation::{Operation, Prepared, Request, wrong},
};

const TARGET: &str = "/device/v1/scan";
/// What an answer says that opens.
pub const GRANTED: &str = r#""decision":"grant""#;

/// A bound card, as the phone knows it.
pub struct Credential {
    /// Names it in codes.
    pub handle: Handle,
    /// Its keys by day.
    pub keys: Vec<(Day, CredentialKey)>,
}

/// A reader at a door, and the cards that are shown to it.
pub struct Reader {
    /// Its id, as it says it.
    pub device: String,
    pub key: DeviceKey,
    pub site: SiteId,
    /// Its own numbers for its doors: a code is shown at one after the other.
    pub doors: Vec<i16>,
    pub boot: BootId,
    pub credentials: Vec<Credential>,
    /// Which code comes next.
    pub schedule: Schedule,
    /// Codes shown so far.
    pub shown: u64,
}

/// All readers, one after the other.
pub struct Scans {
    host: String,
    readers: Vec<Reader>,
    next: usize,
}

impl Scans {
    /// By these readers, of the server at `host`.
    pub fn new(host: String, readers: Vec<Reader>) -> Self {
        Self { host, readers, next: 0 }
    }
}

impl Reader {
    fn code(&mut self, now: i64) -> Result<String, Prepared> {
        match self.schedule.next(now) {
            Next::Code { step_start, credential, n } => self.mint(now, step_start, credential, n),
            Next::At(then) => Err(Prepared::At(then)),
        }
    }

    /// This code of a credential's.
    ///
    /// # Errors
    /// When it may be asked for again, where there is no key of that day.
    pub fn mint(&self, now: i64, step_start: u32, credential: usize, n: u8) -> Result<String, Prepared> {
        let Credential { handle, keys } = &self.credentials[credential];
        let day = Day::of(i64::from(step_start));
        // keys end with tomorrow, and a benchmark does not last until then
        let (_, key) = keys.iter().find(|(held, _)| *held == day).ok_or(Prepared::At(now + 1))?;
        Ok(mint_at(key, self.site, handle, step_start, n, None))
    }

    /// Writes the signed request that shows this code at the next of its doors to the server at `host`.
    pub fn show(&mut self, host: &str, code: &str, now: Timestamp, request: &mut Request) {
        let at_door = self.doors[self.shown as usize % self.doors.len()];
        self.shown += 1;
        let (time, scan) = (now.seconds().to_string(), ScanId::new(now));
        request.id = scan.to_string();
        request.nonce = Bytes::encode(&kernel::random::<16>());
        request.body.clear();
        request.bytes.clear();
        let Self { device, key, boot, shown, .. } = self;
        let (nonce, body) = (&request.nonce, &mut request.body);
        let written = write!(
            body,
            r#"{{"scanId":"{scan}","bootId":"{boot}","seq":{shown},"door":{at_door},"code":"{code}","kind":"qr","readAt":"{now}"}}"#,
        );
        let sign = signature::of_request(key, "POST", TARGET, &time, nonce, body);
        let (length, bytes) = (body.len(), &mut request.bytes);
        let written = written.and(write!(
            bytes,
            "POST {TARGET} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
             x-device: {device}\r\nx-time: {time}\r\nx-nonce: {nonce}\r\nx-sign: {sign}\r\n\r\n",
        ));
        written.expect("memory takes what is written");
        bytes.extend_from_slice(body);
    }

    /// Judges the answer to it: it must say this, and be the server's.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self, request: &Request, answer: &Answer, says: &str) -> Result<(), String> {
        let said = answer.text().unwrap_or_default();
        if answer.status != 200 || !said.contains(says) || !said.contains(&request.id) {
            return Err(wrong(&format!("not {says}"), answer));
        }
        let (time, sign) = (answer.header(signature::TIME), answer.header(signature::SIGN));
        let ours =
            signature::of_reply(&self.key, answer.status, time.unwrap_or_default(), &request.nonce, &answer.body);
        if sign.is_some_and(|sign| signature::matches(&ours, sign)) {
            Ok(())
        } else {
            Err(wrong("right, but not with the server's signature", answer))
        }
    }
}

impl Operation for Scans {
    fn prepare(&mut self, now: Timestamp, request: &mut Request) -> Prepared {
        let count = self.readers.len();
        let reader = &mut self.readers[self.next];
        let code = match reader.code(now.seconds()) {
            Ok(code) => code,
            Err(later) => return later,
        };
        request.subject = self.next;
        self.next = (self.next + 1) % count;
        reader.show(&self.host, &code, now, request);
        Prepared::Ready
    }

    fn check(&self, request: &Request, answer: &Answer) -> Result<(), String> {
        self.readers[request.subject].check(request, answer, GRANTED)
    }
}
