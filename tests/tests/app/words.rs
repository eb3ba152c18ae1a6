//! The words of the code are those of docs/GLOSSARY.md: no identifier uses a retired one.

use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

/// Words that no identifier may contain.
const RETIRED_WORDS: &[&str] = &[
    "auditor",
    "belongings",
    "caretaker",
    "courier",
    "couriers",
    "house",
    "houses",
    "ledger",
    "realm",
    "realms",
    "telling",
    "watchman",
    "wish",
    "wishes",
];
/// Names that nothing may have; their words are fine elsewhere.
const RETIRED_NAMES: &[&str] = &[
    "Asked",
    "Became",
    "CardFacts",
    "CardSeen",
    "Entered",
    "HeldCard",
    "Holding",
    "Letter",
    "LetterId",
    "Marked",
    "Marks",
    "Realm",
    "Turn",
    "Unlocking",
];

/// The words of `closed_house`, `ClosedHouse` and `CLOSED_HOUSE`, in lower case.
fn words(identifier: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in identifier.split('_').filter(|part| !part.is_empty()) {
        let mut word = String::new();
        let shouted = part.chars().all(|c| !c.is_lowercase());
        for c in part.chars() {
            if c.is_uppercase() && !shouted && !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            word.extend(c.to_lowercase());
        }
        words.push(word);
    }
    words
}

fn is_retired(identifier: &str) -> bool {
    RETIRED_NAMES.contains(&identifier) || words(identifier).iter().any(|word| RETIRED_WORDS.contains(&word.as_str()))
}

fn retired_in(tokens: TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => retired_in(group.stream(), found),
            TokenTree::Ident(name) if is_retired(&name.to_string()) => found.push(name.to_string()),
            _ => {}
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") && !path.ends_with("data") {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_identifier_uses_a_retired_word() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let (mut files, mut retired) = (Vec::new(), Vec::new());
    for folder in ["crates", "tests", "bench"] {
        sources(&root.join(folder), &mut files);
    }
    assert!(files.len() > 300, "all files are read: {}", files.len());
    for file in files {
        let tokens: TokenStream = std::fs::read_to_string(&file).unwrap().parse().unwrap();
        let mut found = Vec::new();
        retired_in(tokens, &mut found);
        found.sort();
        found.dedup();
        retired.extend(found.into_iter().map(|name| format!("{}: {name}", file.strip_prefix(root).unwrap().display())));
    }
    assert!(retired.is_empty(), "docs/GLOSSARY.md says what to call them instead:\n{}", retired.join("\n"));
}

#[test]
fn a_retired_word_is_found_in_every_form_of_a_name() {
    for name in ["house", "closed_house", "ClosedHouse", "HOUSE_FULL", "Letter"] {
        assert!(is_retired(name), "{name}");
    }
    for name in ["household", "letters", "wished_away_not", "App", "turn"] {
        assert!(!is_retired(name), "{name}");
    }
}

#[test]
fn the_glossary_names_every_retired_word() {
    let glossary = include_str!("../../../docs/GLOSSARY.md").to_lowercase();
    for name in RETIRED_WORDS.iter().chain(RETIRED_NAMES) {
        for word in words(name) {
            let one = word.strip_suffix("es").or(word.strip_suffix('s')).unwrap_or(&word);
            assert!(glossary.contains(one), "docs/GLOSSARY.md says what to say instead of {name}");
        }
    }
}

/// The fields of a `tracing` macro without a dot in their names: `site = %id`, `%fault`, `count`.
fn plain_fields(arguments: TokenStream) -> Vec<String> {
    let mut fields = vec![Vec::new()];
    for token in arguments {
        match &token {
            TokenTree::Punct(comma) if comma.as_char() == ',' => fields.push(Vec::new()),
            _ => fields.last_mut().unwrap().push(token),
        }
    }
    let is = |token: Option<&TokenTree>, wanted: char| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted);
    let is_plain = |field: &Vec<TokenTree>| match field.first() {
        Some(TokenTree::Ident(_)) => !is(field.get(1), '.'),
        _ => is(field.first(), '%') || is(field.first(), '?'),
    };
    let text = |field: &Vec<TokenTree>| field.iter().cloned().collect::<TokenStream>().to_string();
    fields.iter().filter(|field| is_plain(field)).map(text).collect()
}

fn plain_fields_in(tokens: TokenStream, found: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        let before = |n: usize| at.checked_sub(n).map(|at| tokens[at].to_string()).unwrap_or_default();
        let levels = ["error", "warn", "info", "debug", "trace"];
        if before(1) == "!" && before(5) == "tracing" && levels.contains(&before(2).as_str()) {
            found.extend(plain_fields(group.stream()));
        }
        plain_fields_in(group.stream(), found);
    }
}

#[test]
fn every_field_of_a_log_line_has_a_dotted_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let (mut files, mut plain) = (Vec::new(), Vec::new());
    sources(&root.join("crates"), &mut files);
    for file in files.iter().filter(|file| file.components().any(|part| part.as_os_str() == "src")) {
        let mut found = Vec::new();
        plain_fields_in(std::fs::read_to_string(file).unwrap().parse().unwrap(), &mut found);
        plain.extend(found.into_iter().map(|field| format!("{}: {field}", file.strip_prefix(root).unwrap().display())));
    }
    assert!(plain.is_empty(), "docs/LOGGING.md has the names of fields:\n{}", plain.join("\n"));
}

#[test]
fn a_field_without_a_dot_is_found() {
    let code = r#"fn f() { tracing::warn!(error.cause = %fault, site = %id, %door, count, message.id = 1, "{x}"); }"#;
    let mut found = Vec::new();
    plain_fields_in(code.parse().unwrap(), &mut found);
    assert_eq!(found, ["site = % id", "% door", "count"]);
}
