use secrecy::SecretString;

/// The app that we are at WeChat.
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) secret: SecretString,
}
