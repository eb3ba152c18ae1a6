//! A strict stand-in for the installed card system, and faults on demand for any card system. The stand-in is a plain
//! state machine: `server` mounts it for loopback peers and hands it each request as it came. Its secret, cards and doors
//! are invented.

mod carsafe;
mod faulty;

pub use carsafe::{CarsafeFault, CarsafeSim, Reply};
pub use faulty::{CardFault, Faulty};
