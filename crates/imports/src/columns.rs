use std::fmt::Write as _;

use kernel::typed::shown;
use tables::column_letters;

use crate::{header::bare, report::Reason};

/// No more of a header is said than so many characters, and no more unknown columns are warned of than so many.
const SAID: usize = 32;
const WARNINGS: usize = 20;

/// A column of a table.
pub trait Column: Copy + PartialEq + Send + Sync + 'static {
    /// Every one, in the order in which they are written.
    const ALL: &'static [Self];
    /// Those without which nothing can be read.
    const REQUIRED: &'static [Self];

    /// What its header may be; the first is what we write.
    fn names(self) -> &'static [&'static str];

    /// Names what is wrong with one of its cells.
    fn code(self) -> &'static str;

    /// Which column a header names, whatever people put around its name.
    fn named(header: &str) -> Option<Self> {
        let header = bare(header);
        Self::ALL.iter().copied().find(|column| column.names().iter().any(|name| bare(name) == header))
    }

    /// Its header as we write it.
    fn name(self) -> &'static str {
        self.names().first().copied().unwrap_or_default()
    }
}

/// Where the columns of one file are.
#[derive(Clone, Debug)]
pub struct Columns<C> {
    places: Vec<(C, Option<usize>)>,
    headers: Vec<String>,
    warnings: Vec<String>,
}

impl<C: Column> Columns<C> {
    /// Finds them in a header. Where one is missing, what is there of these (`noun`) stays as it is.
    ///
    /// # Errors
    /// `columns-missing` and `duplicate-column`.
    pub fn find(header: &[String], noun: &str) -> Result<Self, Reason> {
        let mut places: Vec<(C, Option<usize>)> = C::ALL.iter().map(|column| (*column, None)).collect();
        let mut warnings = Vec::new();
        for (at, name) in header.iter().enumerate() {
            let named = C::named(name).and_then(|named| places.iter_mut().find(|(column, _)| *column == named));
            match named {
                Some((_, place)) => {
                    if let Some(first) = place.replace(at) {
                        let (first, second) = (column_letters(first), column_letters(at));
                        let text = format!("表头里 {first} 列和 {second} 列是同一列，请改名或删去其中一列");
                        return Err(Reason::new("duplicate-column", text));
                    }
                }
                None if !name.is_empty() => warnings.push(format!("不认识“{}”列，没有导入", said(name))),
                None => {}
            }
        }
        warnings.truncate(WARNINGS);
        let headers = header.iter().map(|name| said(name)).collect();
        let mut columns = Self { places, headers, warnings };
        let missing = columns.missing().filter(|column| C::REQUIRED.contains(column));
        let missing = missing.fold(String::new(), |mut all, column| {
            let _ = write!(all, "“{}”", column.name()); // a String takes everything
            all
        });
        if !missing.is_empty() {
            return Err(Reason::new("columns-missing", format!("表头缺少{missing}列，请补上后重新上传")));
        }
        let stay = |column: C| format!("没有“{}”列，已有的{noun}保持原样", column.name());
        let stay: Vec<_> = columns.missing().map(stay).collect();
        columns.warnings.extend(stay);
        Ok(columns)
    }

    /// Those that the file does not have.
    pub fn missing(&self) -> impl Iterator<Item = C> {
        self.places.iter().filter(|(_, place)| place.is_none()).map(|(column, _)| *column)
    }

    /// What its owner should know of its header.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    fn place(&self, column: C) -> Option<usize> {
        self.places.iter().find(|(one, _)| *one == column)?.1
    }

    /// What a cell shows; none where the file has no such column.
    pub(crate) fn cell(&self, column: C, cells: &[String]) -> Option<String> {
        cells.get(self.place(column)?).map(|text| shown(text))
    }

    /// What the file calls the column at that place.
    pub(crate) fn header(&self, at: usize) -> Option<&str> {
        self.headers.get(at).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// What the file calls this column.
    pub(crate) fn header_of(&self, column: C) -> &str {
        self.place(column).and_then(|at| self.header(at)).unwrap_or(column.name())
    }
}

fn said(header: &str) -> String {
    shown(header).chars().map(|c| if c.is_whitespace() { ' ' } else { c }).take(SAID).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Fruit {
        Name,
        Price,
    }

    impl Column for Fruit {
        const ALL: &'static [Self] = &[Self::Name, Self::Price];
        const REQUIRED: &'static [Self] = &[Self::Name];

        fn names(self) -> &'static [&'static str] {
            match self {
                Self::Name => &["品名", "名称"],
                Self::Price => &["价格"],
            }
        }

        fn code(self) -> &'static str {
            "fruit-invalid"
        }
    }

    fn find(header: &[&str]) -> Result<Columns<Fruit>, Reason> {
        Columns::find(&header.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), "水果")
    }

    #[test]
    fn columns_are_found_in_any_order_and_by_their_other_names() {
        let columns = find(&["价格", "", "名称"]).unwrap();
        let cells = ["2", "x", " 梨 "].map(str::to_owned);
        assert_eq!(
            (columns.cell(Fruit::Name, &cells).as_deref(), columns.header_of(Fruit::Name)),
            (Some("梨"), "名称")
        );
        assert_eq!((columns.missing().count(), columns.warnings().len()), (0, 0));
        let columns = find(&["品名"]).unwrap();
        assert_eq!((columns.cell(Fruit::Price, &cells), columns.header_of(Fruit::Price)), (None, "价格"));
        assert_eq!(columns.missing().collect::<Vec<_>>(), [Fruit::Price]);
    }

    #[test]
    fn what_people_put_around_a_header_does_not_count_and_columns_of_others_may_be_doubled() {
        let columns = find(&["*品名（必填）", "备注", "单\n位", "备注", "＊价 格：\t"]).unwrap();
        let cells = ["\u{200b}梨\u{feff}", "x", "", "y", "2"].map(str::to_owned);
        assert_eq!(columns.cell(Fruit::Name, &cells).as_deref(), Some("梨"));
        assert_eq!(columns.cell(Fruit::Price, &cells).as_deref(), Some("2"));
        let unknown = |name: &str| format!("不认识“{name}”列，没有导入");
        assert_eq!(columns.warnings(), ["备注", "单 位", "备注"].map(unknown));
    }

    #[test]
    fn what_is_missing_twice_or_unknown_is_named() {
        let missing = find(&["价格", "备注"]).unwrap_err();
        assert_eq!(missing, Reason::new("columns-missing", "表头缺少“品名”列，请补上后重新上传"));
        let twice = find(&["品名", "价格", "名称"]).unwrap_err();
        assert_eq!((twice.code.as_str(), twice.message.contains("A 列和 C 列")), ("duplicate-column", true));
        let columns = find(&["品名", &"备".repeat(100)]).unwrap();
        let unknown = format!("不认识“{}”列，没有导入", "备".repeat(32));
        assert_eq!(columns.warnings(), [unknown.as_str(), "没有“价格”列，已有的水果保持原样"]);
    }
}
