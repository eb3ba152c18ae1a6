use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use utoipa::openapi::{
    RefOr,
    schema::{ObjectBuilder, Schema, SchemaFormat, Type},
};

use crate::typed::typed;

/// An e-mail address in lower case, as mail forms take it (the HTML standard's "valid e-mail address", with at least one
/// dot in the domain): no quotes, no comments, no control characters. Shown masked unless [`Email::expose`] is asked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

const LONGEST: usize = 254; // RFC 5321 §4.5.3.1.3, less the angle brackets
const LONGEST_LOCAL: usize = 64;
const LONGEST_LABEL: usize = 63;

impl Email {
    /// Reads what people type, in the tolerance of [`typed`], also as `<…>` and `mailto:…`. An international domain is
    /// kept in its ASCII form (`xn--…`).
    pub fn parse(text: &str) -> Option<Self> {
        let text = typed(text).to_ascii_lowercase();
        let text = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(&text);
        let (local, domain) = text.strip_prefix("mailto:").unwrap_or(text).rsplit_once('@')?;
        let domain = idna::domain_to_ascii(domain).ok()?;
        let text = format!("{local}@{domain}");
        let in_local = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-.".contains(&b);
        let local_is_good = (1..=LONGEST_LOCAL).contains(&local.len())
            && local.bytes().all(in_local)
            && local.split('.').all(|part| !part.is_empty());
        let label_is_good = |label: &str| {
            (1..=LONGEST_LABEL).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let domain_is_good = domain.contains('.') && domain.split('.').all(label_is_good);
        (text.len() <= LONGEST && local_is_good && domain_is_good).then_some(Self(text))
    }

    /// The address. Whoever asks answers for where it goes.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `z***@example.com`.
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.split_once('@').unwrap_or(("", ""));
        format!("{}***@{domain}", local.chars().next().unwrap_or('*'))
    }
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Serialize for Email {
    /// Masked: an address in plain text never leaves by accident.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.masked())
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("not an e-mail address"))
    }
}

impl utoipa::PartialSchema for Email {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::Custom("email".into())))
            .max_length(Some(LONGEST))
            .examples(["zhang@example.com"])
            .into()
    }
}
impl utoipa::ToSchema for Email {}

#[cfg(test)]
mod tests {
    use super::Email;

    #[test]
    fn what_people_type_is_understood_and_nothing_else() {
        for (text, normal) in [
            ("Zhang.San@Example.COM", "zhang.san@example.com"),
            ("  a+b@x.cn ", "a+b@x.cn"),
            ("a@b-c.d.e", "a@b-c.d.e"),
            ("zhang＠example.com", "zhang@example.com"),
            ("ｚhang@example.com", "zhang@example.com"),
            ("zhang@example。com", "zhang@example.com"),
            ("zhang@例子.测试", "zhang@xn--fsqu00a.xn--0zwm56d"),
            ("zhang@XN--FSQU00A.cn", "zhang@xn--fsqu00a.cn"),
            ("a@例子.cn", "a@xn--fsqu00a.cn"),
            ("\u{feff}zhang@exa\u{200b}mple.com\r\n", "zhang@example.com"),
            ("<mailto:Zhang@Example.com>", "zhang@example.com"),
        ] {
            assert_eq!(Email::parse(text).expect(text).expose(), normal);
        }
        let long = format!("{}@x.cn", "a".repeat(65));
        for text in [
            "",
            "a",
            "@x.cn",
            "a@",
            "a@x",
            "a@@x.cn",
            "a b@x.cn",
            "a\n@x.cn",
            "a@x.cn\r\nBcc: b@x.cn",
            "a\0@x.cn",
            "a@x..cn",
            ".a@x.cn",
            "a.@x.cn",
            "a..b@x.cn",
            "a@-x.cn",
            "a@x-.cn",
            "\"a\"@x.cn",
            "张@x.cn",
            "a@例 子.cn",
            "a@xn--\u{65e5}.cn",
            "<a@x.cn",
            "ａ@x.cn,ｂ@x.cn",
            &long,
        ] {
            assert!(Email::parse(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn it_shows_itself_masked() {
        let email = Email::parse("zhang@example.com").expect("an address");
        assert_eq!(format!("{email:?}"), "z***@example.com");
        assert_eq!(serde_json::to_string(&email).expect("JSON"), "\"z***@example.com\"");
    }
}
