//! Who may open what, and when: pure rules without database, clock or HTTP. Rules only allow, and their union decides;
//! over them stand, in this order, a lockdown of the site, the mode of the door, the hours of a holiday, and those of
//! the week. Hours are those of the clock on the wall: what a change to summer time skips never comes, what it repeats
//! comes twice.

mod change;
mod decision;
mod document;
mod fault;
mod holiday;
mod hours;
mod mode;
mod moment;
mod plan;
mod rule;
mod schedule;
mod schema;
#[cfg(test)]
mod tests;
mod text;

pub use decision::{DecidedBy, Decision, Explanation, RuleVerdict, Verdict};
pub use document::{AccessDocument, HolderGroup};
pub use fault::AccessFault;
pub use holiday::{Holiday, HolidayCalendar};
pub use hours::{DayHours, Hours};
pub use mode::{DoorMode, Override};
pub use moment::default_zone;
pub use plan::{Access, AccessDoor, AccessPlan};
pub use rule::{DoorGroup, DoorGroupId, HolderGroupId, Rule, RuleDoors, RuleSubject, Subject, Validity};
pub use schedule::{Interval, Schedule};
pub use text::BadPart;
