use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use store::testing::{Backend, database};

const PAGE: &str = include_str!("../../../../docs/SCHEMA.md");

/// Tables, their columns and their indexes, as `table`, `table.column` and `table index`.
type Names = BTreeSet<String>;

/// The text between the back quotes that a line begins with, after `prefix`.
fn quoted<'a>(line: &'a str, prefix: &str) -> Option<&'a str> {
    line.strip_prefix(prefix)?.strip_prefix('`')?.split('`').next()
}

/// What the page names. A table has a heading of the third level, a column a line of the table below it, an index a bullet.
fn described(page: &str) -> Names {
    let (mut names, mut table) = (Names::new(), None);
    for line in page.lines() {
        if line.starts_with('#') {
            table = quoted(line, "### ");
            names.extend(table.map(str::to_owned));
        } else if let Some(table) = table {
            names.extend(quoted(line, "| ").map(|column| format!("{table}.{column}")));
            names.extend(quoted(line, "- ").map(|index| format!("{table} {index}")));
        }
    }
    names
}

async fn select(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let rows = db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}

/// What a migrated database has. Indexes that SQLite makes for keys have no SQL.
async fn migrated() -> Names {
    let database = database(Backend::Sqlite).await.unwrap();
    let db = Database::connect(&database.url).await.unwrap();
    let mut names = Names::new();
    for sql in [
        "SELECT name FROM sqlite_master WHERE type = 'table'",
        "SELECT t.name || '.' || c.name AS name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'",
        "SELECT tbl_name || ' ' || name AS name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    ] {
        let found = select(&db, sql).await;
        assert!(!found.is_empty(), "{sql}");
        names.extend(found);
    }
    db.close().await.unwrap();
    names
}

#[tokio::test]
async fn the_page_about_tables_names_every_table_column_and_index_and_no_other() {
    let (described, migrated) = (described(PAGE), migrated().await);
    let missing: Vec<_> = migrated.difference(&described).collect();
    let unknown: Vec<_> = described.difference(&migrated).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "docs/SCHEMA.md lacks {missing:?} and names in vain {unknown:?}");
}

#[test]
fn a_page_is_read_by_its_headings_tables_and_bullets() {
    let page = "- `no` table\n## A part\n| `no` | table |\n### `doors`\n| column | type |\n| `id` | uuid |\n- `by_name` unique\n## End\n| `no` |";
    let names = ["doors", "doors.id", "doors by_name"].map(str::to_owned);
    assert_eq!(described(page), Names::from(names));
}
