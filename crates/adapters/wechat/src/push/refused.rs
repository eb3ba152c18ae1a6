/// Why a request is not taken. Says nothing of its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// It is not signed with our push token.
    #[error("the signature of the push is wrong")]
    Signature,
    /// It was made more than ten minutes before or after now.
    #[error("the push is of another time")]
    Stale,
    /// It is none of the forms that WeChat sends: longer than 64 KiB, not in safe mode, or not JSON.
    #[error("the push is malformed")]
    Malformed,
    /// It was not sealed with our key.
    #[error("the push cannot be opened")]
    Sealed,
    /// It is meant for another app.
    #[error("the push is for another app")]
    OtherApp,
}
