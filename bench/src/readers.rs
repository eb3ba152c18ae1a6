//! The doors of a site, and readers at them.

use std::num::NonZeroUsize;

use anyhow::{Context, ensure};
use kernel::{BootId, Bytes, Clock, SiteId, SystemClock};
use serde::Deserialize;
use serde_json::json;

use crate::{
    client::Client,
    codes::Schedule,
    scan::{Credential, Reader},
};

/// What the names of doors begin with that phones open.
const FOR_PHONES: &str = "手机";

/// Ids of the doors of a site.
pub struct Doors {
    /// Those with a reader.
    pub readers: Vec<String>,
    /// Those that phones open.
    pub phones: Vec<String>,
}

#[derive(Deserialize)]
struct Claim {
    claim: String,
    #[serde(default)]
    doors: Vec<OfferedDoor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfferedDoor {
    door_id: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Enrolled {
    device_id: String,
    key: Bytes,
    site_id: SiteId,
    doors: Vec<Door>,
}

#[derive(Deserialize)]
struct Door {
    number: i16,
}

/// The doors that a claim for all of the site offers.
///
/// # Errors
/// When the server offers none.
pub async fn doors(client: &mut Client, site: SiteId) -> anyhow::Result<Doors> {
    let Claim { doors, .. } = client.call("POST", "/_sim/claims", None, Some(json!({ "siteId": site }))).await?;
    let (phones, readers): (Vec<_>, Vec<_>) = doors.into_iter().partition(|door| door.name.starts_with(FOR_PHONES));
    let ids = |doors: Vec<OfferedDoor>| doors.into_iter().map(|door| door.door_id).collect();
    Ok(Doors { readers: ids(readers), phones: ids(phones) })
}

impl Reader {
    /// Lets a device in for these doors, at which these credentials are shown.
    ///
    /// # Errors
    /// When the server does not let it in.
    pub async fn enrol(
        client: &mut Client,
        site: SiteId,
        number: usize,
        doors: &[String],
        credentials: Vec<Credential>,
    ) -> anyhow::Result<Self> {
        let body = json!({ "siteId": site, "doorIds": doors });
        let Claim { claim, .. } = client.call("POST", "/_sim/claims", None, Some(body)).await?;
        let body = json!({ "claim": claim, "serial": format!("BENCH-{number:04}"), "model": "bench", "fw": "1" });
        let enrolled: Enrolled = client.call("POST", "/device/v1/enroll", None, Some(body)).await?;
        ensure!(enrolled.site_id == site, "the device was let into another site than that of its claim");
        ensure!(!enrolled.doors.is_empty(), "the device has no door");
        let days = credentials.iter().flat_map(|one| one.keys.iter().map(|(day, _)| day.0));
        let first = i64::from(days.min().unwrap_or_default()) * 86_400;
        let cards = NonZeroUsize::new(credentials.len()).context("a site has no bound cards")?;
        Ok(Self {
            device: enrolled.device_id,
            key: enrolled.key.array().context("a device key of another size")?,
            site,
            doors: enrolled.doors.into_iter().map(|door| door.number).collect(),
            boot: BootId::new(SystemClock.now()),
            credentials,
            schedule: Schedule::new(cards, first),
            shown: 0,
        })
    }
}
