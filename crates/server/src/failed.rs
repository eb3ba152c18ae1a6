use kernel::Fault;

/// A fault as an error of the command line.
#[derive(Debug)]
pub(crate) struct Failed(pub(crate) Fault);

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for Failed {}
