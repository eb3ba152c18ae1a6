//! The page: what was measured, how, what came of it, and what it should have been.

use crate::{
    cold::Cold,
    counters::Looked,
    kind::Kind,
    load::Figures,
    scale, search,
    stack::Stack,
    stats::{highest, lowest, median},
    storm::{self, Round},
    suite::{How, Results, Row},
    timing,
};

/// A generator busier than this measured itself as much as the server.
const SATURATED: f64 = 0.95;
/// Others that took more of the processors than this, for each second, have disturbed.
const DISTURBED: f64 = 0.1;
const MIB: f64 = 1024.0 * 1024.0;

/// The whole page, as Markdown.
pub fn page(results: &Results) -> String {
    let sections = [
        head(results),
        operations(results),
        memory(results),
        storm::section(&results.storms, results.how.storm_rate),
        search::section(&results.searches),
        scale::section(&results.scales),
        timing::section(&results.timings),
        starts(&results.cold),
        targets(results),
        remarks(results),
    ];
    let sections: Vec<_> = sections.into_iter().filter(|section| !section.is_empty()).collect();
    sections.join("\n\n") + "\n"
}

fn head(Results { how, machine, rows, .. }: &Results) -> String {
    let How { measured, warm, rounds, connections, rate, set, pinned, extent, .. } = how;
    let places = if *pinned {
        "Everything the server needs runs on one processor (all its threads; database and cache too), the load on \
         another: requests per second are those of one core for the whole stack."
    } else {
        "Server and load shared the processors."
    };
    let pace = match rate {
        Some(rate) => format!(
            "Open loop: {rate} requests per second on a fixed timetable, and a latency counts from when its request \
             was due."
        ),
        None => "Closed loop: a connection asks again as soon as it has its answer.".to_owned(),
    };
    let people = if rows.iter().any(|row| row.kind != Kind::Hello) {
        let (people, sites) = (thousands(extent.people as f64), extent.sites);
        format!(
            "\n- {people} people with two cards each, spread over {sites} sites with 20 doors with readers and two virtual \
             ones each: every operation is done by all of them, one after the other, with each of their cards and at \
             each door."
        )
    } else {
        String::new()
    };
    let hello = if rows.iter().any(|row| row.kind == Kind::Hello) {
        "\n- `hello` is a bare actix-web handler with one worker, measured in the same rounds: what the HTTP library \
         alone gives here."
    } else {
        ""
    };
    let set: Vec<_> = set.iter().map(|(name, value)| format!("`{name}={value}`")).collect();
    let set = if set.is_empty() { String::new() } else { format!("\n- Settings besides: {}.", set.join(", ")) };
    let postgres = machine.postgres.as_ref().map(|version| format!(", PostgreSQL {version}")).unwrap_or_default();
    format!(
        "# Benchmarks\n\n\
         Written by `make bench ARGS=\"--markdown docs/BENCHMARKS.md\"` on {day}, commit {commit}.\n\n\
         - Machine: {processor}, {cores} cores, {memory:.0} GiB, Linux {kernel}; data on {file_system}{postgres}.\n\
         - {places}\n\
         - {connections} connections, kept alive. {pace}{people}\n\
         - Rounds: {rounds}, {measured} s each, after {warm} s that do not count; the order of the operations turns \
         round every time. Figures are medians of the rounds, in brackets lowest and highest; the maximum is that of \
         all rounds.\n\
         - Every answer is checked: status and content, of scans also the server's signature. Wrong or missing ones \
         are in the last column.{hello}{set}",
        day = machine.day,
        commit = machine.commit,
        processor = machine.processor,
        cores = machine.cores,
        memory = machine.memory,
        kernel = machine.kernel,
        file_system = machine.file_system,
        measured = measured.as_secs_f64(),
        warm = warm.as_secs_f64(),
    )
}

