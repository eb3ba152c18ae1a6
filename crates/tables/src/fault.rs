use std::io;

use crate::cell::column_letters;

/// Why a file, or the rest of it, cannot be read. It ends the reading.
#[derive(Debug, thiserror::Error)]
pub enum TableFault {
    /// The operating system did not give the bytes.
    #[error("the file cannot be read")]
    Io(#[source] io::Error),
    /// Nothing in it, or nothing but blank rows.
    #[error("the file is empty")]
    Empty,
    /// Another kind of file.
    #[error("not a table we read: {0:?}")]
    Foreign(Foreign),
    /// Text in no encoding we know; the line, from 1, where reading it broke off.
    #[error("undecodable text in line {line}")]
    Undecodable {
        /// From 1.
        line: u64,
    },
    /// The archive or its XML is broken, or holds what no spreadsheet writes there.
    #[error("the workbook is damaged")]
    Damaged,
    /// No sheet in it can be seen.
    #[error("no visible sheet")]
    NoSheet,
    /// More unpacked bytes, or more parts, than are taken.
    #[error("the workbook unpacks to more than is taken")]
    UnpackedTooLarge,
    /// More rows than are taken.
    #[error("more than {limit} rows")]
    TooManyRows { limit: u64 },
    /// More columns than are taken.
    #[error("more than {limit} columns")]
    TooManyColumns { limit: usize },
    /// A row of a CSV file that does not end: too much text, or a quote that is not closed.
    #[error("row {row} is too long")]
    LineTooLong {
        /// From 1.
        row: u64,
    },
    /// A cell of the header cannot be read.
    #[error("the header cannot be read")]
    Header(#[source] RowFault),
}

/// A kind of file that is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// The workbook of before 2007.
    LegacyXls,
    /// A workbook under a password.
    PasswordProtected,
    OpenDocument,
    /// A workbook in binary parts (.xlsb).
    BinaryWorkbook,
    /// A Word or PowerPoint document.
    OtherDocument,
    Pdf,
    Picture,
    Archive,
    /// A web page or XML, which many systems export under the name .xls.
    Markup,
    /// A form, with the file somewhere inside.
    Form,
    /// JSON, or a text that stands for bytes (base64).
    Encoded,
    /// Bytes that are no text.
    Binary,
}

impl TableFault {
    /// Stable kebab-case name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "file-unreadable",
            Self::Empty => "file-empty",
            Self::Foreign(kind) => kind.code(),
            Self::Undecodable { .. } => "encoding-unknown",
            Self::Damaged => "workbook-damaged",
            Self::NoSheet => "no-visible-sheet",
            Self::UnpackedTooLarge => "workbook-too-large",
            Self::TooManyRows { .. } => "too-many-rows",
            Self::TooManyColumns { .. } => "too-many-columns",
            Self::LineTooLong { .. } => "line-too-long",
            Self::Header(_) => "header-unreadable",
        }
    }

    /// What is wrong and what to do, for the person who chose the file.
    pub fn text(&self) -> String {
        match self {
            Self::Io(_) => "文件没有读完整，请重新上传".into(),
            Self::Empty => "文件是空的，请填写表头和内容后重新上传".into(),
            Self::Foreign(kind) => kind.text().into(),
            Self::Undecodable { line } => {
                format!("第 {line} 行附近有无法识别的字符，请在表格软件中另存为“CSV UTF-8”或 .xlsx 后重新上传")
            }
            Self::Damaged => "文件已损坏，请用 Excel 或 WPS 打开并另存为新的 .xlsx 后重新上传".into(),
            Self::NoSheet => "文件里没有可见的工作表，请取消隐藏后重新上传".into(),
            Self::UnpackedTooLarge => "文件内容过大，请删去图片和多余的工作表，或分成几个文件上传".into(),
            Self::TooManyRows { limit } => {
                format!("数据超过 {limit} 行，请分成几个文件上传，并删去下方多余的单元格")
            }
            Self::TooManyColumns { limit } => format!("表格超过 {limit} 列，请删去多余的列后重新上传"),
            Self::LineTooLong { row } => {
                format!("第 {row} 行过长，可能少了一个双引号，请检查该行，或另存为 .xlsx 后重新上传")
            }
            Self::Header(fault) => format!("表头有误：{}", fault.text()),
        }
    }
}

