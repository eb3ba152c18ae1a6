//! What adapters that ask a vendor over HTTP share: base URLs that send nothing in the clear over a network, a client that
//! repeats nothing by itself and follows no redirects, answers of a bounded length, and errors without their URL.

mod base_url;
mod body;
mod causes;
mod client;

pub use base_url::{BadBaseUrl, PlainHttp, base_url, is_loopback};
pub use body::{BodyError, body};
pub use causes::with_causes;
pub use client::{Proxy, client};
