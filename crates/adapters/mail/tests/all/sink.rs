//! The simulated mail server, spoken to by hand.

use crate::support::{clock, email, mail, smtp};
use kernel::port::MailSend;
use mail::simulator::{Fault, Sink};
use secrecy::ExposeSecret;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

async fn sink() -> Sink {
    Sink::start(([127, 0, 0, 1], 0).into(), clock()).await.expect("a loopback port")
}

struct Peer(BufReader<TcpStream>);

impl Peer {
    async fn connect(sink: &Sink) -> Self {
        let mut peer = Self(BufReader::new(TcpStream::connect(sink.address()).await.expect("a connection")));
        assert_eq!(peer.reply().await, 220);
        peer
    }

    async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.expect("written");
    }

    /// The code of the next reply, its last line.
    async fn reply(&mut self) -> u16 {
        let mut line = String::new();
        loop {
            line.clear();
            self.0.read_line(&mut line).await.expect("a line");
            assert!(line.ends_with("\r\n"), "{line:?}");
            if line.as_bytes()[3] == b' ' {
                return line[..3].parse().expect("a code");
            }
        }
    }

    async fn ask(&mut self, command: &str) -> u16 {
        self.write(format!("{command}\r\n")).await;
        self.reply().await
    }

    async fn ended(&mut self) -> bool {
        self.0.read(&mut [0; 1]).await.is_ok_and(|read| read == 0)
    }
}

#[tokio::test]
async fn it_listens_on_loopback_alone() {
    let error = Sink::start(([0, 0, 0, 0], 0).into(), clock()).await.err().expect("refused");
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}

#[tokio::test]
async fn commands_are_answered_as_servers_answer_them() {
    let sink = sink().await;
    let mut peer = Peer::connect(&sink).await;
    for (command, code) in [
        ("MAIL FROM:<a@x.cn>", 503),
        ("EHLO", 501),
        ("ehlo me", 250),
        ("NOOP", 250),
        ("VRFY a@x.cn", 252),
        ("STARTTLS", 500),
        ("RCPT TO:<a@x.cn>", 503),
        ("DATA", 503),
        ("MAIL FROM:a@x.cn", 501),
        ("MAIL FROM:<a>", 553),
        ("MAIL FROM:<a@x.cn> SIZE=99999999", 552),
        ("MAIL FROM:<a@x.cn> AUTH=<>", 555),
        ("mail from: <a@x.cn> size=100 BODY=8BITMIME SMTPUTF8", 250),
        ("MAIL FROM:<a@x.cn>", 503),
        ("DATA", 503),
        ("RCPT TO:<张@x.cn>", 553),
        ("RCPT TO:<b@x.cn> NOTIFY=NEVER", 501),
        ("RCPT TO:<b@x.cn>", 250),
        ("RSET", 250),
        ("RCPT TO:<b@x.cn>", 503),
        ("MAIL FROM:<>", 250),
        ("HELO me", 250),
        ("DATA", 503),
        ("QUIT", 221),
    ] {
        assert_eq!(peer.ask(command).await, code, "{command}");
    }
    assert!(peer.ended().await);
    assert!(sink.sent_to(None).is_empty());
}

#[tokio::test]
async fn a_whole_conversation_may_come_at_once() {
    let sink = sink().await;
    let mut peer = Peer::connect(&sink).await;
    peer.write(
        "EHLO me\r\nMAIL FROM:<a@x.cn>\r\nRCPT TO:<b@x.cn>\r\nRCPT TO:<c@x.cn>\r\nDATA\r\n\
         Subject: one\r\n\r\n..dot\r\n...\r\n.\r\nMAIL FROM:<a@x.cn>\r\nRCPT TO:<b@x.cn>\r\nDATA\r\n\
         Subject: two\r\n\r\n271828\r\n.\r\nQUIT\r\n",
    )
    .await;
    for code in [250, 250, 250, 250, 354, 250, 250, 250, 354, 250, 221] {
        assert_eq!(peer.reply().await, code);
    }
    assert!(peer.ended().await);
    let sent = sink.sent_to(None);
    let seen: Vec<_> =
        sent.iter().map(|sent| (sent.to.expose(), sent.subject.as_str(), sent.text.expose_secret())).collect();
    assert_eq!(seen, [("b@x.cn", "two", "271828"), ("c@x.cn", "one", ".dot\n.."), ("b@x.cn", "one", ".dot\n..")]);
    assert_eq!(sent[2].raw.0, b"Subject: one\r\n\r\n.dot\r\n..\r\n");
}

