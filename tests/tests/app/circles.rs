//! The law of circles: within a crate, no files import each other in a circle.
//!
//! An import is a `use`, or a path in code, of something of the same crate; it counts towards the file that defines the
//! name, whatever re-exports it. `mod x;` is no import, nor is a re-export whose name its own file does not use.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Crates that still have circles. To be emptied; nothing is added.
const STILL_CIRCULAR: &[&str] = &[];

#[derive(Clone)]
enum Definition {
    Item,
    Module(usize),
    Import(Vec<String>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Module(usize),
    File(usize),
}

struct Import {
    path: Vec<String>,
    /// A re-export by this name, which counts if the file uses it itself.
    re_exported: Option<String>,
}

struct Module {
    parent: Option<usize>,
    file: usize,
    names: BTreeMap<String, Vec<Definition>>,
    globs: Vec<Vec<String>>,
    imports: Vec<Import>,
    /// Every word of its code, outside of `use`.
    words: BTreeSet<String>,
}

/// One crate's modules, from its `lib.rs` or `main.rs` on.
#[derive(Default)]
struct Crate {
    files: Vec<PathBuf>,
    modules: Vec<Module>,
}

/// Which file takes which names from which.
type Edges = BTreeMap<(PathBuf, PathBuf), BTreeSet<String>>;

impl Crate {
    fn read(root: &Path) -> Crate {
        let mut read = Crate::default();
        read.file(root, &root.with_file_name(""), None);
        read
    }

    /// A module in a file of its own; `folder` is where its children are.
    fn file(&mut self, file: &Path, folder: &Path, parent: Option<usize>) -> usize {
        let tokens: TokenStream = std::fs::read_to_string(file).unwrap().parse().unwrap();
        self.files.push(file.to_owned());
        let module = self.module(self.files.len() - 1, parent);
        self.items(&tokens.into_iter().collect::<Vec<_>>(), module, folder);
        module
    }

    fn module(&mut self, file: usize, parent: Option<usize>) -> usize {
        let (names, globs, imports, words) = Default::default();
        self.modules.push(Module { parent, file, names, globs, imports, words });
        self.modules.len() - 1
    }

    fn define(&mut self, module: usize, name: String, definition: Definition) {
        self.modules[module].names.entry(name).or_default().push(definition);
    }

    fn items(&mut self, tokens: &[TokenTree], module: usize, folder: &Path) {
        let (mut at, mut public, mut for_tests) = (0, false, false);
        while at < tokens.len() {
            let Some(word) = word(tokens, at) else {
                match &tokens[at] {
                    TokenTree::Punct(mark) if mark.as_char() == '#' => {
                        at += 1 + usize::from(is_mark(tokens, at + 1, '!'));
                        for_tests |= tokens[at].to_string().replace(' ', "") == "[cfg(test)]";
                    }
                    TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) | TokenTree::Ident(_) => {}
                }
                self.code(&tokens[at..=at], module);
                public &= !is_mark(tokens, at, ';')
                    && !matches!(&tokens[at], TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
                at += 1;
                continue;
            };
            if for_tests {
                at = end_of_item(tokens, at);
                (public, for_tests) = (false, false);
                continue;
            }
            match word.as_str() {
                "pub" => public = true,
                "use" => {
                    at = self.import(tokens, at, module, public);
                    public = false;
                    continue;
                }
                "mod" => {
                    let name = self::word(tokens, at + 1).unwrap();
                    let inside = folder.join(&name);
                    let child = if let Some(TokenTree::Group(body)) = tokens.get(at + 2) {
                        let child = self.module(self.modules[module].file, Some(module));
                        self.items(&body.stream().into_iter().collect::<Vec<_>>(), child, &inside);
                        child
                    } else {
                        let beside = folder.join(format!("{name}.rs"));
                        let file = if beside.exists() { beside } else { inside.join("mod.rs") };
                        self.file(&file, &inside, Some(module))
                    };
                    self.define(module, name, Definition::Module(child));
                    (at, public) = (at + 3, false);
                    continue;
                }
                "macro_rules" => {
                    let name = self::word(tokens, at + 2).unwrap();
                    self.define(module, name, Definition::Item);
                    self.code(&tokens[at + 3..at + 4], module);
                    at += 4;
                    continue;
                }
                "extern" if self::word(tokens, at + 1).as_deref() == Some("crate") => {
                    let name = self::word(tokens, at + 4).unwrap();
                    self.define(module, name, Definition::Module(0));
                    at += 5;
                    continue;
                }
                "struct" | "enum" | "union" | "trait" | "type" | "const" | "static" | "fn" => {
                    if let Some(name) = self::word(tokens, at + 1) {
                        self.define(module, name, Definition::Item);
                    }
                    let end = end_of_item(tokens, at);
                    self.code(&tokens[at..end], module);
                    (at, public) = (end, false);
                    continue;
                }
                "impl" => {
                    let end = end_of_item(tokens, at);
                    self.code(&tokens[at..end], module);
                    (at, public) = (end, false);
                    continue;
                }
                // the call of a macro
                _ => {
                    let end = end_of_path(tokens, at);
                    self.code(&tokens[at..end], module);
                    at = end;
                    continue;
                }
            }
            at += 1;
        }
    }

