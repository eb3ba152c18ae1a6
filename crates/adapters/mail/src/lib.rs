//! Mail to one person: [`kernel::port::MailSend`] over SMTP ([`Smtp`]) and for an installation without a mail server
//! ([`Console`]). With the feature `simulator`, also a mail server on loopback that keeps what it is sent. No address
//! and no text is ever logged, and nothing that the mail server says but its reply code.

mod compose;
mod console;
mod error;
mod settings;
#[cfg(feature = "simulator")]
pub mod simulator;
mod smtp;

pub use console::Console;
pub use error::Error;
pub use settings::MailSettings;
pub use smtp::Smtp;
