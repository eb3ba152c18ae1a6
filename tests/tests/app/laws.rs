//! The law of imports, and the description of the API.

use std::collections::BTreeMap;

use cargo_metadata::{DependencyKind, MetadataCommand};
use store::testing::{Backend, database};
use tests::{Cache, TestApp};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// What each crate may import of ours: the table in docs/ARCHITECTURE.md.
fn law() -> BTreeMap<String, Allowed> {
    let page = std::fs::read_to_string(format!("{ROOT}/docs/ARCHITECTURE.md")).unwrap();
    let table = page.split("| crate | may import |").nth(1).unwrap().split("\n\n").next().unwrap();
    let names = |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let mut law = BTreeMap::new();
    for row in rows {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [crates, allowed] = cells[..] else { panic!("no row of the law: {row}") };
        let allowed = match allowed.strip_prefix("everything but") {
            Some(excluded) => Allowed::AllBut(names(excluded)),
            None => Allowed::Only(names(allowed)),
        };
        law.extend(names(crates).into_iter().map(|name| (name, allowed.clone())));
    }
    law
}

#[derive(Clone)]
enum Allowed {
    Only(Vec<String>),
    AllBut(Vec<String>),
}

impl Allowed {
    fn has(&self, name: &str) -> bool {
        match self {
            Self::Only(names) => names.iter().any(|one| one == name),
            Self::AllBut(names) => names.iter().all(|one| one != name),
        }
    }
}

/// Libraries that only some crates may touch.
const RESERVED: [(&str, &[&str]); 6] = [
    ("reqwest", &["http-client", "wechat", "sms", "cardsystem", "agent", "server", "tests", "bench"]),
    ("lettre", &["mail"]),
    ("argon2", &["auth"]),
    ("redis", &["store"]),
    ("jsonwebtoken", &["auth"]),
    ("sea-orm-migration", &["store"]),
];

/// Crates that know neither HTTP nor SQL, or only one of them.
const IGNORANT: [(&str, &[&str]); 10] = [
    ("kernel", &["actix-web", "sea-orm", "reqwest", "redis", "tokio"]),
    ("tables", &["actix-web", "sea-orm", "reqwest", "redis", "tokio"]),
    ("edge", &["sea-orm", "reqwest", "redis"]),
    ("store", &["actix-web", "reqwest"]),
    ("http-client", &["actix-web", "sea-orm"]),
    ("wechat", &["actix-web", "sea-orm"]),
    ("sms", &["actix-web", "sea-orm"]),
    ("mail", &["actix-web", "sea-orm"]),
    ("controllers", &["actix-web", "sea-orm"]),
    ("cardsystem", &["actix-web", "sea-orm"]),
];

#[test]
fn nobody_imports_what_the_law_forbids() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec().unwrap();
    let law = law();
    let ours: Vec<_> = metadata.workspace_packages().into_iter().collect();
    assert_eq!(ours.len(), law.len(), "every crate has its line in the law, and every line its crate");
    let mut broken = Vec::new();
    for package in &ours {
        let name = package.name.as_str();
        let allowed = law.get(name).unwrap_or_else(|| panic!("{name} has no line in the law"));
        for dependency in package.dependencies.iter().filter(|one| one.kind != DependencyKind::Development) {
            let other = dependency.name.as_str();
            if law.contains_key(other) && !allowed.has(other) {
                broken.push(format!("{name} -> {other}"));
            }
            if RESERVED.iter().any(|(library, users)| *library == other && !users.contains(&name)) {
                broken.push(format!("{name} -> {other} (reserved)"));
            }
            if IGNORANT.iter().any(|(crate_name, unknown)| *crate_name == name && unknown.contains(&other)) {
                broken.push(format!("{name} -> {other} (must not know it)"));
            }
        }
    }
    assert!(broken.is_empty(), "the law of imports is broken by: {broken:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_committed_description_is_the_real_one() {
    let db = database(Backend::Sqlite).await.unwrap();
    let app = TestApp::over(&db, &Cache::Own).await;
    let real = app.running.app.clone().http().1.to_yaml().unwrap();
    let committed =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.yaml")).unwrap_or_default();
    assert!(real == committed, "openapi.yaml is not what the code says: run `make openapi`");
    app.stop().await;
}

/// Every code that a client may meet is explained.
#[test]
fn every_code_is_in_the_documentation() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let documentation = std::fs::read_to_string(format!("{root}/docs/API.md")).unwrap();
    let (mut folders, mut seen, mut missing) =
        (vec![std::path::PathBuf::from(format!("{root}/crates"))], 0, Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|kind| kind == "rs")
                && entry.components().any(|part| part.as_os_str() == "src")
            {
                let source = std::fs::read_to_string(&entry).unwrap();
                for (at, _) in source.match_indices("Code::new(") {
                    let Some(name) = source[at..].split('"').nth(1) else { continue };
                    seen += 1;
                    if !documentation.contains(&format!("| `{name}` |")) {
                        missing.push(name.to_owned());
                    }
                }
            }
        }
    }
    assert!(seen > 60, "{seen}");
    assert!(missing.is_empty(), "docs/API.md does not explain {missing:?}");
}

/// Files that the documents name between backquotes, with their folder.
#[test]
fn every_file_that_the_documents_name_is_there() {
    let pages = ["docs", "docs/adr", "."].into_iter().flat_map(|folder| {
        let entries = std::fs::read_dir(format!("{ROOT}/{folder}")).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_some_and(|kind| kind == "md"))
    });
    let (mut seen, mut missing) = (0, Vec::new());
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        for name in text.split('`').skip(1).step_by(2).flat_map(alternatives) {
            let is_file = name.contains('/') && [".rs", ".ts", ".sh"].iter().any(|kind| name.ends_with(kind));
            if !is_file || name.contains(['*', '<', ' ', '…']) {
                continue;
            }
            seen += 1;
            if !["", "crates/", "miniprogram/"]
                .iter()
                .any(|start| std::path::Path::new(&format!("{ROOT}/{start}{name}")).exists())
            {
                missing.push(format!("{}: {name}", page.display()));
            }
        }
    }
    assert!(seen > 200, "{seen}");
    assert!(missing.is_empty(), "{missing:#?}");
}

/// `a/{b,c}.rs` names two files.
fn alternatives(name: &str) -> Vec<String> {
    match (name.split_once('{'), name.split_once('}')) {
        (Some((start, _)), Some((middle, end))) if middle.len() > start.len() => {
            middle[start.len() + 1..].split(',').map(|one| format!("{start}{one}{end}")).collect()
        }
        _ => vec![name.to_owned()],
    }
}
