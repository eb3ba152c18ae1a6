//! What the cells of a table of cards say, and how they are written. What is written reads as the same again.

use std::ops::{Range, RangeInclusive};

use jiff::{
    civil::{Date, Time},
    tz::{Offset, TimeZone},
};
use kernel::{
    Timestamp, plate,
    port::{CardKind, CardState},
    typed::typed,
};
use sites::{HolderGroup, HolderGroupId};

/// What stands between several values of one cell.
const SEPARATORS: [char; 6] = ['，', ',', '、', '；', ';', '\n'];
/// Plates of one card, and characters of one.
const PLATES: usize = 10;
/// Groups of one card: as many as its row holds.
const GROUPS: usize = 10;

/// 卡类型
pub(super) fn kind(text: &str) -> Option<CardKind> {
    match typed(text).as_str() {
        "会员卡" | "车卡" | "会员卡/车卡" => Some(CardKind::Member),
        "储值卡" => Some(CardKind::StoredValue),
        "门禁卡" => Some(CardKind::Access),
        _ => None,
    }
}

pub(super) const fn kind_text(kind: CardKind) -> &'static str {
    match kind {
        CardKind::Member => "会员卡",
        CardKind::StoredValue => "储值卡",
        CardKind::Access => "门禁卡",
    }
}

/// 状态
pub(super) fn state(text: &str) -> Option<CardState> {
    match typed(text).as_str() {
        "" | "正常" => Some(CardState::Active),
        "挂失" | "已挂失" => Some(CardState::Lost),
        "冻结" | "已冻结" => Some(CardState::Frozen),
        "换卡" | "已换卡" => Some(CardState::Replaced),
        "退卡" | "已退卡" => Some(CardState::Returned),
        _ => None,
    }
}

pub(super) const fn state_text(state: CardState) -> &'static str {
    match state {
        CardState::Active => "正常",
        CardState::Lost => "挂失",
        CardState::Frozen => "冻结",
        CardState::Replaced => "已换卡",
        CardState::Returned => "退卡",
    }
}

/// Yuan into fen, exactly; up to a billion. Commas divide thousands, as spreadsheets show them.
pub(super) fn balance(text: &str) -> Option<i64> {
    const WHOLE: usize = 9;
    let text = typed(text);
    let (minus, text) = text.strip_prefix('-').map_or((false, text.as_str()), |rest| (true, rest));
    let text = text.trim_start_matches(['¥', '￥', ' ']);
    let (minus, text) = text.strip_prefix('-').filter(|_| !minus).map_or((minus, text), |rest| (true, rest));
    let text = text.strip_suffix('元').unwrap_or(text).trim_end();
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let whole = ungrouped(whole)?;
    let (part, digits) = (part.trim_end_matches('0'), |text: &str| text.bytes().all(|b| b.is_ascii_digit()));
    if whole.is_empty() || whole.len() > WHOLE || part.len() > 2 || !digits(&whole) || !digits(part) {
        return None;
    }
    let fen: i64 = format!("{whole}{part:0<2}").parse().ok()?;
    Some(if minus { -fen } else { fen })
}

/// The digits without the commas that divide thousands; none where commas stand elsewhere.
fn ungrouped(whole: &str) -> Option<String> {
    let (first, groups) = whole.split_once(',').map_or((whole, None), |(first, groups)| (first, Some(groups)));
    let mut groups = groups.into_iter().flat_map(|groups| groups.split(','));
    let good = !whole.contains(',') || ((1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3));
    good.then(|| whole.replace(',', ""))
}

pub(super) fn balance_text(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
}

/// 车牌, several.
pub(super) fn plates(text: &str) -> Option<Vec<String>> {
    let mut plates: Vec<String> = Vec::new();
    for part in text.split(|c: char| SEPARATORS.contains(&c) || c.is_whitespace()).filter(|part| !part.is_empty()) {
        let plate = plate(part)?;
        if !plates.contains(&plate) {
            plates.push(plate);
        }
    }
    (plates.len() <= PLATES).then_some(plates)
}

pub(super) fn plates_text(plates: &[String]) -> String {
    plates.join("、")
}

/// Until when something is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Until {
    pub(super) at: Timestamp,
    /// Whether a day was written with the time 0:00, as programs write dates; it lasts to its end all the same.
    pub(super) midnight: bool,
}