const fn what(kind: Kind) -> &'static str {
    match kind {
        Kind::Hello => "`hello`",
        Kind::Session => "`session`: GET /v1/me",
        Kind::BadToken => "`bad-token`: GET /v1/me, refused",
        Kind::Sites => "`sites`: GET /v1/sites?limit=20",
        Kind::Credentials => "`credentials`: GET /v1/sites/{id}/credentials",
        Kind::Cards => "`cards`: GET /v1/card-bindings",
        Kind::Card => "`card`: GET /v1/card-bindings/{id}",
        Kind::Home => "`home`: GET /v1/me, /v1/sites?limit=20, /v1/card-bindings",
        Kind::Scan => "`scan`: POST /device/v1/scan",
        Kind::Unlock => "`unlock`: POST /v1/unlocks",
        Kind::Wechat => "`wechat`: POST /v1/auth/login/wechat",
        Kind::WechatFirst => "`wechat-first`: the same for the first time",
    }
}

fn operations(Results { rows, how, .. }: &Results) -> String {
    if rows.is_empty() {
        return String::new();
    }
    // on a timetable the load watches the clock, and nobody is asked for more
    let closed = how.rate.is_none();
    let saturated = |row: &Row| closed && row.median(busy) > SATURATED;
    let mut lines = vec![
        "## Under load\n".to_owned(),
        "| operation | on | operations/s | of `hello` | p50 ms | p99 ms | max ms | CPU µs/operation | SQL/request | \
         cache hits/request | load busy | bad |"
            .to_owned(),
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|".to_owned(),
    ];
    for row in rows {
        let hello = rows.iter().filter(|_| closed).find(|other| other.kind == Kind::Hello && other.stack == row.stack);
        let ratio = hello.filter(|_| row.kind != Kind::Hello).and_then(|hello| row.compared_with(hello));
        let ratio = ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{:.1} %", ratio * 100.0));
        let (rate, low, high) = (row.median(per_second), row.lowest(per_second), row.highest(per_second));
        let services = row.median(|figures| figures.microseconds(figures.spent.services));
        let server = row.median(|figures| figures.microseconds(figures.spent.server));
        let processor = if row.kind == Kind::Hello || services < 0.05 {
            format!("{server:.1}")
        } else {
            format!("{server:.1} + {services:.1}")
        };
        let mark = if saturated(row) { " (!)" } else { "" };
        lines.push(format!(
            "| {} | {} | {} ({}–{}) | {ratio} | {:.2} | {:.2} | {:.1} | {processor} | {} | {} | {:.0} %{mark} | {} |",
            what(row.kind),
            row.stack.name(),
            thousands(rate),
            thousands(low),
            thousands(high),
            row.median(|figures| figures.p50),
            row.median(|figures| figures.p99),
            row.highest(|figures| figures.max),
            row.statements(),
            row.cache_hits(),
            row.median(busy) * 100.0,
            row.rounds.iter().map(|figures| figures.bad).sum::<u64>(),
        ));
    }
    lines.push(
        "\nCPU is the server's own; after a plus that of database and cache, where it could be seen. SQL statements and \
         hits of caches are those of all that the server did meanwhile, for each request; in brackets how much of what \
         was looked for was there. `home` is three requests, one after the other, and one operation."
            .to_owned(),
    );
    if rows.iter().any(saturated) {
        lines
            .push("(!) The load's own processor was busy all the time: the server may be faster than this.".to_owned());
    }
    lines.join("\n")
}

fn memory(Results { memory, .. }: &Results) -> String {
    let line = |memory: &crate::suite::Memory| {
        let (name, after, peak) = (memory.stack.name(), memory.after as f64 / MIB, memory.peak as f64 / MIB);
        format!("- {name}: {after:.1} MB after the load, {peak:.1} MB at most.")
    };
    let lines: Vec<_> = memory.iter().map(line).collect();
    if lines.is_empty() { String::new() } else { format!("Resident memory of the server:\n\n{}", lines.join("\n")) }
}

