//! Schedules as people write and read them: `周一至周五 08:00–18:00，周六 09:00–12:00`, `全天`, `不开放`.

use std::fmt;

use jiff::civil::Weekday;

use super::{
    AccessFault, DayHours, Hours, Interval, Schedule,
    hours::{DAY, minute},
};

const DAYS: [char; 7] = ['一', '二', '三', '四', '五', '六', '日'];
const DASHES: [char; 7] = ['–', '-', '—', '－', '~', '～', '至'];

/// Days with the same hours stand together, in the order of the first of them.
impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_never() {
            return f.write_str("不开放");
        }
        if *self == Self::always() {
            return f.write_str("全天");
        }
        let days = self.days();
        let mut separator = "";
        for (first, hours) in days.iter().enumerate() {
            if hours.is_closed() || days[..first].contains(hours) {
                continue;
            }
            write!(f, "{separator}{} {hours}", day_names(|day| days[day] == *hours))?;
            separator = "，";
        }
        Ok(())
    }
}

/// The names of the days (0 is Monday) that are among them: `每天`, `周一至周五`, `周六、周日`.
fn day_names(among: impl Fn(usize) -> bool) -> String {
    if (0..7).all(&among) {
        return "每天".to_owned();
    }
    let mut names: Vec<String> = Vec::new();
    let mut day = 0;
    while day < 7 {
        let run = (day..7).take_while(|day| among(*day)).count();
        if run >= 3 {
            names.push(format!("周{}至周{}", DAYS[day], DAYS[day + run - 1]));
        } else {
            names.extend(DAYS[day..day + run].iter().map(|name| format!("周{name}")));
        }
        day += run + 1;
    }
    names.join("、")
}

/// The part of a written schedule that is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadPart {
    /// Which part between commas or semicolons, counted from 1.
    pub part: usize,
    pub fault: AccessFault,
}

impl fmt::Display for BadPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第 {} 段：{}", self.part, self.fault)
    }
}

impl Schedule {
    /// Reads what its `Display` writes, and what people type instead: `周一-周五 8:00-18:00；周末 9:00~12:00`,
    /// full-width digits, `星期天`, `工作日`, `周五至周一`. An end before its start is of the next day.
    pub fn parse(text: &str) -> Result<Self, BadPart> {
        let text: String = text.trim().chars().map(narrow).collect();
        match text.as_str() {
            "全天" => return Ok(Self::always()),
            "不开放" => return Ok(Self::never()),
            _ => {}
        }
        let mut intervals = Vec::new();
        for (index, part) in text.split(['，', ',', '；', ';', '\n']).enumerate() {
            let (days, hours) = read_part(part.trim()).map_err(|fault| BadPart { part: index + 1, fault })?;
            for weekday in days {
                intervals.extend(hours.iter().map(|hours| Interval { weekday, hours }));
            }
        }
        Ok(Self::new(intervals))
    }
}

/// Full-width digits and colons as ASCII.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' | '：' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn read_part(part: &str) -> Result<(Vec<Weekday>, DayHours), AccessFault> {
    if part.is_empty() {
        return Err(AccessFault::Blank);
    }
    let hours_at = part.find(|c: char| c.is_ascii_digit() || c == '全').ok_or(AccessFault::HoursUnreadable)?;
    let (days, hours) = part.split_at(hours_at);
    Ok((read_days(days)?, read_hours(hours)?))
}

fn read_days(text: &str) -> Result<Vec<Weekday>, AccessFault> {
    let mut days = Vec::new();
    for group in text.trim().split(['、', '和']) {
        let (first, last) = match group.trim() {
            "每天" | "每日" => (Weekday::Monday, Weekday::Sunday),
            "工作日" => (Weekday::Monday, Weekday::Friday),
            "周末" => (Weekday::Saturday, Weekday::Sunday),
            group => match group.split_once(DASHES) {
                Some((first, last)) => (read_day(first)?, read_day(last)?),
                None => (read_day(group)?, read_day(group)?),
            },
        };
        days.push(first);
        days.extend(first.next().cycle_forward().take(usize::try_from(first.until(last)).unwrap_or_default()));
    }
    Ok(days)
}

fn read_day(text: &str) -> Result<Weekday, AccessFault> {
    let text = text.trim();
    let name = text.strip_prefix('周').or_else(|| text.strip_prefix("星期")).ok_or(AccessFault::DayUnreadable)?;
    let place = match name {
        "天" => Some(6),
        _ => DAYS.iter().position(|day| name.strip_prefix(*day) == Some("")),
    };
    let weekday = place.and_then(|place| Weekday::Monday.cycle_forward().nth(place));
    weekday.ok_or(AccessFault::DayUnreadable)
}

fn read_hours(text: &str) -> Result<DayHours, AccessFault> {
    let one = |text: &str| {
        if text.trim() == "全天" {
            return Ok(Hours::ALL_DAY);
        }
        let (from, to) = text.split_once(DASHES).ok_or(AccessFault::HoursUnreadable)?;
        let from = minute(from)?;
        match to.trim().strip_prefix("次日") {
            Some(to) => Hours::new(from, minute(to)?.saturating_add(DAY)),
            None => Hours::new(from, minute(to)?),
        }
    };
    Ok(DayHours::new(text.split('、').map(one).collect::<Result<Vec<_>, _>>()?))
}
