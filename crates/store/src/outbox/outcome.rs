/// What became of an attempt. The texts are short codes without personal data; they stay in the column `last_code`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Tried again later.
    Later(String),
    /// Given up.
    Dead(String),
    /// It may have happened or not, and is not repeated.
    Unknown(String),
}
