//! Whether the time of an answer tells who has an account, and which cards and phones go together: what exists against
//! what does not, in random order, over one connection.

use std::{
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{
    client::{Client, Items},
    http::Connection,
    http::request,
    members::{self, Member, phone},
    operation::wrong,
    options::Options,
    setup::{Card, Site, settings},
    stack::Stack,
    stage::Stage,
    stats::{Dice, Difference, median, quantile},
};

/// How many there are of each: accounts, cards, and what does not exist.
const SUBJECTS: usize = 20;
/// Left alone so long between two measurements, what the server still does of the last one is over.
const PAUSE: Duration = Duration::from_millis(20);
/// Beyond this many standard deviations two samples are not alike; by chance that happens once in 2,000 comparisons.
const TOLD_APART: f64 = 3.5;

/// Series of phones: those of members, and nobody's: for accounts, for what comes after, for cards that do not exist, and
/// for cards that do.
const KNOWN: usize = 1;
const NOBODY: usize = 2;
const AFTER: usize = 3;
const OF_NO_CARD: usize = 4;
const OF_NO_HOLDER: usize = 5;

/// Timings on one stack.
pub struct Timing {
    pub stack: Stack,
    /// How many answers there are of each sort.
    pub samples: u16,
    pub pairs: Vec<Pair>,
    pub bad: u64,
}

/// Two sorts of one request.
pub struct Pair {
    pub what: &'static str,
    pub sorts: [&'static str; 2],
    pub itself: Compared,
    /// Times of the answers to what is asked right after it, which is always the same.
    pub after: Compared,
}

/// Two samples of times, microseconds.
pub struct Compared {
    medians: [f64; 2],
    ninetieths: [f64; 2],
    difference: Difference,
}

/// A request that may tell something.
struct Case {
    what: &'static str,
    status: u16,
    says: &'static str,
    sorts: Vec<Sort>,
}

/// Requests that should all look the same, and the same as those of other sorts.
struct Sort {
    name: &'static str,
    requests: Vec<Vec<u8>>,
}

/// Microseconds of answers.
#[derive(Clone, Default)]
struct Times {
    itself: Vec<f64>,
    after: Vec<f64>,
}

struct Watch {
    connection: Connection,
    dice: Dice,
    bad: u64,
}

/// Measures all of it.
///
/// # Errors
/// When something cannot be started or does not do what it should. Wrong answers are no error, but counted.
pub async fn measure(options: &Options, stage: &Stage<'_>, folder: &Path) -> anyhow::Result<Timing> {
    let (folder, fresh) = (tempfile::tempdir_in(folder)?, stage.stack.fresh()?);
    let server = stage.start(folder.path(), &fresh, &settings()).await?;
    let address = server.address;
    let known = members::register(address, KNOWN, SUBJECTS).await?;
    let after: Vec<_> = (0..SUBJECTS).map(|n| code(address, "reset", &phone(AFTER, n))).collect();
    let mut watch = Watch { connection: Connection::new(address), dice: Dice::fresh(), bad: 0 };
    let mut timing = Timing { stack: stage.stack, samples: options.samples, pairs: Vec::new(), bad: 0 };
    for case in of_accounts(address, &known) {
        timing.pairs.extend(watch.compare(&case, &after, options.samples, stage.stack).await?);
    }
    // tokens last ten minutes: these are made when they are needed
    let case = of_cards(address, &known).await?;
    timing.pairs.extend(watch.compare(&case, &after, options.samples, stage.stack).await?);
    timing.bad = watch.bad;
    server.stop().await?;
    Ok(timing)
}

fn post(address: SocketAddr, target: &str, token: Option<&str>, body: &Value) -> Vec<u8> {
    request(address, "POST", target, token, Some(&body.to_string()))
}

fn code(address: SocketAddr, purpose: &str, identifier: &str) -> Vec<u8> {
    post(address, "/v1/auth/codes", None, &json!({ "purpose": purpose, "identifier": identifier }))
}

fn of_accounts(address: SocketAddr, known: &[Member]) -> Vec<Case> {
    let phones: [Vec<_>; 2] =
        [known.iter().map(|member| member.phone.clone()).collect(), (0..SUBJECTS).map(|n| phone(NOBODY, n)).collect()];
    let numbers: [Vec<_>; 2] =
        [known.iter().map(|member| member.number.clone()).collect(), nobodys_numbers(known).collect()];
    let sorts = |identifiers: &[Vec<String>; 2], make: &dyn Fn(&str) -> Vec<u8>| {
        let requests = |of: usize| identifiers[of].iter().map(|identifier| make(identifier)).collect();
        vec![Sort { name: "known", requests: requests(0) }, Sort { name: "unknown", requests: requests(1) }]
    };
    let codes = |what, purpose: &str, identifiers| Case {
        what,
        status: 202,
        says: "challengeId",
        sorts: sorts(identifiers, &|identifier| code(address, purpose, identifier)),
    };
    let guess = |identifier: &str| {
        let body = json!({ "identifier": identifier, "password": "a wrong password" });
        post(address, "/v1/auth/login/password", None, &body)
    };
    vec![
        Case {
            what: "login with a wrong password",
            status: 401,
            says: "wrong-credentials",
            sorts: sorts(&phones, &guess),
        },
        codes("code to reset, by phone", "reset", &phones),
        codes("code to reset, by 车安通 ID", "reset", &numbers),
        codes("code to log in", "login", &phones),
        codes("code to register", "register", &phones),
    ]
}

fn nobodys_numbers(known: &[Member]) -> impl Iterator<Item = String> {
    let drawn = std::iter::repeat_with(kernel::AccountNumber::draw).map(|number| number.as_str().to_owned());
    drawn.filter(|number| known.iter().all(|member| member.number != *number)).take(SUBJECTS)
}

async fn of_cards(address: SocketAddr, known: &[Member]) -> anyhow::Result<Case> {
    let mut client = Client::new(address);
    let mut tokens = Vec::new();
    for member in known {
        tokens.push(member.log_in(&mut client).await?);
    }
    let sites: Items<Site> = client.call("GET", "/v1/sites?limit=20", Some(&tokens[0]), None).await?;
    let site = sites.items.first().context("the server has no sites")?.id;
    let cards: Items<Card> = client.call("GET", &format!("/_sim/cards?siteId={site}"), None, None).await?;
    ensure!(cards.items.len() >= SUBJECTS, "the site has {} cards only", cards.items.len());
    let bind = |n: usize, number: &str, phone: &str| {
        let body = json!({ "siteId": site, "kind": cards.items[n].kind, "number": number, "phone": phone });
        post(address, "/v1/card-bindings", Some(&tokens[n]), &body)
    };
    let sort = |name, number: &dyn Fn(usize) -> String, phone: &dyn Fn(usize) -> String| Sort {
        name,
        requests: (0..SUBJECTS).map(|n| bind(n, &number(n), &phone(n))).collect(),
    };
    let number = |n: usize| cards.items[n].number.clone();
    Ok(Case {
        what: "binding a card",
        status: 201,
        says: "\"id\"",
        sorts: vec![
            sort("right", &number, &|n| cards.items[n].phone.clone()),
            sort("no such card", &|n| format!("99{n:08}"), &|n| phone(OF_NO_CARD, n)),
            sort("wrong phone", &number, &|n| phone(OF_NO_HOLDER, n)),
        ],
    })
}

impl Watch {
    /// Takes the time of every sort, and compares each with each.
    async fn compare(
        &mut self,
        case: &Case,
        after: &[Vec<u8>],
        samples: u16,
        stack: Stack,
    ) -> anyhow::Result<Vec<Pair>> {
        let mut times = vec![Times::default(); case.sorts.len()];
        let mut order: Vec<_> = (0..case.sorts.len()).collect();
        // the first turn does not count: everything is known to caches then
        for turn in 0..SUBJECTS + usize::from(samples) {
            self.dice.shuffle(&mut order);
            for &sort in &order {
                let itself = self.time(&case.sorts[sort].requests[turn % SUBJECTS], case.status, case.says).await?;
                let after = self.time(&after[turn % after.len()], 202, "challengeId").await?;
                if turn >= SUBJECTS {
                    times[sort].itself.push(itself);
                    times[sort].after.push(after);
                }
                sleep(PAUSE).await;
            }
        }
        let mut pairs = Vec::new();
        for first in 0..times.len() {
            for second in first + 1..times.len() {
                let sorts = [case.sorts[first].name, case.sorts[second].name];
                let (first, second) = (&times[first], &times[second]);
                pairs.push(Pair {
                    what: case.what,
                    sorts,
                    itself: Compared::of([&first.itself, &second.itself], &mut self.dice),
                    after: Compared::of([&first.after, &second.after], &mut self.dice),
                });
            }
        }
        for Pair { what, sorts: [one, other], itself, after } in &pairs {
            let (itself, after) = (itself.difference, after.difference);
            eprintln!(
                "{}, {what}, {one} / {other}: {:+.0} µs, AUC {:.3}, z {:+.1}; right after: {:+.0} µs, AUC {:.3}, z {:+.1}",
                stack.name(),
                itself.medians,
                itself.auc,
                itself.z,
                after.medians,
                after.auc,
                after.z
            );
        }
        Ok(pairs)
    }

    /// Microseconds to the end of the answer.
    async fn time(&mut self, request: &[u8], status: u16, says: &str) -> anyhow::Result<f64> {
        let began = Instant::now();
        let answer = self.connection.ask(request).await?;
        let micros = began.elapsed().as_secs_f64() * 1e6;
        if answer.status != status || !answer.text().is_some_and(|text| text.contains(says)) {
            self.bad += 1;
            if self.bad == 1 {
                eprintln!("  the first bad answer: {}", wrong("not the expected answer", &answer));
            }
        }
        Ok(micros)
    }
}

impl Compared {
    fn of(samples: [&Vec<f64>; 2], dice: &mut Dice) -> Self {
        Self {
            medians: samples.map(|sample| median(sample.clone())),
            ninetieths: samples.map(|sample| quantile(sample, 0.9)),
            difference: Difference::between(samples[0], samples[1], dice),
        }
    }

    fn columns(&self) -> String {
        let [first, second] = self.medians.map(|micros| micros / 1e3);
        let [slow, other_slow] = self.ninetieths.map(|micros| micros / 1e3);
        let Difference { medians, interval: (low, high), auc, z } = self.difference;
        let mark = if z.abs() > TOLD_APART { " (!)" } else { "" };
        format!(
            "{first:.2} / {second:.2} | {slow:.2} / {other_slow:.2} | {medians:+.0} ({low:+.0} … {high:+.0}) | {auc:.3} \
             | {z:+.1}{mark}"
        )
    }
}

pub fn section(timings: &[Timing]) -> String {
    let Some(Timing { samples, .. }) = timings.first() else { return String::new() };
    let mut lines = vec![
        "## Timing of answers\n".to_owned(),
        format!(
            "{samples} answers of each sort, in random order over one connection, {SUBJECTS} subjects of each sort, \
             {} ms apart. The difference of medians is in microseconds, in brackets its 95 % interval (bootstrap). AUC: \
             how often one of the first sort is slower than one of the second; 0.5 is no difference. z: how many \
             standard deviations that is from 0.5 (Mann–Whitney); (!) is beyond {TOLD_APART}.",
            PAUSE.as_millis()
        ),
    ];
    for after in [false, true] {
        let title = if after {
            "The answer to a code for a phone nobody has, asked for right after it:"
        } else {
            "The answer itself:"
        };
        lines.push(format!("\n{title}\n"));
        lines.push("| request | sorts | on | median ms | p90 ms | difference µs | AUC | z |".to_owned());
        lines.push("|---|---|---|---:|---:|---:|---:|---:|".to_owned());
        for (timing, pair) in timings.iter().flat_map(|timing| timing.pairs.iter().map(move |pair| (timing, pair))) {
            let ([one, other], stack) = (pair.sorts, timing.stack.name());
            let columns = if after { &pair.after } else { &pair.itself }.columns();
            lines.push(format!("| {} | {one} / {other} | {stack} | {columns} |", pair.what));
        }
    }
    let bad: u64 = timings.iter().map(|timing| timing.bad).sum();
    if bad > 0 {
        lines.push(format!("\n{bad} answers were wrong."));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(first: f64, second: f64) -> Compared {
        let sample = |from: f64| (0..300).map(|n| from + f64::from(n)).collect::<Vec<_>>();
        Compared::of([&sample(first), &sample(second)], &mut Dice::fresh())
    }

    #[test]
    fn what_is_told_apart_is_marked() {
        let pair = Pair {
            what: "a request",
            sorts: ["known", "unknown"],
            itself: compared(1000.0, 1000.0),
            after: compared(1100.0, 1000.0),
        };
        let timing = Timing { stack: Stack::Embedded, samples: 300, pairs: vec![pair], bad: 2 };
        let page = section(&[timing]);
        let rows: Vec<_> = page.lines().filter(|line| line.starts_with("| a request")).collect();
        assert!(
            rows[0].starts_with("| a request | known / unknown | SQLite | 1.15 / 1.15 | 1.27 / 1.27 | +0 ("),
            "{page}"
        );
        assert!(rows[0].ends_with("| 0.500 | +0.0 |"), "{page}");
        assert!(rows[1].contains("| +100 (") && rows[1].ends_with("(!) |"), "{page}");
        assert!(page.contains("2 answers were wrong."));
        assert_eq!(section(&[]), "");
    }
}