/// The last instant of a day, or an instant: by its own offset, else as clocks stand in `zone`.
pub(super) fn until(text: &str, zone: &TimeZone) -> Option<Until> {
    let text = typed(text);
    let (day, rest) = day(&text)?;
    if rest.is_empty() {
        return Some(Until { at: end_of(day, zone), midnight: false });
    }
    let (clock, rest) = clock(rest)?;
    let (day, time) = match clock {
        Clock::Time(time) => (day, time),
        Clock::EndOfDay => (day.tomorrow().ok()?, Time::midnight()),
    };
    let local = day.to_datetime(time);
    let instant = match offset(rest.trim())? {
        Some(offset) => offset.to_timestamp(local).ok()?,
        None => local.to_zoned_datetime(zone.clone()).ok()?.timestamp(),
    };
    let here = instant.to_zoned_datetime(zone.clone());
    if clock != Clock::EndOfDay && here.time() == Time::midnight() {
        return Some(Until { at: end_of(here.date(), zone), midnight: true });
    }
    Some(Until { at: Timestamp::from_millis(instant.as_millisecond()), midnight: false })
}

/// So many digits at the beginning, as a number, and what follows.
fn digits(text: &str, length: RangeInclusive<usize>) -> Option<(i16, &str)> {
    let (digits, rest) = text.split_at(text.bytes().take_while(u8::is_ascii_digit).count());
    length.contains(&digits.len()).then_some(())?;
    Some((digits.parse().ok()?, rest))
}

/// `2027-12-31`, `2027/12/31`, `2027.12.31`, `2027年12月31日`, `20271231`, with the day of the week or without.
fn day(text: &str) -> Option<(Date, &str)> {
    let compact = text.get(..8).filter(|day| day.bytes().all(|b| b.is_ascii_digit()));
    let (year, month, day, rest) = if let Some(all) = compact {
        let part = |range: Range<usize>| all[range].parse::<i16>().ok();
        (part(0..4)?, part(4..6)?, part(6..8)?, &text[8..])
    } else {
        let (year, rest) = digits(text, 4..=4)?;
        let (month, rest) = digits(rest.trim_start().strip_prefix(['-', '/', '.', '年'])?.trim_start(), 1..=2)?;
        let (day, rest) = digits(rest.trim_start().strip_prefix(['-', '/', '.', '月'])?.trim_start(), 1..=2)?;
        (year, month, day, rest.strip_prefix(['日', '号']).unwrap_or(rest))
    };
    let date = Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    let rest = weekday(date, rest)?;
    let time = rest.strip_prefix(['T', 't', ' ']).unwrap_or(rest).trim_start();
    // a digit that follows at once is of the day
    (!(rest.len() == time.len() && time.starts_with(|c: char| c.is_ascii_digit()) && compact.is_some()))
        .then_some((date, time))
}

