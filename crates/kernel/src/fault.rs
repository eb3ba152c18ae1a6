use std::{borrow::Cow, error::Error as StdError, fmt, time::Duration};

/// What every fallible act of ours returns.
pub type Result<T, E = Fault> = std::result::Result<T, E>;

/// What sort of thing went wrong, in the domain's words. The edge alone knows which HTTP status each becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The input breaks a rule.
    Invalid,
    /// The input could not even be read.
    Malformed,
    /// Larger than is taken.
    TooLarge,
    /// Not signed in, or not proved.
    Unauthenticated,
    /// May know of it and not do it.
    Forbidden,
    /// Not there, or not yours.
    NotFound,
    /// The state does not allow it.
    Conflict,
    /// Sent too early by a clock that is off.
    TooEarly,
    Throttled,
    /// Something we depend on is away.
    Unavailable,
    Internal,
}

/// A named failure that clients match on. Declared once, as a constant, beside the rule it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    pub kind: Kind,
    /// Stable kebab-case name.
    pub name: &'static str,
    /// What happened and what to do, in the user's words.
    pub advice: &'static str,
}

impl Code {
    pub const fn new(kind: Kind, name: &'static str, advice: &'static str) -> Self {
        Self { kind, name, advice }
    }

    /// This failure, with a sentence for this one case in place of the general advice.
    pub fn because(self, detail: impl Into<Cow<'static, str>>) -> Fault {
        let mut fault = Fault::from(self);
        fault.0.detail = Some(detail.into());
        fault
    }

    /// This failure, caused by that error. The cause is logged and never shown.
    pub fn caused_by(self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Fault {
        let mut fault = Fault::from(self);
        fault.0.source = Some(source.into());
        fault
    }

    /// This failure, worth another try after `wait`.
    pub fn retry_after(self, wait: Duration) -> Fault {
        let mut fault = Fault::from(self);
        fault.0.retry_after = Some(wait);
        fault
    }
}

pub const INTERNAL: Code =
    Code::new(Kind::Internal, "internal", "系统出错了，请稍后再试；如仍不行，请把请求编号告诉管理处");
/// Some fields break their rules; the fault lists them.
pub const INVALID: Code = Code::new(Kind::Invalid, "invalid", "填写的内容有误，请按提示修改");
/// Not there, or not yours: the two are never told apart.
pub const NOT_FOUND: Code = Code::new(Kind::NotFound, "not-found", "没有找到，可能已被删除，请返回刷新");
/// Signed in, and still not allowed.
pub const FORBIDDEN: Code = Code::new(Kind::Forbidden, "forbidden", "您没有权限这样做");
/// A dependency is away.
pub const UNAVAILABLE: Code = Code::new(Kind::Unavailable, "unavailable", "服务暂时不可用，请稍后再试");

/// One field that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// Where, as the client wrote it: `items[2].phone`.
    pub field: String,
    /// Stable name of the rule.
    pub code: Cow<'static, str>,
    /// The rule in the user's words.
    pub message: Cow<'static, str>,
}

struct Inner {
    code: Code,
    detail: Option<Cow<'static, str>>,
    fields: Vec<FieldFault>,
    retry_after: Option<Duration>,
    state: Option<&'static str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// A failure on its way out. One pointer wide; any foreign error becomes [`INTERNAL`] through `?`.
pub struct Fault(Box<Inner>);

impl Fault {
    /// The fields that break their rules.
    pub fn invalid(fields: impl IntoIterator<Item = FieldFault>) -> Self {
        let mut fault = Self::from(INVALID);
        fault.0.fields = fields.into_iter().collect();
        fault
    }

    /// One field that breaks its rule.
    pub fn field(field: impl Into<String>, code: &'static str, message: &'static str) -> Self {
        Self::invalid([FieldFault { field: field.into(), code: code.into(), message: message.into() }])
    }

    /// The same failure, told with the state that stood in the way.
    pub fn in_state(mut self, state: &'static str) -> Self {
        self.0.state = Some(state);
        self
    }

    /// Adds what caused it, for the log.
    pub fn set_cause(&mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) {
        self.0.source = Some(source.into());
    }

    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What the user reads.
    pub fn detail(&self) -> &str {
        self.0.detail.as_deref().unwrap_or(self.0.code.advice)
    }

    /// The fields at fault.
    pub fn fields(&self) -> &[FieldFault] {
        &self.0.fields
    }

    /// When another try makes sense.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The state that stood in the way.
    pub fn state(&self) -> Option<&'static str> {
        self.0.state
    }

    /// What caused it, for logs and for `store` to tell a lost connection from a mistake.
    pub fn source(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.0.source.as_deref()
    }
}

impl From<Code> for Fault {
    fn from(code: Code) -> Self {
        Self(Box::new(Inner { code, detail: None, fields: Vec::new(), retry_after: None, state: None, source: None }))
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Fault {
    fn from(source: E) -> Self {
        INTERNAL.caused_by(source)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.name, self.detail())?;
        for field in &self.0.fields {
            write!(f, "; {} {}", field.field, field.code)?;
        }
        let mut next = self.0.source.as_deref().map(|error| error as &dyn StdError);
        while let Some(error) = next {
            write!(f, ": {error}")?;
            next = error.source();
        }
        Ok(())
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
