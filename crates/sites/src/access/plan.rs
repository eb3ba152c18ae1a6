use std::collections::{HashMap, HashSet};

use jiff::tz::TimeZone;
use kernel::{DoorId, Reason, Timestamp};

use super::{
    DecidedBy, Decision, DoorGroup, DoorGroupId, DoorMode, Explanation, HolidayCalendar, Override, Rule, RuleDoors,
    RuleVerdict, Schedule, Subject, Verdict, moment::Moment,
};
use crate::Methods;

/// A door, as far as the rules must know it.
#[derive(Clone, Copy, Debug)]
pub struct AccessDoor {
    pub id: DoorId,
    /// The ways it may be opened.
    pub methods: Methods,
    /// What it does for everybody.
    pub mode: DoorMode,
}

/// All that decides who may pass at a site.
#[derive(Clone, Debug)]
pub struct AccessPlan {
    /// Where its walls' clocks stand; see [`default_zone`].
    pub zone: TimeZone,
    pub holidays: HolidayCalendar,
    /// The whole site is closed.
    pub lockdown: Option<Override>,
    pub doors: Vec<AccessDoor>,
    /// Its groups of doors.
    pub groups: Vec<DoorGroup>,
    /// Its rules. The order decides nothing but which of several rules is named.
    pub rules: Vec<Rule>,
}

/// A plan made ready for decisions: each costs one look at each rule about the door, and allocates nothing.
#[derive(Clone, Debug)]
pub struct Access {
    pub(super) zone: TimeZone,
    pub(super) holidays: HolidayCalendar,
    pub(super) lockdown: Option<Override>,
    pub(super) doors: HashMap<DoorId, DoorRules>,
    pub(super) rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
pub(super) struct DoorRules {
    pub(super) mode: DoorMode,
    /// In the order of the rules.
    pub(super) about: Vec<About>,
}

/// A rule that is about a door.
#[derive(Clone, Copy, Debug)]
pub(super) struct About {
    /// Its place among the rules.
    pub(super) rule: usize,
    /// The ways that both it and the door take.
    pub(super) ways: Methods,
}

impl Access {
    /// Made ready. A door or group that stands twice in the plan counts as it stands last.
    pub fn new(plan: AccessPlan) -> Self {
        let AccessPlan { zone, holidays, lockdown, doors, groups, rules } = plan;
        let groups: HashMap<DoorGroupId, HashSet<DoorId>> =
            groups.into_iter().map(|group| (group.id, group.doors.into_iter().collect())).collect();
        let includes = |rule: &Rule, door: DoorId| match rule.doors {
            RuleDoors::All => true,
            RuleDoors::Group(group) => groups.get(&group).is_some_and(|doors| doors.contains(&door)),
            RuleDoors::Door(ours) => ours == door,
        };
        let about = |door: AccessDoor| {
            let rules = rules.iter().enumerate().filter(|(_, rule)| includes(rule, door.id));
            rules.map(|(place, rule)| About { rule: place, ways: Methods(rule.methods.0 & door.methods.0) }).collect()
        };
        let doors =
            doors.into_iter().map(|door| (door.id, DoorRules { mode: door.mode, about: about(door) })).collect();
        Self { zone, holidays, lockdown, doors, rules }
    }

    /// Whether `subject` may pass `door` in this way at this instant. Of several refusals the nearest miss is told:
    /// outside the schedule, before not yet valid, before expired, before not allowed.
    pub fn decide(&self, subject: Subject<'_>, door: DoorId, method: Methods, at: Timestamp) -> Decision {
        if self.lockdown.is_some_and(|hold| hold.stands(at)) {
            return Decision { reason: Reason::Lockdown, by: DecidedBy::SiteLockdown };
        }
        let Some(door) = self.doors.get(&door) else { return Decision::NO_RULE };
        if let Some(decision) = door.mode.decide(at) {
            return decision;
        }
        let moment = Moment::new(&self.zone, &self.holidays, at);
        let (mut nearest, mut decision) = (0, Decision::NO_RULE);
        for about in &door.about {
            let rule = &self.rules[about.rule];
            let verdict = rule.judge(subject, about.ways, method, &moment);
            if verdict.nearness() > nearest {
                nearest = verdict.nearness();
                decision = Decision { reason: verdict.reason(), by: DecidedBy::Rule(rule.id) };
            }
            if verdict == Verdict::Opens {
                break;
            }
        }
        decision
    }

    /// The week of `subject` at this door, and the ways in: the hours of all rules that count at this instant. None where
    /// no rule lets them in at all.
    pub fn week(&self, subject: Subject<'_>, door: DoorId, at: Timestamp) -> Option<(Schedule, Methods)> {
        let about = self.doors.get(&door)?.about.iter().map(|about| (&self.rules[about.rule], about.ways));
        let mut methods = Methods(0);
        let mut intervals = Vec::new();
        for (rule, ways) in about {
            if ways.0 != 0 && rule.counts(subject, at) {
                methods = methods.and(ways);
                intervals.extend(rule.schedule.intervals());
            }
        }
        (!intervals.is_empty()).then(|| (Schedule::new(intervals), methods))
    }

    /// Why that decision is what it is: what each rule of the site says, and which one decided.
    pub fn explain(&self, subject: Subject<'_>, door: DoorId, method: Methods, at: Timestamp) -> Explanation {
        let moment = Moment::new(&self.zone, &self.holidays, at);
        let about = self.doors.get(&door).map_or(&[][..], |door| &door.about);
        let verdict = |(place, rule): (usize, &Rule)| RuleVerdict {
            rule: rule.id,
            name: rule.name.clone(),
            hours: rule.schedule.to_string(),
            verdict: match about.binary_search_by_key(&place, |about| about.rule) {
                Ok(found) => rule.judge(subject, about[found].ways, method, &moment),
                Err(_) => Verdict::OtherDoor,
            },
        };
        Explanation {
            decision: self.decide(subject, door, method, at),
            holiday: moment.holiday.map(|holiday| holiday.name().to_owned()),
            rules: self.rules.iter().enumerate().map(verdict).collect(),
        }
    }
}
