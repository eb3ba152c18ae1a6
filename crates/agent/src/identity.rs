use kernel::{
    Bytes, DeviceId, Timestamp, Zeroizing,
    device_signature::{self, DEVICE, DeviceKey, NONCE, SIGN, TIME, WINDOW},
    random,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::{DeviceDoor, Unproved};

/// What a device is and proves itself by: all that has to outlive its power. In JSON the key is plain; keep the file so.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    pub device_id: DeviceId,
    pub key: Key,
    /// Its doors, by its own numbers.
    pub doors: Vec<DeviceDoor>,
}

/// The 32 bytes that only the device and the server know.
#[derive(Clone)]
pub struct Key(Zeroizing<DeviceKey>);

/// The headers of one signed request.
#[derive(Clone, Debug)]
pub struct Signed([(&'static str, String); 4]);

/// What came back, as far as its proof goes.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    /// The HTTP status.
    pub status: u16,
    /// Its `X-Time`.
    pub time: Option<&'a str>,
    /// Its `X-Sign`.
    pub sign: Option<&'a str>,
    /// Its body, as it came.
    pub body: &'a [u8],
}

impl Identity {
    /// Signs a request made at `now`, under a nonce of its own. `target` is the path, with `?` and the query where there
    /// is one.
    pub fn signed(&self, now: Timestamp, method: &str, target: &str, body: &[u8]) -> Signed {
        let (time, nonce) = (now.seconds().to_string(), Bytes::encode(&random::<16>()));
        let sign = device_signature::of_request(&self.key.0, method, target, &time, &nonce, body);
        Signed([(DEVICE, self.device_id.to_string()), (TIME, time), (NONCE, nonce), (SIGN, sign)])
    }

    /// Believes the reply to the request `sent`, or says what its proof lacks. Tells nothing by how long it takes.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn prove(&self, sent: &Signed, reply: &Reply<'_>, now: Timestamp) -> Result<(), Unproved> {
        let (Some(time), Some(sign)) = (reply.time, reply.sign) else { return Err(Unproved::Unsigned) };
        let ours = device_signature::of_reply(&self.key.0, reply.status, time, sent.nonce(), reply.body);
        if !device_signature::matches(&ours, sign) {
            return Err(Unproved::FalseSignature);
        }
        let said: i64 = time.parse().map_err(|_| Unproved::WrongTime)?;
        if said.abs_diff(now.seconds()) > WINDOW.unsigned_abs() { Err(Unproved::WrongTime) } else { Ok(()) }
    }
}

impl Signed {
    /// Name and value of each header.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// The nonce, which the reply's signature covers.
    pub fn nonce(&self) -> &str {
        &self.0[2].1
    }
}

impl Key {
    /// The key of these bytes.
    pub fn from_bytes(bytes: DeviceKey) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Bytes::encode(&*self.0))
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = Bytes::deserialize(deserializer)?;
        bytes.array().map(Self::from_bytes).ok_or_else(|| D::Error::custom("a key has 32 bytes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_456_800);
    const BODY: &[u8] = br#"{"decision":"grant"}"#;

    fn device() -> Identity {
        let key = Key::from_bytes(std::array::from_fn(|n| n as u8));
        Identity { device_id: DeviceId::new(NOW), key, doors: Vec::new() }
    }

    fn sign(key: DeviceKey, sent: &Signed, time: &str) -> String {
        device_signature::of_reply(&key, 200, time, sent.nonce(), BODY)
    }

    fn prove(device: &Identity, sent: &Signed, time: &str, sign: &str) -> Result<(), Unproved> {
        device.prove(sent, &Reply { status: 200, time: Some(time), sign: Some(sign), body: BODY }, NOW)
    }

    #[test]
    fn a_request_carries_what_the_server_checks() {
        let device = device();
        let signed = device.signed(NOW, "POST", "/device/v1/scan", BODY);
        let [id, time, nonce, sign] = [DEVICE, TIME, NONCE, SIGN]
            .map(|name| signed.headers().find(|(given, _)| *given == name).map(|(_, value)| value.to_owned()).unwrap());
        assert_eq!(id, device.device_id.to_string());
        assert_eq!(time, "1795456800");
        assert_eq!(Bytes::decode(&nonce).unwrap().0.len(), 16);
        let theirs = device_signature::of_request(&device.key.0, "POST", "/device/v1/scan", &time, &nonce, BODY);
        assert_eq!(sign, theirs);
    }

    #[test]
    fn no_two_requests_share_a_nonce() {
        let device = device();
        let [one, two] = [(); 2].map(|()| device.signed(NOW, "POST", "/device/v1/scan", BODY));
        assert_ne!(one.nonce(), two.nonce());
    }

    #[test]
    fn only_the_server_s_own_fresh_reply_to_this_request_is_believed() {
        let device = device();
        let [sent, other] = [(); 2].map(|()| device.signed(NOW, "POST", "/device/v1/scan", BODY));
        let key = *device.key.0;
        let time = "1795456800";
        assert_eq!(prove(&device, &sent, time, &sign(key, &sent, time)), Ok(()));
        assert_eq!(prove(&device, &sent, time, &sign(key, &other, time)), Err(Unproved::FalseSignature));
        assert_eq!(prove(&device, &sent, time, &sign([9; 32], &sent, time)), Err(Unproved::FalseSignature));
        assert_eq!(prove(&device, &sent, "1795456801", &sign(key, &sent, time)), Err(Unproved::FalseSignature));
        for (far, verdict) in [
            ("1795456740", Ok(())),
            ("1795456860", Ok(())),
            ("1795456739", Err(Unproved::WrongTime)),
            ("1795456861", Err(Unproved::WrongTime)),
            ("-9223372036854775808", Err(Unproved::WrongTime)),
            ("soon", Err(Unproved::WrongTime)),
        ] {
            assert_eq!(prove(&device, &sent, far, &sign(key, &sent, far)), verdict, "{far}");
        }
    }

    #[test]
    fn a_changed_reply_and_an_unsigned_one_are_not_believed() {
        let device = device();
        let sent = device.signed(NOW, "POST", "/device/v1/scan", BODY);
        let time = "1795456800";
        let sign = sign(*device.key.0, &sent, time);
        let whole = Reply { status: 200, time: Some(time), sign: Some(&sign), body: BODY };
        let prove = |reply| device.prove(&sent, &reply, NOW);
        assert_eq!(prove(whole), Ok(()));
        assert_eq!(prove(Reply { status: 201, ..whole }), Err(Unproved::FalseSignature));
        assert_eq!(prove(Reply { body: br#"{"decision":"deny"}"#, ..whole }), Err(Unproved::FalseSignature));
        assert_eq!(prove(Reply { sign: None, ..whole }), Err(Unproved::Unsigned));
        assert_eq!(prove(Reply { time: None, ..whole }), Err(Unproved::Unsigned));
    }

    #[test]
    fn an_identity_outlives_power_and_keeps_its_key_out_of_logs() {
        let device = device();
        let text = serde_json::to_string(&device).unwrap();
        let again: Identity = serde_json::from_str(&text).unwrap();
        assert_eq!((again.device_id, *again.key.0), (device.device_id, *device.key.0));
        assert!(format!("{device:?}").contains("Key(..)"));
        assert!(serde_json::from_str::<Key>(r#""AAEC""#).is_err());
    }
}
