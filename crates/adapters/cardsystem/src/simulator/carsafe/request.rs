use std::time::Duration;

use kernel::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::carsafe::{signing::sign, time::instant};

/// How far the time of a request may be from ours.
const LEEWAY: Duration = Duration::from_secs(600);

/// A request that was signed with our secret not long ago.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request<'a> {
    from: String,
    timestamp: String,
    nonce: String,
    sign: String,
    pub(super) branchno: String,
    /// As it is written.
    #[serde(borrow)]
    pub(super) data: &'a RawValue,
}

impl<'a> Request<'a> {
    /// # Errors
    /// What to tell whoever sent something else.
    pub(super) fn read(body: &'a [u8], secret: &SecretString, now: Timestamp) -> Result<Self, &'static str> {
        let request: Self = serde_json::from_slice(body).map_err(|_| "请求格式错误")?;
        let Self { from, timestamp, nonce, sign: given, data, .. } = &request;
        let at = instant(timestamp).ok_or("时间格式错误")?;
        if at < now.before(LEEWAY) || at > now.after(LEEWAY) {
            return Err("时间戳过期");
        }
        if nonce.parse::<u8>().map_or(true, |number| number > 99 || number.to_string() != *nonce) {
            return Err("随机数错误");
        }
        if sign(secret.expose_secret(), from, timestamp, nonce, data.get()) != *given {
            return Err("签名错误");
        }
        Ok(request)
    }
}

pub(super) enum Question {
    OpenDoor(Door),
    DoorStatus(Vec<Door>),
    ByCredential(String),
    FindCard(String, String),
    /// Which page from 1, and how many to a page.
    ListCards(usize, usize),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Door {
    pub(super) controllerno: String,
    pub(super) doorno: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credential {
    credentialtype: String,
    credential: String,
    starttime: String,
    endtime: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Card {
    cardtype: String,
    cardno: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    pageno: usize,
    pagesize: usize,
}

impl Question {
    /// None for a path where nothing is.
    ///
    /// # Errors
    /// What to tell whoever asks in another way.
    pub(super) fn read(path: &str, data: &RawValue) -> Result<Option<Self>, &'static str> {
        fn parse<'a, T: Deserialize<'a>>(data: &'a RawValue) -> Result<T, &'static str> {
            serde_json::from_str(data.get()).map_err(|_| "参数错误")
        }
        let question = match path {
            "/door/open" => Self::OpenDoor(parse(data)?),
            "/door/status" => Self::DoorStatus(parse(data)?),
            "/card/bycredential" => {
                let Credential { credentialtype, credential, starttime, endtime } = parse(data)?;
                let times = instant(&starttime).zip(instant(&endtime));
                if credentialtype != "1" || times.is_none_or(|(start, end)| start > end) {
                    return Err("参数错误");
                }
                Self::ByCredential(credential)
            }
            "/card/find" => {
                let Card { cardtype, cardno } = parse(data)?;
                Self::FindCard(cardtype, cardno)
            }
            "/card/list" => {
                let Page { pageno, pagesize } = parse(data)?;
                if pageno == 0 || pagesize == 0 {
                    return Err("参数错误");
                }
                Self::ListCards(pageno, pagesize)
            }
            _ => return Ok(None),
        };
        Ok(Some(question))
    }
}