/// What follows the day of the week, if one stands there; none where it is that of another day.
fn weekday(date: Date, text: &str) -> Option<&str> {
    const DAYS: &str = "一二三四五六日";
    let inner = text.trim_start().trim_start_matches('(');
    let Some(rest) = inner.strip_prefix("星期").or_else(|| inner.strip_prefix('周')) else { return Some(text) };
    let mut chars = rest.chars();
    let named = chars.next().map(|c| if c == '天' { '日' } else { c })?;
    let named = DAYS.chars().position(|c| c == named)?;
    let is_right = i8::try_from(named).ok()? == date.weekday().to_monday_zero_offset();
    is_right.then(|| chars.as_str().trim_start_matches(')'))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clock {
    Time(Time),
    /// 24:00
    EndOfDay,
}

/// `8:30`, `08:30:00.125`, `8时30分`, `下午 8:30`, `8:30 PM`, `24:00`; and what follows.
fn clock(text: &str) -> Option<(Clock, &str)> {
    let (mut half, text) = half_of_day(text);
    let (hour, rest) = digits(text, 1..=2)?;
    let (minute, rest) = match rest.strip_prefix(['时', '点']) {
        Some(rest) if !rest.starts_with(|c: char| c.is_ascii_digit()) => (0, rest),
        Some(rest) => digits(rest, 1..=2)?,
        None => digits(rest.strip_prefix(':')?, 2..=2)?,
    };
    let (second, rest) = match rest.strip_prefix([':', '分']) {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => digits(rest, 1..=2)?,
        Some("") | None => (0, rest.strip_prefix('分').unwrap_or(rest)),
        Some(_) if rest.starts_with(':') => return None,
        Some(rest) => (0, rest),
    };
    let fraction = rest.strip_prefix(['.', ',']).map(|rest| digits(rest, 1..=9).map(|_| rest));
    let (nanos, rest) = match fraction {
        Some(fraction) => {
            let fraction = fraction?;
            let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
            (format!("{:0<9}", &fraction[..length]).parse().ok()?, &fraction[length..])
        }
        None => (0, rest),
    };
    let mut rest = rest.strip_prefix('秒').unwrap_or(rest).trim_start();
    if half.is_none() {
        (half, rest) = half_of_day(rest);
    }
    let hour = match half {
        None => hour,
        Some(Half::Morning) if (1..=12).contains(&hour) => hour % 12,
        Some(Half::Afternoon) if (1..=12).contains(&hour) => hour % 12 + 12,
        Some(Half::Afternoon) if (13..=23).contains(&hour) => hour,
        Some(_) => return None,
    };
    if (hour, minute, second, nanos) == (24, 0, 0, 0) {
        return Some((Clock::EndOfDay, rest));
    }
    let time = Time::new(hour.try_into().ok()?, minute.try_into().ok()?, second.try_into().ok()?, nanos).ok()?;
    Some((Clock::Time(time), rest))
}

#[derive(Clone, Copy)]
enum Half {
    Morning,
    Afternoon,
}

fn half_of_day(text: &str) -> (Option<Half>, &str) {
    for (name, half) in
        [("上午", Half::Morning), ("下午", Half::Afternoon), ("AM", Half::Morning), ("PM", Half::Afternoon)]
    {
        if let Some(start) = text.get(..name.len())
            && start.eq_ignore_ascii_case(name)
        {
            return (Some(half), text[name.len()..].trim_start());
        }
    }
    (None, text)
}

/// `Z`, `UTC`, `+08:00`, `+0800`, `UTC+8`; the inner value is none where there is none.
fn offset(text: &str) -> Option<Option<Offset>> {
    let named = ["UTC", "GMT"].iter().find_map(|name| text.strip_prefix(name));
    let text = match (named, text) {
        (_, "") => return Some(None),
        (Some(""), _) | (None, "Z" | "z") => return Some(Some(Offset::UTC)),
        (Some(rest), _) => rest,
        (None, text) => text,
    };
    let (sign, text) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, text.strip_prefix('-')?),
    };
    let (hours, minutes) = match text.split_once(':') {
        Some((hours, minutes)) => (digits(hours, 1..=2)?, digits(minutes, 2..=2)?),
        None if text.len() == 4 => (digits(&text[..2], 2..=2)?, digits(&text[2..], 2..=2)?),
        None => (digits(text, 1..=2)?, (0, "")),
    };
    let ((hours @ 0..=14, ""), (minutes @ 0..=59, "")) = (hours, minutes) else { return None };
    Offset::from_seconds(sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60)).ok().map(Some)
}

/// The last millisecond of a day; of a day at the end of time, the last that there is.
fn end_of(day: Date, zone: &TimeZone) -> Timestamp {
    let next = day.tomorrow().and_then(|next| next.to_zoned_datetime(zone.clone()));
    Timestamp::from_millis(next.map_or(i64::MAX, |next| next.timestamp().as_millisecond() - 1))
}

pub(super) fn until_text(until: Timestamp, zone: &TimeZone) -> String {
    let local = jiff::Timestamp::from_millisecond(until.millis()).unwrap_or_default().to_zoned_datetime(zone.clone());
    if end_of(local.date(), zone) == until {
        local.date().to_string()
    } else if local.time() == Time::midnight()
        && let Ok(day) = local.date().yesterday()
    {
        format!("{day} 24:00:00") // 0:00 is read as the whole day that begins with it
    } else {
        local.strftime("%Y-%m-%d %H:%M:%S%.f").to_string()
    }
}

/// The groups whose names stand in the cell; a name may hold what else divides them.
pub(super) fn groups(text: &str, known: &[HolderGroup]) -> Option<Vec<HolderGroupId>> {
    let (mut groups, mut rest) = (Vec::new(), text.trim_start_matches(between));
    while !rest.is_empty() {
        let ends = |rest: &str| rest.trim_start().is_empty() || rest.trim_start().starts_with(SEPARATORS);
        let named = known.iter().filter(|group| {
            let name = group.name.trim();
            rest.strip_prefix(name).is_some_and(ends)
        });
        let group = named.max_by_key(|group| group.name.trim().len())?;
        if !groups.contains(&group.id) {
            groups.push(group.id);
        }
        rest = rest[group.name.trim().len()..].trim_start_matches(between);
    }
    (groups.len() <= GROUPS).then_some(groups)
}

