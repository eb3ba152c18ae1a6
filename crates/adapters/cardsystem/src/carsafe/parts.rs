use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The parts of a JSON object, each as it is written: so an amount keeps its digits and a list its text.
pub(super) struct Parts<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Parts<'a> {
    /// None for what is no object. What `serde_json` would say is not kept: it quotes.
    pub(super) fn of(json: &'a str) -> Option<Self> {
        serde_json::from_str(json).ok().map(Self)
    }

    /// The part of that name; none where it is missing or null.
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.get(name).copied().filter(|part| part.get() != "null")
    }

    /// A whole number; none for everything else.
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        serde_json::from_str(self.get(name)?.get()).ok()
    }

    /// A text without the space around it, or a number as it is written; empty where it is missing. None for everything
    /// else and for a text with control characters.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let Some(part) = self.get(name) else { return Some(String::new()) };
        let written = part.get();
        if written.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
            return Some(written.to_owned());
        }
        let text: String = serde_json::from_str(written).ok()?;
        let text = text.trim();
        (!text.contains(char::is_control)).then(|| text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Parts;

    #[test]
    fn texts_and_numbers_are_read_as_they_are_written() {
        let parts =
            Parts::of(r#"{"a":" 湘A ","b":12.50,"c":null,"d":[],"e":"x\ny","f":1,"g":"1","h":-3}"#).expect("parts");
        let texts = ["a", "b", "c", "none", "d", "e", "f"].map(|name| parts.text(name));
        let written = |text: &str| Some(text.to_owned());
        assert_eq!(texts, [written("湘A"), written("12.50"), written(""), written(""), None, None, written("1")]);
        assert_eq!(["f", "g", "b", "c", "h"].map(|name| parts.integer(name)), [Some(1), None, None, None, Some(-3)]);
    }

    #[test]
    fn only_an_object_has_parts() {
        for json in ["", "[1]", "1", "null", "\"a\"", "{\"a\":1", "{\"a\":1}}"] {
            assert!(Parts::of(json).is_none(), "{json}");
        }
    }
}
