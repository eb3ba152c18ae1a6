use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AccessFault, DayHours};

/// Days with hours of their own (节假日): a public holiday, a closed day, or a Sunday worked in exchange (调休).
/// In JSON `{"name": "国庆节", "from": "2026-10-01", "until": "2026-10-07", "yearly": false, "hours": []}`; `until` may be
/// missing for a single day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Holiday {
    name: String,
    from: Date,
    until: Date,
    yearly: bool,
    hours: DayHours,
}

impl Holiday {
    /// From one day to another, both inclusive, at most a year; on the same days of every year when `yearly`. 29
    /// February alone recurs in leap years only.
    pub fn new(
        name: impl Into<String>,
        from: Date,
        until: Date,
        yearly: bool,
        hours: DayHours,
    ) -> Result<Self, AccessFault> {
        if until < from {
            return Err(AccessFault::EndsBeforeItBegins);
        }
        if from.checked_add(1.year()).is_ok_and(|too_late| too_late <= until) {
            return Err(AccessFault::HolidayTooLong);
        }
        Ok(Self { name: name.into(), from, until, yearly, hours })
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first day.
    pub const fn from(&self) -> Date {
        self.from
    }

    /// The last day.
    pub const fn until(&self) -> Date {
        self.until
    }

    /// Whether it recurs every year.
    pub const fn yearly(&self) -> bool {
        self.yearly
    }

    /// The hours of each of its days.
    pub const fn hours(&self) -> &DayHours {
        &self.hours
    }

    fn days(&self) -> impl Iterator<Item = Date> {
        self.from.series(1.day()).take_while(|date| *date <= self.until)
    }

    /// Month and day of each of its days in a leap year, so that 29 February inside a longer holiday is never left out.
    fn yearly_days(&self) -> impl Iterator<Item = MonthDay> {
        let last = month_day(self.until);
        let mut next = Some(month_day(self.from));
        std::iter::from_fn(move || {
            let day = next?;
            next = (day != last).then(|| following(day));
            Some(day)
        })
    }
}

type MonthDay = (i8, i8);

fn month_day(date: Date) -> MonthDay {
    (date.month(), date.day())
}

/// The next day in the circle of a leap year.
const fn following((month, day): MonthDay) -> MonthDay {
    const LENGTHS: [i8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let length = LENGTHS[month.unsigned_abs() as usize - 1];
    match (month, day) {
        (12, 31) => (1, 1),
        (month, day) if day == length => (month + 1, 1),
        (month, day) => (month, day + 1),
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    name: String,
    #[schema(value_type = String, format = Date)]
    from: Date,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
    #[serde(default)]
    yearly: bool,
    #[serde(default)]
    hours: DayHours,
}

impl TryFrom<Written> for Holiday {
    type Error = AccessFault;
    fn try_from(Written { name, from, until, yearly, hours }: Written) -> Result<Self, AccessFault> {
        Self::new(name, from, until.unwrap_or(from), yearly, hours)
    }
}

impl From<Holiday> for Written {
    fn from(Holiday { name, from, until, yearly, hours }: Holiday) -> Self {
        Self { name, from, until: Some(until), yearly, hours }
    }
}

/// The holidays of a site (节假日历). In JSON the list of them.
///
/// Where several fall on one day, one of a single year beats a yearly one, then the shorter beats the longer, then the
/// one listed first counts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Holiday>", into = "Vec<Holiday>")]
pub struct HolidayCalendar {
    holidays: Vec<Holiday>,
    once: BTreeMap<Date, usize>,
    yearly: BTreeMap<MonthDay, usize>,
}

impl HolidayCalendar {
    pub fn new(holidays: Vec<Holiday>) -> Self {
        let mut calendar = Self { holidays, once: BTreeMap::new(), yearly: BTreeMap::new() };
        let mut weakest_first: Vec<(usize, &Holiday)> = calendar.holidays.iter().enumerate().rev().collect();
        weakest_first.sort_by_key(|(_, holiday)| std::cmp::Reverse(holiday.days().count()));
        for (index, holiday) in weakest_first {
            if holiday.yearly {
                calendar.yearly.extend(holiday.yearly_days().map(|day| (day, index)));
            } else {
                calendar.once.extend(holiday.days().map(|day| (day, index)));
            }
        }
        calendar
    }

    /// The holiday that rules this day.
    pub fn on(&self, date: Date) -> Option<&Holiday> {
        let index = self.once.get(&date).or_else(|| self.yearly.get(&month_day(date)))?;
        self.holidays.get(*index)
    }
}

impl From<Vec<Holiday>> for HolidayCalendar {
    fn from(holidays: Vec<Holiday>) -> Self {
        Self::new(holidays)
    }
}

impl From<HolidayCalendar> for Vec<Holiday> {
    fn from(calendar: HolidayCalendar) -> Self {
        calendar.holidays
    }
}
