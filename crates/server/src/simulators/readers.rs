//! Virtual readers: one at every site that somebody looks at. They ask over HTTP and sign, as any reader does.

use std::{collections::HashMap, net::SocketAddr, sync::Arc};

use agent::Device;
use anyhow::Result;
use door::Devices;
use edge::Answer;
use kernel::{Code, DoorId, Kind, SiteId};
use tokio::sync::Mutex;

const SERIAL: &str = "VIRTUAL-READER";
pub(super) const READER_FAILED: Code =
    Code::new(Kind::Unavailable, "virtual-reader-failed", "虚拟读头没有得到回答，请再试一次");

/// The readers there are.
pub(super) struct Readers {
    base: String,
    http: reqwest::Client,
    readers: Mutex<HashMap<SiteId, Arc<Device>>>,
}

impl Readers {
    pub(super) fn new(address: SocketAddr) -> Result<Self> {
        Ok(Self { base: format!("http://{address}"), http: agent::client()?, readers: Mutex::default() })
    }

    /// The reader of a site; let in when it is first wanted.
    pub(super) async fn at(&self, devices: &Devices, site: SiteId) -> Answer<Arc<Device>> {
        let mut readers = self.readers.lock().await;
        if let Some(reader) = readers.get(&site) {
            return Ok(reader.clone());
        }
        let offer = devices.offer(site, &[]).await?;
        let reader = Device::enroll(self.http.clone(), &self.base, &offer.claim, SERIAL, "kaimen virtual reader").await;
        let reader = Arc::new(reader.map_err(|error| READER_FAILED.because(error.to_string()))?);
        readers.insert(site, reader.clone());
        Ok(reader)
    }

    /// The reader at a door, and the door's number there.
    pub(super) async fn at_door(&self, door: DoorId) -> Option<(Arc<Device>, u16)> {
        let readers = self.readers.lock().await;
        readers.values().find_map(|reader| {
            let found = reader.identity().doors.iter().find(|one| one.door_id == door)?;
            Some((reader.clone(), found.number))
        })
    }
}
