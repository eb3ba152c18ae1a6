//! Stand-ins for the vendors, as strict as they are where we know it, and the inbox of every phone, into which they
//! deliver. Plain state machines: `server` mounts them for loopback peers and hands them each request as it came. Their
//! keys, signatures and templates are invented.

mod aliyun;
mod fault;
mod inbox;
mod limits;
mod reply;
mod request;
mod tencent;

pub use aliyun::AliyunSim;
pub use fault::Fault;
pub use inbox::{Inbox, Sent};
pub use reply::Reply;
pub use request::Request;
pub use tencent::TencentSim;