    /// What follows `use`, up to the semicolon.
    fn import(&mut self, tokens: &[TokenTree], at: usize, module: usize, public: bool) -> usize {
        let end = (at..tokens.len()).find(|at| is_mark(tokens, *at, ';')).unwrap();
        self.tree(&tokens[at + 1..end], &[], module, public);
        end + 1
    }

    fn tree(&mut self, tokens: &[TokenTree], before: &[String], module: usize, public: bool) {
        let (mut path, mut alias, mut at) = (before.to_vec(), None, 0);
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(several) => {
                    let inner: Vec<_> = several.stream().into_iter().collect();
                    for one in inner.split(|token| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ',')) {
                        self.tree(one, &path, module, public);
                    }
                    return;
                }
                TokenTree::Punct(mark) if mark.as_char() == '*' => {
                    self.modules[module].globs.push(path);
                    return;
                }
                TokenTree::Ident(name) if name == "as" => {
                    alias = word(tokens, at + 1);
                    break;
                }
                TokenTree::Ident(name) if name == "self" && !path.is_empty() => {}
                TokenTree::Ident(name) => path.push(name.to_string()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            at += 1;
        }
        let Some(name) = alias.or_else(|| path.last().cloned()) else { return };
        // `use name;` of what stands here already names nothing new
        if path.len() > 1 || path[0] != name {
            self.define(module, name.clone(), Definition::Import(path.clone()));
        }
        self.modules[module].imports.push(Import { path, re_exported: public.then_some(name) });
    }

