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

#[cfg(test)]
mod tests {
    use super::*;

    fn page(limit: Option<u32>, cursor: Option<&str>) -> Page {
        Page { limit, cursor: cursor.map(str::to_owned) }
    }

    fn numbers(page: &Page, all: &[u32]) -> (Vec<u32>, Option<String>) {
        let after = page.after::<u32>().unwrap();
        let found = all.iter().copied().filter(|n| after.is_none_or(|after| *n > after)).take(page.wanted());
        let paged = page.cut(found.collect(), |n| *n, |n| n).unwrap();
        (paged.items, paged.next_cursor)
    }

    #[test]
    fn one_more_than_is_shown_is_fetched_and_the_limit_stays_within_1_and_100() {
        for (asked, fetched) in [
            (None, 21),
            (Some(0), 2),
            (Some(1), 2),
            (Some(20), 21),
            (Some(100), 101),
            (Some(101), 101),
            (Some(u32::MAX), 101),
        ] {
            assert_eq!(page(asked, None).wanted(), fetched, "{asked:?}");
        }
    }

    #[test]
    fn pages_follow_one_another_and_the_last_one_says_so() {
        let all: Vec<u32> = (1..=5).collect();
        let (first, cursor) = numbers(&page(Some(2), None), &all);
        let (second, next) = numbers(&page(Some(2), cursor.as_deref()), &all);
        let (third, end) = numbers(&page(Some(2), next.as_deref()), &all);
        assert_eq!((first, second, third, end), (vec![1, 2], vec![3, 4], vec![5], None));
        let (whole, end) = numbers(&page(Some(5), None), &all);
        assert_eq!((whole.len(), end), (5, None), "a page that is just full is the last one");
        assert_eq!(numbers(&page(None, None), &[]), (vec![], None));
    }

    #[test]
    fn what_is_no_cursor_of_this_list_is_refused() {
        let of = |cursor: &str| page(None, Some(cursor)).after::<u32>();
        assert_eq!(of(&Bytes::encode(b"7")).unwrap(), Some(7));
        for cursor in
            ["", "!", "\0", "AAAA", &Bytes::encode(b"\"seven\""), &Bytes::encode(b"-1"), &Bytes::encode(b"7 7")]
        {
            assert_eq!(of(cursor).unwrap_err().code(), BAD_CURSOR, "{cursor:?}");
        }
    }
}
