//! Headers as people dress them: `*卡号`, `手机号（必填）`, `余额（单位：元）`, a line end in the middle.

use kernel::typed::typed;

/// What may stand in brackets behind a name and say how to fill the column, not what it is.
const ADVICE: [&str; 24] = [
    "必填",
    "选填",
    "必须",
    "必需",
    "必录",
    "可选",
    "可空",
    "可为空",
    "可不填",
    "不必填",
    "非空",
    "文本",
    "格式",
    "示例",
    "例如",
    "例:",
    "下拉",
    "分隔",
    "隔开",
    "多个",
    "是/否",
    "yyyy",
    "年月日",
    "数字",
];
/// With one of these it is another column, whatever else stands there.
const OTHERS: [&str; 12] = ["旧", "新", "原", "始", "起", "万", "备用", "紧急", "历史", "上次", "副", "第"];
const UNITS: [&str; 7] = ["元", "单位:元", "单位元", "人民币", "人民币元", "rmb", "¥"];
/// Marks and quotes around a name.
const MARKS: [char; 14] = ['*', '※', '★', '☆', '●', '∗', '✱', '"', '“', '”', '\'', '‘', '’', '`'];

/// The name in a header. Two headers with one name are the same column.
pub(crate) fn bare(header: &str) -> String {
    let mut name: String = typed(header).chars().filter(|c| !c.is_whitespace() && !MARKS.contains(c)).collect();
    name = name.replace(['[', '【', '〔', '{', '<', '〈'], "(").replace([']', '】', '〕', '}', '>', '〉'], ")");
    let mut from = 0;
    while let Some(begin) = name[from..].find('(').map(|at| from + at) {
        match name[begin..].find(')').map(|at| begin + at) {
            Some(end) if is_advice(&name[begin + 1..end]) => name.replace_range(begin..=end, ""),
            _ => from = begin + 1,
        }
    }
    let ends = |c: char| matches!(c, ':' | '.' | '、' | '。' | '-' | '_' | '/');
    let mut name = name.trim_matches(ends);
    for word in ["必填项", "必填", "选填", "可选"] {
        name = name.strip_suffix(word).or_else(|| name.strip_prefix(word)).unwrap_or(name).trim_matches(ends);
    }
    let name = name.strip_suffix("/元").or_else(|| name.strip_suffix(":元")).unwrap_or(name);
    without_number(name).to_owned()
}

fn is_advice(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let length =
        text.strip_suffix('位').or_else(|| text.strip_suffix("位数字")).or_else(|| text.strip_suffix("位号码"));
    let is_length =
        length.is_some_and(|text| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || "-~至或".contains(c)));
    let says = ADVICE.iter().any(|word| text.contains(word)) || text.starts_with('如');
    text.is_empty()
        || UNITS.contains(&text.as_str())
        || is_length
        || (says && !OTHERS.iter().any(|word| text.contains(word)))
}

/// `3.卡号`, `3、卡号`
fn without_number(name: &str) -> &str {
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = rest.len() < name.len();
    rest.strip_prefix(['.', '、', ')']).filter(|rest| numbered && !rest.is_empty()).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn what_is_put_around_a_name_is_taken_off() {
        for header in [
            "手机号",
            "*手机号",
            "手机号*",
            "＊ 手机号",
            "手 机 号",
            "手机\n号",
            "手机号\r\n（必填）",
            "手机号（选填，11位）",
            "手机号【必填】",
            "[必填]手机号",
            "手机号(11位)",
            "手机号（11位数字）",
            "手机号（如：13800000000）",
            "手机号：",
            "手机号-必填",
            "必填*手机号",
            "“手机号”",
            "'手机号",
            "\u{feff}手机号\u{200b}\t",
            "３、手机号",
            "3. 手机号",
            "手机号()",
            "★手机号☆",
            "手机号（文本格式）*",
        ] {
            assert_eq!(bare(header), "手机号", "{header}");
        }
        for header in ["余额（元）", "余额(元)", "余额【单位：元】", "余额/元", "余额（RMB）"] {
            assert_eq!(bare(header), "余额", "{header}");
        }
        assert_eq!(bare("部门／房号（必填）"), "部门/房号");
    }

    #[test]
    fn what_makes_it_another_column_stays() {
        for (header, name) in [
            ("余额（万元）", "余额(万元)"),
            ("余额（分）", "余额(分)"),
            ("卡号（旧）", "卡号(旧)"),
            ("卡号（请填原卡号，必填）", "卡号(请填原卡号,必填)"),
            ("有效期（起）", "有效期(起)"),
            ("手机号（紧急联系人，选填）", "手机号(紧急联系人,选填)"),
            ("手机号（", "手机号("),
            ("手机号2", "手机号2"),
            (",手机号", ",手机号"), // a file that was divided elsewhere
            ("手机号;", "手机号;"),
        ] {
            assert_eq!(bare(header), name, "{header}");
        }
    }
}
