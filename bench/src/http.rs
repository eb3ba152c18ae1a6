//! As much of an HTTP/1.1 client as a load generator needs: one request, one whole answer, the connection kept.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// The status line and the headers.
    pub head: String,
    /// The body, without chunks.
    pub body: Vec<u8>,
    /// Whether nothing more may be asked on this connection.
    pub close: bool,
}

/// Why something is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

const CUT: Malformed = Malformed("the answer ends in the middle");
const MORE: Malformed = Malformed("bytes after the end of the answer");

impl From<Malformed> for io::Error {
    fn from(malformed: Malformed) -> Self {
        Self::new(io::ErrorKind::InvalidData, malformed.0)
    }
}

impl Answer {
    /// The first header of this name, in whatever case.
    pub fn header(&self, name: &str) -> Option<&str> {
        headers(&self.head).find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The body as text, if it is.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.body).ok()
    }
}

fn headers(head: &str) -> impl Iterator<Item = (&str, &str)> {
    head.split("\r\n").skip(1).filter_map(|line| line.split_once(':')).map(|(key, value)| (key, value.trim()))
}

/// Reads the answer that `bytes` begin with; `None` while it is not whole. `ended` says that no more will come.
///
/// # Errors
/// When they are no answer, or more than one.
pub fn read(bytes: &[u8], ended: bool) -> Result<Option<Answer>, Malformed> {
    let answer = read_so_far(bytes, ended)?;
    if ended && answer.is_none() { Err(CUT) } else { Ok(answer) }
}

fn read_so_far(bytes: &[u8], ended: bool) -> Result<Option<Answer>, Malformed> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let (head, rest) = (&bytes[..end], &bytes[end + 4..]);
    let head = std::str::from_utf8(head).map_err(|_| Malformed("headers that are no text"))?;
    let status = status(head).ok_or(Malformed("not a status line"))?;
    let mut close = head.starts_with("HTTP/1.0");
    let (mut length, mut chunked) = (None, false);
    for (key, value) in headers(head) {
        if key.eq_ignore_ascii_case("content-length") {
            length = Some(value.parse::<usize>().map_err(|_| Malformed("not a length"))?);
        } else if key.eq_ignore_ascii_case("transfer-encoding") {
            chunked = value.eq_ignore_ascii_case("chunked");
        } else if key.eq_ignore_ascii_case("connection") {
            close = value.eq_ignore_ascii_case("close");
        }
    }
    let length = if matches!(status, 204 | 304) { Some(0) } else { length };
    let body = match length {
        _ if chunked => join_chunks(rest)?,
        Some(length) if rest.len() > length => return Err(MORE),
        Some(length) => (rest.len() == length).then(|| rest.to_vec()),
        None => {
            close = true;
            ended.then(|| rest.to_vec())
        }
    };
    Ok(body.map(|body| Answer { status, head: head.to_owned(), body, close }))
}

fn status(head: &str) -> Option<u16> {
    let (version, rest) = head.split_once(' ')?;
    let digits = rest.get(..3).filter(|_| matches!(version, "HTTP/1.1" | "HTTP/1.0"))?;
    digits.parse().ok()
}

fn join_chunks(mut rest: &[u8]) -> Result<Option<Vec<u8>>, Malformed> {
    const NO_SIZE: Malformed = Malformed("not the size of a chunk");
    let mut body = Vec::new();
    loop {
        let Some(line) = next_line(&mut rest) else { return Ok(None) };
        let line = std::str::from_utf8(line).map_err(|_| NO_SIZE)?;
        let digits = line.split_once(';').map_or(line, |(digits, _)| digits).trim();
        let size = usize::from_str_radix(digits, 16).map_err(|_| NO_SIZE)?;
        if size == 0 {
            break;
        }
        if rest.len() < size.saturating_add(2) {
            return Ok(None);
        }
        body.extend_from_slice(&rest[..size]);
        rest = rest[size..].strip_prefix(b"\r\n").ok_or(Malformed("a chunk longer than it says"))?;
    }
    // trailers, which nobody sends
    loop {
        match next_line(&mut rest) {
            None => return Ok(None),
            Some([]) if rest.is_empty() => return Ok(Some(body)),
            Some([]) => return Err(MORE),
            Some(_) => {}
        }
    }
}

fn next_line<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = rest.windows(2).position(|two| two == b"\r\n")?;
    let line = &rest[..end];
    *rest = &rest[end + 2..];
    Some(line)
}

