use kernel::plate;

/// Plates with commas, semicolons or their Chinese sisters between them. None when one of them is no plate.
pub(super) fn plates(text: &str) -> Option<Vec<String>> {
    let parts = text.split([',', ';', '，', '；', '、']).map(str::trim).filter(|part| !part.is_empty());
    parts.map(plate).collect()
}

#[cfg(test)]
mod tests {
    use super::plates;

    #[test]
    fn several_are_divided_and_one_that_is_none_spoils_them() {
        let two = plates("湘AJN218，粤BD12345;").expect("two plates");
        assert_eq!(two, ["湘AJN218", "粤BD12345"]);
        assert_eq!(plates(""), Some(vec![]));
        assert_eq!(plates("湘AJN218,无"), None);
    }
}
