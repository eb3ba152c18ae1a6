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
            IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
                Some(v4) => IpAddr::V4(v4),
                None => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
            },
        })
    }

    /// The nearest address that is no proxy of ours.
    pub fn of(peer: IpAddr, forwarded: Option<&str>, trusted: &TrustedProxies) -> Self {
        let mut client = peer;
        for hop in forwarded.into_iter().flat_map(|hops| hops.rsplit(',')) {
            if !trusted.0.contains(&client) {
                break;
            }
            match hop.trim().parse() {
                Ok(address) => client = address,
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
        let forwarded = request.headers().get("x-forwarded-for").and_then(|value| value.to_str().ok());
        let none = TrustedProxies::default();
        let trusted = request.app_data::<Data<TrustedProxies>>().map_or(&none, |trusted| trusted.as_ref());
        ready(Ok(Self::of(peer, forwarded, trusted)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let trusted = TrustedProxies(vec!["10.0.0.1".parse().unwrap()]);
        let of = |peer: &str, hops| Address::of(peer.parse().unwrap(), hops, &trusted).0.to_string();
        assert_eq!(of("203.0.113.9", Some("1.2.3.4")), "203.0.113.9");
        assert_eq!(of("10.0.0.1", Some("6.6.6.6, 203.0.113.7")), "203.0.113.7");
        assert_eq!(of("10.0.0.1", Some("rubbish")), "10.0.0.1");
        assert_eq!(of("2001:db8:1:2:3:4:5:6", None), "2001:db8:1:2::");
        assert_eq!(of("::ffff:203.0.113.9", None), "203.0.113.9");
    }
}
