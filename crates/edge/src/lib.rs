//! What every HTTP face shares: problems out; validated bodies, callers, pages and idempotency keys in; limits, request
//! ids and security headers around. The only place where a fault meets a status.

mod address;
mod body;
mod caller;
mod frame;
mod guard;
mod openapi;
mod page;
mod problem;
mod request_id;
mod tagged;
mod text;

pub use address::{Address, TrustedProxies};
pub use body::{IdempotencyKey, Keyed, Valid};
pub use caller::{Caller, ConsentingCaller, CurrentCaller, SignIns, Tokens};
pub use frame::frame;
pub use guard::{Draining, Guard};
pub use openapi::openapi;
pub use page::{Page, Paged};
pub use problem::{Problem, ProblemView, Problems};
pub use request_id::current as request_id;
pub use tagged::{IfMatch, Tagged, Versioned};
pub use text::{FromText, Text, maybe_typed_code, typed_code};

/// What a handler returns.
pub type Answer<T> = std::result::Result<T, Problem>;
