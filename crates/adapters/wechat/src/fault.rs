use std::time::Duration;

use http_client::with_causes;
use kernel::{
    Code, Fault,
    port::{WECHAT_AWAY, WECHAT_BUSY},
};

use crate::{Class, Error};

const BUSY_FOR: Duration = Duration::from_secs(60);

/// What the server hears of `error`: what WeChat refuses by these `errcode`s in so many words, its plea or ours for
/// patience, and [`WECHAT_AWAY`] for all else, with the time until the next
/// probe where there is one. That is logged here, unless it was when it began.
pub(crate) fn fault(api: &'static str, refusals: &[(i64, Code)], error: Error) -> Fault {
    let (class, errcode) = (error.class(), error.errcode());
    // not of the access token, whose refusals are about us
    let refused = if let Error::Api { code, .. } = error { Some(code) } else { None };
    let refusal = refusals.iter().find(|(code, _)| refused == Some(*code)).map(|(_, refusal)| *refusal);
    let mut fault = match (refusal, class) {
        (Some(refusal), _) => Fault::from(refusal),
        // a status alone is of something in between
        (None, Class::Throttled) if errcode.is_some() || error.wait().is_some() => {
            WECHAT_BUSY.retry_after(error.wait().unwrap_or(BUSY_FOR))
        }
        _ => {
            if !error.is_old_news() {
                tracing::error!(wechat.api = api, wechat.class = ?class, wechat.errcode = errcode, wechat.rid = error.rid(), error.cause = %with_causes(&error), "WeChat call failed");
            }
            error.wait().map_or_else(|| Fault::from(WECHAT_AWAY), |wait| WECHAT_AWAY.retry_after(wait))
        }
    };
    fault.set_cause(error);
    fault
}
