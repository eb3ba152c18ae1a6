use kernel::{PolicyId, Reason};
use serde::Serialize;
use utoipa::ToSchema;

/// Whether access is granted, and what decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Decision {
    /// Reason of the decision.
    pub reason: Reason,
    /// What led to the decision.
    pub by: DecidedBy,
}

impl Decision {
    /// What is said where nothing allows.
    pub(super) const NO_RULE: Self = Self { reason: Reason::DoorNotAllowed, by: DecidedBy::NoRule };

    /// Whether the door opens.
    pub fn opens(self) -> bool {
        self.reason == Reason::Ok
    }
}

/// What led to a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    /// The site is locked down.
    SiteLockdown,
    /// The door is locked down.
    DoorLockdown,
    /// The door is kept locked.
    KeptLocked,
    /// The door is kept unlocked.
    KeptUnlocked,
    /// This rule: the first that allows access, or the one that came closest.
    Rule(PolicyId),
    /// No rule applies to this subject, door and method.
    NoRule,
}

/// The result of one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It allows access.
    Opens,
    /// Outside its schedule.
    OutsideSchedule,
    /// Before its `validFrom`.
    NotYetValid,
    /// After its `validUntil`.
    Expired,
    /// The rule or the door does not allow this method.
    OtherMethod,
    /// It applies to other subjects.
    OtherSubject,
    /// It applies to other doors.
    OtherDoor,
}

impl Verdict {
    /// The reason shown at the door.
    pub const fn reason(self) -> Reason {
        match self {
            Self::Opens => Reason::Ok,
            Self::OutsideSchedule => Reason::OutsideSchedule,
            Self::NotYetValid => Reason::NotYetValid,
            Self::Expired => Reason::Expired,
            Self::OtherMethod | Self::OtherSubject | Self::OtherDoor => Reason::DoorNotAllowed,
        }
    }

    /// The same to an administrator.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Opens => "允许通行",
            Self::OutsideSchedule => "不在通行时段",
            Self::NotYetValid => "未到启用时间",
            Self::Expired => "已过截止时间",
            Self::OtherMethod => "不含此开门方式",
            Self::OtherSubject => "不含此卡",
            Self::OtherDoor => "不含此门",
        }
    }

    /// How near it came to opening; nothing where the rule is not concerned at all.
    pub(super) const fn nearness(self) -> u8 {
        match self {
            Self::Opens => 4,
            Self::OutsideSchedule => 3,
            Self::NotYetValid => 2,
            Self::Expired => 1,
            Self::OtherMethod | Self::OtherSubject | Self::OtherDoor => 0,
        }
    }
}

/// The result of one rule of the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RuleVerdict {
    /// Rule id.
    pub rule: PolicyId,
    /// Name of the rule.
    pub name: String,
    /// Hours of the rule, as text.
    pub hours: String,
    /// Result of the rule.
    pub verdict: Verdict,
}

/// The explanation of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// The holiday whose hours replace those of the rules on this day.
    pub holiday: Option<String>,
    /// The result of each rule of the site, even if the door or site decides without them.
    pub rules: Vec<RuleVerdict>,
}

impl Explanation {
    /// The rule that decided, where one did.
    pub fn decided(&self) -> Option<&RuleVerdict> {
        self.rules.iter().find(|rule| self.decision.by == DecidedBy::Rule(rule.rule))
    }
}
