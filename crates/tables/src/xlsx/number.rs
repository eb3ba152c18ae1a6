use jiff::{
    ToSpan,
    civil::{Date, DateTime, date},
};

use super::format::{Format, Parts};
use crate::fault::Flaw;

/// From here on a spreadsheet no longer keeps every digit.
const TOO_LONG: f64 = 1e15;
const DAY_SECONDS: f64 = 86_400.0;
/// 9999-12-31, the last day spreadsheets know.
const LAST_DAY: f64 = 2_958_466.0;
/// Day 60 is the 29th of February 1900, which never was.
const PHANTOM_DAY: f64 = 60.0;

/// A number as people see it.
pub(super) fn shown(number: f64, format: &Format, from_1904: bool) -> Result<String, Flaw> {
    match format {
        Format::General => plain(number),
        Format::Number(code) => {
            plain(number)?; // a number that is none, or has lost its end
            code.shown(number)
        }
        Format::Time => time(number),
        Format::Date(parts) => Ok(day(moment(number, from_1904)?, *parts)),
        Format::DateTime(parts) => {
            let moment = moment(number, from_1904)?;
            Ok(format!("{} {}", day(moment, *parts), moment.strftime("%H:%M:%S")))
        }
    }
}

/// What is shown of a day, and no more: its reader must not take a month for its first day.
fn day(moment: DateTime, Parts { year, month, day }: Parts) -> String {
    let parts = [(year, "%Y"), (month, "%m"), (day, "%d")];
    let shown: Vec<_> = parts.iter().filter(|(shown, _)| *shown).map(|(_, part)| *part).collect();
    moment.strftime(&shown.join("-")).to_string()
}

/// A date or a time that the file gives as text by ISO 8601, as people see it. An offset stays.
pub(super) fn iso(text: &str) -> Result<String, Flaw> {
    let Some((_, clock)) = text.split_once('T') else {
        let day: Date = text.parse().map_err(|_| Flaw::BadDate)?;
        return Ok(day.strftime("%Y-%m-%d").to_string());
    };
    let offset = clock.find(['Z', 'z', '+', '-']).map_or("", |at| &clock[at..]);
    let moment: DateTime = text[..text.len() - offset.len()].parse().map_err(|_| Flaw::BadDate)?;
    Ok(format!("{}{offset}", moment.strftime("%Y-%m-%d %H:%M:%S")))
}

fn plain(number: f64) -> Result<String, Flaw> {
    if !number.is_finite() {
        return Err(Flaw::UnreadableCell);
    }
    if number.abs() >= TOO_LONG {
        return Err(Flaw::DamagedNumber);
    }
    // spreadsheets show fifteen digits: 0.1 + 0.2 is 0.3 to them
    let rounded: f64 = format!("{number:.14e}").parse().map_err(|_| Flaw::UnreadableCell)?;
    Ok(if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() })
}

fn time(number: f64) -> Result<String, Flaw> {
    if !(0.0..LAST_DAY).contains(&number) {
        return Err(Flaw::BadDate);
    }
    let seconds = (number * DAY_SECONDS).round() as u64;
    Ok(format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60))
}

fn moment(number: f64, from_1904: bool) -> Result<DateTime, Flaw> {
    let in_range = (0.0..LAST_DAY).contains(&number);
    let phantom = (PHANTOM_DAY..PHANTOM_DAY + 1.0).contains(&number);
    if !in_range || (phantom && !from_1904) {
        return Err(Flaw::BadDate);
    }
    let first = match (from_1904, number < PHANTOM_DAY) {
        (true, _) => date(1904, 1, 1),
        (false, true) => date(1899, 12, 31),
        (false, false) => date(1899, 12, 30),
    };
    let gone = (number * DAY_SECONDS).round() as i64;
    let day = first.checked_add((gone / DAY_SECONDS as i64).days()).map_err(|_| Flaw::BadDate)?;
    Ok(day.at(0, 0, 0, 0) + (gone % DAY_SECONDS as i64).seconds())
}

