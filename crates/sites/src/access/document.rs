use std::collections::{BTreeMap, HashSet};

use jiff::tz::TimeZone;
use kernel::{DoorId, Fault, PolicyId, Result, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Access, AccessDoor, AccessPlan, DoorGroup, DoorMode, HolderGroupId, HolidayCalendar, Override, Rule, RuleDoors,
    RuleSubject, Schedule, Validity,
};
use crate::{Door, Methods};

/// Rules, groups and holidays of one site together.
const MOST: usize = 300;
/// What the row of a document holds on every database, bytes.
const LARGEST: usize = 60_000;

/// A group of cardholders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HolderGroup {
    /// Group id.
    pub id: HolderGroupId,
    /// Group name.
    pub name: String,
}

/// The access rules of a site as one document, which is read and replaced as a whole.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct AccessDocument {
    /// Lockdown of the whole site (场区封闭).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lockdown: Option<Override>,
    /// Modes of doors; doors without an entry follow the rules.
    pub modes: BTreeMap<DoorId, DoorMode>,
    /// Holidays with other hours.
    pub holidays: HolidayCalendar,
    /// Groups of doors (权限组).
    pub door_groups: Vec<DoorGroup>,
    /// Groups of cardholders.
    pub holder_groups: Vec<HolderGroup>,
    /// Access rules.
    pub rules: Vec<Rule>,
}

impl AccessDocument {
    /// Lets every card through every door at every hour.
    pub fn open(rule: PolicyId) -> Self {
        let rule = Rule {
            id: rule,
            name: "通行".to_owned(),
            subject: RuleSubject::Any,
            doors: RuleDoors::All,
            schedule: Schedule::always(),
            validity: Validity::default(),
            methods: Methods::all(),
        };
        Self { rules: vec![rule], ..Self::default() }
    }

    /// Made ready for decisions about these doors.
    pub fn ready(&self, zone: TimeZone, doors: &[Door]) -> Access {
        let door = |door: &Door| AccessDoor {
            id: door.id,
            methods: door.methods,
            mode: self.modes.get(&door.id).copied().unwrap_or_default(),
        };
        Access::new(AccessPlan {
            zone,
            holidays: self.holidays.clone(),
            lockdown: self.lockdown,
            doors: doors.iter().map(door).collect(),
            groups: self.door_groups.clone(),
            rules: self.rules.clone(),
        })
    }

    /// The same, if it holds together: every name said once and to be read, every group and door it speaks of there.
    ///
    /// # Errors
    /// `invalid`, at the field that is wrong.
    pub fn checked(self, doors: &[Door]) -> Result<Self> {
        let doors: HashSet<DoorId> = doors.iter().map(|door| door.id).collect();
        let no_door = |field: String| Fault::field(field, "door-unknown", "没有这个门，请刷新门列表后重试");
        let no_group = |field: String| Fault::field(field, "group-unknown", "没有这个组，请先建立");
        if self.rules.len() + self.door_groups.len() + self.holder_groups.len() > MOST {
            return Err(Fault::field("rules", "too-many", "规则和组合计不能超过 300 条"));
        }
        let groups: Vec<_> = self.door_groups.iter().map(|group| group.name.as_str()).collect();
        check_names("doorGroups", &groups)?;
        check_names("holderGroups", &self.holder_groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>())?;
        check_names("rules", &self.rules.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>())?;
        if let Some(door) = self.modes.keys().find(|door| !doors.contains(door)) {
            return Err(no_door(format!("modes.{door}")));
        }
        for (n, group) in self.door_groups.iter().enumerate() {
            if group.doors.iter().any(|door| !doors.contains(door)) {
                return Err(no_door(format!("doorGroups[{n}].doors")));
            }
        }
        let door_groups = distinct("doorGroups", self.door_groups.iter().map(|group| group.id))?;
        let holder_groups = distinct("holderGroups", self.holder_groups.iter().map(|group| group.id))?;
        distinct("rules", self.rules.iter().map(|rule| rule.id))?;
        for (n, rule) in self.rules.iter().enumerate() {
            match rule.doors {
                RuleDoors::Group(group) if !door_groups.contains(&group) => {
                    return Err(no_group(format!("rules[{n}].doors")));
                }
                RuleDoors::Door(door) if !doors.contains(&door) => return Err(no_door(format!("rules[{n}].doors"))),
                _ => {}
            }
            if matches!(rule.subject, RuleSubject::Group(group) if !holder_groups.contains(&group)) {
                return Err(no_group(format!("rules[{n}].subject")));
            }
        }
        if serde_json::to_string(&self)?.len() > LARGEST {
            return Err(Fault::field("rules", "too-long", "通行规则太长，请合并或删减"));
        }
        Ok(self)
    }
}

impl AccessDocument {
    /// Passes unless something new in it ends before it begins: who closes a site must not believe that it is closed.
    ///
    /// # Errors
    /// `invalid`, at the end that has passed.
    pub(crate) fn ends_in_time(&self, before: &Self, now: Timestamp) -> Result<()> {
        let passed = |until: Option<Timestamp>| until.is_some_and(|until| until <= now);
        let too_late = |field: String| Fault::field(field, "passed", "结束时间已过，请检查时间和时区");
        if self.lockdown != before.lockdown && passed(self.lockdown.and_then(|hold| hold.until)) {
            return Err(too_late("lockdown.until".to_owned()));
        }
        match self.modes.iter().find(|(door, mode)| before.modes.get(*door) != Some(*mode) && passed(mode.until())) {
            Some((door, _)) => Err(too_late(format!("modes.{door}.until"))),
            None => Ok(()),
        }
    }
}

fn distinct<T: std::hash::Hash + Eq + Copy>(field: &str, ids: impl Iterator<Item = T>) -> Result<HashSet<T>> {
    let mut seen = HashSet::new();
    for (n, id) in ids.enumerate() {
        if !seen.insert(id) {
            return Err(Fault::field(format!("{field}[{n}].id"), "twice", "编号重复"));
        }
    }
    Ok(seen)
}

fn check_names(field: &str, names: &[&str]) -> Result<()> {
    let mut seen = HashSet::new();
    for (n, name) in names.iter().enumerate() {
        let field = format!("{field}[{n}].name");
        if name.trim().is_empty() || name.chars().count() > 32 {
            return Err(Fault::field(field, "invalid", "名称请填 1 至 32 个字"));
        }
        if !seen.insert(*name) {
            return Err(Fault::field(field, "twice", "名称重复"));
        }
    }
    Ok(())
}