fn starts(cold: &[Cold]) -> String {
    if cold.is_empty() {
        return String::new();
    }
    let mut lines = vec![
        "## Cold start and idle memory\n".to_owned(),
        "From starting the process to its first 200 of GET /readyz, median of five (lowest–highest); resident memory \
         three seconds after. Settings are the defaults; a fresh folder includes migrations and demo data.\n"
            .to_owned(),
        "| on | folder | cold start ms | idle memory MB |".to_owned(),
        "|---|---|---:|---:|".to_owned(),
    ];
    for one in cold {
        let (median, low, high) = (median(one.millis.clone()), lowest(&one.millis), highest(&one.millis));
        let (stack, folder, memory) = (one.stack.name(), folder(one), one.memory as f64 / MIB);
        lines.push(format!("| {stack} | {folder} | {median:.0} ({low:.0}–{high:.0}) | {memory:.1} |"));
    }
    lines.join("\n")
}

const fn folder(cold: &Cold) -> &'static str {
    if cold.fresh { "fresh" } else { "existing" }
}

/// What a figure should be.
struct Target {
    what: String,
    wanted: String,
    found: String,
    met: bool,
}

fn at_least(what: String, wanted: f64, found: f64) -> Target {
    let (met, wanted, found) =
        (found >= wanted, format!("≥ {}/s", thousands(wanted)), format!("{}/s", thousands(found)));
    Target { what, wanted, found, met }
}

fn at_most(what: String, wanted: f64, found: f64, unit: &str) -> Target {
    Target { what, wanted: format!("≤ {wanted} {unit}"), found: format!("{found:.1} {unit}"), met: found <= wanted }
}

fn targets(Results { rows, storms, searches, scales, cold, how, .. }: &Results) -> String {
    let mut targets = Vec::new();
    // on a timetable nobody is asked for more
    for row in rows.iter().filter(|_| how.rate.is_none()) {
        let name = format!("`{}`, {}", row.kind.name(), row.stack.name());
        match (row.kind, row.stack) {
            (Kind::Scan, Stack::Embedded) => {
                targets.push(at_least(name.clone(), 8_000.0, row.median(per_second)));
                targets.push(at_most(format!("{name}, p99"), 30.0, row.median(|figures| figures.p99), "ms"));
            }
            (Kind::Session | Kind::Sites, _) => targets.push(at_least(name, 15_000.0, row.median(per_second))),
            _ => {}
        }
    }
    for storm in storms {
        let name = format!("p99 of scans in a storm of logins, {}", storm.stack.name());
        targets.push(at_most(name, 2.0, storm.median(Round::ratio), "× idle"));
    }
    for search in searches {
        let name = format!("worst p99 of a search among 100,000 sites, {}", search.stack.name());
        let worst = search.rows.iter().map(search::Row::ratio).collect::<Vec<_>>();
        targets.push(at_most(name, 1.5, highest(&worst), "× that among 1,000"));
    }
    for scale in scales {
        for aim in scale.aims() {
            let what = format!("{}, {}", aim.what, scale.stack.name());
            targets.push(at_most(what, aim.most, aim.found, aim.unit));
        }
    }
    for one in cold {
        let name = format!("{}, {} folder", one.stack.name(), folder(one));
        targets.push(at_most(format!("cold start, {name}"), 200.0, median(one.millis.clone()), "ms"));
        targets.push(at_most(format!("idle memory, {name}"), 40.0, one.memory as f64 / MIB, "MB"));
    }
    if targets.is_empty() {
        return String::new();
    }
    let mut lines =
        vec!["## Targets\n".to_owned(), "| | target | measured | |".to_owned(), "|---|---:|---:|---|".to_owned()];
    for Target { what, wanted, found, met } in targets {
        lines.push(format!("| {what} | {wanted} | {found} | {} |", if met { "met" } else { "**missed**" }));
    }
    lines.join("\n")
}

