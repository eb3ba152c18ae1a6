use sea_orm_migration::{
    MigrationTrait,
    prelude::{ConnectionTrait, DbErr, DeriveMigrationName, Expr, ExprTrait, Query, SchemaManager},
    schema::integer,
};

use super::helpers::{add, add_index, add_unique};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// As the first migration.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(manager, "sites", [integer("settings_version").default(1).to_owned()]).await?;
        branches(manager).await?;
        add_index(manager, "card_bindings_owner", "card_bindings", ["account_id", "site_id", "state"]).await
    }
}

/// A branch is the one boundary between sites at an installed card system, so it is one site's: that was checked before,
/// and not kept by the database. Which of two sites is right, nobody here knows.
async fn branches(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let mut none = Query::update();
    none.table("sites").value("branch_no", None::<String>).and_where(Expr::col("branch_no").eq(""));
    db.execute(&none).await?;
    let twice = Query::select()
        .column("branch_no")
        .from("sites")
        .and_where(Expr::col("branch_no").is_not_null())
        .group_by_columns(["branch_no"])
        .and_having(Expr::col("branch_no").count().gt(1))
        .to_owned();
    if let Some(row) = db.query_one(&twice).await? {
        let branch: String = row.try_get("", "branch_no")?;
        let wrong =
            format!("several sites have branch_no '{branch}' in the table sites: leave it to the one it belongs to");
        return Err(DbErr::Migration(wrong));
    }
    add_unique(manager, "sites_branch", "sites", ["branch_no"]).await
}
