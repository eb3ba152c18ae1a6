/// The fen of an amount in yuan, `12`, `12.5` or `-12.50`; zeros may follow. None for everything else, also for parts of
/// a fen.
pub(super) fn fen(yuan: &str) -> Option<i64> {
    let (sign, digits) = match yuan.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, yuan),
    };
    let (whole, part) = match digits.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (digits, ""),
    };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(part) {
        return None;
    }
    let part = part.trim_end_matches('0');
    if part.len() > 2 {
        return None;
    }
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(part)?.checked_mul(sign)
}

#[cfg(test)]
mod tests {
    use super::fen;

    #[test]
    fn yuan_become_fen_exactly_or_not_at_all() {
        for (yuan, amount) in [
            ("0", 0),
            ("12", 1_200),
            ("12.5", 1_250),
            ("12.50", 1_250),
            ("12.5000", 1_250),
            ("0.01", 1),
            ("-0.07", -7),
            ("0.29", 29),
            ("90071992547409.93", 9_007_199_254_740_993),
        ] {
            assert_eq!(fen(yuan), Some(amount), "{yuan}");
        }
        for yuan in
            ["", "-", ".", ".5", "5.", "12.345", "1,000", "1e2", "+1", "--1", "1.-5", "12.5 ", "¥1", "１２", "NaN"]
        {
            assert_eq!(fen(yuan), None, "{yuan}");
        }
        assert_eq!(fen("92233720368547758.08"), None, "beyond what can be counted");
    }
}