/// A connection that is opened when it is needed and kept as long as the server keeps it.
pub struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Connection {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, stream: None, buffer: Vec::with_capacity(16 * 1024) }
    }

    /// Sends a whole request and waits for its whole answer.
    ///
    /// # Errors
    /// When there is none; the next request then opens a new connection.
    pub async fn ask(&mut self, request: &[u8]) -> io::Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address).await?;
                stream.set_nodelay(true)?;
                stream
            }
        };
        stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            let ended = stream.read_buf(&mut self.buffer).await? == 0;
            if let Some(answer) = read(&self.buffer, ended)? {
                self.stream = (!answer.close).then_some(stream);
                return Ok(answer);
            }
        }
    }
}

/// A whole request; its body is JSON.
pub fn request(address: SocketAddr, method: &str, target: &str, token: Option<&str>, body: Option<&str>) -> Vec<u8> {
    let token = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    let described = body.map(|body| {
        let length = body.len();
        format!("content-type: application/json\r\ncontent-length: {length}\r\n")
    });
    let (described, body) = (described.unwrap_or_default(), body.unwrap_or_default());
    format!("{method} {target} HTTP/1.1\r\nhost: {address}\r\n{token}{described}\r\n{body}").into_bytes()
}

/// A whole GET request.
pub fn get(address: SocketAddr, target: &str, token: Option<&str>) -> Vec<u8> {
    request(address, "GET", target, token, None)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// Reads `text` byte by byte: only the whole of it may be an answer.
    fn read_slowly(text: &str) -> Answer {
        for end in 0..text.len() {
            assert_eq!(read(&text.as_bytes()[..end], false), Ok(None), "{end} bytes are enough");
            assert_eq!(read(&text.as_bytes()[..end], true), Err(CUT), "{end} bytes and the end are enough");
        }
        read(text.as_bytes(), false).expect("an answer").expect("a whole one")
    }

    #[test]
    fn a_length_says_where_it_ends() {
        let answer = read_slowly("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nX-Sign:  abc \r\n\r\nno");
        assert_eq!((answer.status, answer.body.as_slice(), answer.close), (403, b"no".as_slice(), false));
        assert_eq!(answer.header("x-sign"), Some("abc"));
        assert_eq!(answer.header("x-time"), None);
        assert_eq!(read(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nyes", false), Err(MORE));
    }

    #[test]
    fn no_content_has_no_length() {
        let answer = read_slowly("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
        assert_eq!((answer.status, answer.body.len(), answer.close), (204, 0, true));
    }

    #[test]
    fn chunks_are_joined() {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let answer = read_slowly(&format!("{head}3\r\nope\r\nA;x=1\r\nn sesame\r\n\r\n0\r\nx-late: 1\r\n\r\n"));
        assert_eq!(answer.body, b"open sesame\r\n");
        for bad in ["g\r\n", "2\r\nopen\r\n", "0\r\n\r\nHTTP/1.1", "-1\r\n"] {
            assert!(read(format!("{head}{bad}").as_bytes(), false).is_err(), "{bad:?} was believed");
        }
        assert_eq!(read(format!("{head}ffffffffffffffff\r\nabc").as_bytes(), false), Ok(None));
    }

    #[test]
    fn without_either_the_end_of_the_connection_ends_it() {
        let text = b"HTTP/1.1 200 OK\r\n\r\nopen";
        assert_eq!(read(text, false), Ok(None));
        let answer = read(text, true).expect("an answer").expect("a whole one");
        assert_eq!((answer.body.as_slice(), answer.close), (b"open".as_slice(), true));
    }

    #[test]
    fn something_else_is_no_answer() {
        for bad in ["SSH-2.0\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n"] {
            assert!(read(bad.as_bytes(), false).is_err(), "{bad:?} was believed");
        }
    }

    #[tokio::test]
    async fn a_closed_connection_is_opened_again() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let mut connection = Connection::new(listener.local_addr().expect("its address"));
        let server = async {
            for answer in ["content-length: 1\r\nconnection: close\r\n\r\na", "\r\nb", "content-length: 5\r\n\r\nc"] {
                let (mut stream, _) = listener.accept().await.expect("a connection");
                let mut request = [0; 4];
                stream.read_exact(&mut request).await.expect("a request");
                stream.write_all(format!("HTTP/1.1 200 OK\r\n{answer}").as_bytes()).await.expect("sent");
            }
        };
        let client = async {
            assert_eq!(connection.ask(b"ping").await.expect("an answer").body, b"a");
            assert_eq!(connection.ask(b"ping").await.expect("an answer").body, b"b");
            connection.ask(b"ping").await.expect_err("it was cut");
        };
        tokio::join!(server, client);
    }
}
