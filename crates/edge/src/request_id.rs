use kernel::{Bytes, random};

tokio::task_local! {
    static CURRENT: String;
}

/// The id of the request being served, for logs and problems; empty outside of one.
pub fn current() -> String {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

/// Runs `future` as the request of this id.
pub(crate) async fn scope<F: Future>(id: String, future: F) -> F::Output {
    CURRENT.scope(id, future).await
}

/// The id a proxy gave, when it is one, else a fresh one.
pub(crate) fn accept(given: Option<&str>) -> String {
    match given {
        Some(id) if (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
            id.to_owned()
        }
        _ => Bytes::encode(&random::<12>()),
    }
}
