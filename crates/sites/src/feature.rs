use feature::Feature;

use crate::{Sites, http};

impl Sites {
    pub fn feature(&self) -> Feature {
        Feature::new("sites").routes(self, http::routes).account_data(self.clone())
    }
}
