//! Visitors (访客), of which there are the hosts (受访人) so far: whom a visitor of a site may ask for, and who may let
//! them in.
//!
//! `host` holds what is known of one, `hosts` is one method per thing a person can do, `import` makes them something to
//! import and to export, `rows` the table, `http` their face.

mod feature;
mod host;
mod hosts;
pub mod http;
mod import;
mod rows;

pub use host::{HostFacts, HostField, HostName, ListedHost};
pub use hosts::Hosts;
