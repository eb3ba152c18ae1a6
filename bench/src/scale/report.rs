use super::{CHANGES, FOLLOWED, SCANS, Scale, Size};
use crate::{
    load::Figures,
    stats::{median, quantile},
};

const MIB: f64 = 1024.0 * 1024.0;

/// What a figure should be at most.
pub struct Aim {
    pub what: String,
    pub most: f64,
    pub found: f64,
    pub unit: &'static str,
}

fn median_of(all: &[Figures], of: impl Fn(&Figures) -> f64) -> f64 {
    median(all.iter().map(of).collect())
}

impl Size {
    fn scans(&self) -> [f64; 4] {
        let of = |all: &[Figures]| [median_of(all, |figures| figures.p50), median_of(all, |figures| figures.p99)];
        let ([p50, p99], [changing_p50, changing_p99]) = (of(&self.quiet), of(&self.changing));
        [p50, p99, changing_p50, changing_p99]
    }

    /// What was measured so far, in a few words.
    pub(super) fn told(&self) -> String {
        let [p50, p99, changing_p50, changing_p99] = self.scans();
        format!(
            "scans p50 {p50:.2} → {changing_p50:.2}, p99 {p99:.2} → {changing_p99:.2} ms, after a change p50 {:.2} p99 {:.2} ms, {} \
             bad",
            quantile(&self.own, 0.5),
            quantile(&self.own, 0.99),
            self.bad(),
        )
    }

    fn bytes_a_card(&self, empty: u64) -> f64 {
        (self.memory as f64 - empty as f64) / self.cards.max(1) as f64
    }
}

impl Scale {
    /// Which figures should be how low.
    pub fn aims(&self) -> Vec<Aim> {
        let (Some(small), Some(large)) =
            (self.sizes.iter().min_by_key(|size| size.cards), self.sizes.iter().max_by_key(|size| size.cards))
        else {
            return Vec::new();
        };
        let with = format!("{} bound cards", large.cards);
        let mut aims =
            vec![Aim { what: format!("first scan with {with}"), most: 1500.0, found: large.first, unit: "ms" }];
        let [_, quiet, _, changing] = large.scans();
        aims.push(Aim {
            what: format!("p99 of scans beside {CHANGES} changes a second, {with}"),
            most: 1.1,
            found: changing / quiet.max(1e-9),
            unit: "× without",
        });
        type After = fn(&Size) -> &[f64];
        let places: [(&str, After); 2] =
            [("", |size: &Size| &size.own), (" at another server", |size: &Size| &size.other)];
        for (place, after) in places.into_iter().filter(|(_, after)| !after(large).is_empty()) {
            let p99 = |size: &Size| quantile(after(size), 0.99);
            let what = format!("p99 of a scan{place} right after a change, {with}");
            aims.push(Aim { what: what.clone(), most: 10.0, found: p99(large), unit: "ms" });
            if small.cards < large.cards {
                let found = p99(large) / p99(small).max(1e-9);
                aims.push(Aim { what, most: 1.5, found, unit: "× that with the fewest" });
            }
        }
        let found = large.bytes_a_card(self.empty);
        aims.push(Aim {
            what: format!("memory of a bound card among {}", large.cards),
            most: 200.0,
            found,
            unit: "bytes",
        });
        aims
    }
}

pub fn section(scales: &[Scale]) -> String {
    if scales.is_empty() {
        return String::new();
    }
    let mut lines = vec![
        "## Many bound cards of one site\n".to_owned(),
        format!(
            "A server for each number of bound cards. The first scan is that after a start on an existing folder, for which \
             the site is loaded. Then {SCANS} scans a second on a fixed timetable, alone and while an administrator reports \
             {CHANGES} cards of the site lost or found a second; medians of the rounds. After a change: a card is reported \
             lost and, when that is answered, shown, and must be refused; milliseconds from sending the scan to its answer, \
             {FOLLOWED} in each round, at the server that made the change and at another on the same database and cache. \
             Memory is that after the first scan; that of a card is what is more than without such cards, divided by \
             their number.\n"
        ),
        "| on | bound cards | filled after s | first scan ms | scan p50 ms, alone → changes | p99 ms | after a change p50 ms | \
         p99 ms | at another server p50 ms | p99 ms | memory MB | bytes a card | bad |"
            .to_owned(),
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|".to_owned(),
    ];
    for scale in scales {
        let stack = scale.stack.name();
        lines
            .push(format!("| {stack} | 0 | – | – | – | – | – | – | – | – | {:.1} | – | 0 |", scale.empty as f64 / MIB));
        lines.extend(scale.sizes.iter().map(|size| line(scale, size)));
    }
    lines.join("\n")
}

fn line(scale: &Scale, size: &Size) -> String {
    let [p50, p99, changing_p50, changing_p99] = size.scans();
    let after = |all: &[f64]| match all {
        [] => "– | –".to_owned(),
        all => format!("{:.2} | {:.2}", quantile(all, 0.5), quantile(all, 0.99)),
    };
    format!(
        "| {} | {} | {:.1} | {:.0} | {p50:.2} → {changing_p50:.2} | {p99:.2} → {changing_p99:.2} | {} | {} | {:.1} | {:.0} | {} |",
        scale.stack.name(),
        size.cards,
        size.filled.as_secs_f64(),
        size.first,
        after(&size.own),
        after(&size.other),
        size.memory as f64 / MIB,
        size.bytes_a_card(scale.empty),
        size.bad(),
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::stack::Stack;

    fn size(cards: usize, own: f64) -> Size {
        let figures = |p99: f64| vec![Figures { p50: p99 / 2.0, p99, ..Figures::default() }];
        Size {
            cards,
            filled: Duration::from_secs(2),
            first: 40.0,
            memory: 20 * 1024 * 1024 + 100 * cards as u64,
            quiet: figures(4.0),
            changing: figures(5.0),
            changes: figures(1.0),
            own: vec![own; 100],
            other: Vec::new(),
            bad: 1,
        }
    }

    #[test]
    fn sizes_have_a_row_each_and_the_largest_is_judged() {
        let scale = Scale {
            stack: Stack::Embedded,
            empty: 20 * 1024 * 1024,
            sizes: vec![size(1_000, 2.0), size(200_000, 4.0)],
        };
        let page = section(std::slice::from_ref(&scale));
        let row = "| SQLite | 200000 | 2.0 | 40 | 2.00 → 2.50 | 4.00 → 5.00 | 4.00 | 4.00 | – | – | 39.1 | 100 | 1 |";
        assert!(page.contains(row), "{row}\nis not in\n{page}");
        let missed: Vec<_> = scale.aims().into_iter().filter(|aim| aim.found > aim.most).map(|aim| aim.what).collect();
        let wanted = [
            "p99 of scans beside 50 changes a second, 200000 bound cards",
            "p99 of a scan right after a change, 200000 bound cards",
        ];
        assert_eq!(missed, wanted);
        assert_eq!(scale.aims().len(), 5);
        assert_eq!(section(&[]), "");
    }
}
