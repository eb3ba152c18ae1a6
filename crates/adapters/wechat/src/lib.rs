//! WeChat's server API, as far as we need it: who is behind a login code (`jscode2session`). Implements
//! [`kernel::port::WechatLogin`]. The app secret and the login code travel in the URL, so no URL is ever logged or kept
//! in an error; the session key is not even read. With the feature `simulator`, also a strict stand-in for the platform.

mod client;
mod error;
mod login;
#[cfg(feature = "simulator")]
pub mod simulator;

pub use client::{Client, Settings};
pub use error::{Class, Error};