#[cfg(test)]
mod tests {
    use super::{super::code::Code, *};

    const WHOLE: Parts = Parts { year: true, month: true, day: true };
    const DATE: Format = Format::Date(WHOLE);

    #[test]
    fn numbers_are_shown_as_a_spreadsheet_shows_them() {
        for (number, text) in [
            (13812345678.0, "13812345678"),
            (999_999_999_999_999.0, "999999999999999"),
            (-42.0, "-42"),
            (0.1 + 0.2, "0.3"),
            (-0.0, "0"),
            (1.5, "1.5"),
            (0.000001, "0.000001"),
        ] {
            assert_eq!(shown(number, &Format::General, false).as_deref(), Ok(text));
        }
        assert_eq!(shown(110101199003071234.0, &Format::General, false), Err(Flaw::DamagedNumber));
        assert_eq!(shown(f64::NAN, &Format::General, false), Err(Flaw::UnreadableCell));
        let padded = Format::Number(Code::of("000000").unwrap());
        assert_eq!(shown(1e15, &padded, false), Err(Flaw::DamagedNumber));
        assert_eq!(shown(f64::INFINITY, &padded, false), Err(Flaw::UnreadableCell));
        assert_eq!(shown(1234.0, &padded, false).as_deref(), Ok("001234"));
    }

    #[test]
    fn days_are_counted_as_spreadsheets_count_them() {
        for (number, from_1904, text) in [
            (1.0, false, "1900-01-01"),
            (59.0, false, "1900-02-28"),
            (61.0, false, "1900-03-01"),
            (45292.0, false, "2024-01-01"),
            (45292.99, false, "2024-01-01"),
            (2_958_465.0, false, "9999-12-31"),
            (0.0, true, "1904-01-01"),
            (43830.0, true, "2024-01-01"),
        ] {
            assert_eq!(shown(number, &DATE, from_1904).as_deref(), Ok(text));
        }
        for number in [60.0, 60.5, -1.0, 2_958_466.0, f64::NAN, f64::INFINITY] {
            assert_eq!(shown(number, &DATE, false), Err(Flaw::BadDate), "{number}");
        }
        let part = |year, month, day| Format::Date(Parts { year, month, day });
        assert_eq!(shown(46752.0, &part(true, true, false), false).as_deref(), Ok("2027-12"));
        assert_eq!(shown(46752.0, &part(false, true, true), false).as_deref(), Ok("12-31"));
        assert_eq!(shown(45292.5, &Format::DateTime(WHOLE), false).as_deref(), Ok("2024-01-01 12:00:00"));
        assert_eq!(shown(45292.0, &Format::DateTime(WHOLE), false).as_deref(), Ok("2024-01-01 00:00:00"));
        assert_eq!(shown(0.354178240740741, &Format::Time, false).as_deref(), Ok("08:30:01"));
        assert_eq!(shown(1.5, &Format::Time, false).as_deref(), Ok("36:00:00"));
        assert_eq!(shown(-0.5, &Format::Time, false), Err(Flaw::BadDate));
    }

    #[test]
    fn dates_given_as_text_are_read() {
        assert_eq!(iso("2024-02-29").as_deref(), Ok("2024-02-29"));
        assert_eq!(iso("2024-02-29T08:30:01.000").as_deref(), Ok("2024-02-29 08:30:01"));
        assert_eq!(iso("2024-02-29T08:30:01.000Z").as_deref(), Ok("2024-02-29 08:30:01Z"));
        assert_eq!(iso("2024-02-29T08:30:01+08:00").as_deref(), Ok("2024-02-29 08:30:01+08:00"));
        assert_eq!(iso("2023-02-29"), Err(Flaw::BadDate));
        assert_eq!(iso("soon"), Err(Flaw::BadDate));
    }
}
