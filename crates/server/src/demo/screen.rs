use std::{
    fmt,
    io::{IsTerminal, Write, stdout},
    time::Duration,
};

use anyhow::{Error, Result, bail};

const NAME_CELLS: usize = 18;
const INDENT: &str = "      ";
const GREEN: &str = "32";
const RED: &str = "31";
const DIM: &str = "2";
const BOLD: &str = "1";

/// Something came otherwise than expected.
#[derive(Debug)]
pub struct Otherwise {
    expected: String,
    got: String,
}

impl fmt::Display for Otherwise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, got {}", self.expected, self.got)
    }
}

impl std::error::Error for Otherwise {}

/// Says what should have come and what did.
pub fn otherwise(expected: impl fmt::Display, got: impl fmt::Display) -> Error {
    Otherwise { expected: expected.to_string(), got: got.to_string() }.into()
}

/// Holds what came against what should have come.
///
/// # Errors
/// When they differ.
pub fn expect<T: PartialEq + fmt::Display>(expected: T, got: T) -> Result<()> {
    if expected == got { Ok(()) } else { Err(otherwise(expected, got)) }
}

/// What the demo prints, and how far it is.
pub struct Screen {
    colours: bool,
    steps: usize,
}

impl Screen {
    /// With colours only where somebody sees them (and does not mind, no-color.org).
    pub fn on_stdout() -> Self {
        Self { colours: stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()), steps: 0 }
    }

    fn paint(&self, style: &str, text: &str) -> String {
        if self.colours { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn line(&self, text: &str) -> Result<()> {
        let mut out = stdout().lock();
        writeln!(out, "{text}")?;
        Ok(out.flush()?)
    }

    pub fn title(&self, url: &str) -> Result<()> {
        self.line(&format!("\n {} {}\n", self.paint(BOLD, "车安门禁演示 Kaimen demo"), self.paint(DIM, url)))
    }

    /// Plays one step and prints it: its name, its gloss, and what it has to tell.
    ///
    /// # Errors
    /// When the step fails; it has been printed.
    pub async fn step<T>(
        &mut self,
        name: &str,
        gloss: &str,
        work: impl Future<Output = Result<(T, String)>>,
    ) -> Result<T> {
        self.steps += 1;
        let (outcome, number) = (work.await, self.steps);
        let mark = if outcome.is_ok() { self.paint(GREEN, "✓") } else { self.paint(RED, "✗") };
        let pad = " ".repeat(NAME_CELLS.saturating_sub(cells(name)));
        self.line(&format!(" {number:>2} {mark} {}{pad}{}", self.paint(BOLD, name), self.paint(DIM, gloss)))?;
        match outcome {
            Ok((value, detail)) => {
                if !detail.is_empty() {
                    self.line(&format!("{INDENT}{detail}"))?;
                }
                Ok(value)
            }
            Err(error) => {
                match error.downcast_ref::<Otherwise>() {
                    Some(Otherwise { expected, got }) => {
                        self.line(&format!("{INDENT}应为 expected  {expected}\n{INDENT}实为 got       {got}"))?;
                    }
                    None => self.line(&format!("{INDENT}{error:#}"))?,
                }
                bail!("演示在第 {number} 步未通过 the demo failed at step {number}");
            }
        }
    }

    /// The last line.
    pub fn summary(&self, took: Duration) -> Result<()> {
        let text = format!("✓ {} 步全部通过 all {} steps passed", self.steps, self.steps);
        let took = format!("{:.1} s", took.as_secs_f32());
        self.line(&format!("\n {} {}\n", self.paint(GREEN, &text), self.paint(DIM, &took)))
    }
}

/// How many cells of a terminal the text takes: Chinese characters take two.
fn cells(text: &str) -> usize {
    text.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum()
}
