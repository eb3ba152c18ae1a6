//! Import of a site's hosts from a file (导入), and export back (导出).

mod column;
mod export;
mod subject;
