use unicode_normalization::UnicodeNormalization;

/// How much of a search is looked at, characters.
const LONGEST: usize = 64;

fn folded(text: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    text.nfkc().flat_map(char::to_lowercase)
}

/// A name or an address in the form in which it is searched: compatibility forms (full width, circled, …) made plain,
/// in lower case, one space between words.
pub(super) fn plain(text: &str) -> String {
    let folded: String = folded(text.chars()).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a search in the form of [`plain`]; of a long one those of its first 64 characters.
pub(super) fn words(search: &str) -> Vec<String> {
    let folded: String = folded(search.trim_start().chars().take(LONGEST)).take(LONGEST).collect();
    let mut words: Vec<_> = folded.split_whitespace().map(ToOwned::to_owned).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Whether it may be pinyin: nothing but `a`–`z` and `0`–`9`.
pub(super) fn is_latin(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}
