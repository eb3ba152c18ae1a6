use crate::typed::typed;

/// A plate in one form, `湘AJN218`: capitals, without dots, dashes and spaces. None for what is no plate.
pub fn plate(text: &str) -> Option<String> {
    let plate: String = typed(text).chars().filter(|c| !matches!(c, ' ' | '·' | '.' | '-')).collect();
    let plate = plate.to_ascii_uppercase();
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let fits = plate.chars().all(|c| c.is_ascii_alphanumeric() || is_han(c));
    let has_digit = plate.contains(|c: char| c.is_ascii_digit());
    (fits && has_digit && (5..=10).contains(&plate.chars().count())).then_some(plate)
}

#[cfg(test)]
mod tests {
    use super::plate;

    #[test]
    fn plates_are_told_from_what_is_none() {
        for text in
            ["湘AJN218", "湘A·JN218", " 湘a-jn218 ", "湘ＡＪＮ２１８", "湘A•JN218\u{200b}", "湘A.JN218", "湘A‧JN–218"]
        {
            assert_eq!(plate(text).as_deref(), Some("湘AJN218"), "{text}");
        }
        for text in ["粤BD12345", "粤Z1234港", "WJ京00123", "使014578", "京A1234警"] {
            assert!(plate(text).is_some(), "{text}");
        }
        for text in ["", "无", "未登记", "湘A", "湘AJN218湘AJN219", "湘AJN21?", "没有车牌照", "湘А12345"]
        {
            assert_eq!(plate(text), None, "{text}"); // the last has a Cyrillic letter
        }
    }
}
