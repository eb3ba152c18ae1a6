use std::collections::HashMap;

use tables::{Row, RowFault};

use crate::{
    cells::{Cells, Remarks},
    columns::Columns,
    report::RowProblem,
    subject::Subject,
};

pub struct Line<F> {
    /// As a spreadsheet numbers it.
    pub row: u64,
    /// What it says, or what is wrong with it.
    pub fact: Result<F, Vec<RowProblem>>,
}

/// Reads the rows of one file.
pub struct LineReader<S: Subject> {
    columns: Columns<S::Column>,
    basis: S::Basis,
    /// The row of each so far, by twelve bytes of a digest: the file's memory of itself stays small.
    seen: HashMap<[u8; 12], u64>,
    remarks: Remarks,
}

impl<S: Subject> LineReader<S> {
    /// A reader of a file with these columns.
    pub fn new(columns: Columns<S::Column>, basis: S::Basis) -> Self {
        Self { columns, basis, seen: HashMap::new(), remarks: Remarks::default() }
    }

    /// How cells of the rows so far were taken, where their owner should know.
    pub fn remarks(&self) -> Vec<String> {
        self.remarks.texts()
    }

    /// What a row says.
    pub fn read(&mut self, row: Result<Row, RowFault>) -> Line<S::Fact> {
        match row {
            Ok(row) => Line { row: row.number, fact: self.fact(&row) },
            Err(fault) => Line { row: fault.row, fact: Err(vec![self.unread(fault)]) },
        }
    }

    fn unread(&self, fault: RowFault) -> RowProblem {
        let column = fault.column.and_then(|at| self.columns.header(at)).map(str::to_owned);
        RowProblem { row: fault.row, column, code: fault.code().to_owned(), message: fault.text() }
    }

    fn fact(&mut self, row: &Row) -> Result<S::Fact, Vec<RowProblem>> {
        let (seen, remarks) = (&mut self.seen, &mut self.remarks);
        let mut cells = Cells { row, columns: &self.columns, seen, problems: Vec::new(), remarks };
        match S::read(&self.basis, &mut cells) {
            Some(fact) if cells.problems.is_empty() => Ok(fact),
            _ => Err(cells.problems),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use async_trait::async_trait;
    use kernel::{Result as Outcome, SiteId};
    use tables::Flaw;

    use super::*;
    use crate::{
        columns::Column,
        report::{Field, RowOutcome},
        subject::Note,
    };

    #[derive(Clone, Copy, PartialEq)]
    enum Fruit {
        Name,
        Price,
    }

    impl Column for Fruit {
        const ALL: &'static [Self] = &[Self::Name, Self::Price];
        const REQUIRED: &'static [Self] = &[Self::Name];

        fn names(self) -> &'static [&'static str] {
            match self {
                Self::Name => &["品名"],
                Self::Price => &["价格", "单价"],
            }
        }

        fn code(self) -> &'static str {
            match self {
                Self::Name => "name-invalid",
                Self::Price => "price-invalid",
            }
        }
    }

