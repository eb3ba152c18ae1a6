use std::{io, time::Duration};

use kernel::{Email, random};
use tokio::{
    io::{AsyncWriteExt, BufReader},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::sleep,
};

use super::{
    fault::Fault,
    line::{self, Line},
    post::Post,
};

/// Longest command line, CRLF included: 512 (RFC 5321 §4.5.3.1.4) and what SIZE, BODY and SMTPUTF8 add.
const LONGEST_COMMAND: usize = 1024;
/// Longest line of text, CRLF included (RFC 5321 §4.5.3.1.6), and the dot that may be added.
const LONGEST_TEXT_LINE: usize = 1001;
/// Longest mail, bytes; announced as SIZE.
const LONGEST_MAIL: usize = 1 << 20;
/// RFC 5321 §4.5.3.1.8.
const RECIPIENTS: usize = 100;
/// Whoever makes so many mistakes is no mail program.
const MISTAKES: usize = 20;

/// What comes after a command was answered.
enum Next {
    Command,
    /// As well, but it was a mistake.
    AfterMistake,
    Nothing,
}

/// Answers one peer until it says goodbye, goes away, or has made too many mistakes.
pub(super) async fn converse(stream: TcpStream, post: &Post) -> io::Result<()> {
    stream.set_nodelay(true)?; // many small answers
    let (read, writer) = stream.into_split();
    let mut session = Session { reader: BufReader::new(read), writer, post, greeted: false, mail: None };
    session.say("220 localhost ESMTP, a simulator").await?;
    let mut mistakes = 0;
    while mistakes < MISTAKES {
        match session.obey().await? {
            Next::Command => {}
            Next::AfterMistake => mistakes += 1,
            Next::Nothing => return Ok(()),
        }
    }
    session.say("421 4.7.0 too many mistakes").await
}

struct Session<'a> {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    post: &'a Post,
    greeted: bool,
    /// The recipients of the mail that was begun.
    mail: Option<Vec<Email>>,
}

