use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AccessFault;

/// Minutes of a day.
pub(super) const DAY: u16 = 24 * 60;

/// One stretch of a day's hours, from a minute (inclusive) to a minute (exclusive), on the clock on the wall. What runs
/// past midnight still belongs to the day it begins on.
///
/// In JSON `{"from": "22:00", "to": "06:00"}`. An end before the start is of the next day, and so is one past 24:00:
/// `"30:00"` is 06:00 of the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Hours {
    from: u16,
    to: u16,
}

impl Hours {
    pub const ALL_DAY: Self = Self { from: 0, to: DAY };

    /// From one minute after midnight to another; an end before the start is of the next day, and so is one past 1440.
    pub const fn new(from: u16, to: u16) -> Result<Self, AccessFault> {
        if from >= DAY {
            return Err(AccessFault::StartsTooLate);
        }
        if to > 2 * DAY {
            return Err(AccessFault::EndsTooLate);
        }
        if to == from {
            return Err(AccessFault::NoLength);
        }
        Ok(Self { from, to: if to < from { to + DAY } else { to } })
    }

    /// From one time of day to another, written `08:00`.
    pub fn parse(from: &str, to: &str) -> Result<Self, AccessFault> {
        Self::new(minute(from)?, minute(to)?)
    }

    /// The first minute, 0 to 1439.
    pub const fn from(self) -> u16 {
        self.from
    }

    /// The minute after the last, 1 to 2880; past 1440 it is of the next day.
    pub const fn to(self) -> u16 {
        self.to
    }
}

/// As people read it: `08:00–18:00`, `22:00–次日06:00`, `全天`.
impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ALL_DAY {
            return f.write_str("全天");
        }
        let (next, to) = if self.to > DAY { ("次日", self.to - DAY) } else { ("", self.to) };
        write!(f, "{}–{next}{}", clock(self.from), clock(to))
    }
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The minute behind `8:00`, `08:00` or `08：00`, up to 48:00.
pub(super) fn minute(text: &str) -> Result<u16, AccessFault> {
    let number = |digits: &str, least: usize| {
        let good = (least..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        good.then(|| digits.parse::<u16>().ok()).flatten()
    };
    let (hour, minute) = text.trim().split_once([':', '：']).ok_or(AccessFault::TimeUnreadable)?;
    match (number(hour, 1), number(minute, 2)) {
        (Some(hour), Some(minute)) if minute < 60 => match hour * 60 + minute {
            late if late > 2 * DAY => Err(AccessFault::EndsTooLate),
            minute => Ok(minute),
        },
        _ => Err(AccessFault::TimeUnreadable),
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) from: String,
    pub(super) to: String,
}

impl TryFrom<Written> for Hours {
    type Error = AccessFault;
    fn try_from(written: Written) -> Result<Self, AccessFault> {
        Self::parse(&written.from, &written.to)
    }
}

impl From<Hours> for Written {
    fn from(hours: Hours) -> Self {
        let unmistakable = hours.to > DAY && hours.to - DAY < hours.from;
        let to = if unmistakable { hours.to - DAY } else { hours.to };
        Self { from: clock(hours.from), to: clock(to) }
    }
}

/// The hours of one day, sorted and merged: two that open at the same minutes are equal. Empty means closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Hours>", into = "Vec<Hours>")]
pub struct DayHours {
    /// Within the day, sorted, apart from each other.
    spans: Vec<(u16, u16)>,
    /// How many minutes of the next day the last span runs on.
    spill: u16,
}

impl DayHours {
    pub const fn closed() -> Self {
        Self { spans: Vec::new(), spill: 0 }
    }

    /// These, in any order, overlapping or not.
    pub fn new(hours: impl IntoIterator<Item = Hours>) -> Self {
        let mut hours: Vec<Hours> = hours.into_iter().collect();
        hours.sort_unstable();
        let mut day = Self::closed();
        for Hours { from, to } in hours {
            day.spill = day.spill.max(to.saturating_sub(DAY));
            let to = to.min(DAY);
            match day.spans.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => day.spans.push((from, to)),
            }
        }
        day
    }

    /// Whether it never opens.
    pub const fn is_closed(&self) -> bool {
        self.spans.is_empty()
    }

    /// Its stretches in order; the last may run past midnight.
    pub fn iter(&self) -> impl Iterator<Item = Hours> {
        self.spans.iter().map(|&(from, to)| Hours { from, to: if to == DAY { DAY + self.spill } else { to } })
    }

    /// Whether it is open at this minute of its own day.
    pub(super) fn opens(&self, minute: u16) -> bool {
        self.spans.iter().any(|&(from, to)| from <= minute && minute < to)
    }

    /// Whether it is still open at this minute of the next day.
    pub(super) const fn runs_on(&self, minute: u16) -> bool {
        minute < self.spill
    }
}

impl From<Vec<Hours>> for DayHours {
    fn from(hours: Vec<Hours>) -> Self {
        Self::new(hours)
    }
}

impl From<DayHours> for Vec<Hours> {
    fn from(day: DayHours) -> Self {
        day.iter().collect()
    }
}

/// As people read it: `08:00–12:00、14:00–18:00`, `全天`, `不开放`.
impl fmt::Display for DayHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_closed() {
            return f.write_str("不开放");
        }
        for (index, hours) in self.iter().enumerate() {
            write!(f, "{}{hours}", if index == 0 { "" } else { "、" })?;
        }
        Ok(())
    }
}
