use kernel::{
    BootId, Bytes, Clock, ScanId, SystemClock, Timestamp,
    device_signature::{self as signature, DeviceKey},
    random,
};
use serde_json::{Value, json};

use crate::Answer;

/// A reader at a door, signing as the contract says.
#[derive(Clone)]
pub struct Reader {
    base: String,
    http: reqwest::Client,
    pub id: String,
    pub key: DeviceKey,
    pub boot: BootId,
    /// The doors it serves.
    pub doors: Value,
}

/// A scan about to be sent.
#[derive(Clone, Debug)]
pub struct Scan {
    pub body: Value,
    /// `X-Time`, seconds.
    pub time: i64,
    /// `X-Nonce`.
    pub nonce: String,
}

impl Reader {
    /// Lets a new reader in for all doors of a site.
    pub async fn enrol(base: &str, site: &str) -> Self {
        let http = crate::client();
        let post = async |path: &str, body: Value| {
            Answer::of(http.post(format!("{base}{path}")).json(&body).send().await.unwrap()).await.expect(201)
        };
        let claim = post("/_sim/claims", json!({ "siteId": site })).await;
        let serial = Bytes::encode(&random::<9>());
        let device =
            post("/device/v1/enroll", json!({ "claim": claim["claim"], "serial": serial, "model": "test", "fw": "1" }))
                .await;
        Self {
            base: base.into(),
            http: http.clone(),
            id: device["deviceId"].as_str().unwrap().into(),
            key: Bytes::decode(device["key"].as_str().unwrap()).unwrap().array().unwrap(),
            boot: BootId::new(SystemClock.now()),
            doors: device["doors"].clone(),
        }
    }

    /// The same reader, asking another server that shares the database.
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.into(), ..self.clone() }
    }

    /// A scan of this code as it would be made at `now`.
    pub fn scan_at(&self, code: &str, now: Timestamp) -> Scan {
        let seq = i64::from(u32::from_be_bytes(random()));
        let body = json!({
            "scanId": ScanId::new(now), "bootId": self.boot, "seq": seq, "door": 1, "code": code, "kind": "qr",
            "readAt": now,
        });
        Scan { body, time: now.seconds(), nonce: Bytes::encode(&random::<16>()) }
    }

    /// A scan of this code.
    pub fn scan(&self, code: &str) -> Scan {
        self.scan_at(code, SystemClock.now())
    }

    /// Sends raw bytes under this signature.
    pub async fn send_signed(&self, scan: &Scan, body: Vec<u8>, sign: &str) -> Option<(Answer, bool)> {
        let response = self
            .http
            .post(format!("{}/device/v1/scan", self.base))
            .header("content-type", "application/json")
            .header("x-device", &self.id)
            .header("x-time", scan.time.to_string())
            .header("x-nonce", &scan.nonce)
            .header("x-sign", sign)
            .body(body)
            .send()
            .await
            .ok()?;
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (time, theirs) = (header("x-time").unwrap_or_default(), header("x-sign").unwrap_or_default());
        let status = response.status().as_u16();
        let content_type = header("content-type").unwrap_or_default();
        let retry_after = header("retry-after");
        let bytes = response.bytes().await.ok()?;
        let ours = signature::of_reply(&self.key, status, &time, &scan.nonce, &bytes);
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Some((Answer { status, content_type, retry_after, etag: None, body }, signature::matches(&ours, &theirs)))
    }

    /// Sends a scan; `None` when no answer came.
    ///
    /// # Panics
    /// When a 200 is not signed by the server.
    pub async fn try_send(&self, scan: &Scan) -> Option<Answer> {
        let body = serde_json::to_vec(&scan.body).unwrap();
        let sign =
            signature::of_request(&self.key, "POST", "/device/v1/scan", &scan.time.to_string(), &scan.nonce, &body);
        let (answer, signed) = self.send_signed(scan, body, &sign).await?;
        assert!(signed || answer.status != 200, "the answer must be signed");
        Some(answer)
    }

    pub async fn send(&self, scan: &Scan) -> Answer {
        self.try_send(scan).await.expect("an answer")
    }

    /// Shows a code: the reason that comes back.
    pub async fn show(&self, code: &str) -> String {
        let body = self.send(&self.scan(code)).await.expect(200);
        let granted = body["decision"] == "grant";
        assert_eq!(granted, body["reason"] == "ok", "{body}");
        assert_eq!(granted, body["pulseMs"].as_u64().unwrap() > 0, "{body}");
        body["reason"].as_str().unwrap().into()
    }
}
