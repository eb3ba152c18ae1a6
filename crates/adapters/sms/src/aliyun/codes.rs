use crate::Kind;

/// What a code of Alibaba Cloud's means for the message, or none when it is outside the documented families.
pub(super) fn kind(code: &str, message: &str) -> Option<Kind> {
    Some(match code {
        // one code for three windows, 触发分钟级流控Permits:1 and so on
        "isv.BUSINESS_LIMIT_CONTROL" if message.contains("分钟级") => Kind::NumberPause,
        "isv.BUSINESS_LIMIT_CONTROL" => Kind::NumberLimit,
        "isv.MOBILE_NUMBER_ILLEGAL"
        | "isv.MOBILE_COUNT_OVER_LIMIT"
        | "isv.PARAM_LENGTH_LIMIT"
        | "isv.PARAM_NOT_SUPPORT_URL"
        | "isv.TEMPLATE_PARAMS_ILLEGAL"
        | "isv.BLACK_KEY_CONTROL_LIMIT" => Kind::Input,
        "isp.RAM_PERMISSION_DENY" => Kind::Config,
        // with a nonce used twice, a twin of this request came before it and may have been carried out
        "isv.SYSTEM_ERROR" | "SignatureNonceUsed" => Kind::Ambiguous,
        _ => return family(code),
    })
}

fn family(code: &str) -> Option<Kind> {
    const FAMILIES: [(Kind, &[&str]); 3] = [
        (Kind::Busy, &["Throttling"]),
        (Kind::Ambiguous, &["isp.", "InternalError", "ServiceUnavailable"]),
        (
            Kind::Config,
            &[
                "isv.",
                "Forbidden",
                "Incomplete",
                "Invalid",
                "Missing",
                "NoPermission",
                "SIGNATURE_",
                "SignatureDoesNotMatch",
                "Unsupported",
            ],
        ),
    ];
    let of_code = |starts: &[&str]| starts.iter().any(|start| code.starts_with(start));
    FAMILIES.iter().find(|(_, starts)| of_code(starts)).map(|(kind, _)| *kind)
}

#[cfg(test)]
mod tests {
    use super::kind;
    use crate::Kind;

    #[test]
    fn every_documented_code_has_its_kind() {
        for (expected, codes) in [
            (Kind::Busy, &["Throttling", "Throttling.User", "Throttling.Api"][..]),
            (
                Kind::Input,
                &[
                    "isv.MOBILE_NUMBER_ILLEGAL",
                    "isv.PARAM_LENGTH_LIMIT",
                    "isv.PARAM_NOT_SUPPORT_URL",
                    "isv.TEMPLATE_PARAMS_ILLEGAL",
                    "isv.BLACK_KEY_CONTROL_LIMIT",
                ],
            ),
            (
                Kind::Config,
                &[
                    "isv.SMS_SIGNATURE_ILLEGAL",
                    "isv.SIGN_STATE_ILLEGAL",
                    "isv.SMS_TEMPLATE_ILLEGAL",
                    "isv.SMS_SIGNATURE_SCENE_ILLEGAL",
                    "isv.TEMPLATE_MISSING_PARAMETERS",
                    "isv.OUT_OF_SERVICE",
                    "isv.AMOUNT_NOT_ENOUGH",
                    "isv.DENY_IP_RANGE",
                    "isv.DAY_LIMIT_CONTROL",
                    "isv.MONTH_LIMIT_CONTROL",
                    "isp.RAM_PERMISSION_DENY",
                    "SignatureDoesNotMatch",
                    "InvalidAccessKeyId.NotFound",
                    "InvalidTimeStamp.Expired",
                    "IncompleteSignature",
                ],
            ),
            (
                Kind::Ambiguous,
                &["isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR", "InternalError", "ServiceUnavailable", "SignatureNonceUsed"],
            ),
        ] {
            for code in codes {
                assert_eq!(kind(code, ""), Some(expected), "{code}");
            }
        }
        for code in ["NeverHeardOf", "ok", ""] {
            assert_eq!(kind(code, ""), None, "{code}");
        }
    }

    #[test]
    fn the_limit_of_a_minute_passes_and_the_others_stay() {
        let limit = |message| kind("isv.BUSINESS_LIMIT_CONTROL", message).expect("documented");
        assert_eq!(limit("触发分钟级流控Permits:1"), Kind::NumberPause);
        for message in ["触发小时级流控Permits:5", "触发天级流控Permits:10", ""] {
            assert_eq!(limit(message), Kind::NumberLimit, "{message}");
        }
    }
}
