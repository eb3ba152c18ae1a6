use kernel::Timestamp;

use crate::Budget;

/// Calls are kept in thousandths, of which `per_second` come in a millisecond: nothing is rounded.
const CALL: u64 = 1000;

/// A token bucket: begins full, and time that goes by fills it up to its burst.
pub(crate) struct Bucket {
    budget: Budget,
    level: u64,
    at: Timestamp,
}

impl Bucket {
    /// With a whole burst in it.
    pub(crate) fn full(budget: Budget, now: Timestamp) -> Self {
        Self { budget, level: u64::from(budget.burst) * CALL, at: now }
    }

    /// Takes one call out; whether there was one. A clock that was set back fills nothing, and goes on from there.
    pub(crate) fn take(&mut self, now: Timestamp) -> bool {
        let gone_by = u64::try_from(now.since(self.at)).unwrap_or(0);
        let come = gone_by.saturating_mul(self.budget.per_second.into());
        self.level = self.level.saturating_add(come).min(u64::from(self.budget.burst) * CALL);
        self.at = now;
        let left = self.level.checked_sub(CALL);
        self.level = left.unwrap_or(self.level);
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    use kernel::Timestamp;
    use proptest::{collection::vec, prelude::*};

    use super::Bucket;
    use crate::Budget;

    const BEGIN: i64 = 1_800_000_000_000;

    fn full(budget: Budget) -> Bucket {
        Bucket::full(budget, Timestamp::from_millis(BEGIN))
    }

    /// How many of `asked` calls at this time are let through.
    fn take(bucket: &mut Bucket, at: i64, asked: u64) -> u64 {
        (0..asked).filter(|_| bucket.take(Timestamp::from_millis(at))).count() as u64
    }

    fn budgets() -> impl Strategy<Value = Budget> {
        (0..500_u32, 0..300_u32).prop_map(|(per_second, burst)| Budget { per_second, burst })
    }

    /// Steps of a clock in milliseconds and the calls asked for after each.
    fn steps(step: std::ops::Range<i64>) -> impl Strategy<Value = Vec<(i64, u64)>> {
        vec((step, 0..400_u64), 1..40)
    }

    proptest! {
        #[test]
        fn no_span_of_time_sees_more_than_its_rate_and_one_burst(budget in budgets(), steps in steps(0..3_000)) {
            let (mut bucket, mut at) = (full(budget), BEGIN);
            let mut taken = Vec::new();
            for (step, asked) in steps {
                at += step;
                taken.push((at, take(&mut bucket, at, asked)));
            }
            for first in 0..taken.len() {
                let mut sum = 0;
                for (until, count) in &taken[first..] {
                    sum += count;
                    let span = u64::try_from(until - taken[first].0).expect("forward");
                    let most = u64::from(budget.burst) + u64::from(budget.per_second) * span / 1000;
                    prop_assert!(sum <= most, "{sum} of {most} in {span} ms");
                }
            }
        }

        #[test]
        fn what_was_spent_comes_back_with_time(budget in budgets(), pause in 0..10_000_i64) {
            let mut bucket = full(budget);
            prop_assert_eq!(take(&mut bucket, BEGIN, 1000), u64::from(budget.burst));
            let come = u64::from(budget.per_second) * u64::try_from(pause).expect("forward") / 1000;
            prop_assert_eq!(take(&mut bucket, BEGIN + pause, 6000), come.min(u64::from(budget.burst)));
        }

        #[test]
        fn time_comes_back_whole_however_often_it_is_looked_at(rate in 1..500_u32, looks in vec(0..40_i64, 1..200)) {
            let mut bucket = full(Budget { per_second: rate, burst: 10_000 });
            take(&mut bucket, BEGIN, 10_000);
            let (mut at, mut taken) = (BEGIN, 0);
            for step in looks {
                at += step;
                taken += take(&mut bucket, at, 100);
            }
            prop_assert_eq!(taken, u64::from(rate) * u64::try_from(at - BEGIN).expect("forward") / 1000);
        }

        #[test]
        fn a_clock_that_goes_back_gives_nothing_and_locks_nobody_out(
            budget in budgets(), steps in steps(-5_000..5_000), way_back in 0..i64::MAX,
        ) {
            let (mut bucket, mut at, mut forward, mut taken) = (full(budget), BEGIN, 0, 0);
            for (step, asked) in steps {
                at += step;
                forward += u64::try_from(step).unwrap_or(0);
                taken += take(&mut bucket, at, asked);
                prop_assert!(taken <= u64::from(budget.burst) + u64::from(budget.per_second) * forward / 1000);
            }
            take(&mut bucket, at, 1000);
            let at = Timestamp::from_millis(at - way_back).millis();
            prop_assert_eq!(take(&mut bucket, at, 10), 0);
            let due = u64::from(budget.per_second).min(u64::from(budget.burst));
            prop_assert!(take(&mut bucket, at + 1000, 1000) >= due);
        }
    }

    #[test]
    fn the_largest_budget_and_the_longest_time_do_no_harm() {
        let mut bucket = full(Budget::UNLIMITED);
        for at in [BEGIN, 0, i64::MAX, 0, BEGIN] {
            assert_eq!(take(&mut bucket, at, 10_000), 10_000);
        }
        assert_eq!(take(&mut full(Budget::of(0)), i64::MAX, 10), 0);
    }
}
