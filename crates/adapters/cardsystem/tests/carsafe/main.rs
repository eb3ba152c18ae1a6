//! The client of the installed card system against its stand-in, and against worse, over a real loopback connection.

mod cards;
mod doors;
mod forgery;
mod log;
mod loopback;
mod outage;
mod secrecy;
mod site;
mod systems;
