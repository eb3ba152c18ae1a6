use reqwest::Url;

/// Where plain `http` will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlainHttp {
    /// On this machine alone.
    OnLoopback,
    /// Everywhere: the network in between is private.
    Everywhere,
}

/// Why a text is no base URL. Does not hold it: a secret may be in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadBaseUrl {
    NoUrl,
    /// It has a user, a password, a query or a fragment, or would send secrets in the clear.
    NotSafe,
}

impl BadBaseUrl {
    /// What is wrong, to be said after the name of the setting.
    pub const fn problem(self) -> &'static str {
        match self {
            Self::NoUrl => "is no URL",
            Self::NotSafe => "must be https without query, or http on loopback",
        }
    }
}

/// The base URL in `text`: a scheme, a host, perhaps a port and a path, and nothing else.
///
/// # Errors
/// Why there is none.
pub fn base_url(text: &str, plain: PlainHttp) -> Result<Url, BadBaseUrl> {
    let url = Url::parse(text).map_err(|_| BadBaseUrl::NoUrl)?;
    let is_private = plain == PlainHttp::Everywhere || is_loopback(&url);
    let is_safe = url.scheme() == "https" || url.scheme() == "http" && is_private;
    let names_nobody = url.username().is_empty() && url.password().is_none();
    let is_bare = names_nobody && url.query().is_none() && url.fragment().is_none();
    if is_safe && is_bare { Ok(url) } else { Err(BadBaseUrl::NotSafe) }
}

/// Whether it leads to this machine.
pub fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(kernel::is_loopback)
}

#[cfg(test)]
mod tests {
    use super::{BadBaseUrl, PlainHttp, base_url};

    #[test]
    fn nothing_is_sent_in_the_clear_over_a_network_unless_it_is_said_to_be_private() {
        let good = ["https://api.example.com", "https://a:8443/api/", "http://127.0.0.1:80", "http://[::1]:1"];
        for text in good.into_iter().chain(["http://localhost"]) {
            base_url(text, PlainHttp::OnLoopback).expect(text);
        }
        for text in ["http://10.0.0.1", "http://api.example.com", "http://localhost.example.com"] {
            assert_eq!(base_url(text, PlainHttp::OnLoopback), Err(BadBaseUrl::NotSafe), "{text}");
            base_url(text, PlainHttp::Everywhere).expect(text);
        }
    }

    #[test]
    fn a_base_url_has_a_scheme_a_host_a_port_and_a_path() {
        for text in ["", "api.example.com", "https://"] {
            assert_eq!(base_url(text, PlainHttp::Everywhere), Err(BadBaseUrl::NoUrl), "{text}");
        }
        for text in ["ftp://127.0.0.1", "https://a?b=", "http://a?b=", "https://a#b", "https://a@b", "https://:a@b"] {
            assert_eq!(base_url(text, PlainHttp::Everywhere), Err(BadBaseUrl::NotSafe), "{text}");
        }
    }
}
