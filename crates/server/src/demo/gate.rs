use std::time::Instant;

use agent::{Decision, Device, DeviceDoor, Scan, Scanned};
use anyhow::{Context, Result};
use kernel::{DoorId, Reason, SiteId};
use serde::Deserialize;
use serde_json::json;

use super::{
    screen::{expect, otherwise},
    server::Server,
};

/// The same in every run: the server keeps one demo reader, with a new key each time. So runs go one after the other.
const SERIAL: &str = "DEMO-READER";

/// A reader and the door it stands at.
pub struct Gate<'a> {
    server: &'a Server,
    reader: Device,
    door: DeviceDoor,
}

#[derive(Deserialize)]
struct Offer {
    claim: String,
}

#[derive(Deserialize)]
struct DoorView {
    open: bool,
    pulses: u64,
}

/// An opening that was seen, to compare its repetition with.
pub struct Opening {
    scan: Scan,
    answer: Scanned,
}

impl<'a> Gate<'a> {
    /// Lets a reader in at a site; it stands at the door of that name.
    pub async fn enroll(server: &'a Server, site: SiteId, name: &str) -> Result<(Self, String)> {
        let offer: Offer = server.simulate("claims", &json!({ "siteId": site })).await?;
        let reader = Device::enroll(server.http(), server.base(), &offer.claim, SERIAL, "kaimen demo").await?;
        let doors = &reader.identity().doors;
        let door = doors.iter().find(|door| door.name == name).context("该场区没有这个门 the site has no such door")?;
        let (count, door) = (doors.len(), door.clone());
        let told = format!("{SERIAL} · 共 {count} 个门，站在 {}", door.name);
        Ok((Self { server, reader, door }, told))
    }

    pub fn door(&self) -> DoorId {
        self.door.door_id
    }

    async fn look(&self) -> Result<DoorView> {
        self.server.simulators(&format!("doors/{}", self.door.door_id), &[]).await
    }

    /// A code that must open.
    pub async fn opens(&self, code: &str) -> Result<(Opening, String)> {
        let before = self.look().await?;
        let scan = self.reader.read(self.door.number, code)?;
        let begun = Instant::now();
        let answer = self.reader.ask(&scan).await?;
        let took = begun.elapsed().as_millis();
        expect(said(Decision::Grant, Reason::Ok), said(answer.decision, answer.reason))?;
        let after = self.look().await?;
        expect(pulses(before.pulses + 1), pulses(after.pulses))?;
        if !after.open {
            return Err(otherwise("the door open", "the door shut"));
        }
        let told = format!(
            "{} · 开 {} ms · 动作 {} → {} 次 · {took} ms",
            answer.text, answer.pulse_ms, before.pulses, after.pulses
        );
        Ok((Opening { scan, answer }, told))
    }

    /// A code that must not open, for this reason.
    pub async fn refuses(&self, code: &str, reason: Reason) -> Result<((), String)> {
        let before = self.look().await?;
        let answer = self.reader.scan(self.door.number, code).await?;
        expect(said(Decision::Deny, reason), said(answer.decision, answer.reason))?;
        expect(pulses(before.pulses), pulses(self.look().await?.pulses))?;
        Ok(((), format!("{} ({}) · 门没有动", answer.text, reason.name())))
    }

    /// A scan that is sent again must get the same answer and move nothing.
    pub async fn repeats(&self, opening: &Opening) -> Result<((), String)> {
        let before = self.look().await?;
        let answer = self.reader.ask(&opening.scan).await?;
        if answer != opening.answer {
            return Err(otherwise(format!("{:?}", opening.answer), format!("{answer:?}")));
        }
        expect(pulses(before.pulses), pulses(self.look().await?.pulses))?;
        Ok(((), format!("{} · 门没有再动", answer.text)))
    }
}

fn said(decision: Decision, reason: Reason) -> String {
    let word = if decision == Decision::Grant { "grant" } else { "deny" };
    format!("{word} {}", reason.name())
}

fn pulses(count: u64) -> String {
    format!("the lock driven {count}×")
}
