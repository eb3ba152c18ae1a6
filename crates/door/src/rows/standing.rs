use kernel::{CommandId, Result, SiteId, macros::uuid::Uuid};
use sea_orm::{
    Condition, ConnectionTrait, ExprTrait, JoinType,
    sea_query::{Expr, Query},
};

use super::{command, request_name};
use crate::{command::UnlockCommand, request_name::RequestName};

/// The command that stands at a site, and whether what its name was first used for is the same, while that is known. By one
/// statement.
pub(crate) async fn standing(
    db: &impl ConnectionTrait,
    site: SiteId,
    id: CommandId,
    name: &RequestName,
) -> Result<(Option<UnlockCommand>, Option<bool>)> {
    use command::Column as Command;
    use request_name::Column as Name;

    let command = Condition::all()
        .add(Expr::col(("command", Command::SiteId)).eq(site.uuid()))
        .add(Expr::col(("command", Command::Id)).eq(id.uuid()));
    let named = Condition::all()
        .add(Expr::col(("name", Name::SiteId)).eq(name.scope))
        .add(Expr::col(("name", Name::Name)).eq(name.id));
    let select = Query::select()
        .columns([Command::DoorId, Command::State, Command::NotAfter].map(|column| ("command", column)))
        .column(("name", Name::Question))
        .from_subquery(Query::select().expr_as(Expr::val(1), "one").to_owned(), "one")
        .join_as(JoinType::LeftJoin, command::Entity, "command", command)
        .join_as(JoinType::LeftJoin, request_name::Entity, "name", named)
        .to_owned();
    let Some(row) = db.query_one(&select).await? else { return Ok((None, None)) };
    let command = match row.try_get::<Option<Uuid>>("", "door_id")? {
        Some(door) => {
            let (state, not_after) = (row.try_get("", "state")?, row.try_get("", "not_after")?);
            Some(command::command(site, id, door, state, not_after)?)
        }
        None => None,
    };
    let question = row.try_get::<Option<Vec<u8>>>("", "question")?;
    Ok((command, question.map(|question| name.question.is(&question))))
}
