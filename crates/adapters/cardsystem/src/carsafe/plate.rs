/// A plate in one form, `湘AJN218`: capitals, without the dot and spaces. None for what is no plate.
pub(super) fn plate(text: &str) -> Option<String> {
    let plate: String =
        text.chars().filter(|c| !matches!(c, ' ' | '·' | '•' | '-')).flat_map(char::to_uppercase).collect();
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let fits = plate.chars().all(|c| c.is_ascii_alphanumeric() || is_han(c));
    let has_digit = plate.contains(|c: char| c.is_ascii_digit());
    (fits && has_digit && (5..=10).contains(&plate.chars().count())).then_some(plate)
}

/// Plates with commas, semicolons or their Chinese sisters between them. None when one of them is no plate.
pub(super) fn plates(text: &str) -> Option<Vec<String>> {
    let parts = text.split([',', ';', '，', '；', '、']).map(str::trim).filter(|part| !part.is_empty());
    parts.map(plate).collect()
}

#[cfg(test)]
mod tests {
    use super::{plate, plates};

    #[test]
    fn plates_are_told_from_what_is_none() {
        for text in ["湘AJN218", "湘A·JN218", " 湘a-jn218 "] {
            assert_eq!(plate(text).as_deref(), Some("湘AJN218"), "{text}");
        }
        for text in ["粤BD12345", "粤Z1234港", "WJ京00123", "使014578", "京A1234警"] {
            assert!(plate(text).is_some(), "{text}");
        }
        for text in ["", "无", "未登记", "湘A", "湘AJN218湘AJN219", "湘AJN21?", "没有车牌照"] {
            assert_eq!(plate(text), None, "{text}");
        }
    }

    #[test]
    fn several_are_divided_and_one_that_is_none_spoils_them() {
        let two = plates("湘AJN218，粤BD12345;").expect("two plates");
        assert_eq!(two, ["湘AJN218", "粤BD12345"]);
        assert_eq!(plates(""), Some(vec![]));
        assert_eq!(plates("湘AJN218,无"), None);
    }
}
