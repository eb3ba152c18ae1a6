use percent_encoding::percent_decode_str;

/// An HTTP request as it came. Not shown by `Debug`: a phone and a code are in it.
#[derive(Clone)]
pub struct Request {
    /// `POST`.
    pub method: String,
    /// The whole path as the client asked for it, still encoded: also what stands before the vendor's own path here,
    /// for the client has signed it.
    pub path: String,
    /// What follows the question mark, still encoded; may be empty.
    pub query: String,
    /// All of them, `Host` too; names in any case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    /// The value of a header that is there once.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(given, _)| given.eq_ignore_ascii_case(name));
        let (_, value) = values.next()?;
        values.next().is_none().then_some(value.trim())
    }

    /// The query, decoded.
    pub(super) fn pairs(&self) -> Option<Vec<(String, String)>> {
        let decode = |text: &str| {
            let text = text.replace('+', " ");
            percent_decode_str(&text).decode_utf8().map(|text| text.into_owned()).ok()
        };
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                Some((decode(name)?, decode(value)?))
            })
            .collect()
    }
}

/// What stands between `before` and the next comma of an `Authorization` header.
pub(super) fn part<'a>(authorization: &'a str, before: &str) -> Option<&'a str> {
    let (_, rest) = authorization.split_once(before)?;
    rest.split(',').next()
}

#[cfg(test)]
mod tests {
    use super::Request;

    #[test]
    fn a_header_that_is_there_twice_is_none() {
        let headers = [("Host", "a"), ("X-Twice", "1"), ("x-twice", "1"), ("x-wide", " v ")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let request = Request {
            method: String::new(),
            path: String::new(),
            query: "a=%E5%BC%80+x&b".into(),
            headers,
            body: vec![],
        };
        let found = ["host", "x-twice", "x-wide", "x-none"].map(|name| request.header(name));
        assert_eq!(found, [Some("a"), None, Some("v"), None]);
        let pairs = request.pairs().expect("UTF-8");
        assert_eq!(pairs, [("a".to_owned(), "开 x".to_owned()), ("b".to_owned(), String::new())]);
    }
}
