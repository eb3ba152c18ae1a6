use crate::cell::column_letters;

/// So much of a name is said, and so many of several.
const NAME: usize = 32;
const NAMES: usize = 5;

/// What of a file was left out, or not taken as it may seem. It ends nothing, and the file's owner should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The header is not the first row; what stands above it is not read.
    HeaderBelow {
        /// From 1.
        row: u64,
    },
    /// Other sheets hold something too.
    OtherSheets { read: String, others: Vec<String> },
    /// Sheets that hold something are hidden, and not read.
    HiddenSheets(Vec<String>),
    /// Columns, from 0, that are hidden, and read.
    HiddenColumns(Vec<usize>),
    /// Rows that are hidden, also by a filter, and not read.
    HiddenRows(Rows),
    /// Rows that hold something only in columns that nobody reads; they are not read.
    OtherRows(Rows),
    /// Columns, from 0, that hold something and have no name.
    UnnamedColumns(Vec<usize>),
}

/// Several rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The first of them, from 1.
    pub first: u64,
    pub count: u64,
}

impl Rows {
    pub(crate) fn add(rows: &mut Option<Self>, row: u64) {
        rows.get_or_insert(Self { first: row, count: 0 }).count += 1;
    }
}

impl Note {
    /// What is so and what to do, for the person who chose the file.
    pub fn text(&self) -> String {
        match self {
            Self::HeaderBelow { row } => format!("表头取自第 {row} 行，它上面的内容没有导入"),
            Self::OtherSheets { read, others } => {
                format!("只导入了工作表{}，没有导入{}", names(std::slice::from_ref(read)), names(others))
            }
            Self::HiddenSheets(sheets) => format!("隐藏的工作表{}没有导入，如需导入请取消隐藏", names(sheets)),
            Self::HiddenColumns(columns) => format!("{}被隐藏，其中的内容仍会导入", letters(columns)),
            Self::HiddenRows(Rows { first, count }) => {
                format!("有 {count} 行被隐藏或筛选掉（从第 {first} 行起），没有导入，如需导入请取消隐藏和筛选")
            }
            Self::OtherRows(Rows { first, count }) => {
                format!("有 {count} 行（从第 {first} 行起）只填了不导入的列，没有导入")
            }
            Self::UnnamedColumns(columns) => format!("{}没有表头，其中的内容没有导入", letters(columns)),
        }
    }
}

fn letters(columns: &[usize]) -> String {
    let all: Vec<_> = columns.iter().take(NAMES).map(|column| column_letters(*column)).collect();
    format!("{} {}列", all.join("、"), more(columns.len()))
}

fn names(names: &[String]) -> String {
    let all = names.iter().take(NAMES).map(|name| format!("“{}”", name.chars().take(NAME).collect::<String>()));
    format!("{}{}", all.collect::<String>(), more(names.len()))
}

fn more(count: usize) -> String {
    if count > NAMES { format!("等 {count} 个") } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_says_what_was_left_out() {
        let sheets = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let others = Note::OtherSheets { read: "1栋".into(), others: sheets(&["2栋", "3栋"]) };
        assert_eq!(others.text(), "只导入了工作表“1栋”，没有导入“2栋”“3栋”");
        let many = Note::HiddenSheets(sheets(&["a"; 7]));
        assert_eq!(many.text(), "隐藏的工作表“a”“a”“a”“a”“a”等 7 个没有导入，如需导入请取消隐藏");
        assert_eq!(Note::HiddenColumns(vec![0, 27]).text(), "A、AB 列被隐藏，其中的内容仍会导入");
        assert!(
            Note::HiddenRows(Rows { first: 3, count: 1 }).text().starts_with("有 1 行被隐藏或筛选掉（从第 3 行起）")
        );
    }
}
