//! Sites (场区) and what stands in them: doors, and who may pass which. A revision counts every change that a door
//! must know of.
//!
//! `site` holds the domain types, `rows` the tables, `service` one method per thing a person can do, `http` their face.

mod access;
pub mod http;
mod rows;
mod service;
mod site;

pub use access::{
    Access, AccessDoor, AccessFault, AccessPlan, BadPart, DayHours, DecidedBy, Decision, DoorGroup, DoorGroupId,
    DoorMode, Explanation, Hold, HolderGroupId, Holiday, HolidayCalendar, Hours, Interval, Rule, RuleDoors,
    RuleSubject, RuleVerdict, Schedule, Subject, Validity, Verdict, default_zone,
};
pub use service::Sites;
pub use site::{AccessPolicy, CacheLoss, Door, Driver, Methods, NewDoor, NewSite, Plan, SITE_NOT_FOUND, Site};