    /// Paths and words of code, and what it imports inside of functions.
    fn code(&mut self, tokens: &[TokenTree], module: usize) {
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => {
                    self.code(&group.stream().into_iter().collect::<Vec<_>>(), module);
                    at += 1;
                }
                TokenTree::Ident(name) if name == "use" && word(tokens, at + 1).is_some() => {
                    at = self.import(tokens, at, module, false);
                }
                TokenTree::Ident(_) => {
                    let end = end_of_path(tokens, at);
                    let path: Vec<_> = (at..end).filter_map(|at| word(tokens, at)).collect();
                    self.modules[module].words.insert(path[0].clone());
                    if path.len() > 1 {
                        self.modules[module].imports.push(Import { path, re_exported: None });
                    }
                    at = end;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => at += 1,
            }
        }
    }

    /// Where `path` leads from `module`; nothing if out of the crate.
    fn resolve(&self, module: usize, path: &[String], depth: usize) -> Option<Target> {
        let (mut here, mut rest) = (module, path);
        while let [first, tail @ ..] = rest {
            here = match first.as_str() {
                "crate" => 0,
                "self" => here,
                "super" => self.modules[here].parent?,
                _ => break,
            };
            rest = tail;
        }
        let relative = rest.len() == path.len();
        for (nth, name) in rest.iter().enumerate() {
            match self.look(here, name, nth + 1 == rest.len(), depth) {
                Some(Some(Target::Module(inner))) => here = inner,
                Some(Some(item)) => return Some(item),
                // imported from another crate
                Some(None) => return None,
                None if relative && nth == 0 => return None,
                // made by a macro
                None => return Some(Target::File(self.modules[here].file)),
            }
        }
        Some(Target::Module(here))
    }

    /// What `name` is in `module`: nothing if unknown, `Some(None)` if of another crate.
    fn look(&self, module: usize, name: &str, last: bool, depth: usize) -> Option<Option<Target>> {
        if depth > 16 {
            return None;
        }
        let mut found: Vec<Option<Target>> = Vec::new();
        for definition in self.modules[module].names.get(name).into_iter().flatten() {
            found.push(match definition {
                Definition::Item => Some(Target::File(self.modules[module].file)),
                Definition::Module(inner) => Some(Target::Module(*inner)),
                Definition::Import(path) => self.resolve(module, path, depth + 1),
            });
        }
        // a module and an item may share a name
        found.sort_by_key(|target| matches!(target, Some(Target::Module(_))) == last);
        found.into_iter().next().or_else(|| {
            self.modules[module].globs.iter().find_map(|path| match self.resolve(module, path, depth + 1) {
                Some(Target::Module(inner)) if inner != module => self.look(inner, name, last, depth + 1),
                _ => None,
            })
        })
    }

    fn edges(&self, edges: &mut Edges) {
        for (number, module) in self.modules.iter().enumerate() {
            let mut add = |target: Target, path: &[String]| {
                if let Target::File(file) = target
                    && file != module.file
                {
                    let between = (self.files[module.file].clone(), self.files[file].clone());
                    edges.entry(between).or_default().insert(path.last().unwrap().clone());
                }
            };
            for import in &module.imports {
                let counts = import.re_exported.as_ref().is_none_or(|name| module.words.contains(name));
                if counts && let Some(target) = self.resolve(number, &import.path, 0) {
                    add(target, &import.path);
                }
            }
            for glob in &module.globs {
                let Some(Target::Module(inner)) = self.resolve(number, glob, 0) else { continue };
                for word in &module.words {
                    if !module.names.contains_key(word)
                        && let Some(Some(target)) = self.look(inner, word, true, 0)
                    {
                        add(target, std::slice::from_ref(word));
                    }
                }
            }
        }
    }
}

fn word(tokens: &[TokenTree], at: usize) -> Option<String> {
    tokens.get(at).and_then(|token| match token {
        TokenTree::Ident(name) => Some(name.to_string()),
        TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    })
}

fn is_mark(tokens: &[TokenTree], at: usize, mark: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(one)) if one.as_char() == mark)
}

