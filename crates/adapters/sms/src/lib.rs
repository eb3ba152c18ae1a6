//! One-time codes by SMS: [`kernel::port::SmsSend`] for an installation without a vendor ([`Console`]) and, with the
//! feature `simulator`, an inbox that stands for every phone. No code is ever logged, and no phone unmasked.

mod console;
#[cfg(feature = "simulator")]
pub mod simulator;

pub use console::Console;
