//! What a server counts of its own work: statements to the database, and what its caches knew.

use std::net::SocketAddr;

use crate::http::{Connection, get};

const STATEMENTS: &str = "kaimen_sql_statements_total";
const HITS: &str = "kaimen_cache_hits_total";
const MISSES: &str = "kaimen_cache_misses_total";

/// Counts, where there are any.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counters {
    pub statements: Option<f64>,
    pub cache: Option<Looked>,
}

/// How often something was looked for in a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Looked {
    pub hits: f64,
    pub misses: f64,
}

impl Counters {
    /// Those of the server there, which tells them to this machine alone.
    pub async fn read(address: SocketAddr) -> Self {
        let answer = Connection::new(address).ask(&get(address, "/metrics", None)).await.ok();
        let text = answer.filter(|answer| answer.status == 200).and_then(|answer| String::from_utf8(answer.body).ok());
        text.map(|text| Self::parse(&text)).unwrap_or_default()
    }

    /// Reads Prometheus' text format; what has several labels is summed up.
    fn parse(text: &str) -> Self {
        let sum = |name: &str| {
            let values = text.lines().filter_map(|line| {
                let labelled = line.strip_prefix(name)?;
                let value = match labelled.strip_prefix('{') {
                    Some(labels) => labels.rsplit_once('}')?.1,
                    None => labelled.strip_prefix(' ')?,
                };
                value.split_whitespace().next()?.parse::<f64>().ok()
            });
            values.fold(None, |sum, value| Some(sum.unwrap_or(0.0) + value))
        };
        let cache = match (sum(HITS), sum(MISSES)) {
            (None, None) => None,
            (hits, misses) => Some(Looked { hits: hits.unwrap_or_default(), misses: misses.unwrap_or_default() }),
        };
        Self { statements: sum(STATEMENTS), cache }
    }

    /// From then to here. A counter appears when it first counts.
    pub fn since(self, then: Self) -> Self {
        let before = then.cache.unwrap_or_default();
        Self {
            statements: self.statements.map(|now| now - then.statements.unwrap_or_default()),
            cache: self.cache.map(|now| Looked { hits: now.hits - before.hits, misses: now.misses - before.misses }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_with_several_labels_are_summed_up() {
        let text = "# TYPE kaimen_sql_statements_total counter\nkaimen_sql_statements_total{kind=\"read\"} 7\n\
                    kaimen_sql_statements_total{kind=\"write\"} 5\nkaimen_sql_statements_total_other 100\n\
                    kaimen_cache_hits_total{cache=\"a} b\"} 3\n";
        let before = Counters::parse(text);
        assert_eq!(before.statements, Some(12.0));
        assert_eq!(before.cache, Some(Looked { hits: 3.0, misses: 0.0 }));
        let later = "kaimen_sql_statements_total 20\nkaimen_cache_hits_total 5\nkaimen_cache_misses_total 1\n";
        let spent = Counters::parse(later).since(before);
        assert_eq!(spent.statements, Some(8.0));
        assert_eq!(spent.cache, Some(Looked { hits: 2.0, misses: 1.0 }));
    }

    #[test]
    fn a_server_that_does_not_count_has_none() {
        assert_eq!(Counters::parse("kaimen_scans_total 1\n").since(Counters::default()), Counters::default());
    }
}