fn end_of_item(tokens: &[TokenTree], from: usize) -> usize {
    let last = (from..tokens.len()).find(|at| {
        is_mark(tokens, *at, ';')
            || matches!(&tokens[*at], TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
    });
    last.map_or(tokens.len(), |last| last + 1)
}

/// `a::b::c`, without what follows a turbofish.
fn end_of_path(tokens: &[TokenTree], from: usize) -> usize {
    let mut end = from + 1;
    while is_mark(tokens, end, ':') && is_mark(tokens, end + 1, ':') && word(tokens, end + 2).is_some() {
        end += 3;
    }
    end
}

/// The circles among the files of the crate whose sources are in `src`, each told with what ties it.
fn circles(src: &Path) -> Vec<String> {
    let mut edges = Edges::new();
    for root in ["lib.rs", "main.rs"].map(|name| src.join(name)) {
        if root.exists() {
            Crate::read(&root).edges(&mut edges);
        }
    }
    let reach = |from: &PathBuf| {
        let (mut reached, mut next) = (BTreeSet::new(), vec![from.clone()]);
        while let Some(file) = next.pop() {
            for (_, to) in edges.keys().filter(|(start, _)| *start == file) {
                if reached.insert(to.clone()) {
                    next.push(to.clone());
                }
            }
        }
        reached
    };
    let files: BTreeSet<_> = edges.keys().map(|(from, _)| from.clone()).collect();
    let reached: BTreeMap<_, _> = files.iter().map(|file| (file, reach(file))).collect();
    let among: BTreeSet<BTreeSet<&PathBuf>> = files
        .iter()
        .map(|file| {
            files.iter().filter(|other| reached[file].contains(*other) && reached[other].contains(file)).collect()
        })
        .filter(|circle: &BTreeSet<_>| !circle.is_empty())
        .collect();
    let plain = |file: &Path| file.strip_prefix(src).unwrap().display().to_string();
    among
        .into_iter()
        .map(|circle| {
            let mut told = String::new();
            for ((from, to), names) in
                edges.iter().filter(|((from, to), _)| circle.contains(from) && circle.contains(to))
            {
                let names = names.iter().cloned().collect::<Vec<_>>().join(", ");
                writeln!(told, "  {} takes {names} from {}", plain(from), plain(to)).unwrap();
            }
            told
        })
        .collect()
}

/// Every crate of ours with its `src`.
fn crates() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    for folder in ["", "crates", "crates/adapters"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let (path, name) = entry.map(|entry| (entry.path(), entry.file_name().into_string().unwrap())).unwrap();
            if path.join("Cargo.toml").exists() {
                found.push((name, path.join("src")));
            }
        }
    }
    found
}

#[test]
fn no_files_of_a_crate_import_each_other_in_a_circle() {
    let (crates, mut wrong) = (crates(), String::new());
    assert!(crates.len() >= 20, "every crate is read: {}", crates.len());
    for (name, src) in crates {
        let circles = circles(&src);
        if STILL_CIRCULAR.contains(&name.as_str()) {
            if circles.is_empty() {
                writeln!(wrong, "{name} has no circle any more: take it off STILL_CIRCULAR").unwrap();
            }
            continue;
        }
        for circle in circles {
            write!(wrong, "a circle in {name}:\n{circle}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "the law of circles is broken:\n{wrong}");
}

/// A crate of these files.
fn artificial(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file = folder.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    folder
}

#[test]
fn a_circle_is_found_through_re_exports_and_paths_in_code() {
    for second in [
        "use super::A; struct B;",
        "struct B; fn f() { crate::first::inner::make::<A>() }",
        "use crate::first::*; struct B(A);",
    ] {
        let folder = artificial(&[
            ("lib.rs", "mod first; mod second; pub use first::A; pub(crate) use second::B;"),
            ("first/mod.rs", "pub mod inner; pub use inner::A;"),
            ("first/inner.rs", "use crate::B; pub struct A; fn make() {}"),
            ("second.rs", second),
        ]);
        let found = circles(folder.path());
        assert_eq!(found.len(), 1, "{second}: {found:?}");
        assert!(
            found[0].contains("second.rs") && found[0].contains("first/inner.rs takes B from second.rs"),
            "{found:?}"
        );
    }
}

#[test]
fn modules_re_exports_and_tests_make_no_circle() {
    let folder = artificial(&[
        (
            "lib.rs",
            "mod first; mod second; pub use first::A; pub use second::B; pub struct Shared; #[cfg(test)] mod tests;",
        ),
        ("first.rs", "use crate::Shared; pub struct A(Shared);"),
        ("second.rs", "use crate::{A, Shared}; pub struct B; #[cfg(test)] mod tests { use crate::first::A; }"),
    ]);
    assert_eq!(circles(folder.path()), Vec::<String>::new());
}