impl Foreign {
    /// Stable kebab-case name.
    pub fn code(self) -> &'static str {
        match self {
            Self::LegacyXls => "legacy-xls",
            Self::PasswordProtected => "password-protected",
            Self::OpenDocument => "open-document",
            Self::BinaryWorkbook => "binary-workbook",
            Self::OtherDocument => "other-document",
            Self::Pdf => "pdf",
            Self::Picture => "picture",
            Self::Archive => "archive",
            Self::Markup => "web-page",
            Self::Form => "form-upload",
            Self::Encoded => "encoded-upload",
            Self::Binary => "not-a-table",
        }
    }

    /// What it is and what to do, for the person who chose the file.
    pub fn text(self) -> &'static str {
        match self {
            Self::LegacyXls => "文件是旧版 .xls，请另存为 .xlsx 或 CSV 后重新上传",
            Self::PasswordProtected => "文件设有密码，请去掉密码后重新上传",
            Self::OpenDocument => "文件是 .ods，请另存为 .xlsx 或 CSV 后重新上传",
            Self::BinaryWorkbook => "文件是 .xlsb，请另存为 .xlsx 或 CSV 后重新上传",
            Self::OtherDocument => "文件是文档或演示文稿，请把表格存为 .xlsx 或 CSV 后上传",
            Self::Pdf => "文件是 PDF，请上传 .xlsx 或 CSV 表格",
            Self::Picture => "文件是图片，请上传 .xlsx 或 CSV 表格",
            Self::Archive => "文件是压缩包，请解压后上传其中的 .xlsx 或 CSV",
            Self::Markup => "文件其实是网页或 XML，请用 Excel 或 WPS 打开并另存为 .xlsx 后重新上传",
            Self::Form => "收到的是表单（multipart/form-data），请把文件本身作为请求内容上传",
            Self::Encoded => "收到的是 JSON 或 Base64 文本，请把文件本身作为请求内容上传",
            Self::Binary => "文件不是表格，请上传 .xlsx 或 CSV",
        }
    }
}

/// Why one row cannot be taken. The rows after it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("row {row}: {flaw}")]
pub struct RowFault {
    /// As a spreadsheet numbers it, from 1.
    pub row: u64,
    /// From 0; none where the row as a whole is meant.
    pub column: Option<usize>,
    /// What is wrong there.
    pub flaw: Flaw,
}

/// What can be wrong within a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// More bytes in a cell than are taken.
    #[error("a cell is too long")]
    CellTooLong,
    /// More bytes in the row than are taken.
    #[error("the row is too long")]
    RowTooLong,
    /// Something stands outside the header's columns.
    #[error("a cell has no column in the header")]
    CellOutsideHeader,
    /// A long number that a spreadsheet took for a quantity and cut.
    #[error("a long number was stored as a number")]
    DamagedNumber,
    /// `#N/A` and its like.
    #[error("the cell shows an error")]
    ErrorCell,
    /// A formula that was never worked out.
    #[error("a formula without a value")]
    UncalculatedFormula,
    /// A date that no calendar has.
    #[error("a date out of range")]
    BadDate,
    /// A quote that the file ends without closing.
    #[error("a quote is not closed")]
    UnclosedQuote,
    /// A value that is not what the file says it is.
    #[error("the cell cannot be read")]
    UnreadableCell,
}

impl RowFault {
    /// Stable kebab-case name.
    pub fn code(&self) -> &'static str {
        match self.flaw {
            Flaw::CellTooLong => "cell-too-long",
            Flaw::RowTooLong => "row-too-long",
            Flaw::CellOutsideHeader => "cell-outside-header",
            Flaw::DamagedNumber => "number-damaged",
            Flaw::ErrorCell => "error-cell",
            Flaw::UncalculatedFormula => "formula-not-calculated",
            Flaw::BadDate => "date-out-of-range",
            Flaw::UnclosedQuote => "quote-not-closed",
            Flaw::UnreadableCell => "cell-unreadable",
        }
    }

    /// Where it is, what is wrong and what to do, for the person who chose the file.
    pub fn text(&self) -> String {
        let what = match self.flaw {
            Flaw::CellTooLong => "内容过长，请缩短",
            Flaw::RowTooLong => "整行内容过长，请缩短",
            Flaw::CellOutsideHeader => "没有对应的表头，请删去或补上表头",
            Flaw::DamagedNumber => "长号码被当作数字保存，末尾可能已丢失，请把该列设为“文本”格式后重新填写",
            Flaw::ErrorCell => "单元格显示错误值（如 #N/A），请改正",
            Flaw::UncalculatedFormula => "公式没有保存结果，请用 Excel 或 WPS 打开、保存后重新上传",
            Flaw::BadDate => "日期超出范围，请改正",
            Flaw::UnclosedQuote => "双引号没有成对，请检查",
            Flaw::UnreadableCell => "单元格无法识别，请重新填写",
        };
        match self.column {
            Some(column) => format!("第 {} 行 {} 列：{what}", self.row, column_letters(column)),
            None => format!("第 {} 行：{what}", self.row),
        }
    }
}
