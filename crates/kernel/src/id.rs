/// Declares time-ordered ids (UUIDv7, RFC 9562) that know what they name: a `DoorId` cannot be passed for a `SiteId`.
#[macro_export]
macro_rules! id {
    ($($(#[$meta:meta])* $name:ident)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive($crate::macros::serde::Serialize, $crate::macros::serde::Deserialize)]
        #[serde(crate = "kernel::macros::serde", transparent)]
        pub struct $name($crate::macros::uuid::Uuid);

        impl $name {
            /// A new id made at `now`.
            pub fn new(now: $crate::Timestamp) -> Self {
                let millis = u64::try_from(now.millis()).unwrap_or_default();
                Self($crate::macros::uuid::Builder::from_unix_timestamp_millis(millis, &$crate::random()).into_uuid())
            }

            /// The id behind a stored UUID.
            pub const fn from_uuid(uuid: $crate::macros::uuid::Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID to store.
            pub const fn uuid(self) -> $crate::macros::uuid::Uuid {
                self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::macros::uuid::Error;
            fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
                Ok(Self(text.parse()?))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl $crate::macros::utoipa::PartialSchema for $name {
            fn schema() -> $crate::macros::utoipa::openapi::RefOr<$crate::macros::utoipa::openapi::schema::Schema> {
                use $crate::macros::utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
                    .into()
            }
        }

        impl $crate::macros::utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }
        }
    )+};
}
