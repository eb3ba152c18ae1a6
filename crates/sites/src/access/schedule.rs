use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AccessFault, DayHours, Hours};

/// One stretch of a week. In JSON `{"weekday": 5, "from": "22:00", "to": "06:00"}`, weekdays from 1 (Monday) to 7
/// (Sunday) as in ISO 8601, times as in [`Hours`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Interval {
    /// The day it begins on.
    pub weekday: Weekday,
    /// From when to when.
    pub hours: Hours,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    weekday: i8,
    from: String,
    to: String,
}

impl TryFrom<Written> for Interval {
    type Error = AccessFault;
    fn try_from(Written { weekday, from, to }: Written) -> Result<Self, AccessFault> {
        let weekday = Weekday::from_monday_one_offset(weekday).map_err(|_| AccessFault::NoSuchWeekday)?;
        Ok(Self { weekday, hours: Hours::parse(&from, &to)? })
    }
}

impl From<Interval> for Written {
    fn from(Interval { weekday, hours }: Interval) -> Self {
        let super::hours::Written { from, to } = hours.into();
        Self { weekday: weekday.to_monday_one_offset(), from, to }
    }
}

/// The hours of a week (时间段), sorted and merged day by day. Empty means never. In JSON the list of its [`Interval`]s.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Interval>", into = "Vec<Interval>")]
pub struct Schedule {
    days: [DayHours; 7],
}

impl Schedule {
    /// These, in any order, overlapping or not.
    pub fn new(intervals: impl IntoIterator<Item = Interval>) -> Self {
        let mut days: [Vec<Hours>; 7] = Default::default();
        for Interval { weekday, hours } in intervals {
            days[place(weekday)].push(hours);
        }
        Self { days: days.map(DayHours::new) }
    }

    /// Never open, not even on a holiday with hours of its own.
    pub const fn never() -> Self {
        Self { days: [const { DayHours::closed() }; 7] }
    }

    /// Open at every minute of every week.
    pub fn always() -> Self {
        Self { days: std::array::from_fn(|_| DayHours::new([Hours::ALL_DAY])) }
    }

    /// Whether it never opens.
    pub fn is_never(&self) -> bool {
        self.days.iter().all(DayHours::is_closed)
    }

    /// The hours that begin on this day of the week.
    pub fn day(&self, weekday: Weekday) -> &DayHours {
        &self.days[place(weekday)]
    }

    /// Its stretches, from Monday on.
    pub fn intervals(&self) -> impl Iterator<Item = Interval> {
        Weekday::Monday
            .cycle_forward()
            .zip(&self.days)
            .flat_map(|(weekday, day)| day.iter().map(move |hours| Interval { weekday, hours }))
    }

    /// The days of the week and their hours, from Monday on.
    pub(super) const fn days(&self) -> &[DayHours; 7] {
        &self.days
    }
}

/// Where a weekday stands, counted from Monday as 0.
fn place(weekday: Weekday) -> usize {
    usize::from(weekday.to_monday_zero_offset().unsigned_abs())
}

impl From<Vec<Interval>> for Schedule {
    fn from(intervals: Vec<Interval>) -> Self {
        Self::new(intervals)
    }
}

impl From<Schedule> for Vec<Interval> {
    fn from(schedule: Schedule) -> Self {
        schedule.intervals().collect()
    }
}