    impl Field for Fruit {
        fn name(self) -> &'static str {
            "fruit"
        }
    }

    /// Fruits and their prices; the basis is the highest one.
    struct Fruits;

    #[async_trait]
    impl Subject for Fruits {
        const NUMBER: i16 = 0;
        const ROUTE: &'static str = "fruits";
        const NOUN: &'static str = "水果";
        const BASIS: &'static str = "最高价";
        type Column = Fruit;
        type Basis = u32;
        type FieldMask = ();
        type Fact = (String, Option<u32>);
        type Field = Fruit;

        async fn basis(&self, _: SiteId) -> Outcome<(u32, [u8; 32])> {
            unimplemented()
        }

        fn mask(_: &Columns<Fruit>) {}

        fn read(most: &u32, cells: &mut Cells<'_, Fruit>) -> Option<Self::Fact> {
            let name = cells.read(Fruit::Name, "请填写品名", |text| crate::cell::text(text, 1..=3));
            let price =
                cells.read(Fruit::Price, "请填写价格", |text| text.parse().ok().filter(|price| price <= most));
            cells.once(Fruit::Name, name.as_deref()?, "name-twice", "同一种水果");
            Some((name?, price))
        }

        fn masked(fact: &Self::Fact) -> String {
            fact.0.clone()
        }

        async fn compare(&self, _: SiteId, _: Arc<[Self::Fact]>, (): ()) -> Outcome<Vec<RowOutcome<Fruit>>> {
            unimplemented()
        }

        async fn put(&self, _: SiteId, _: Arc<[Self::Fact]>, (): (), _: Note) -> Outcome<()> {
            unimplemented()
        }

        async fn count(&self, _: SiteId) -> Outcome<u64> {
            unimplemented()
        }
    }

    fn unimplemented<T>() -> Outcome<T> {
        Err(kernel::INTERNAL.into())
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn reader(header: &[&str]) -> LineReader<Fruits> {
        LineReader::new(Columns::find(&texts(header), Fruits::NOUN).unwrap(), 9)
    }

    fn row(number: u64, cells: &[&str]) -> Result<Row, RowFault> {
        Ok(Row { number, cells: texts(cells) })
    }

    /// Row, column and code of each problem.
    fn told(problems: &[RowProblem]) -> Vec<(u64, Option<&str>, &str)> {
        problems.iter().map(|one| (one.row, one.column.as_deref(), one.code.as_str())).collect()
    }

    #[test]
    fn a_row_says_what_its_cells_say_by_the_basis_of_its_site() {
        let mut reader = reader(&["单价", "品名"]);
        let line = reader.read(row(2, &["9", " 梨 "]));
        assert_eq!((line.row, line.fact.unwrap()), (2, ("梨".to_owned(), Some(9))));
        let dear = reader.read(row(3, &["10", "桃"])).fact.unwrap_err();
        assert_eq!(told(&dear), [(3, Some("单价"), "price-invalid")]);
        assert_eq!(dear[0].message, "第 3 行“单价”：请填写价格");
    }

    #[test]
    fn everything_wrong_in_a_row_is_told_and_no_value_of_it() {
        let problems = reader(&["品名", "价格"]).read(row(7, &["hidden-name", "hidden-price"])).fact.unwrap_err();
        assert_eq!(told(&problems), [(7, Some("品名"), "name-invalid"), (7, Some("价格"), "price-invalid")]);
        assert!(problems.iter().all(|one| !one.message.contains("hidden")), "{problems:?}");
    }

    #[test]
    fn a_column_that_a_file_does_not_have_is_silent() {
        let fact = reader(&["品名"]).read(row(2, &["梨"])).fact.unwrap();
        assert_eq!(fact, ("梨".to_owned(), None));
    }

    #[test]
    fn the_second_row_of_one_key_is_wrong_and_names_the_first() {
        let mut reader = reader(&["品名", "价格"]);
        for (number, name) in [(2, "梨"), (3, "桃")] {
            assert!(reader.read(row(number, &[name, "1"])).fact.is_ok());
        }
        for number in [4, 5] {
            let problems = reader.read(row(number, &["梨", "2"])).fact.unwrap_err();
            assert_eq!(told(&problems), [(number, Some("品名"), "name-twice")]);
            assert!(problems[0].message.contains("与第 2 行是同一种水果"), "{}", problems[0].message);
        }
    }

    #[test]
    fn a_row_that_the_table_could_not_read_keeps_its_number_and_its_column() {
        let mut reader = reader(&["品名", ""]);
        for (column, header) in [(Some(0), Some("品名")), (Some(1), None), (Some(5), None), (None, None)] {
            let fault = RowFault { row: 8, column, flaw: Flaw::CellTooLong };
            let (code, message) = (fault.code().to_owned(), fault.text());
            let line = reader.read(Err(fault));
            let problems = line.fact.unwrap_err();
            assert_eq!((line.row, told(&problems)), (8, vec![(8, header, code.as_str())]));
            assert_eq!(problems[0].message, message);
        }
    }
}
