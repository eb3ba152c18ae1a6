//! Both vendors as the clients meet them.

use std::sync::{Arc, Mutex};

use kernel::{
    Clock, ManualClock, Phone, Timestamp,
    port::{SendOutcome, SmsSend},
};
use sms::{
    Aliyun, Tencent,
    simulator::{AliyunSim, Inbox, Request, TencentSim},
};

use crate::loopback::Loopback;

pub const PHONE: &str = "13800001234";
pub const CODE: &str = "271828";
pub const REFERENCE: &str = "0190a0b1-0000-7000-8000-000000000001";
pub const TENCENT: &str = "/_sim/sms/tencent";
pub const ALIYUN: &str = "/_sim/sms/aliyun";

/// Both vendors behind one port, as `server` mounts them.
pub struct Outside {
    pub tencent: Arc<TencentSim>,
    pub aliyun: Arc<AliyunSim>,
    pub inbox: Arc<Inbox>,
    pub clock: Arc<ManualClock>,
    pub server: Loopback,
    /// What came last.
    last: Arc<Mutex<Option<Request>>>,
}

impl Outside {
    pub async fn start() -> Self {
        Self::with(|tencent| tencent, |aliyun| aliyun).await
    }

    pub async fn with(
        tencent: impl FnOnce(TencentSim) -> TencentSim,
        aliyun: impl FnOnce(AliyunSim) -> AliyunSim,
    ) -> Self {
        // another test of this process may have installed it
        let _ = rustls::crypto::ring::default_provider().install_default();
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_800_000_000_123)));
        let inbox = Arc::new(Inbox::new(clock.clone() as Arc<dyn Clock>));
        let tencent = Arc::new(tencent(TencentSim::new(inbox.clone(), clock.clone())));
        let aliyun = Arc::new(aliyun(AliyunSim::new(inbox.clone(), clock.clone())));
        let last = Arc::new(Mutex::new(None));
        let (to_tencent, to_aliyun, seen) = (tencent.clone(), aliyun.clone(), last.clone());
        let server = Loopback::serve(move |request| {
            *seen.lock().expect("the last request") = Some(request.clone());
            if request.path == TENCENT { to_tencent.answer(&request) } else { to_aliyun.answer(&request) }
        })
        .await;
        Self { tencent, aliyun, inbox, clock, server, last }
    }

    pub fn tencent(&self) -> Tencent {
        let settings = self.tencent.settings(format!("http://{}{TENCENT}", self.server.address));
        Tencent::new(settings, self.clock.clone()).expect("settings that work")
    }

    pub fn aliyun(&self) -> Aliyun {
        let settings = self.aliyun.settings(format!("http://{}{ALIYUN}", self.server.address));
        Aliyun::new(settings, self.clock.clone()).expect("settings that work")
    }

    pub fn senders(&self) -> [Box<dyn SmsSend>; 2] {
        [Box::new(self.tencent()), Box::new(self.aliyun())]
    }

    /// The request that this client makes.
    pub async fn capture(&self, sender: &dyn SmsSend) -> Request {
        send(sender).await;
        self.last.lock().expect("the last request").take().expect("a request")
    }

    pub fn delivered(&self) -> usize {
        self.inbox.sent_to(None).len()
    }
}

pub async fn send(sender: &dyn SmsSend) -> SendOutcome {
    sender.send_code(&Phone::parse(PHONE).expect("a number"), &CODE.into(), REFERENCE).await
}