impl Session<'_> {
    /// Answers the next command.
    async fn obey(&mut self) -> io::Result<Next> {
        let command = match line::next(&mut self.reader, LONGEST_COMMAND).await? {
            None => return Ok(Next::Nothing),
            Some(Line::TooLong) => return self.refuse("500 5.5.2 line too long").await,
            Some(Line::Whole(line)) => line,
        };
        let Ok(command) = String::from_utf8(command) else {
            return self.refuse("500 5.5.2 not understood").await;
        };
        let (verb, argument) = command.split_once(' ').unwrap_or((&command, ""));
        let argument = argument.trim();
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.greet(argument, true).await,
            "HELO" => self.greet(argument, false).await,
            "MAIL" => self.begin(argument).await,
            "RCPT" => self.add(argument).await,
            "DATA" => self.take().await,
            "RSET" => {
                self.mail = None;
                self.agree("250 2.0.0 forgotten").await
            }
            "NOOP" => self.agree("250 2.0.0 fine").await,
            "VRFY" => self.agree("252 2.5.0 mail for everybody is taken").await,
            "QUIT" => self.say("221 2.0.0 bye").await.map(|()| Next::Nothing),
            _ => self.refuse("500 5.5.1 not understood").await,
        }
    }

    async fn greet(&mut self, name: &str, extended: bool) -> io::Result<Next> {
        if name.is_empty() {
            return self.refuse("501 5.5.4 and who are you?").await;
        }
        (self.greeted, self.mail) = (true, None);
        if extended {
            self.agree(&format!("250-localhost\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {LONGEST_MAIL}")).await
        } else {
            self.agree("250 localhost").await
        }
    }

    async fn begin(&mut self, argument: &str) -> io::Result<Next> {
        if !self.greeted {
            return self.refuse("503 5.5.1 EHLO first").await;
        }
        if self.mail.is_some() {
            return self.refuse("503 5.5.1 one mail at a time").await;
        }
        let Some((sender, parameters)) = path(argument, "FROM:") else {
            return self.refuse("501 5.5.4 MAIL FROM:<address>").await;
        };
        if !sender.is_empty() && Email::parse(sender).is_none() {
            return self.refuse("553 5.1.7 no address").await;
        }
        for parameter in parameters.split_ascii_whitespace() {
            match parameter.to_ascii_uppercase().split_once('=') {
                Some(("SIZE", size)) if size.parse::<usize>().is_ok_and(|size| size <= LONGEST_MAIL) => {}
                Some(("SIZE", _)) => return self.refuse("552 5.3.4 too big").await,
                Some(("BODY", "7BIT" | "8BITMIME")) => {}
                None if parameter.eq_ignore_ascii_case("SMTPUTF8") => {}
                _ => return self.refuse("555 5.5.4 parameter not understood").await,
            }
        }
        self.mail = Some(Vec::new());
        self.agree("250 2.1.0 go on").await
    }

    async fn add(&mut self, argument: &str) -> io::Result<Next> {
        let Some(recipients) = &mut self.mail else {
            return self.refuse("503 5.5.1 MAIL first").await;
        };
        let Some((recipient, "")) = path(argument, "TO:") else {
            return self.refuse("501 5.5.4 RCPT TO:<address>").await;
        };
        let Some(recipient) = Email::parse(recipient) else {
            return self.refuse("553 5.1.3 no address").await;
        };
        if recipients.len() == RECIPIENTS {
            return self.refuse("452 4.5.3 too many recipients").await;
        }
        if let Some(code) = self.post.fault_at_recipient() {
            return self.agree(&format!("{code} injected")).await;
        }
        recipients.push(recipient);
        self.agree("250 2.1.5 go on").await
    }

    /// Reads the text and keeps it.
    async fn take(&mut self) -> io::Result<Next> {
        let Some(recipients) = self.mail.take_if(|recipients| !recipients.is_empty()) else {
            return self.refuse("503 5.5.1 RCPT first").await;
        };
        self.say("354 end with a dot on a line of its own").await?;
        let mut raw = Vec::new();
        let mut refusal = None;
        loop {
            match line::next(&mut self.reader, LONGEST_TEXT_LINE).await? {
                None => return Ok(Next::Nothing),
                Some(Line::TooLong) => refusal = Some("500 5.6.0 a line of the text is too long"),
                Some(Line::Whole(line)) if line == b"." => break,
                Some(Line::Whole(line)) => {
                    if raw.len() + line.len() > LONGEST_MAIL {
                        refusal = Some("552 5.3.4 too big");
                    } else {
                        raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
                        raw.extend_from_slice(b"\r\n");
                    }
                }
            }
        }
        if let Some(refusal) = refusal {
            return self.refuse(refusal).await;
        }
        let fault = self.post.fault_at_data();
        if let Some(Fault::Data(code)) = fault {
            return self.agree(&format!("{code} injected")).await;
        }
        self.post.deliver(&recipients, raw);
        match fault {
            Some(Fault::Lost) => return Ok(Next::Nothing),
            Some(Fault::Slow(ms)) => sleep(Duration::from_millis(ms)).await,
            _ => {}
        }
        let id = u64::from_be_bytes(random());
        self.agree(&format!("250 2.0.0 Ok: queued as sim-{id:016x}")).await
    }

    async fn agree(&mut self, reply: &str) -> io::Result<Next> {
        self.say(reply).await.map(|()| Next::Command)
    }

    async fn refuse(&mut self, reply: &str) -> io::Result<Next> {
        self.say(reply).await.map(|()| Next::AfterMistake)
    }

    async fn say(&mut self, reply: &str) -> io::Result<()> {
        self.writer.write_all(format!("{reply}\r\n").as_bytes()).await
    }
}

/// What is between the angle brackets after `FROM:` or `TO:`, and the parameters behind them.
fn path<'a>(argument: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let (found, rest) = argument.split_at_checked(mark.len())?;
    let (path, parameters) = rest.trim_start().strip_prefix('<')?.split_once('>')?;
    found.eq_ignore_ascii_case(mark).then_some((path, parameters.trim()))
}
