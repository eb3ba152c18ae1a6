//! What is asked, as the data of a request.

use kernel::{
    Timestamp,
    port::{CardKind, DoorAddress},
};
use serde::{Serialize, Serializer};

use super::{CardShape, time::wall};

/// A door: to open it, and in a list to ask how it stands.
#[derive(Serialize)]
pub(super) struct Door<'a> {
    controllerno: &'a str,
    doorno: &'a str,
}

impl<'a> From<&'a DoorAddress> for Door<'a> {
    fn from(address: &'a DoorAddress) -> Self {
        Self { controllerno: &address.controller, doorno: &address.door }
    }
}

/// What bears a plate.
#[derive(Serialize)]
pub(super) struct ByCredential<'a> {
    credentialtype: &'static str,
    credential: &'a str,
    starttime: String,
    endtime: String,
}

impl<'a> ByCredential<'a> {
    pub(super) fn plate(plate: &'a str, from: Timestamp, until: Timestamp) -> Self {
        Self { credentialtype: "1", credential: plate, starttime: wall(from), endtime: wall(until) }
    }
}

/// Names and values in this order, for the questions whose names can be set.
pub(super) struct Named<'a, V, const N: usize>([(&'a str, V); N]);

impl<V: Serialize, const N: usize> Serialize for Named<'_, V, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl CardShape {
    pub(super) fn find<'a>(&'a self, kind: CardKind, printed: &'a str) -> Named<'a, &'a str, 2> {
        let kind = match kind {
            CardKind::Member => "1",
            CardKind::StoredValue => "2",
            CardKind::Access => "3",
        };
        Named([(&self.kind, kind), (&self.number, printed)])
    }

    pub(super) fn list(&self, page: u32, page_size: u16) -> Named<'_, u32, 2> {
        Named([(&self.page, page), (&self.page_size, page_size.into())])
    }
}

#[cfg(test)]
mod tests {
    use kernel::{
        Timestamp,
        port::{CardKind, DoorAddress},
    };
    use serde::Serialize;

    use super::{super::signing::vector, ByCredential, CardShape, Door};

    fn is_as_in(name: &str, query: &impl Serialize) {
        let text = serde_json::to_string(query).expect("JSON");
        assert_eq!(text, vector(name)["data"].as_str().expect("a text"));
    }

    #[test]
    fn every_question_is_written_as_in_the_worked_examples() {
        let door = |controller: &str, door: &str| DoorAddress {
            branch: "1".into(),
            controller: controller.into(),
            door: door.into(),
        };
        let doors = [door("A-01", "2"), door("B 东门", "1")];
        is_as_in("open-door", &Door::from(&doors[0]));
        is_as_in("door-status", &doors.iter().map(Door::from).collect::<Vec<_>>());
        let at = |text: &str| serde_json::from_value::<Timestamp>(text.into()).expect(text);
        let (from, until) = (at("2027-01-15T00:00:00+08:00"), at("2027-01-15T23:59:59+08:00"));
        is_as_in("by-credential", &ByCredential::plate("湘AJN218", from, until));
        is_as_in("find-card", &CardShape::default().find(CardKind::StoredValue, "062,00277"));
        is_as_in("list-cards", &CardShape::default().list(3, 100));
    }

    #[test]
    fn names_that_were_set_are_used_in_the_same_order() {
        let shape = CardShape { kind: "z".into(), number: "a".into(), ..CardShape::default() };
        let text = serde_json::to_string(&shape.find(CardKind::Member, "\"1")).expect("JSON");
        assert_eq!(text, r#"{"z":"1","a":"\"1"}"#);
    }
}
