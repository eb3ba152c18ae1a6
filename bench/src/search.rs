//! Searching the list of sites, among few and among many. A server for each size runs all the time; what is compared is
//! measured in short turns, one size right after the other, so that what else the machine does befalls all of them.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    client::Client,
    http::get,
    load::{self, Figures, Load},
    options::Options,
    process::{Server, Spent},
    reads::Reads,
    rest::at_rest,
    setup::settings,
    stack::{Fresh, Services, Stack},
    stage::Stage,
    stats::{highest, lowest, median, quantile},
};

/// Further sites of each server.
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
/// Connections that ask at the same time.
const CONNECTIONS: [usize; 2] = [1, 8];
/// Turns of a round.
const TURNS: u32 = 9;
/// A turn is as long as a measurement under load divided by this.
const SHORTER: u32 = 60;
/// Of all that a list has, so much comes before the page called deep.
const DEEP: f64 = 0.9;
const MIB: f64 = 1024.0 * 1024.0;

/// What is asked for.
struct Question {
    name: &'static str,
    text: Option<&'static str>,
    /// In the middle of 长沙.
    near: bool,
    deep: bool,
    found: Found,
}

/// How much of it there is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Nothing,
    One,
    Some,
}

const fn asks(name: &'static str, text: Option<&'static str>, found: Found) -> Question {
    Question { name, text, near: false, deep: false, found }
}

const QUESTIONS: [Question; 11] = [
    asks("everything", None, Found::Some),
    asks("a common word, 停车场", Some("停车场"), Found::Some),
    asks("a rare word, 橘子洲", Some("橘子洲"), Found::One),
    asks("a part of an address, 芙蓉路", Some("芙蓉路"), Found::Some),
    asks("common pinyin, tingchechang", Some("tingchechang"), Found::Some),
    asks("rare pinyin, juzizhou", Some("juzizhou"), Found::One),
    asks("initials, tcc", Some("tcc"), Found::Some),
    asks("no match, 火星", Some("火星"), Found::Nothing),
    Question { near: true, ..asks("nearest", None, Found::Some) },
    Question { near: true, ..asks("nearest with 停车场", Some("停车场"), Found::Some) },
    Question { deep: true, ..asks("a deep page by cursor", None, Found::Some) },
];

impl Question {
    fn target(&self, cursor: Option<&str>, limit: u32) -> String {
        let mut target = format!("/v1/sites?limit={limit}");
        if let Some(text) = self.text {
            target.push_str("&q=");
            target.extend(text.bytes().map(|byte| format!("%{byte:02X}")));
        }
        if self.near {
            target.push_str("&lng=112.98&lat=28.2");
        }
        if let Some(cursor) = cursor {
            target.push_str("&cursor=");
            target.push_str(cursor);
        }
        target
    }
}

/// Searches on one stack.
pub struct Search {
    pub stack: Stack,
    /// What was asked over how many connections.
    pub rows: Vec<Row>,
    processes: Vec<About>,
}

/// A server, apart from how fast it answers.
struct About {
    sites: usize,
    /// From its start to its first right answer, filling the database included.
    filled: Duration,
    /// The first answer to a search: the directory is made for it.
    first: Duration,
    /// Memory after all, bytes.
    memory: u64,
}

/// One question over so many connections.
pub struct Row {
    name: &'static str,
    connections: usize,
    /// By sizes: what came of each turn.
    turns: [Vec<Figures>; SIZES.len()],
}

impl Row {
    fn p99(&self, size: usize) -> f64 {
        median(self.turns[size].iter().map(|figures| figures.p99).collect())
    }

    fn p50(&self, size: usize) -> f64 {
        median(self.turns[size].iter().map(|figures| figures.p50).collect())
    }

    /// How much longer one answer of a hundred takes among the most sites than among the fewest: medians of the turns.
    pub fn ratio(&self) -> f64 {
        self.p99(SIZES.len() - 1) / self.p99(0).max(1e-9)
    }

    /// The same of the turns that were disturbed least: of the lower quartiles.
    fn undisturbed(&self) -> f64 {
        let quartile = |turns: &[Figures]| quantile(&turns.iter().map(|figures| figures.p99).collect::<Vec<_>>(), 0.25);
        let [few, .., many] = &self.turns;
        quartile(many) / quartile(few).max(1e-9)
    }

    /// The same turn by turn.
    fn ratios(&self) -> Vec<f64> {
        let [few, .., many] = &self.turns;
        few.iter().zip(many).map(|(few, many)| many.p99 / few.p99.max(1e-9)).collect()
    }
}

impl Search {
    /// How much of a processor others took meanwhile.
    pub fn others(&self) -> f64 {
        let turns = self.rows.iter().flat_map(|row| &row.turns).flatten();
        median(turns.map(|figures| figures.spent.strangers() / figures.seconds.max(1e-9)).collect())
    }