#[tokio::test]
async fn no_mail_is_smuggled_in_by_a_dot_between_other_ends_of_line() {
    let sink = sink().await;
    let mut peer = Peer::connect(&sink).await;
    peer.write("EHLO me\r\nMAIL FROM:<a@x.cn>\r\nRCPT TO:<b@x.cn>\r\nDATA\r\n").await;
    for code in [250, 250, 250, 354] {
        assert_eq!(peer.reply().await, code);
    }
    for end in ["\n.\n", "\n.\r\n", "\r.\r", "\r.\r\n"] {
        peer.write(format!("x{end}MAIL FROM:<evil@x.cn>\r\n")).await;
    }
    assert_eq!(peer.ask(".").await, 250);
    assert_eq!(peer.ask("QUIT").await, 221);
    assert_eq!(sink.sent_to(None).len(), 1);
}

#[tokio::test]
async fn hostile_peers_are_refused_and_the_next_is_served() {
    let sink = sink().await;

    let mut garbage = Peer::connect(&sink).await;
    for _ in 0..20 {
        garbage.write(b"\xff\xfe\x00garbage\r\n").await;
        assert_eq!(garbage.reply().await, 500);
    }
    assert_eq!(garbage.reply().await, 421);
    assert!(garbage.ended().await);

    let mut endless = Peer::connect(&sink).await;
    for _ in 0..64 {
        endless.write([b'x'; 1 << 16]).await;
    }
    assert_eq!(endless.ask("").await, 500);
    assert_eq!(endless.ask("EHLO me").await, 250);
    for command in ["MAIL FROM:<a@x.cn>", "RCPT TO:<b@x.cn>"] {
        assert_eq!(endless.ask(command).await, 250);
    }
    assert_eq!(endless.ask("DATA").await, 354);
    endless.write(format!("{}\r\n", "x".repeat(1000))).await;
    assert_eq!(endless.ask(".").await, 500);

    for command in ["MAIL FROM:<a@x.cn>", "RCPT TO:<b@x.cn>"] {
        assert_eq!(endless.ask(command).await, 250);
    }
    assert_eq!(endless.ask("DATA").await, 354);
    for _ in 0..1200 {
        endless.write(format!("{}\r\n", "x".repeat(998))).await;
    }
    assert_eq!(endless.ask(".").await, 552);

    assert_eq!(endless.ask("MAIL FROM:<a@x.cn>").await, 250);
    for _ in 0..100 {
        assert_eq!(endless.ask("RCPT TO:<b@x.cn>").await, 250);
    }
    assert_eq!(endless.ask("RCPT TO:<b@x.cn>").await, 452);

    let mut gone = Peer::connect(&sink).await;
    gone.write("EHLO me\r\nMAIL FROM:<a@x.cn>\r\nRCPT TO:<b@x.cn>\r\nDATA\r\nhalf a li").await;
    drop(gone);

    assert!(sink.sent_to(None).is_empty());
    smtp(sink.url()).send(&mail("b@x.cn", "s", "t", "r")).await;
    assert_eq!(sink.sent_to(None).len(), 1);
}

