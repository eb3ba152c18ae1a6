/// What somebody presents to have a door opened (开门方式).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CredentialKind {
    /// A code on a screen.
    Qr = 1,
    /// A card.
    Card = 2,
    /// A number typed in.
    Pin = 3,
    /// The phone itself, by a shake or a tap; no reader is asked.
    Phone = 4,
}

impl CredentialKind {
    /// The number that rows hold; never given to another kind.
    pub const fn number(self) -> i16 {
        self as i16
    }

    /// The kind behind a stored number.
    pub const fn from_number(number: i16) -> Option<Self> {
        match number {
            1 => Some(Self::Qr),
            2 => Some(Self::Card),
            3 => Some(Self::Pin),
            4 => Some(Self::Phone),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_names_its_kind_and_no_other_number_names_any() {
        for number in i16::MIN..=i16::MAX {
            assert_eq!(CredentialKind::from_number(number).map_or(number, CredentialKind::number), number);
            assert_eq!(CredentialKind::from_number(number).is_some(), (1..=4).contains(&number));
        }
    }
}
