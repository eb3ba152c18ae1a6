//! The client against the simulator, and against worse, over a real loopback connection; and the simulator's manners.

mod budgets;
mod calls;
mod counted;
mod log;
mod login;
mod loopback;
mod outage;
mod phone;
mod platform;
mod push;
mod refused;
mod simulator;
mod tokens;
