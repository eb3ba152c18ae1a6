use std::sync::Arc;

use kernel::Clock;
use secrecy::ExposeSecret;
use wechat::push::Receiver;

use crate::Settings;

/// What opens WeChat's pushes to one app.
pub(crate) struct Pushes {
    pub(crate) app_id: String,
    pub(crate) receiver: Receiver,
}

impl Pushes {
    pub(crate) fn new(app_id: &str, receiver: Receiver) -> Self {
        Self { app_id: app_id.to_owned(), receiver }
    }
}

/// Who opens WeChat's pushes, where the settings name a token and a key.
pub(crate) fn pushes_to(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Option<Arc<Pushes>>, wechat::Error> {
    let (app_id, push) = (&settings.wechat.api.app_id, &settings.wechat.push);
    if push.push_token.expose_secret().is_empty() && push.push_aes_key.expose_secret().is_empty() {
        return Ok(None);
    }
    let receiver = Receiver::new(app_id, push.push_token.clone(), &push.push_aes_key, clock)?;
    Ok(Some(Arc::new(Pushes::new(app_id, receiver))))
}