#[tokio::test]
async fn mails_are_told_newest_first_and_by_address_and_the_last_two_hundred_are_kept() {
    let sink = sink().await;
    let mut peer = Peer::connect(&sink).await;
    assert_eq!(peer.ask("EHLO me").await, 250);
    for number in 0..250 {
        let to = if number % 2 == 0 { "even" } else { "odd" };
        peer.write(format!("MAIL FROM:<a@x.cn>\r\nRCPT TO:<{to}@x.cn>\r\nDATA\r\nSubject: {number}\r\n\r\n.\r\n"))
            .await;
        for code in [250, 250, 354, 250] {
            assert_eq!(peer.reply().await, code);
        }
    }
    let subjects = |to: Option<&str>| {
        let to = to.map(email);
        sink.sent_to(to.as_ref()).into_iter().map(|sent| sent.subject).collect::<Vec<_>>()
    };
    let all = subjects(None);
    assert_eq!((all.len(), all[0].as_str(), all[199].as_str()), (200, "249", "50"));
    let even = subjects(Some("even@x.cn"));
    assert_eq!((even.len(), even[0].as_str()), (100, "248"));
    assert!(subjects(Some("nobody@x.cn")).is_empty());
}

#[tokio::test]
async fn faults_happen_in_order_and_as_often_as_asked() {
    let sink = sink().await;
    sink.inject(Fault::Lost, 0);
    sink.inject(Fault::Recipient(450), 2);
    sink.inject(Fault::Data(554), 1);
    sink.inject(Fault::Recipient(550), 1);
    let mut peer = Peer::connect(&sink).await;
    for (command, code) in [
        ("EHLO me", 250),
        ("MAIL FROM:<a@x.cn>", 250),
        ("RCPT TO:<b@x.cn>", 450),
        ("RCPT TO:<b@x.cn>", 450),
        ("RCPT TO:<b@x.cn>", 250),
        ("DATA", 354),
        (".", 554),
        ("MAIL FROM:<a@x.cn>", 250),
        ("RCPT TO:<b@x.cn>", 550),
        ("RCPT TO:<b@x.cn>", 250),
        ("DATA", 354),
        (".", 250),
    ] {
        assert_eq!(peer.ask(command).await, code, "{command}");
    }
    assert_eq!(sink.sent_to(None).len(), 1);
}

#[test]
fn faults_are_written_in_json_as_documented() {
    for (text, fault) in [
        (r#"{"recipient":550}"#, Fault::Recipient(550)),
        (r#"{"data":451}"#, Fault::Data(451)),
        (r#""lost""#, Fault::Lost),
        (r#"{"slow":3000}"#, Fault::Slow(3000)),
    ] {
        assert_eq!(serde_json::from_str::<Fault>(text).expect(text), fault);
        assert_eq!(serde_json::to_string(&fault).expect("JSON"), text);
    }
}

#[tokio::test]
async fn a_mail_is_plain_in_json_and_nowhere_else() {
    let sink = sink().await;
    smtp(sink.url()).send(&mail("zhang@example.cn", "验证码", "验证码 271828。", "r")).await;
    smtp(sink.url()).send(&mail("zhang@example.cn", "通知", "有人来访", "r")).await;
    let sent = sink.sent_to(None);
    assert_eq!(
        serde_json::to_value(&sent).expect("JSON"),
        serde_json::json!([
            { "to": "zhang@example.cn", "subject": "通知", "text": "有人来访", "code": null, "at": "2027-01-15T08:00:00Z" },
            {
                "to": "zhang@example.cn", "subject": "验证码", "text": "验证码 271828。", "code": "271828",
                "at": "2027-01-15T08:00:00Z"
            }
        ])
    );
    let debug = format!("{sent:?}");
    for kept in ["zhang", "271828", "有人来访"] {
        assert!(!debug.contains(kept), "{debug}");
    }
}

#[tokio::test]
async fn it_ends_with_all_its_sessions_when_dropped() {
    let sink = sink().await;
    let mut peer = Peer::connect(&sink).await;
    assert_eq!(peer.ask("EHLO me").await, 250);
    drop(sink);
    assert!(peer.ended().await);
}
