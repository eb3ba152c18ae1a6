use std::{collections::VecDeque, time::Duration};

use kernel::{
    CommandId, Timestamp,
    port::{CommandResult, Unlock},
};
use serde::{Deserialize, Serialize};

/// How many orders a door remembers, to tell a repeat from a new one.
const REMEMBERED: usize = 256;

/// What may go wrong at a door. In JSON: `"offline"`, `"silent"`, `"refuses"`, `"stuck"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DoorFault {
    /// It is not there.
    Offline,
    /// It does as ordered and its answer is lost.
    Silent,
    Refuses,
    /// The order is stuck on its way, until it is let through.
    Stuck,
}

/// How a door is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DoorState {
    /// Whether the lock is free.
    pub open: bool,
    /// How often the lock was driven.
    pub pulses: u64,
    /// When it was last driven.
    pub last_opened_at: Option<Timestamp>,
    /// When the lock falls, or fell, shut.
    pub open_until: Option<Timestamp>,
    /// The order that last drove it.
    pub last_command: Option<CommandId>,
}

#[derive(Default)]
pub(super) struct Door {
    pulses: u64,
    last_opened_at: Option<Timestamp>,
    open_until: Option<Timestamp>,
    carried_out: VecDeque<CommandId>,
    faults: VecDeque<(DoorFault, u32)>,
    stuck: Vec<Unlock>,
}

impl Door {
    pub(super) fn state(&self, now: Timestamp) -> DoorState {
        DoorState {
            open: self.open_until.is_some_and(|until| now < until),
            pulses: self.pulses,
            last_opened_at: self.last_opened_at,
            open_until: self.open_until,
            last_command: self.carried_out.back().copied(),
        }
    }

    pub(super) fn inject(&mut self, fault: DoorFault, times: u32) {
        if times > 0 {
            self.faults.push_back((fault, times));
        }
    }

    /// What it answers to an order; nothing to one that is stuck.
    pub(super) fn unlock(&mut self, order: &Unlock, now: Timestamp) -> Option<CommandResult> {
        Some(match self.next_fault() {
            None => self.carry_out(order, now),
            Some(DoorFault::Offline) => CommandResult::Offline,
            Some(DoorFault::Refuses) => CommandResult::Refused,
            Some(DoorFault::Silent) => {
                self.carry_out(order, now);
                CommandResult::Silent
            }
            Some(DoorFault::Stuck) => {
                self.stuck.push(order.clone());
                return None;
            }
        })
    }

    /// Lets through what was stuck.
    pub(super) fn let_through(&mut self, now: Timestamp) -> Vec<CommandResult> {
        let stuck = std::mem::take(&mut self.stuck);
        stuck.iter().map(|order| self.carry_out(order, now)).collect()
    }

    fn carry_out(&mut self, order: &Unlock, now: Timestamp) -> CommandResult {
        // before the deadline is looked at: a late repeat still learns that its order was carried out in time
        if self.carried_out.contains(&order.command) {
            return CommandResult::Opened;
        }
        if now > order.not_after {
            return CommandResult::Refused;
        }
        if self.carried_out.len() == REMEMBERED {
            self.carried_out.pop_front();
        }
        self.carried_out.push_back(order.command);
        self.pulses += 1;
        self.last_opened_at = Some(now);
        let until = now.after(Duration::from_millis(order.pulse_ms.into()));
        // a shorter pulse does not shut a door that an earlier one holds open
        self.open_until = self.open_until.max(Some(until));
        CommandResult::Opened
    }

    fn next_fault(&mut self) -> Option<DoorFault> {
        let (fault, left) = self.faults.front_mut()?;
        let fault = *fault;
        *left -= 1;
        if *left == 0 {
            self.faults.pop_front();
        }
        Some(fault)
    }
}
