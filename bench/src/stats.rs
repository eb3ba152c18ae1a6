//! A few statistics.

/// How often a sample is drawn anew for an interval.
const DRAWS: usize = 2_000;

/// The value in the middle; 0 of nothing.
pub fn median(mut values: Vec<f64>) -> f64 {
    median_of(&mut values)
}

fn median_of(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let (low, high) = (values.len().saturating_sub(1) / 2, values.len() / 2);
    match (values.get(low), values.get(high)) {
        (Some(low), Some(high)) => f64::midpoint(*low, *high),
        _ => 0.0,
    }
}

/// The least value that this part of them keeps to; 0 of nothing.
pub fn quantile(values: &[f64], part: f64) -> f64 {
    let mut values = values.to_vec();
    values.sort_unstable_by(f64::total_cmp);
    let rank = (values.len() as f64 * part).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

/// The lowest; 0 of nothing.
pub fn lowest(values: &[f64]) -> f64 {
    values.iter().copied().min_by(f64::total_cmp).unwrap_or_default()
}

/// The highest; 0 of nothing.
pub fn highest(values: &[f64]) -> f64 {
    values.iter().copied().max_by(f64::total_cmp).unwrap_or_default()
}

/// How two samples differ.
#[derive(Clone, Copy, Debug)]
pub struct Difference {
    /// Of the medians, the first less the second.
    pub medians: f64,
    /// Where 95 of 100 samples drawn anew from these have it (bootstrap).
    pub interval: (f64, f64),
    /// How often one of the first is larger than one of the second: the area under the ROC curve. 0.5 if they are alike.
    pub auc: f64,
    /// How many standard deviations that is from 0.5 (Mann–Whitney).
    pub z: f64,
}

impl Difference {
    pub fn between(first: &[f64], second: &[f64], dice: &mut Dice) -> Self {
        let (n, m) = (first.len() as f64, second.len() as f64);
        let (u, pairs) = (larger(first, second), n * m);
        let deviation = (pairs * (n + m + 1.0) / 12.0).sqrt();
        let mut drawn: Vec<_> = (0..DRAWS)
            .map(|_| median_of(&mut dice.draw_anew(first)) - median_of(&mut dice.draw_anew(second)))
            .collect();
        drawn.sort_unstable_by(f64::total_cmp);
        Self {
            medians: median(first.to_vec()) - median(second.to_vec()),
            interval: (quantile(&drawn, 0.025), quantile(&drawn, 0.975)),
            auc: u / pairs.max(1.0),
            z: (u - pairs / 2.0) / deviation.max(f64::MIN_POSITIVE),
        }
    }
}

/// Pairs in which that of the first is larger; equal ones count half.
fn larger(first: &[f64], second: &[f64]) -> f64 {
    let mut second = second.to_vec();
    second.sort_unstable_by(f64::total_cmp);
    let pairs = |value: &f64| {
        let below = second.partition_point(|other| other < value);
        let not_above = second.partition_point(|other| other <= value);
        (below + not_above) as f64 / 2.0
    };
    first.iter().map(pairs).sum()
}

/// Pseudo-random numbers (SplitMix64): for orders and samples, not for secrets.
pub struct Dice(u64);

impl Dice {
    /// Thrown in an order nobody knows.
    pub fn fresh() -> Self {
        Self(u64::from_be_bytes(kernel::random()))
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(z ^ (z >> 31)) * bound as u128) >> 64) as usize
    }

    /// Puts them into some order, all equally likely.
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last + 1));
        }
    }

    fn draw_anew(&mut self, values: &[f64]) -> Vec<f64> {
        values.iter().map(|_| values[self.below(values.len())]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: u32, from: f64) -> Vec<f64> {
        (0..count).map(|n| from + f64::from(n)).collect()
    }

    #[test]
    fn a_median_is_in_the_middle_and_a_quantile_where_it_should_be() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![1.0, 2.0]) - 1.5).abs() < 1e-9);
        assert!((quantile(&numbers(100, 1.0), 0.9) - 90.0).abs() < 1e-9);
        assert!(quantile(&[], 0.9).abs() < 1e-9 && median(Vec::new()).abs() < 1e-9);
    }

    #[test]
    fn samples_that_are_alike_are_not_told_apart() {
        let (odd, even): (Vec<_>, Vec<_>) = numbers(1000, 0.0).into_iter().partition(|n| n % 2.0 > 0.5);
        let found = Difference::between(&odd, &even, &mut Dice(1));
        assert!((found.auc - 0.5).abs() < 0.01 && found.z.abs() < 1.0, "{found:?}");
        assert!(found.interval.0 < 0.0 && found.interval.1 > 0.0, "{found:?}");
        assert!((found.medians - 1.0).abs() < 1e-9);
        let same = Difference::between(&odd, &odd, &mut Dice(1));
        assert!((same.auc - 0.5).abs() < 1e-9 && same.z.abs() < 1e-9, "{same:?}");
    }

    #[test]
    fn samples_that_differ_are_told_apart() {
        let found = Difference::between(&numbers(300, 50.0), &numbers(300, 0.0), &mut Dice(1));
        // of 300 by 300 pairs, 250 · 249 / 2 are the other way round, and 250 are ties
        assert!((found.auc - (1.0 - (31_125.0 + 125.0) / 90_000.0)).abs() < 1e-9, "{found:?}");
        assert!(found.z > 5.0 && found.interval.0 > 0.0 && found.interval.1 < 100.0, "{found:?}");
        assert!((found.medians - 50.0).abs() < 1e-9);
    }

    #[test]
    fn every_order_comes() {
        let mut dice = Dice(7);
        let mut seen = std::collections::HashMap::new();
        for _ in 0..600 {
            let mut order = [1, 2, 3];
            dice.shuffle(&mut order);
            *seen.entry(order).or_insert(0) += 1;
        }
        assert_eq!(seen.len(), 6);
        assert!(seen.values().all(|count| (60..=140).contains(count)), "{seen:?}");
    }
}
