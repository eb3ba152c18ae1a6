use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// One line, without its CRLF.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    Whole(Vec<u8>),
    /// Longer than allowed; all of it was read and none kept.
    TooLong,
}

/// The next line of at most `longest` bytes, CRLF included, or `None` where the stream ends. Only CRLF ends a line:
/// whoever takes less for an end of line can be told of mails within mails.
pub(super) async fn next(reader: &mut (impl AsyncBufRead + Unpin), longest: usize) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    let mut too_long = false;
    let mut after_cr = false;
    loop {
        let chunk = reader.fill_buf().await?;
        if chunk.is_empty() {
            return Ok(None);
        }
        let mut taken = 0;
        let mut ended = false;
        for &byte in chunk {
            taken += 1;
            ended = after_cr && byte == b'\n';
            after_cr = byte == b'\r';
            if line.len() == longest {
                too_long = true;
            } else {
                line.push(byte);
            }
            if ended {
                break;
            }
        }
        reader.consume(taken);
        if ended {
            line.truncate(line.len().saturating_sub(2));
            return Ok(Some(if too_long { Line::TooLong } else { Line::Whole(line) }));
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::BufReader;

    use super::{Line, next};

    #[tokio::test]
    async fn only_crlf_ends_a_line_and_length_is_bounded() {
        let long = "x".repeat(9);
        let text = format!("ab\r\n\r\na\nb\r\n{long}\r\n12345678\r\na\r\r\nrest");
        for capacity in [1, 2, 3, 7, 1024] {
            let mut reader = BufReader::with_capacity(capacity, text.as_bytes());
            for expected in ["ab", "", "a\nb"] {
                assert_eq!(next(&mut reader, 10).await.expect("read"), Some(Line::Whole(expected.into())));
            }
            assert_eq!(next(&mut reader, 10).await.expect("read"), Some(Line::TooLong));
            assert_eq!(next(&mut reader, 10).await.expect("read"), Some(Line::Whole("12345678".into())));
            assert_eq!(next(&mut reader, 10).await.expect("read"), Some(Line::Whole("a\r".into())));
            assert_eq!(next(&mut reader, 10).await.expect("read"), None);
        }
    }
}
