use feature::Feature;
use imports::Imports;

use crate::{Hosts, http};

impl Hosts {
    /// `imports` are those of the directory ([`Hosts::imports`]).
    pub fn feature(&self, imports: &Imports) -> Feature {
        Feature::new("visitors")
            .routes(self, http::routes)
            .routes(imports, imports::http::routes)
            .worker(imports.worker())
    }
}
