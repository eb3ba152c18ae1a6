//! One-time codes by SMS: [`kernel::port::SmsSend`] for Tencent Cloud ([`Tencent`]), Alibaba Cloud ([`Aliyun`]), for a
//! chain of vendors in which one stands in for another ([`Vendors`]), and for an installation without a vendor
//! ([`Console`]). A send is idempotent at no vendor, so a message that may have gone out is never sent again. Phones and
//! codes travel in URLs and bodies: neither is ever logged or kept in an error. With the feature `simulator`, also strict
//! stand-ins for the vendors and an inbox that stands for every phone.

mod aliyun;
mod console;
mod error;
mod http;
mod signing;
#[cfg(feature = "simulator")]
pub mod simulator;
mod tencent;
mod vendor;
mod vendors;

pub use aliyun::{Aliyun, AliyunSettings, AliyunTemplates};
pub use console::Console;
pub use error::{Error, Failure, Kind};
pub use tencent::{Tencent, TencentSettings, TencentTemplates};
pub use vendor::Vendor;
pub use vendors::Vendors;
