use std::collections::HashMap;

use async_trait::async_trait;
use kernel::{
    Result,
    port::{CommandResult, DoorAddress, DoorDriver, DoorStatus, DoorStatuses, Unlock},
};
use serde_json::value::RawValue;

use super::{Carsafe, Failure, answer::items, parts::Parts, queries::Door};

impl Carsafe {
    async fn open(&self, address: &DoorAddress) -> Result<bool, Failure> {
        let (line, data) = (&self.lines.open_door, Door::from(address));
        self.wire.ask(line, &address.branch, &data, self.opening_deadline).await?.is_done()
    }

    async fn told(&self, branch: &str, doors: &[DoorAddress]) -> Result<Vec<Option<DoorStatus>>, Failure> {
        let data: Vec<_> = doors.iter().map(Door::from).collect();
        let answer = self.wire.ask(&self.lines.door_status, branch, &data, self.deadline).await?;
        let records = items(answer.list()?)?;
        let told: HashMap<_, _> = records.iter().filter_map(|record| status(record, branch)).collect();
        if told.len() < records.len() {
            let left_out = records.len() - told.len();
            tracing::warn!(site.branch = branch, doors.skipped = left_out, "invalid or duplicate doors skipped");
        }
        Ok(doors.iter().map(|door| told.get(door).copied()).collect())
    }
}

#[async_trait]
impl DoorDriver for Carsafe {
    /// Asks once, and never again. `Refused` without asking for a door that has no address here and for an order that is
    /// too old; `Silent` for an answer that came too late, was lost or makes no sense, for then the lock may have been
    /// driven. How long a door stays open the installed system decides.
    async fn unlock(&self, order: &Unlock) -> CommandResult {
        let Some(address) = &order.address else { return CommandResult::Refused };
        if self.clock.now() > order.not_after {
            return CommandResult::Refused;
        }
        let failure = match self.open(address).await {
            Ok(true) => return CommandResult::Opened,
            Ok(false) => return CommandResult::Refused,
            Err(failure) => failure,
        };
        failure.log(self.lines.open_door.name);
        match failure {
            Failure::Unreachable(_) | Failure::Open => CommandResult::Offline,
            _ => CommandResult::Silent,
        }
    }
}

#[async_trait]
impl DoorStatuses for Carsafe {
    /// How these doors of the first one's branch stand; none for a door of another branch, for one that is not told of
    /// and for one of which something is told that makes no sense.
    ///
    /// # Errors
    /// [`kernel::port::CARD_SYSTEM_AWAY`].
    async fn statuses(&self, doors: &[DoorAddress]) -> Result<Vec<Option<DoorStatus>>> {
        let Some(first) = doors.first() else { return Ok(vec![]) };
        let told = self.told(&first.branch, doors).await;
        told.map_err(|failure| failure.fault(self.lines.door_status.name))
    }
}

/// What is told of a door: `connected` 0 or 1, `opened` 1 or 2 (it is open), `broken` and `openedtimeout` 0 or 1. Of a
/// door that is not connected the rest may be anything.
fn status(record: &RawValue, branch: &str) -> Option<(DoorAddress, DoorStatus)> {
    let parts = Parts::of(record.get())?;
    let number = |name: &str| parts.text(name).filter(|text| !text.is_empty());
    let address =
        DoorAddress { branch: branch.to_owned(), controller: number("controllerno")?, door: number("doorno")? };
    let either = |name, no, yes| {
        let told = parts.integer(name)?;
        (told == no || told == yes).then_some(told == yes)
    };
    let status = if either("connected", 0, 1)? {
        let (opened, broken) = (either("opened", 1, 2)?, either("broken", 0, 1)?);
        DoorStatus { connected: true, opened, broken, held_open: either("openedtimeout", 0, 1)? }
    } else {
        DoorStatus { connected: false, opened: false, broken: false, held_open: false }
    };
    Some((address, status))
}

#[cfg(test)]
mod tests {
    use kernel::port::DoorStatus;
    use serde_json::value::RawValue;

    use super::status;

    fn read(rest: &str) -> Option<DoorStatus> {
        let raw = RawValue::from_string(format!(r#"{{"controllerno":"A","doorno":1,{rest}}}"#)).expect("JSON");
        let (address, status) = status(&raw, "1")?;
        assert_eq!((&*address.branch, &*address.controller, &*address.door), ("1", "A", "1"));
        Some(status)
    }

    #[test]
    fn two_is_open_and_one_is_closed() {
        let closed = DoorStatus { connected: true, opened: false, broken: false, held_open: false };
        assert_eq!(read(r#""connected":1,"opened":1,"broken":0,"openedtimeout":0"#), Some(closed));
        let forced = DoorStatus { opened: true, broken: true, held_open: true, ..closed };
        assert_eq!(read(r#""connected":1,"opened":2,"broken":1,"openedtimeout":1"#), Some(forced));
        let away = DoorStatus { connected: false, ..closed };
        assert_eq!(read(r#""connected":0,"opened":0"#), Some(away));
    }

    #[test]
    fn what_makes_no_sense_is_none() {
        for rest in [
            r#""opened":1"#,
            r#""connected":2,"opened":1,"broken":0,"openedtimeout":0"#,
            r#""connected":1,"opened":0,"broken":0,"openedtimeout":0"#,
            r#""connected":1,"opened":"2","broken":0,"openedtimeout":0"#,
            r#""connected":1,"opened":1,"broken":2,"openedtimeout":0"#,
            r#""connected":1,"opened":1,"broken":0"#,
        ] {
            assert_eq!(read(rest), None, "{rest}");
        }
        for json in ["1", "[]", r#"{"connected":0}"#, r#"{"controllerno":"A","doorno":"","connected":0}"#] {
            assert!(status(&RawValue::from_string(json.into()).expect("JSON"), "1").is_none(), "{json}");
        }
    }
}
