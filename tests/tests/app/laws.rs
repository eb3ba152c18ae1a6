//! The law of imports, and the description of the API.

use std::collections::BTreeMap;

use cargo_metadata::{DependencyKind, MetadataCommand};
use store::testing::{Backend, database};
use tests::{Cache, TestApp};

/// What each crate may import of ours. `bench` stands outside like any client.
const LAW: [(&str, &[&str]); 22] = [
    ("kernel", &[]),
    ("tables", &[]),
    ("store", &["kernel"]),
    ("edge", &["kernel"]),
    ("http-client", &["kernel"]),
    ("wechat", &["kernel", "http-client"]),
    ("sms", &["kernel", "http-client"]),
    ("mail", &["kernel"]),
    ("controllers", &["kernel"]),
    ("cardsystem", &["kernel", "http-client"]),
    ("feature", &["kernel", "store"]),
    ("notices", &["kernel", "store", "edge", "feature"]),
    ("auth", &["kernel", "store", "edge", "feature", "notices"]),
    ("sites", &["kernel", "store", "edge", "feature"]),
    ("imports", &["kernel", "tables", "store", "edge", "feature", "auth"]),
    ("cards", &["kernel", "tables", "store", "edge", "feature", "notices", "auth", "sites", "imports"]),
    ("visitors", &["kernel", "tables", "store", "edge", "feature", "auth", "sites", "imports"]),
    ("door", &["kernel", "store", "edge", "feature", "auth", "sites", "cards"]),
    ("agent", &["kernel"]),
    ("bench", &["kernel", "agent"]),
    (
        "server",
        &[
            "kernel",
            "store",
            "edge",
            "feature",
            "auth",
            "sites",
            "notices",
            "imports",
            "cards",
            "visitors",
            "door",
            "agent",
            "wechat",
            "sms",
            "mail",
            "controllers",
            "cardsystem",
        ],
    ),
    ("tests", &["server", "kernel", "store"]),
];

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
    let law: BTreeMap<_, _> = LAW.into_iter().collect();
    let ours: Vec<_> = metadata.workspace_packages().into_iter().collect();
    assert_eq!(ours.len(), law.len(), "every crate has its line in the law, and every line its crate");
    let mut broken = Vec::new();
    for package in &ours {
        let name = package.name.as_str();
        let allowed = law.get(name).unwrap_or_else(|| panic!("{name} has no line in the law"));
        for dependency in package.dependencies.iter().filter(|one| one.kind != DependencyKind::Development) {
            let other = dependency.name.as_str();
            if law.contains_key(other) && !allowed.contains(&other) {
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