    /// Wrong answers, all together.
    pub fn bad(&self) -> u64 {
        self.rows.iter().flat_map(|row| &row.turns).flatten().map(|figures| figures.bad).sum()
    }
}

/// A server that runs, whom it knows, and what it answers.
struct Process {
    server: Server,
    about: About,
    token: String,
    /// By questions: where it is asked, and the answer.
    asked: Vec<(String, Vec<u8>)>,
    _folder: TempDir,
    _fresh: Fresh,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    items: Vec<Value>,
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tokens {
    access_token: String,
}

/// Measures them.
///
/// # Errors
/// When something cannot be started or does not do what it should.
pub async fn measure(
    options: &Options,
    stage: &Stage<'_>,
    services: &Services,
    folder: &Path,
) -> anyhow::Result<Search> {
    let mut processes = Vec::new();
    for sites in SIZES {
        processes.push(Process::open(stage, folder, sites).await?);
    }
    let pids: Vec<_> = processes.iter().map(|process| process.server.pid).collect();
    at_rest(&pids, services).await?;
    let mut rows: Vec<_> = CONNECTIONS
        .iter()
        .flat_map(|&connections| QUESTIONS.iter().map(move |question| (connections, question.name)))
        .map(|(connections, name)| Row { name, connections, turns: Default::default() })
        .collect();
    for turn in 0..options.rounds * TURNS {
        for process in &mut processes {
            process.log_in().await?;
        }
        for (number, row) in rows.iter_mut().enumerate() {
            // no size always comes first
            for size in (0..SIZES.len()).map(|place| (place + turn as usize + number) % SIZES.len()) {
                let figures = processes[size].ask(options, services, number % QUESTIONS.len(), row.connections).await?;
                if let Some(first) = &figures.first_bad {
                    eprintln!("{}, {} sites, {}: {first}", stage.stack.name(), SIZES[size], row.name);
                }
                row.turns[size].push(figures);
            }
        }
        eprintln!("{}, search, turn {} of {}", stage.stack.name(), turn + 1, options.rounds * TURNS);
    }
    let mut search = Search { stack: stage.stack, rows, processes: Vec::new() };
    for mut process in processes {
        process.about.memory = process.server.memory();
        process.server.stop().await?;
        search.processes.push(process.about);
    }
    Ok(search)
}

impl Process {
    async fn open(stage: &Stage<'_>, folder: &Path, sites: usize) -> anyhow::Result<Self> {
        let (folder, fresh) = (tempfile::tempdir_in(folder)?, stage.stack.fresh()?);
        // they share the cache, if there is one
        let prefix = format!("bench-{sites}:");
        let own = [("KAIMEN__DEMO__MORE_SITES", sites.to_string()), ("KAIMEN__CACHE__PREFIX", prefix)];
        let settings: Vec<_> = settings().into_iter().chain(own).collect();
        let server = stage.start(folder.path(), &fresh, &settings).await?;
        let about = About { sites, filled: server.took, first: Duration::ZERO, memory: 0 };
        let asked = Vec::new();
        let mut process = Self { server, about, token: String::new(), asked, _folder: folder, _fresh: fresh };
        process.log_in().await?;
        process.learn().await?;
        let About { filled, first, .. } = &process.about;
        eprintln!("{}: {sites} more sites in {filled:.1?}, the first search in {first:.1?}", stage.stack.name());
        Ok(process)
    }

    async fn log_in(&mut self) -> anyhow::Result<()> {
        let mut client = Client::new(self.server.address);
        let code = client.wechat_code("bench-search").await?;
        let body = json!({ "code": code });
        let Tokens { access_token } = client.call("POST", "/v1/auth/login/wechat", None, Some(body)).await?;
        self.token = access_token;
        Ok(())
    }

    /// Asks everything once.
    async fn learn(&mut self) -> anyhow::Result<()> {
        let mut client = Client::new(self.server.address);
        for question in &QUESTIONS {
            let cursor = if question.deep { Some(self.cursor(&mut client, question).await?) } else { None };
            let target = question.target(cursor.as_deref(), 20);
            let began = Instant::now();
            let answer = client.get(&target, Some(&self.token)).await?;
            if self.asked.is_empty() {
                self.about.first = began.elapsed();
            }
            let listed: Listed = serde_json::from_slice(&answer)?;
            let found = match listed.items.len() {
                0 => Found::Nothing,
                1 => Found::One,
                _ => Found::Some,
            };
            ensure!(found == question.found, "{target} found {}", listed.items.len());
            self.asked.push((target, answer));
        }
        Ok(())
    }

    /// The cursor of a page near the end.
    async fn cursor(&self, client: &mut Client, question: &Question) -> anyhow::Result<String> {
        let mut cursors = Vec::new();
        loop {
            let target = question.target(cursors.last().map(String::as_str), 100);
            let listed: Listed = client.call("GET", &target, Some(&self.token), None).await?;
            match listed.next_cursor {
                Some(cursor) => cursors.push(cursor),
                None => break,
            }
        }
        let deep = (cursors.len() as f64 * DEEP) as usize;
        cursors.into_iter().nth(deep).context("the list of sites has one page only")
    }

