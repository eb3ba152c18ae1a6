use config::{Config, ConfigError};

/// `[wechat]`
#[derive(Clone, Debug)]
pub struct Wechat {
    pub api: wechat::Settings,
    /// The message push.
    pub push: wechat::push::Settings,
}

impl Wechat {
    pub(super) fn of(config: &Config) -> Result<Self, ConfigError> {
        Ok(Self { api: config.get("wechat")?, push: config.get("wechat")? })
    }
}
