use kernel::{CardId, CredentialKind, DoorId, PolicyId, Timestamp, port::CardKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AccessFault, Schedule, Verdict, moment::Moment};
use crate::Methods;

kernel::id! {
    /// A group of doors (权限组).
    DoorGroupId
    /// A group of card holders.
    HolderGroupId
}

/// A group of doors for rules (权限组).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DoorGroup {
    /// Group id.
    pub id: DoorGroupId,
    /// Group name.
    pub name: String,
    /// Doors of the group.
    pub doors: Vec<DoorId>,
}

/// Who asks to pass.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The kind of the card.
    pub kind: CardKind,
    pub card: CardId,
    /// The groups its holder is in.
    pub groups: &'a [HolderGroupId],
}

/// Whom a rule lets pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleSubject {
    /// Every card of the site.
    Any,
    /// Cards of this kind.
    Kind(CardKind),
    Card(CardId),
    /// Holders in this group.
    Group(HolderGroupId),
}

impl RuleSubject {
    fn covers(self, subject: Subject<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::Kind(kind) => kind == subject.kind,
            Self::Card(card) => card == subject.card,
            Self::Group(group) => subject.groups.contains(&group),
        }
    }
}

/// Which doors a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleDoors {
    /// Every door of the site.
    All,
    /// The doors of this group; none while it does not exist.
    Group(DoorGroupId),
    Door(DoorId),
}

/// From when (inclusive) until when (exclusive) a rule counts; open at the ends that are not said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Validity {
    pub fn new(from: Option<Timestamp>, until: Option<Timestamp>) -> Result<Self, AccessFault> {
        match (from, until) {
            (Some(from), Some(until)) if until <= from => Err(AccessFault::NeverValid),
            _ => Ok(Self { from, until }),
        }
    }

    /// Its first instant.
    pub const fn from(self) -> Option<Timestamp> {
        self.from
    }

    /// The instant after its last.
    pub const fn until(self) -> Option<Timestamp> {
        self.until
    }
}

/// Lets somebody through some doors at some hours (通行权限). Rules only allow: where one of them opens, no other closes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenRule", into = "WrittenRule")]
pub struct Rule {
    pub id: PolicyId,
    pub name: String,
    /// Whom it lets pass.
    pub subject: RuleSubject,
    pub doors: RuleDoors,
    /// At which hours; a holiday's hours stand in their place.
    pub schedule: Schedule,
    /// From when until when.
    pub validity: Validity,
    /// In which ways; a door must take the way too.
    pub methods: Methods,
}

impl Rule {
    /// Whether it is about this subject and this way, of the `ways` that both it and the door take.
    pub(super) fn concerns(&self, subject: Subject<'_>, ways: Methods, kind: CredentialKind) -> bool {
        self.subject.covers(subject) && ways.allow(kind)
    }

    /// Whether it is about this subject, and counts at this instant.
    pub(super) fn counts(&self, subject: Subject<'_>, at: Timestamp) -> bool {
        let Validity { from, until } = self.validity;
        self.subject.covers(subject) && from.is_none_or(|from| from <= at) && until.is_none_or(|until| at < until)
    }

    /// What it says at a door that it is about.
    pub(super) fn judge(
        &self,
        subject: Subject<'_>,
        ways: Methods,
        kind: CredentialKind,
        moment: &Moment<'_>,
    ) -> Verdict {
        if !self.subject.covers(subject) {
            Verdict::OtherSubject
        } else if !ways.allow(kind) {
            Verdict::OtherMethod
        } else if self.validity.from.is_some_and(|from| moment.at < from) {
            Verdict::NotYetValid
        } else if self.validity.until.is_some_and(|until| until <= moment.at) {
            Verdict::Expired
        } else if !moment.opens(&self.schedule) {
            Verdict::OutsideSchedule
        } else {
            Verdict::Opens
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "who", rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
enum WrittenSubject {
    Any,
    Kind { kind: CardKind },
    Card { card_id: CardId },
    Group { group_id: HolderGroupId },
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "which", rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
enum WrittenDoors {
    All,
    Group { group_id: DoorGroupId },
    Door { door_id: DoorId },
}

/// A rule in JSON: `{"id": …, "name": "员工", "subject": {"who": "kind", "kind": "access"}, "doors": {"which": "all"},
/// "schedule": [{"weekday": 1, "from": "08:00", "to": "18:00"}], "validFrom": …, "validUntil": …, "methods": ["qr"]}`.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct WrittenRule {
    id: PolicyId,
    name: String,
    subject: WrittenSubject,
    doors: WrittenDoors,
    schedule: Schedule,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_from: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_until: Option<Timestamp>,
    methods: Methods,
}

impl TryFrom<WrittenRule> for Rule {
    type Error = AccessFault;

    fn try_from(written: WrittenRule) -> Result<Self, AccessFault> {
        Ok(Self {
            id: written.id,
            name: written.name,
            subject: match written.subject {
                WrittenSubject::Any => RuleSubject::Any,
                WrittenSubject::Kind { kind } => RuleSubject::Kind(kind),
                WrittenSubject::Card { card_id } => RuleSubject::Card(card_id),
                WrittenSubject::Group { group_id } => RuleSubject::Group(group_id),
            },
            doors: match written.doors {
                WrittenDoors::All => RuleDoors::All,
                WrittenDoors::Group { group_id } => RuleDoors::Group(group_id),
                WrittenDoors::Door { door_id } => RuleDoors::Door(door_id),
            },
            schedule: written.schedule,
            validity: Validity::new(written.valid_from, written.valid_until)?,
            methods: written.methods,
        })
    }
}

impl From<Rule> for WrittenRule {
    fn from(rule: Rule) -> Self {
        Self {
            id: rule.id,
            name: rule.name,
            subject: match rule.subject {
                RuleSubject::Any => WrittenSubject::Any,
                RuleSubject::Kind(kind) => WrittenSubject::Kind { kind },
                RuleSubject::Card(card_id) => WrittenSubject::Card { card_id },
                RuleSubject::Group(group_id) => WrittenSubject::Group { group_id },
            },
            doors: match rule.doors {
                RuleDoors::All => WrittenDoors::All,
                RuleDoors::Group(group_id) => WrittenDoors::Group { group_id },
                RuleDoors::Door(door_id) => WrittenDoors::Door { door_id },
            },
            schedule: rule.schedule,
            valid_from: rule.validity.from(),
            valid_until: rule.validity.until(),
            methods: rule.methods,
        }
    }
}
