use std::sync::Arc;

use async_trait::async_trait;
use imports::{Cells, Columns, Deps, Field, Imports, Note, RowOutcome, Subject, cell};
use kernel::{Phone, Result, SiteId};

use super::column::{self, Column};
use crate::{
    host::{FieldMask, HostFacts, HostField, HostName},
    hosts::Hosts,
};

impl Hosts {
    /// Imports of the hosts of sites.
    pub fn imports(&self, parts: Deps) -> Imports {
        Imports::new(parts, HostTables(self.clone()))
    }
}

struct HostTables(Hosts);

impl Field for HostField {
    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Department => "department",
            Self::MayApprove => "mayApprove",
            Self::Active => "active",
        }
    }
}

#[async_trait]
impl Subject for HostTables {
    const NUMBER: i16 = 2;
    const ROUTE: &'static str = "host-imports";
    const NOUN: &'static str = "受访人";
    const BASIS: &'static str = "导入的规则";

    type Column = Column;
    /// Rows of hosts mean the same everywhere.
    type Basis = ();
    type FieldMask = FieldMask;
    type Fact = HostFacts;
    type Field = HostField;

    async fn basis(&self, site: SiteId) -> Result<((), [u8; 32])> {
        self.0.sites.find(site).await?;
        Ok(((), [0; 32]))
    }

    fn mask(columns: &Columns<Column>) -> FieldMask {
        columns.missing().filter_map(Column::field).fold(FieldMask::default(), FieldMask::but)
    }

    fn read((): &(), cells: &mut Cells<'_, Column>) -> Option<HostFacts> {
        let name = cells.read(Column::Name, "请填写 1 至 64 个字", HostName::parse);
        let phone = cells.read(Column::Phone, "请填写 11 位手机号", Phone::parse);
        let department =
            cells.read(Column::Department, "最多 64 个字，或留空", |text| cell::text(text, 0..=64));
        let may_approve = cells.read(Column::MayApprove, "请填写是或否，或留空", cell::yes);
        let active = cells.read(Column::State, "请填写启用或停用（在职或离职），或留空", column::active);
        if let Some(phone) = &phone {
            cells.once(Column::Phone, phone.expose(), "host-twice", "同一个手机号");
        }
        Some(HostFacts {
            name: name?,
            phone: phone?,
            department: department.filter(|text| !text.is_empty()),
            may_approve: may_approve.unwrap_or_default(),
            active: active.unwrap_or(true),
        })
    }

    fn masked(host: &HostFacts) -> String {
        host.phone.masked()
    }

    async fn compare(
        &self,
        site: SiteId,
        hosts: Arc<[HostFacts]>,
        mask: FieldMask,
    ) -> Result<Vec<RowOutcome<HostField>>> {
        self.0.compare_told(site, hosts, mask).await
    }

    async fn put(&self, site: SiteId, hosts: Arc<[HostFacts]>, mask: FieldMask, note: Note) -> Result<()> {
        self.0.put_told(site, hosts, mask, note).await.map(|_| ())
    }

    async fn count(&self, site: SiteId) -> Result<u64> {
        self.0.count(site).await
    }
}

#[cfg(test)]
mod tests {
    use imports::LineReader;
    use tables::Row;

    use super::*;

    fn reader(header: &[&str]) -> LineReader<HostTables> {
        let header: Vec<_> = header.iter().map(|name| (*name).to_owned()).collect();
        LineReader::new(Columns::find(&header, "受访人").unwrap(), ())
    }

    fn row(number: u64, cells: &[&str]) -> Row {
        Row { number, cells: cells.iter().map(|text| (*text).to_owned()).collect() }
    }

    #[test]
    fn a_full_row_says_all_that_the_directory_holds() {
        let mut reader = reader(&["姓名", "电话", "房号", "可审批", "在职状态"]);
        let facts = reader.read(Ok(row(2, &["陈小明", "138 0000 0001", "3栋1201", "是", "离职"]))).fact.unwrap();
        assert_eq!((facts.name.expose(), facts.phone.expose()), ("陈小明", "13800000001"));
        assert_eq!((facts.department.as_deref(), facts.may_approve, facts.active), (Some("3栋1201"), true, false));
        let plain = reader.read(Ok(row(3, &["陈小红", "13800000002", "", "", ""]))).fact.unwrap();
        assert_eq!((plain.department, plain.may_approve, plain.active), (None, false, true));
    }

    #[test]
    fn every_fault_names_its_place_and_no_value() {
        let mut reader = reader(&["受访人", "手机号", "部门/房号", "可审批", "状态"]);
        assert!(reader.read(Ok(row(2, &["甲", "13800000001", "", "", ""]))).fact.is_ok());
        let wrong = ["", "12345", &"长".repeat(65), "也许", "休假"];
        let problems = reader.read(Ok(row(3, &wrong))).fact.unwrap_err();
        let codes: Vec<_> = problems.iter().map(|one| one.code.as_str()).collect();
        let expected = ["name-invalid", "phone-invalid", "department-invalid", "approval-invalid", "state-unknown"];
        assert_eq!(codes, expected);
        assert_eq!(problems[0].message, "第 3 行“受访人”：请填写 1 至 64 个字");
        assert!(problems.iter().all(|one| !one.message.contains("12345") && !one.message.contains("休假")));
        let twice = reader.read(Ok(row(4, &["乙", "+86 138-0000-0001", "", "", ""]))).fact.unwrap_err();
        assert_eq!(twice[0].message, "第 4 行“手机号”：与第 2 行是同一个手机号，请只留一行");
    }
}
