use std::error::Error;

/// The error with its causes, which tell a refused connection from a bad certificate.
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::with_causes;

    #[derive(Debug, thiserror::Error)]
    enum Failed {
        #[error("no answer")]
        Outer(#[source] Box<Failed>),
        #[error("no connection")]
        Middle(#[source] std::io::Error),
    }

    #[test]
    fn every_cause_is_told_after_what_it_caused() {
        let error = Failed::Outer(Box::new(Failed::Middle(std::io::Error::other("connection refused"))));
        assert_eq!(with_causes(&error), "no answer: no connection: connection refused");
    }
}
