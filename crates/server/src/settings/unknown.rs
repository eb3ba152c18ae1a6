use std::{fmt::Write, path::Path};

use anyhow::Result;
use config::{Config, Environment, Source, Value, ValueKind};

/// The settings of a file that there are not, each with the one it looks most like.
pub(super) fn in_file(known: &Config, file: &Config, path: &Path) -> Result<Vec<String>> {
    let known = keys(known)?;
    let unknown = keys(file)?.into_iter().filter(|key| !known.contains(key));
    Ok(unknown
        .filter_map(|key| {
            let nearest = nearest(&key, &known)?;
            Some(format!("{}: there is no setting {key}; the nearest is {nearest}", path.display()))
        })
        .collect())
}

/// The variables `KAIMEN__…` that are no settings, each with the one it looks most like.
pub(super) fn in_environment(known: &Config, environment: &Environment) -> Result<Vec<String>> {
    let known = keys(known)?;
    let unknown = environment.collect()?.into_keys().filter(|key| !known.contains(key));
    let mut told: Vec<_> = unknown
        .filter_map(|key| {
            let nearest = nearest(&key, &known)?;
            Some(format!("there is no setting {}; the nearest is {}", variable(&key), variable(nearest)))
        })
        .collect();
    told.sort();
    Ok(told)
}

fn variable(key: &str) -> String {
    format!("KAIMEN__{}", key.replace('.', "__").to_uppercase())
}

fn nearest<'a>(key: &str, known: &'a [String]) -> Option<&'a str> {
    known.iter().map(String::as_str).min_by_key(|other| strsim::osa_distance(key, other))
}

/// Every section and every key in it, with dots between.
fn keys(config: &Config) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for (name, value) in config.collect()? {
        add(&mut found, name, &value);
    }
    found.sort();
    Ok(found)
}

fn add(found: &mut Vec<String>, path: String, value: &Value) {
    if let ValueKind::Table(inner) = &value.kind {
        for (name, value) in inner {
            let mut path = path.clone();
            let _ = write!(path, ".{name}");
            add(found, path, value);
        }
    }
    found.push(path);
}
