use std::{
    convert::Infallible,
    future::{Ready, ready},
    net::{IpAddr, Ipv6Addr},
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};

/// The proxies whose `X-Forwarded-For` is believed.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(pub Vec<IpAddr>);

/// Where a request comes from, as limits count it: an IPv6 client is its /64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Address(pub IpAddr);

impl Address {
    fn counted(address: IpAddr) -> Self {
        Self(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        })
    }

    /// The nearest address that is no proxy of ours; `forwarded` are the lines of `X-Forwarded-For`, as they came.
    pub fn of<'a>(peer: IpAddr, forwarded: impl DoubleEndedIterator<Item = &'a str>, trusted: &TrustedProxies) -> Self {
        let mut client = peer.to_canonical();
        for hop in forwarded.rev().flat_map(|hops| hops.rsplit(',')) {
            if !trusted.0.iter().any(|proxy| proxy.to_canonical() == client) {
                break;
            }
            match hop.trim().parse::<IpAddr>() {
                Ok(address) => client = address.to_canonical(),
                Err(_) => break,
            }
        }
        Self::counted(client)
    }
}

impl FromRequest for Address {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let peer = request.peer_addr().map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.ip());
        let lines: Vec<&str> =
            request.headers().get_all("x-forwarded-for").map(|value| value.to_str().unwrap_or_default()).collect();
        let none = TrustedProxies::default();
        let trusted = request.app_data::<Data<TrustedProxies>>().map_or(&none, |trusted| trusted.as_ref());
        ready(Ok(Self::of(peer, lines.into_iter(), trusted)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let trusted = TrustedProxies(vec!["10.0.0.1".parse().unwrap()]);
        let of = |peer: &str, lines: &[&str]| {
            Address::of(peer.parse().unwrap(), lines.iter().copied(), &trusted).0.to_string()
        };
        assert_eq!(of("203.0.113.9", &["1.2.3.4"]), "203.0.113.9");
        assert_eq!(of("10.0.0.1", &["6.6.6.6, 203.0.113.7"]), "203.0.113.7");
        assert_eq!(of("10.0.0.1", &["6.6.6.6", "203.0.113.7"]), "203.0.113.7", "a proxy may add a line of its own");
        assert_eq!(of("::ffff:10.0.0.1", &["203.0.113.7"]), "203.0.113.7", "an IPv4 proxy at an IPv6 socket");
        assert_eq!(of("10.0.0.1", &["rubbish"]), "10.0.0.1");
        assert_eq!(of("2001:db8:1:2:3:4:5:6", &[]), "2001:db8:1:2::");
        assert_eq!(of("::ffff:203.0.113.9", &[]), "203.0.113.9");
    }
}
