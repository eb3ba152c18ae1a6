//! Composition: the one place where everything meets.

mod app;
mod browser;
mod callbacks;
mod cli;
pub mod demo;
mod deps;
mod failed;
mod features;
mod health;
mod http;
mod metrics;
mod pushes;
mod root_key;
mod run;
#[cfg(feature = "simulator")]
mod seed;
mod settings;
#[cfg(feature = "simulator")]
mod simulators;
mod vendors;
mod workers;

pub use app::App;
pub use cli::main;
pub use deps::Deps;
pub use features::Services;
pub use run::{Running, start};
pub use settings::{Limits, Settings};