fn between(c: char) -> bool {
    SEPARATORS.contains(&c) || c.is_whitespace()
}

/// The names of these groups; one that is no more has none.
pub(super) fn groups_text(groups: &[HolderGroupId], known: &[HolderGroup]) -> String {
    let name = |id: &HolderGroupId| known.iter().find(|group| group.id == *id).map(|group| group.name.trim());
    groups.iter().filter_map(name).collect::<Vec<_>>().join("；")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shanghai() -> TimeZone {
        TimeZone::get("Asia/Shanghai").unwrap()
    }

    #[test]
    fn yuan_become_fen_without_a_rounding() {
        for (text, fen) in [
            ("12.50", 1250),
            ("0.1", 10),
            ("-3", -300),
            ("￥128.5", 12_850),
            ("7.", 700),
            ("1.2300", 123),
            ("999999999.99", 99_999_999_999),
            ("1,234.00", 123_400),
            ("¥ 1,234,567.8", 123_456_780),
            ("-¥5.00", -500),
            ("¥-5", -500),
            ("−５．００元", -500),
        ] {
            assert_eq!(balance(text), Some(fen), "{text}");
            assert_eq!(balance(&balance_text(fen)), Some(fen), "{text}");
        }
        for text in [
            "",
            ".5",
            "1,23",
            "12,34.00",
            "1234,567",
            ",123",
            "1,234,",
            "50%",
            "1.234",
            "0.30000000000000004",
            "1e3",
            "--1",
            "+1",
            "1 000",
            "9999999999",
        ] {
            assert_eq!(balance(text), None, "{text}");
        }
        assert_eq!((balance_text(-5), balance_text(100)), ("-0.05".into(), "1.00".into()));
    }

    #[test]
    fn a_day_lasts_to_its_end_where_the_site_is() {
        let zone = shanghai();
        let end = "2027-12-31T15:59:59.999Z".parse::<jiff::Timestamp>().unwrap().as_millisecond();
        for text in [
            "2027-12-31",
            "2027/12/31",
            "2027.12.31",
            "2027年12月31日",
            "20271231",
            "２０２７－１２－３１",
            "2027–12–31",
            "2027年12月31号",
            "2027年 12月 31日",
            "2027-12-31 星期五",
            "2027年12月31日（周五）",
            "\u{200b}2027-12-31\u{a0}",
        ] {
            assert_eq!(
                until(text, &zone).map(|until| (until.at.millis(), until.midnight)),
                Some((end, false)),
                "{text}"
            );
        }
        let at = "2027-01-05T00:30:00Z".parse::<jiff::Timestamp>().unwrap().as_millisecond();
        for text in [
            "2027-1-5 8:30",
            "2027-01-05T08:30:00",
            "2027/01/05 08:30",
            "2027-01-05 08：30",
            "2027年1月5日8时30分",
            "2027年1月5日 8点30分00秒",
            "2027-01-05 上午 8:30",
            "2027-01-05 8:30 AM",
            "2027-01-05 周二 08:30:00.000",
            "2027-01-05T08:30:00+08:00",
            "2027-01-05T08:30:00.000+0800",
            "2027-01-05 08:30 +8",
            "2027-01-05T00:30:00Z",
            "2027-01-05 00:30:00 UTC",
            "2027-01-05 08:30:00 GMT+8",
            "2027-01-04T19:30:00-05:00",
            "20270105 08:30:00",
            "20270105T083000".replace("083000", "08:30:00").as_str(),
        ] {
            assert_eq!(
                until(text, &zone).map(|until| (until.at.millis(), until.midnight)),
                Some((at, false)),
                "{text}"
            );
        }
        let afternoon = until("2027-01-05 20:30", &zone);
        assert!(afternoon.is_some());
        for text in ["2027-01-05 下午8:30", "2027-01-05 8:30:00 pm", "2027-01-05 PM 8:30"] {
            assert_eq!(until(text, &zone), afternoon, "{text}");
        }
        for text in [
            "",
            "2027",
            "2027-02-30",
            "27-1-1",
            "2027-13-1",
            "31.12.2027",
            "2027-1-1 25:00",
            "2027-1-1 8",
            "明年",
            "2027-12",
            "12-31",
            "46752",
            "202712311",
            "8:30",
            "24:00",
            "2027-1-1 24:01",
            "2027-1-1 24:00:01",
            "2027-1-1 8:3",
            "2027-1-1 8:30:60",
            "2027-1-1 0:30 PM",
            "2027-1-1 13:30 AM",
            "2027-1-1 8:30 +25:00",
            "2027-1-1 8:30 CST",
            "2027-1-1 8:30+08:00[Asia/Shanghai]",
            "2027-12-31 星期四",
            "2027-12-31Z",
            "2027-12-31+08:00",
            "2027-1-1 8:30:",
            "2027-1-1 8:30 9",
            "2027-1-1 8:30.",
        ] {
            assert_eq!(until(text, &zone), None, "{text}");
        }
    }

    #[test]
    fn the_offset_of_an_instant_is_not_dropped() {
        let zone = shanghai();
        let at = until("2027-12-31T20:00:00+00:00", &zone).unwrap();
        assert_eq!((until_text(at.at, &zone).as_str(), at.midnight), ("2028-01-01 04:00:00", false));
    }

    #[test]
    fn a_day_with_the_time_of_its_beginning_lasts_to_its_end_and_24_hours_are_the_next_midnight() {
        let zone = shanghai();
        let whole = until("2027-12-31", &zone).unwrap();
        for text in [
            "2027-12-31 00:00:00",
            "2027/12/31 0:00",
            "2027-12-31T00:00:00",
            "2027-12-31T00:00:00.000",
            "2027-12-31T00:00:00+08:00",
            "2027-12-30T16:00:00.000Z",
            "2027年12月31日0时",
            "2027-12-31 12:00:00 AM",
        ] {
            assert_eq!(until(text, &zone), Some(Until { midnight: true, ..whole }), "{text}");
        }
        for text in ["2027-12-31 24:00", "2027-12-31T24:00:00", "2027年12月31日24时", "2027-12-31 24:00:00+08:00"] {
            let at = until(text, &zone).unwrap();
            assert_eq!((at.at.millis(), at.midnight), (whole.at.millis() + 1, false), "{text}");
        }
    }

    #[test]
    fn an_instant_is_written_as_it_is_read() {
        let zone = shanghai();
        for text in
            ["2027-12-31", "2027-12-31 23:59:59", "2027-06-01 08:30:00.125", "9999-12-31", "2027-12-31 24:00:00"]
        {
            assert_eq!(until_text(until(text, &zone).unwrap().at, &zone), text);
        }
    }

    #[test]
    fn plates_come_in_every_dress() {
        assert_eq!(plates("湘Ａ１２３４５，湘A12345").unwrap(), ["湘A12345"]);
        let read = plates("湘a·12345，湘AD12345、 湘A12345;粤Z1234港").unwrap();
        assert_eq!(read, ["湘A12345", "湘AD12345", "粤Z1234港"]);
        assert_eq!(plates(&plates_text(&read)).unwrap(), read);
        assert_eq!(plates("").unwrap(), Vec::<String>::new());
        for text in ["1", "湘A12345=1", &"湘A12345".repeat(3)] {
            assert_eq!(plates(text), None, "{text}");
        }
    }

    #[test]
    fn groups_are_known_by_their_names_even_by_odd_ones() {
        let group = |n: i64, name: &str| HolderGroup {
            id: HolderGroupId::new(Timestamp::from_seconds(n)),
            name: name.to_owned(),
        };
        let known = [group(1, "员工"), group(2, "员工、家属"), group(3, "物业 保安")];
        let ids = |text: &str| groups(text, &known);
        assert_eq!(ids("员工"), Some(vec![known[0].id]));
        assert_eq!(ids(" 员工、家属 ；物业 保安,员工"), Some(vec![known[1].id, known[2].id, known[0].id]));
        assert_eq!((ids(""), ids("；")), (Some(Vec::new()), Some(Vec::new())));
        assert_eq!((ids("员工们"), ids("员工、访客")), (None, None));
        let all: Vec<_> = known.iter().map(|group| group.id).collect();
        assert_eq!(ids(&groups_text(&all, &known)), Some(all));
    }

    #[test]
    fn kinds_and_states_are_written_as_they_are_read() {
        for of in [CardKind::Member, CardKind::StoredValue, CardKind::Access] {
            assert_eq!(kind(kind_text(of)), Some(of));
        }
        for of in [CardState::Active, CardState::Lost, CardState::Frozen, CardState::Replaced, CardState::Returned] {
            assert_eq!(state(state_text(of)), Some(of));
        }
        assert_eq!((kind("卡"), state("?"), state("")), (None, None, Some(CardState::Active)));
        assert_eq!(
            (kind("会员卡／车卡\u{200b}"), state("　挂失\u{feff}")),
            (Some(CardKind::Member), Some(CardState::Lost))
        );
    }
}
