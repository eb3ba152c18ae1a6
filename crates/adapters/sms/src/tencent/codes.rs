use crate::Kind;

/// What a code of Tencent's means for the message. A code outside the documented families proves nothing.
pub(super) fn kind(code: &str) -> Kind {
    let (family, detail) = code.split_once('.').unwrap_or((code, ""));
    match (family, detail) {
        ("RequestLimitExceeded", _) => Kind::Busy,
        ("LimitExceeded", "PhoneNumberThirtySecondLimit" | "DeliveryFrequencyLimit") => Kind::NumberPause,
        ("LimitExceeded", "PhoneNumberOneHourLimit" | "PhoneNumberDailyLimit" | "PhoneNumberSameContentDailyLimit") => {
            Kind::NumberLimit
        }
        (
            "InvalidParameterValue",
            "IncorrectPhoneNumber"
            | "TemplateParameterFormatError"
            | "TemplateParameterLengthLimit"
            | "ProhibitedUseUrlInTemplateParameter"
            | "ContentLengthLimit",
        )
        | ("FailedOperation", "PhoneNumberParseFail") => Kind::Input,
        ("FailedOperation", "PhoneNumberInBlacklist") => Kind::User,
        // "unknown error" in the vendor's own words
        ("FailedOperation", "" | "OtherError" | "ParametersOtherError") => Kind::Ambiguous,
        (
            "ActionOffline"
            | "AuthFailure"
            | "FailedOperation"
            | "InvalidAction"
            | "InvalidParameter"
            | "InvalidParameterValue"
            | "InvalidRequest"
            | "IpInBlacklist"
            | "IpNotInWhitelist"
            | "LimitExceeded"
            | "MissingParameter"
            | "NoSuchProduct"
            | "NoSuchVersion"
            | "RequestSizeLimitExceeded"
            | "UnauthorizedOperation"
            | "UnknownParameter"
            | "UnsupportedOperation"
            | "UnsupportedProtocol"
            | "UnsupportedRegion",
            _,
        ) => Kind::Config,
        _ => Kind::Ambiguous,
    }
}

#[cfg(test)]
mod tests {
    use super::kind;
    use crate::Kind;

    #[test]
    fn every_documented_code_has_its_kind() {
        for (expected, codes) in [
            (Kind::Busy, &["RequestLimitExceeded", "RequestLimitExceeded.IPLimitExceeded"][..]),
            (
                Kind::NumberPause,
                &["LimitExceeded.PhoneNumberThirtySecondLimit", "LimitExceeded.DeliveryFrequencyLimit"],
            ),
            (
                Kind::NumberLimit,
                &[
                    "LimitExceeded.PhoneNumberOneHourLimit",
                    "LimitExceeded.PhoneNumberDailyLimit",
                    "LimitExceeded.PhoneNumberSameContentDailyLimit",
                ],
            ),
            (
                Kind::Input,
                &[
                    "InvalidParameterValue.IncorrectPhoneNumber",
                    "InvalidParameterValue.TemplateParameterFormatError",
                    "InvalidParameterValue.TemplateParameterLengthLimit",
                    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter",
                    "InvalidParameterValue.ContentLengthLimit",
                    "FailedOperation.PhoneNumberParseFail",
                ],
            ),
            (Kind::User, &["FailedOperation.PhoneNumberInBlacklist"]),
            (
                Kind::Config,
                &[
                    "FailedOperation.SignatureIncorrectOrUnapproved",
                    "FailedOperation.TemplateUnapprovedOrNotExist",
                    "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
                    "FailedOperation.InsufficientBalanceInSmsPackage",
                    "UnauthorizedOperation.SmsSdkAppIdVerifyFail",
                    "UnauthorizedOperation.ServiceSuspendDueToArrears",
                    "AuthFailure.SignatureFailure",
                    "AuthFailure.SignatureExpire",
                    "AuthFailure.SecretIdNotFound",
                    "LimitExceeded.AppDailyLimit",
                    "InvalidParameterValue.SdkAppIdNotExist",
                    "UnsupportedRegion",
                ],
            ),
            (
                Kind::Ambiguous,
                &[
                    "InternalError",
                    "InternalError.Timeout",
                    "InternalError.SendAndRecvFail",
                    "FailedOperation.OtherError",
                    "Never.Heard.Of",
                    "ok",
                    "",
                ],
            ),
        ] {
            for code in codes {
                assert_eq!(kind(code), expected, "{code}");
            }
        }
    }
}