fn remarks(Results { remarks, rows, storms, searches, scales, .. }: &Results) -> String {
    let mut lines: Vec<_> = remarks.iter().map(|remark| format!("- {remark}")).collect();
    for row in rows {
        let starved: f64 = row.rounds.iter().map(|figures| figures.starved.as_secs_f64()).sum();
        if starved > 0.0 {
            let (stack, name) = (row.stack.name(), row.kind.name());
            lines.push(format!(
                "- {stack}, `{name}`: for {starved:.1} s the load had no codes or cards left and waited."
            ));
        }
    }
    let others = |row: &Row| row.median(|figures| figures.spent.strangers() / figures.seconds.max(1e-9));
    let operations = rows.iter().map(|row| (row.stack, row.kind.name(), others(row)));
    let storms = storms.iter().map(|storm| (storm.stack, "storm", storm.others()));
    let searches = searches.iter().map(|search| (search.stack, "search", search.others()));
    let scales = scales.iter().map(|scale| (scale.stack, "scale", scale.others()));
    for (stack, name, others) in operations.chain(storms).chain(searches).chain(scales) {
        if others > DISTURBED {
            let (stack, percent) = (stack.name(), others * 100.0);
            lines.push(format!("- {stack}, `{name}`: disturbed, others took {percent:.0} % of a processor meanwhile."));
        }
    }
    if lines.is_empty() { String::new() } else { format!("## Remarks\n\n{}", lines.join("\n")) }
}

fn per_second(figures: &Figures) -> f64 {
    figures.per_second
}

fn busy(figures: &Figures) -> f64 {
    figures.spent.generator / figures.seconds.max(1e-9)
}

impl Row {
    fn median(&self, of: impl Fn(&Figures) -> f64) -> f64 {
        median(self.rounds.iter().map(of).collect())
    }

    fn lowest(&self, of: impl Fn(&Figures) -> f64) -> f64 {
        lowest(&self.rounds.iter().map(of).collect::<Vec<_>>())
    }

    fn highest(&self, of: impl Fn(&Figures) -> f64) -> f64 {
        highest(&self.rounds.iter().map(of).collect::<Vec<_>>())
    }

    /// SQL statements for each request, as text.
    fn statements(&self) -> String {
        let of = |figures: &Figures| Some(figures.counters.statements? / figures.requests.max(1) as f64);
        let all: Option<Vec<_>> = self.rounds.iter().map(of).collect();
        all.map_or_else(|| "–".to_owned(), |all| format!("{:.2}", median(all)))
    }

    /// What was found in caches for each request, and how much of all that was looked for there, as text.
    fn cache_hits(&self) -> String {
        let of = |figures: &Figures| {
            let Looked { hits, misses } = figures.counters.cache?;
            Some((hits / figures.requests.max(1) as f64, hits / (hits + misses).max(1.0)))
        };
        let all: Option<Vec<_>> = self.rounds.iter().map(of).collect();
        let Some(all) = all else { return "–".to_owned() };
        let (hits, rates): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        format!("{:.2} ({:.0} %)", median(hits), median(rates) * 100.0)
    }

    /// Requests per second for each of the other's, round by round.
    fn compared_with(&self, other: &Self) -> Option<f64> {
        let rounds = self.rounds.iter().zip(&other.rounds);
        let ratios: Vec<_> =
            rounds.filter(|(_, other)| other.good > 0).map(|(own, other)| own.per_second / other.per_second).collect();
        if ratios.is_empty() { None } else { Some(median(ratios)) }
    }
}

fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{counters::Counters, machine::Machine, process::Spent, storm::Storm, world::Extent};

    fn figures(per_second: f64) -> Figures {
        let spent = Spent { server: 0.5, services: 0.0, generator: 0.98, all: 1.88 };
        Figures {
            good: 10_000,
            per_second,
            p99: 31.0,
            max: per_second / 100.0,
            spent,
            seconds: 1.0,
            requests: 20_000,
            counters: Counters { statements: Some(50_000.0), cache: Some(Looked { hits: 30_000.0, misses: 10_000.0 }) },
            ..Figures::default()
        }
    }

    fn round(idle: f64) -> Round {
        let logins = Figures { turned_away: 3, p50: 1600.0, p99: 1900.0, ..figures(35.0) };
        Round { idle: Figures { p99: idle, ..figures(1000.0) }, storm: figures(1000.0), logins }
    }

    fn results() -> Results {
        let row = |kind, rates: [f64; 3]| Row { kind, stack: Stack::Embedded, rounds: rates.map(figures).to_vec() };
        Results {
            how: How {
                measured: Duration::from_secs(8),
                warm: Duration::from_secs(2),
                rounds: 3,
                connections: 64,
                extent: Extent { people: 10_000, sites: 50 },
                rate: None,
                storm_rate: 1000.0,
                set: vec![("NAME".to_owned(), "value".to_owned())],
                pinned: true,
            },
            machine: Machine::look(std::path::Path::new("/")),
            rows: vec![row(Kind::Hello, [50_000.0; 3]), row(Kind::Scan, [10_000.0, 9_000.4, 12_000.0])],
            storms: vec![Storm { stack: Stack::Embedded, rounds: vec![round(20.0), round(15.5), round(31.0)] }],
            searches: Vec::new(),
            scales: Vec::new(),
            timings: Vec::new(),
            cold: vec![Cold { stack: Stack::Embedded, fresh: true, millis: vec![90.0, 110.0], memory: 41 << 20 }],
            memory: Vec::new(),
            remarks: vec!["One remark.".to_owned()],
        }
    }

    #[test]
    fn the_page_has_its_rows() {
        let page = page(&results());
        for line in [
            "| `scan`: POST /device/v1/scan | SQLite | 10,000 (9,000–12,000) | 20.0 % | 0.00 | 31.00 | 120.0 | 50.0 | 2.50 | 1.50 (75 %) | 98 % (!) | 0 |",
            "| `scan`, SQLite | ≥ 8,000/s | 10,000/s | met |",
            "| `scan`, SQLite, p99 | ≤ 30 ms | 31.0 ms | **missed** |",
            "| SQLite | fresh | 100 (90–110) | 41.0 |",
            "| idle memory, SQLite, fresh folder | ≤ 40 MB | 41.0 MB | **missed** |",
            "| SQLite | 0.00 → 0.00 | 20.00 → 31.00 | 10.0 → 10.0 | 1.55 (1.00–2.00) | 35.0 | 1600 | 1900 | 9 | 0 |",
            "| p99 of scans in a storm of logins, SQLite | ≤ 2 × idle | 1.6 × idle | met |",
            "- Settings besides: `NAME=value`.",
            "- 10,000 people with two cards each, spread over 50 sites",
            "- One remark.",
            "- SQLite, `scan`: disturbed, others took 40 % of a processor meanwhile.",
        ] {
            assert!(page.contains(line), "{line}\nis not in\n{page}");
        }
    }

    #[test]
    fn what_a_server_does_not_count_is_left_out() {
        let mut results = results();
        for figures in results.rows.iter_mut().flat_map(|row| &mut row.rounds) {
            figures.counters = Counters::default();
        }
        assert!(page(&results).contains("| 120.0 | 50.0 | – | – | 98 % (!) | 0 |"));
    }

    #[test]
    fn a_timetable_has_no_throughput_to_judge() {
        let mut results = results();
        results.how.rate = Some(2000.0);
        let page = page(&results);
        assert!(page.contains("Open loop: 2000 requests per second"));
        assert!(!page.contains("≥ 8,000/s"));
    }

    #[test]
    fn numbers_are_readable() {
        assert_eq!(["7", "999", "1,000", "1,234,568"], [7.2, 999.4, 1000.0, 1_234_567.8].map(thousands)[..]);
    }
}
