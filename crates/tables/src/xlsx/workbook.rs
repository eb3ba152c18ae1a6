use std::io::Read;

use quick_xml::events::Event;

use super::{
    package::{PARTS, Package},
    xml::{Xml, attribute},
};
use crate::fault::{Foreign, TableFault};

const ROOT: &str = "_rels/.rels";
/// Where the workbook is unless the archive says otherwise.
const WORKBOOK: &str = "xl/workbook.xml";

/// Where in the archive the parts are that matter.
pub(super) struct Places {
    /// Those that can be seen, in their order; there is one.
    pub(super) sheets: Vec<Sheet>,
    pub(super) hidden: Vec<Sheet>,
    pub(super) strings: Option<String>,
    pub(super) styles: Option<String>,
    /// Days are counted from 1904, as on old Macs.
    pub(super) from_1904: bool,
}

/// A sheet, and where it is.
#[derive(Clone)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) place: String,
}

/// A sheet as the workbook lists it.
struct Listed {
    name: String,
    relation: String,
    hidden: bool,
}

/// One line of a table of relationships.
struct Relation {
    id: String,
    /// The last word of its type.
    kind: String,
    target: String,
}

/// Finds the parts that matter.
pub(super) fn places(package: &mut Package) -> Result<Places, TableFault> {
    let workbook = workbook(package)?;
    let relations = relations(package, &workbook)?;
    let (listed, from_1904) = package.read(&workbook, sheets)?;
    let (mut sheets, mut hidden) = (Vec::new(), Vec::new());
    for Listed { name, relation, hidden: is_hidden } in listed {
        let found = relations.iter().find(|one| one.kind == "worksheet" && one.id == relation);
        if let Some(found) = found {
            let all = if is_hidden { &mut hidden } else { &mut sheets };
            all.push(Sheet { name, place: found.target.clone() });
        }
    }
    if sheets.is_empty() {
        return Err(TableFault::NoSheet);
    }
    let of_kind = |kind| relations.iter().find(|r| r.kind == kind && package.has(&r.target)).map(|r| r.target.clone());
    Ok(Places { sheets, hidden, strings: of_kind("sharedStrings"), styles: of_kind("styles"), from_1904 })
}

fn workbook(package: &mut Package) -> Result<String, TableFault> {
    let place = if package.has(ROOT) {
        let all = package.read(ROOT, |xml| read_relations(xml, ""))?;
        all.into_iter().find(|relation| relation.kind == "officeDocument").map(|relation| relation.target)
    } else {
        None
    };
    let place = place.unwrap_or_else(|| WORKBOOK.to_owned());
    if place.to_ascii_lowercase().ends_with(".bin") {
        return Err(TableFault::Foreign(Foreign::BinaryWorkbook));
    }
    if package.has(&place) {
        return Ok(place);
    }
    Err(TableFault::Foreign(if package.has("mimetype") && package.has("content.xml") {
        Foreign::OpenDocument
    } else {
        Foreign::Archive
    }))
}

fn relations(package: &mut Package, part: &str) -> Result<Vec<Relation>, TableFault> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let table = format!("{folder}/_rels/{name}.rels");
    if !package.has(&table) {
        return Ok(Vec::new());
    }
    package.read(&table, |xml| read_relations(xml, folder))
}

fn read_relations<R: Read>(xml: &mut Xml<R>, folder: &str) -> Result<Vec<Relation>, TableFault> {
    let mut relations = Vec::new();
    loop {
        match xml.next()? {
            Event::Start(e) if e.local_name().as_ref() == "Relationship" => {
                if attribute(&e, "TargetMode")?.is_some_and(|mode| mode == "External") {
                    continue;
                }
                let (Some(id), Some(kind), Some(target)) =
                    (attribute(&e, "Id")?, attribute(&e, "Type")?, attribute(&e, "Target")?)
                else {
                    return Err(TableFault::Damaged);
                };
                if relations.len() == PARTS {
                    return Err(TableFault::UnpackedTooLarge);
                }
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                relations.push(Relation { id, kind, target: resolved(folder, &target) });
            }
            Event::Eof => return Ok(relations),
            _ => {}
        }
    }
}

/// A target as a place in the archive.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => _ = steps.pop(),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// The sheets in their order, and whether days are counted from 1904.
fn sheets<R: Read>(xml: &mut Xml<R>) -> Result<(Vec<Listed>, bool), TableFault> {
    let (mut all, mut from_1904, mut is_workbook) = (Vec::new(), false, false);
    loop {
        match xml.next()? {
            Event::Start(e) => match e.local_name().as_ref() {
                "workbook" => is_workbook = true,
                _ if !is_workbook => return Err(TableFault::Foreign(Foreign::OtherDocument)),
                "workbookPr" => {
                    from_1904 = attribute(&e, "date1904")?.is_some_and(|set| set == "1" || set == "true");
                }
                "sheet" => {
                    let hidden = attribute(&e, "state")?.is_some_and(|state| state != "visible");
                    if all.len() == PARTS {
                        return Err(TableFault::UnpackedTooLarge);
                    }
                    if let Some(relation) = attribute(&e, "id")? {
                        let name = attribute(&e, "name")?.unwrap_or_default();
                        all.push(Listed { name, relation, hidden });
                    }
                }
                _ => {}
            },
            Event::Eof if is_workbook => return Ok((all, from_1904)),
            Event::Eof => return Err(TableFault::Damaged),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::resolved;

    #[test]
    fn targets_are_found_from_their_folder_or_from_the_root() {
        assert_eq!(resolved("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolved("xl", "/xl/worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolved("xl", "../styles.xml"), "styles.xml");
        assert_eq!(resolved("", "./xl\\workbook.xml"), "xl/workbook.xml");
        assert_eq!(resolved("xl", "../../../etc/passwd"), "etc/passwd");
    }
}
