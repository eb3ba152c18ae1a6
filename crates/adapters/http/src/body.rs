use reqwest::Response;

/// Why there is no whole answer.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    #[error("the answer is too long")]
    TooLong,
    /// The connection broke.
    #[error("the answer was lost")]
    Lost(#[source] reqwest::Error),
}

/// The body of an answer that is at most `longest` bytes long; no more is kept of a longer one.
///
/// # Errors
/// When it is longer, or does not come to its end.
pub async fn body(mut answer: Response, longest: usize) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| BodyError::Lost(error.without_url()))? {
        if body.len() + chunk.len() > longest {
            return Err(BodyError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpListener,
    };

    use super::{BodyError, body};
    use crate::{Proxy, client};

    /// What comes of a body that a server announces and sends.
    async fn heard(announced: usize, sent: &'static [u8], longest: usize) -> Result<Vec<u8>, BodyError> {
        // another test of this process may have installed it
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a caller");
            let _ = stream.read(&mut [0; 1024]);
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {announced}\r\n\r\n");
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(sent));
        });
        let client = client(None, Proxy::None).expect("a client");
        body(client.get(format!("http://{address}/")).send().await.expect("an answer"), longest).await
    }

    #[tokio::test]
    async fn an_answer_is_taken_up_to_its_longest_and_no_further() {
        assert_eq!(heard(4, b"four", 4).await.expect("whole"), b"four");
        assert!(matches!(heard(4, b"four", 3).await, Err(BodyError::TooLong)));
    }

    #[tokio::test]
    async fn half_an_answer_is_lost() {
        assert!(matches!(heard(9, b"four", 100).await, Err(BodyError::Lost(_))));
    }
}
