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
    /// Its own number for the door.
    pub door: i16,
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
        let (step_start, credential, n) = match self.schedule.next(now) {
            Next::Code { step_start, credential, n } => (step_start, credential, n),
            Next::At(then) => return Err(Prepared::At(then)),
        };
        let Credential { handle, keys } = &self.credentials[credential];
        let day = Day::of(i64::from(step_start));
        // keys end with tomorrow, and a benchmark does not last until then
        let (_, key) = keys.iter().find(|(held, _)| *held == day).ok_or(Prepared::At(now + 1))?;
        Ok(mint_at(key, self.site, handle, step_start, n, None))
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
        reader.shown += 1;

        let (time, scan) = (now.seconds().to_string(), ScanId::new(now));
        request.id = scan.to_string();
        request.nonce = Bytes::encode(&kernel::random::<16>());
        request.body.clear();
        request.bytes.clear();
        let Reader { device, key, door, boot, shown, .. } = reader;
        let (host, nonce, body) = (&self.host, &request.nonce, &mut request.body);
        let written = write!(
            body,
            r#"{{"scanId":"{scan}","bootId":"{boot}","seq":{shown},"door":{door},"code":"{code}","kind":"qr","readAt":"{now}"}}"#,
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
        Prepared::Ready
    }

    fn check(&self, request: &Request, answer: &Answer) -> Result<(), String> {
        let said = answer.text().unwrap_or_default();
        if answer.status != 200 || !said.contains(r#""decision":"grant""#) || !said.contains(&request.id) {
            return Err(wrong("not granted", answer));
        }
        let (time, sign) = (answer.header(signature::TIME), answer.header(signature::SIGN));
        let key = &self.readers[request.subject].key;
        let ours = signature::of_reply(key, answer.status, time.unwrap_or_default(), &request.nonce, &answer.body);
        if sign.is_some_and(|sign| signature::matches(&ours, sign)) {
            Ok(())
        } else {
            Err(wrong("granted, but not with the server's signature", answer))
        }
    }
}
