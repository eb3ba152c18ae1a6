//! The client against the simulator, and against worse, over a real loopback connection; and the simulator's manners.

mod calls;
mod counted;
mod log;
mod login;
mod loopback;
mod phone;
mod platform;
mod push;
mod simulator;
mod tokens;
