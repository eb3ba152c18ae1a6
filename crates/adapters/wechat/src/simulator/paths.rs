pub(super) const LOGIN: &str = "/sns/jscode2session";
pub(super) const PHONE: &str = "/wxa/business/getuserphonenumber";
pub(super) const STABLE_TOKEN: &str = "/cgi-bin/stable_token";
pub(super) const CLASSIC_TOKEN: &str = "/cgi-bin/token";
pub(super) const UNIFORM_SEND: &str = "/cgi-bin/message/wxopen/template/uniform_send";
/// All that there is.
pub(super) const PATHS: [&str; 5] = [LOGIN, PHONE, STABLE_TOKEN, CLASSIC_TOKEN, UNIFORM_SEND];
