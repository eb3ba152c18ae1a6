use serde_json::value::RawValue;

use super::{Failure, parts::Parts};

/// What can be an answer of the card system: an object with `flag`, `data` or both. Its message is for people and is
/// not kept.
#[derive(Debug)]
pub(super) struct Answer {
    flag: Option<i64>,
    data: Option<Box<RawValue>>,
}

const FLAG: Failure = Failure::Senseless("flag");
const DATA: Failure = Failure::Senseless("data");

impl Answer {
    /// # Errors
    /// [`Failure::Unreadable`] for what a card system never says, [`Failure::Senseless`] for a flag that is no integer.
    pub(super) fn of(body: &[u8]) -> Result<Self, Failure> {
        let parts = std::str::from_utf8(body).ok().and_then(Parts::of).ok_or(Failure::Unreadable)?;
        let data = parts.get("data").map(ToOwned::to_owned);
        let flag = flag(&parts)?;
        if flag.is_none() && data.is_none() {
            return Err(Failure::Unreadable);
        }
        Ok(Self { flag, data })
    }

    /// Whether it says that a door was opened: `data.flag` decides, in older systems `flag`.
    pub(super) fn is_done(&self) -> Result<bool, Failure> {
        let inner = self.data.as_deref().and_then(|data| Parts::of(data.get()));
        let inner = inner.as_ref().map(flag).transpose()?.flatten();
        Ok(inner.or(self.flag).ok_or(FLAG)? == 1)
    }

    /// The list it holds, as it is written.
    pub(super) fn list(&self) -> Result<&RawValue, Failure> {
        match self.flag {
            None | Some(1) => self.data.as_deref().ok_or(DATA),
            Some(flag) => Err(Failure::Refused(flag)),
        }
    }
}

/// What stands in a list.
pub(super) fn items(list: &RawValue) -> Result<Vec<&RawValue>, Failure> {
    serde_json::from_str(list.get()).map_err(|_| DATA)
}

fn flag(parts: &Parts<'_>) -> Result<Option<i64>, Failure> {
    parts.get("flag").map(|_| parts.integer("flag").ok_or(FLAG)).transpose()
}

#[cfg(test)]
mod tests {
    use super::{Answer, Failure, items};

    fn answer(text: &str) -> Answer {
        Answer::of(text.as_bytes()).expect(text)
    }

    #[test]
    fn a_door_is_open_when_the_inner_flag_says_so_or_where_there_is_none_the_outer() {
        for (text, is_done) in [
            (r#"{"data":{"flag":1}}"#, true),
            (r#"{"flag":1}"#, true),
            (r#"{"flag":1,"data":null,"msg":"成功"}"#, true),
            (r#"{"flag":1,"data":{"msg":"成功"}}"#, true),
            (r#"{"flag":0,"data":{"flag":1}}"#, true),
            (r#"{"flag":1,"data":{"flag":0}}"#, false),
            (r#"{"flag":1,"data":{"flag":2}}"#, false),
            (r#"{"flag":0,"msg":"失败"}"#, false),
            (r#"{"flag":-1}"#, false),
        ] {
            assert_eq!(answer(text).is_done().expect(text), is_done, "{text}");
        }
        for text in [
            r#"{"flag":"1"}"#,
            r#"{"flag":1,"data":{"flag":"1"}}"#,
            r#"{"flag":1.0}"#,
            r#"{"flag":true}"#,
            r#"{"data":[1]}"#,
        ] {
            let done = Answer::of(text.as_bytes()).and_then(|answer| answer.is_done());
            assert!(matches!(done, Err(Failure::Senseless("flag"))), "{text}");
        }
    }

    #[test]
    fn a_list_is_read_only_where_there_is_one_and_nothing_was_refused() {
        for (text, length) in [(r#"{"data":[]}"#, 0), (r#"{"flag":1,"data":[{"flag":0}, 2]}"#, 2)] {
            let answer = answer(text);
            assert_eq!(items(answer.list().expect(text)).expect(text).len(), length);
        }
        let refused = answer(r#"{"flag":0,"data":[],"msg":"签名错误"}"#);
        assert!(matches!(refused.list(), Err(Failure::Refused(0))));
        for text in
            [r#"{"flag":1}"#, r#"{"flag":1,"data":null}"#, r#"{"flag":1,"data":{"flag":1}}"#, r#"{"data":"[]"}"#]
        {
            let answer = answer(text);
            assert!(matches!(answer.list().and_then(items), Err(Failure::Senseless("data"))), "{text}");
        }
    }

    #[test]
    fn what_a_card_system_never_says_is_no_answer() {
        for text in ["", "<html></html>", "1", "[]", "null", "{}", r#"{"code":0}"#, r#"{"flag":1"#, "[1,2]"] {
            assert!(matches!(Answer::of(text.as_bytes()), Err(Failure::Unreadable)), "{text}");
        }
        assert!(Answer::of(b"{\"flag\":1,\"msg\":\"\xff\"}").is_err());
    }
}
