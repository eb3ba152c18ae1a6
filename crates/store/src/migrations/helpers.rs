use sea_orm_migration::{
    prelude::{ColumnDef, DbErr, Index, IndexCreateStatement, SchemaManager, Table, TableCreateStatement},
    sea_orm::DbBackend,
};

/// A new table. On SQLite its rows lie in the order of their key, which saves a second tree. On MySQL it says its character set, lest a server whose default is latin1 refuse every Chinese name,
/// and compares bytes, as the others do.
pub(super) fn table<const N: usize>(
    manager: &SchemaManager,
    name: &'static str,
    columns: [ColumnDef; N],
) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name).if_not_exists();
    match manager.get_database_backend() {
        DbBackend::MySql => _ = table.character_set("utf8mb4").collate("utf8mb4_bin"),
        DbBackend::Sqlite => _ = table.extra("WITHOUT ROWID"),
        _ => {}
    }
    for mut column in columns {
        table.col(&mut column);
    }
    table
}

pub(super) fn index<const N: usize>(
    name: &'static str,
    on: &'static str,
    columns: [&'static str; N],
) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(on);
    for column in columns {
        index.col(column);
    }
    index
}

pub(super) fn key<const N: usize>(columns: [&'static str; N]) -> IndexCreateStatement {
    let mut index = Index::create();
    for column in columns {
        index.col(column);
    }
    index
}

/// Adds columns to a table that may have rows, those that are missing; one statement each, for SQLite takes no more.
pub(super) async fn add<const N: usize>(
    manager: &SchemaManager<'_>,
    to: &'static str,
    columns: [ColumnDef; N],
) -> Result<(), DbErr> {
    for mut column in columns {
        if !manager.has_column(to, column.get_column_name()).await? {
            manager.alter_table(Table::alter().table(to).add_column(&mut column).to_owned()).await?;
        }
    }
    Ok(())
}

pub(super) async fn add_index<const N: usize>(
    manager: &SchemaManager<'_>,
    name: &'static str,
    on: &'static str,
    columns: [&'static str; N],
) -> Result<(), DbErr> {
    if manager.has_index(on, name).await? { Ok(()) } else { manager.create_index(index(name, on, columns)).await }
}

pub(super) async fn add_unique<const N: usize>(
    manager: &SchemaManager<'_>,
    name: &'static str,
    on: &'static str,
    columns: [&'static str; N],
) -> Result<(), DbErr> {
    let unique = index(name, on, columns).unique().to_owned();
    if manager.has_index(on, name).await? { Ok(()) } else { manager.create_index(unique).await }
}