    async fn ask(
        &self,
        options: &Options,
        services: &Services,
        question: usize,
        connections: usize,
    ) -> anyhow::Result<Figures> {
        let (address, (target, answer)) = (self.server.address, &self.asked[question]);
        let (warm, measured) = (options.warm / SHORTER, options.secs / SHORTER);
        let load = Load { address, connections, warm, measured, rate: None };
        let operation = Reads::same(get(address, target, Some(&self.token)), answer.clone());
        load::run(&load, &operation, || Spent::so_far(self.server.pid, &services.pids)).await
    }
}

pub fn section(searches: &[Search]) -> String {
    if searches.is_empty() {
        return String::new();
    }
    let mut lines = vec![
        "## Searching among many sites\n".to_owned(),
        format!(
            "GET /v1/sites?limit=20 of three servers that run side by side, with 1,000, 10,000 and 100,000 made-up sites \
             beside those of the demo. Turns are 1/{SHORTER} as long as the measurements under load, {TURNS} for each of \
             their rounds, one size right after the other and none always first. Figures are medians of the turns, \
             milliseconds; the ratio is that of p99 among 100,000 to p99 among 1,000, in brackets its lowest and \
             highest in one turn; quiet is the same ratio of lower quartiles, from the turns that others on the \
             machine disturbed least. The deep page is that after nine tenths of the list."
        ),
    ];
    for Search { stack, rows, processes } in searches {
        for connections in CONNECTIONS {
            let plural = if connections == 1 { "" } else { "s" };
            lines.push(format!("\n{}, {connections} connection{plural}:\n", stack.name()));
            lines.push(
                "| looked for | p50, 1,000 | 10,000 | 100,000 | p99, 1,000 | 10,000 | 100,000 | ratio of p99 | quiet | bad |"
                    .to_owned(),
            );
            lines.push("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|".to_owned());
            lines.extend(rows.iter().filter(|row| row.connections == connections).map(line));
        }
        lines.push(String::new());
        lines.extend(processes.iter().map(|about| {
            let About { sites, filled, first, memory } = about;
            format!(
                "- {}, {sites} sites: filled and ready after {:.1} s, the first search took {:.0} ms, {:.1} MB resident \
                 at the end.",
                stack.name(),
                filled.as_secs_f64(),
                first.as_secs_f64() * 1e3,
                *memory as f64 / MIB,
            )
        }));
    }
    lines.join("\n")
}

fn line(row: &Row) -> String {
    let of = |figure: fn(&Row, usize) -> f64| {
        let all: Vec<_> = (0..SIZES.len()).map(|size| format!("{:.2}", figure(row, size))).collect();
        all.join(" | ")
    };
    let ratios = row.ratios();
    format!(
        "| {} | {} | {} | {:.2} ({:.2}–{:.2}) | {:.2} | {} |",
        row.name,
        of(Row::p50),
        of(Row::p99),
        row.ratio(),
        lowest(&ratios),
        highest(&ratios),
        row.undisturbed(),
        row.turns.iter().flatten().map(|figures| figures.bad).sum::<u64>(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_spelled_for_a_request_line() {
        assert_eq!(QUESTIONS[2].target(None, 20), "/v1/sites?limit=20&q=%E6%A9%98%E5%AD%90%E6%B4%B2");
        assert_eq!(QUESTIONS[8].target(None, 20), "/v1/sites?limit=20&lng=112.98&lat=28.2");
        assert_eq!(QUESTIONS[10].target(Some("abc"), 100), "/v1/sites?limit=100&cursor=abc");
    }

    #[test]
    fn a_ratio_is_that_of_medians() {
        let turn = |p99: f64| Figures { p50: p99 / 2.0, p99, bad: 1, ..Figures::default() };
        let turns = [[1.0, 2.0, 9.0].map(turn).to_vec(), vec![turn(3.0)], [2.0, 5.0, 6.0].map(turn).to_vec()];
        let row = Row { name: "everything", connections: 8, turns };
        let about =
            About { sites: 1000, filled: Duration::from_secs(2), first: Duration::from_millis(7), memory: 3 << 20 };
        let page = section(&[Search { stack: Stack::Embedded, rows: vec![row], processes: vec![about] }]);
        for line in [
            "SQLite, 8 connections:",
            "| everything | 1.00 | 1.50 | 2.50 | 2.00 | 3.00 | 5.00 | 2.50 (0.67–2.50) | 2.00 | 7 |",
            "- SQLite, 1000 sites: filled and ready after 2.0 s, the first search took 7 ms, 3.0 MB resident at the end.",
        ] {
            assert!(page.contains(line), "{line}\nis not in\n{page}");
        }
        assert_eq!(section(&[]), "");
    }
}
