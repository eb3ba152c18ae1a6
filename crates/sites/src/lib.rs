//! Sites (场区) and what stands in them: doors, and who may pass which. A revision counts every change that a door
//! must know of.
//!
//! `site` holds the domain types, `access` who may open what, `directory` the list of sites in memory and `listing` what
//! keeps it fresh, `rows` the tables, `service` one method per thing a person can do, `http` their face.

mod access;
mod config;
mod directory;
mod feature;
pub mod http;
mod listing;
mod methods;
mod rows;
mod service;
mod site;

pub use access::{
    Access, AccessDocument, AccessDoor, AccessFault, AccessPlan, BadPart, DayHours, DecidedBy, Decision, DoorGroup,
    DoorGroupId, DoorMode, Explanation, HolderGroup, HolderGroupId, Holiday, HolidayCalendar, Hours, Interval,
    Override, Rule, RuleDoors, RuleSubject, RuleVerdict, Schedule, Subject, Validity, Verdict, default_zone,
};
pub use config::SiteConfig;
pub use directory::{Directory, Group, Hit, Listed, Place, Position, SiteQuery};
pub use methods::Methods;
pub use service::{Search, Sites};
pub use site::{Beacon, CacheLoss, Door, Driver, NewDoor, SITE_NOT_FOUND, Site};
