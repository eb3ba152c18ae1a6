use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{CommandId, DoorId, Result, Timestamp};

/// How an installed system names a door.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct DoorAddress {
    /// Branch (分场).
    pub branch: String,
    /// Controller (控制器编号).
    pub controller: String,
    /// The door's number at its controller (门编号).
    pub door: String,
}

/// Status of a door, as reported by an installed system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DoorStatus {
    /// The controller is connected.
    pub connected: bool,
    /// The door is open.
    pub opened: bool,
    /// The door was forced or tampered with (防拆、非法开门).
    pub broken: bool,
    /// The door was open too long (超时未关门).
    pub held_open: bool,
}

/// Tells how doors stand.
#[async_trait]
pub trait DoorStatuses: Send + Sync {
    /// How these doors of one branch stand, in the order asked; none for a door it does not tell of.
    async fn statuses(&self, doors: &[DoorAddress]) -> Result<Vec<Option<DoorStatus>>>;
}

/// An order to open, good until its deadline and never after.
#[derive(Clone, Debug)]
pub struct Unlock {
    pub command: CommandId,
    pub door: DoorId,
    /// For how long, milliseconds.
    pub pulse_ms: u32,
    /// After this it must not be carried out.
    pub not_after: Timestamp,
    /// How the installed system that drives it names the door; none where we drive it.
    pub address: Option<DoorAddress>,
}

/// What the controller said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandResult {
    /// The lock was driven.
    Opened,
    Refused,
    /// It did not answer in time: the lock may have been driven.
    Silent,
    /// It is not there.
    Offline,
}

/// Moves the locks of the doors that name it as what drives them.
#[async_trait]
pub trait DoorDriver: Send + Sync {
    /// Carries out one order now or not at all.
    async fn unlock(&self, order: &Unlock) -> CommandResult;
}
