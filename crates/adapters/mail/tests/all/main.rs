//! Mail by SMTP, the simulated server, and the installation without one.

mod console;
mod scripted;
mod servers;
mod sink;
mod smtp;
mod support;
