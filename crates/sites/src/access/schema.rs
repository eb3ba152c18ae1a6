//! How the types of a document look in OpenAPI: as they are written.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{ArrayBuilder, ObjectBuilder, Schema, Type},
    },
};

use super::{DayHours, Holiday, HolidayCalendar, Hours, Interval, Rule, Schedule, holiday, hours, rule, schedule};
use crate::Methods;

macro_rules! written_as {
    ($($kind:ty: $written:ty)+) => {$(
        impl PartialSchema for $kind {
            fn schema() -> RefOr<Schema> {
                <$written>::schema()
            }
        }

        impl ToSchema for $kind {
            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                <$written>::schemas(schemas);
            }
        }
    )+};
}

written_as! {
    Hours: hours::Written
    Interval: schedule::Written
    Holiday: holiday::Written
    Rule: rule::WrittenRule
}

macro_rules! list_of {
    ($($kind:ty: $item:ty)+) => {$(
        impl PartialSchema for $kind {
            fn schema() -> RefOr<Schema> {
                ArrayBuilder::new().items(<$item>::schema()).into()
            }
        }

        impl ToSchema for $kind {
            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                <$item>::schemas(schemas);
            }
        }
    )+};
}

list_of! {
    DayHours: Hours
    Schedule: Interval
    HolidayCalendar: Holiday
}

impl PartialSchema for Methods {
    fn schema() -> RefOr<Schema> {
        let name = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(Self::all().names()));
        ArrayBuilder::new().items(name).into()
    }
}
impl ToSchema for Methods {}
