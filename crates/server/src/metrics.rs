use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

static METRICS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Upper bounds of the histograms, seconds.
const BUCKETS: [f64; 11] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// Begins to count. Only the first call in a process does anything.
pub(crate) fn count() {
    METRICS.get_or_init(|| PrometheusBuilder::new().set_buckets(&BUCKETS).ok()?.install_recorder().ok());
}

/// Folds what was recorded since the last time, which would otherwise be kept one by one.
pub(crate) fn fold() {
    if let Some(Some(handle)) = METRICS.get() {
        handle.run_upkeep();
    }
}

/// What was counted, in Prometheus' text format; none where counting did not begin.
pub(crate) fn text() -> Option<String> {
    METRICS.get()?.as_ref().map(PrometheusHandle::render)
}
