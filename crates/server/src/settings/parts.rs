use std::collections::HashMap;

use config::{Value, ValueKind};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error},
};

/// One section as two structs, each of which takes the keys it knows. serde's own way for that, `flatten`, would forget
/// that variables are texts also where a number is meant.
pub(super) fn parts<'de, A, B, D>(deserializer: D) -> Result<(A, B), D::Error>
where
    A: DeserializeOwned,
    B: DeserializeOwned,
    D: Deserializer<'de>,
{
    let section = Value::from(ValueKind::from(HashMap::<String, Value>::deserialize(deserializer)?));
    let first = A::deserialize(section.clone()).map_err(Error::custom)?;
    Ok((first, B::deserialize(section).map_err(Error::custom)?))
}
