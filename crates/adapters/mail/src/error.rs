/// Why mail cannot be set up. Holds no part of the URL: the password is in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The settings cannot work; which one, and why.
    #[error("mail settings: {0}")]
    Settings(&'static str),
    /// There is nothing to check certificates with; usually there are no root certificates.
    #[error("TLS for mail could not be set up")]
    Tls(#[source] lettre::transport::smtp::Error),
}
