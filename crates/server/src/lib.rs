//! Composition: the one place where everything meets.

mod browser;
mod callbacks;
mod cli;
mod courier;
pub mod demo;
mod health;
mod house;
mod root_key;
mod run;
#[cfg(feature = "simulator")]
mod seed;
mod settings;
#[cfg(feature = "simulator")]
mod simulators;
mod vendors;

pub use cli::main;
pub use house::{House, Parts};
pub use run::{Running, start};
pub use settings::Settings;
