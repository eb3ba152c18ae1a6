//! WeChat's server API, as far as we need it: who is behind a login code (`jscode2session`), which phone number is behind
//! a button (`getuserphonenumber`), the access token for it (`stable_token`), and the messages that WeChat pushes to us.
//! Implements [`kernel::port::WechatLogin`] and [`kernel::port::WechatPhone`]. Secrets, tokens and codes travel in URLs,
//! so no URL is ever logged or kept in an error; the session key is not even read. With the feature `simulator`, also a
//! strict stand-in for the platform.

mod answer;
mod app;
mod availability;
mod bucket;
mod budget;
mod client;
mod endpoint;
mod error;
mod fault;
mod login;
mod phone;
pub mod push;
mod rate_limiter;
#[cfg(feature = "simulator")]
pub mod simulator;
mod time;
mod tokens;
mod wire;

pub use availability::{Health, RefusedApi};
pub use budget::{Budget, Budgets};
pub use client::{Client, Settings};
pub use error::{Class, Error, PROBE_EVERY};
