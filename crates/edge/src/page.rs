use kernel::{Bytes, Code, Kind, Result};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{IntoParams, ToSchema};

const BAD_CURSOR: Code = Code::new(Kind::Malformed, "bad-cursor", "翻页位置已失效，请从头刷新列表");

/// A page of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Number of items, 1 to 100; 20 if missing.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `nextCursor` of the previous page.
    cursor: Option<String>,
}

impl Page {
    fn limit(&self) -> usize {
        self.limit.unwrap_or(20).clamp(1, 100) as usize
    }

    /// How many to fetch: one more than is shown tells whether there is a next part.
    pub fn wanted(&self) -> usize {
        self.limit() + 1
    }

    /// The key of the last item of the part before.
    ///
    /// # Errors
    /// `bad-cursor` for what is no cursor of this list.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let bytes = Bytes::decode(cursor).ok_or(BAD_CURSOR)?;
        Ok(Some(serde_json::from_slice(&bytes.0).map_err(|_| BAD_CURSOR)?))
    }

    /// Makes the answer from one item more than was wanted; `key` names an item's place in the order.
    ///
    /// # Errors
    /// When a key cannot be written.
    pub fn cut<T, K: Serialize, V>(
        &self,
        mut items: Vec<T>,
        key: impl Fn(&T) -> K,
        view: impl Fn(T) -> V,
    ) -> Result<Paged<V>> {
        let more = items.len() > self.limit();
        items.truncate(self.limit());
        let next_cursor = match items.last().filter(|_| more) {
            Some(last) => Some(Bytes::encode(&serde_json::to_vec(&key(last))?)),
            None => None,
        };
        Ok(Paged { items: items.into_iter().map(view).collect(), next_cursor })
    }
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Paged<T> {
    /// Items.
    pub items: Vec<T>,
    /// Cursor of the next page; null on the last page.
    pub next_cursor: Option<String>,
}
