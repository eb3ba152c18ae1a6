use serde::{Deserialize, Deserializer};

use super::parts::parts;

/// `[wechat]`
#[derive(Clone, Debug)]
pub struct Wechat {
    pub api: wechat::Settings,
    /// The message push.
    pub push: wechat::push::Settings,
}

impl<'de> Deserialize<'de> for Wechat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parts(deserializer).map(|(api, push)| Self { api, push })
    }
}
