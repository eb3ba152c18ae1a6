use http_client::{BadBaseUrl, PlainHttp, base_url};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::Error;

/// Where the installed card system is and who we are there.
#[derive(Clone, Debug, Deserialize)]
pub struct CarsafeSettings {
    /// `https://cards.example.com`, with a path if it has one. Plain `http` is taken for loopback, and elsewhere only with
    /// [`Self::allow_plain_http`].
    pub base_url: String,
    /// Who asks: `from` of every request, `UT`.
    pub from: String,
    /// What requests are signed with.
    pub secret: SecretString,
    /// The network between here and there is private: plain `http` is good enough.
    pub allow_plain_http: bool,
    /// Where each question goes.
    #[serde(skip)]
    pub paths: CarsafePaths,
    /// How cards are asked for and told of.
    #[serde(skip)]
    pub shape: CardShape,
    /// How many cards of a branch to ask for at once, 1 to 1,000.
    #[serde(skip, default = "page_size")]
    pub page_size: u16,
}

fn page_size() -> u16 {
    100
}

impl CarsafeSettings {
    /// Settings with every default: from `UT`, no plain `http`, 100 cards a page.
    pub fn new(base_url: impl Into<String>, secret: SecretString) -> Self {
        Self {
            base_url: base_url.into(),
            from: "UT".into(),
            secret,
            allow_plain_http: false,
            paths: CarsafePaths::default(),
            shape: CardShape::default(),
            page_size: page_size(),
        }
    }

    /// The base URL of settings that can work.
    pub(super) fn checked_base(&self) -> Result<Url, Error> {
        let refuse = |setting, problem| Err(Error::Settings { setting, problem });
        if self.secret.expose_secret().is_empty() {
            return refuse("carsafe.secret", "is empty");
        }
        if self.from.is_empty() {
            return refuse("carsafe.from", "is empty");
        }
        if !(1..=1_000).contains(&self.page_size) {
            return refuse("carsafe.page_size", "must be 1 to 1000");
        }
        const BASE_URL: &str = "carsafe.base_url";
        let plain = if self.allow_plain_http { PlainHttp::Everywhere } else { PlainHttp::OnLoopback };
        base_url(&self.base_url, plain).or_else(|bad| {
            let problem = match bad {
                BadBaseUrl::NoUrl => "is no URL",
                BadBaseUrl::NotSafe => "must be https without query, or http on loopback or with allow_plain_http",
            };
            refuse(BASE_URL, problem)
        })
    }
}

/// Where each question goes, from the base URL on. OUR ASSUMPTION, all of them.
#[derive(Clone, Debug)]
pub struct CarsafePaths {
    /// Open a door: `/door/open`.
    pub open_door: String,
    /// How doors stand: `/door/status`.
    pub door_status: String,
    /// Cards by a plate: `/card/bycredential`.
    pub by_credential: String,
    /// Cards by kind and number: `/card/find`.
    pub find_card: String,
    /// All cards of a branch, page by page: `/card/list`.
    pub list_cards: String,
}

impl Default for CarsafePaths {
    fn default() -> Self {
        Self {
            open_door: "/door/open".into(),
            door_status: "/door/status".into(),
            by_credential: "/card/bycredential".into(),
            find_card: "/card/find".into(),
            list_cards: "/card/list".into(),
        }
    }
}

/// What the parts of a card are called, in questions and in answers. OUR ASSUMPTION, all of them.
#[derive(Clone, Debug)]
pub struct CardShape {
    /// Kind: `cardtype`.
    pub kind: String,
    /// Printed number: `cardno`.
    pub number: String,
    /// Branch (分场), which an answer may leave out: `branchno`.
    pub branch: String,
    /// Holder: `name`.
    pub holder: String,
    /// Phone on file: `phone`.
    pub phone: String,
    /// Plates, a list or a text with commas: `plates`.
    pub plates: String,
    /// Balance, yuan: `balance`.
    pub balance: String,
    /// State: `state`.
    pub state: String,
    /// Last instant, or last day, in Shanghai: `endtime`.
    pub valid_until: String,
    /// Which page of the list, from 1: `pageno`.
    pub page: String,
    /// How many to a page: `pagesize`.
    pub page_size: String,
}

impl Default for CardShape {
    fn default() -> Self {
        Self {
            kind: "cardtype".into(),
            number: "cardno".into(),
            branch: "branchno".into(),
            holder: "name".into(),
            phone: "phone".into(),
            plates: "plates".into(),
            balance: "balance".into(),
            state: "state".into(),
            valid_until: "endtime".into(),
            page: "pageno".into(),
            page_size: "pagesize".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CarsafeSettings;

    fn settings(base_url: &str) -> CarsafeSettings {
        CarsafeSettings::new(base_url, "invented".into())
    }

    #[test]
    fn nothing_is_sent_in_the_clear_over_a_network_unless_it_is_said_to_be_private() {
        let good = ["https://cards.example.com", "https://a:8443/api/", "http://127.0.0.1:80", "http://[::1]:1"];
        for url in good.into_iter().chain(["http://localhost"]) {
            settings(url).checked_base().expect(url);
        }
        for url in ["http://10.0.0.1", "http://cards.example.com"] {
            let error = settings(url).checked_base().expect_err(url);
            assert!(error.to_string().starts_with("carsafe.base_url must be https"), "{error}");
            CarsafeSettings { allow_plain_http: true, ..settings(url) }.checked_base().expect(url);
        }
        for url in
            ["", "cards.example.com", "ftp://10.0.0.1", "http://a?b=", "https://a#b", "https://a@b", "https://:a@b"]
        {
            let private = CarsafeSettings { allow_plain_http: true, ..settings(url) };
            assert!(private.checked_base().expect_err(url).to_string().starts_with("carsafe.base_url "));
        }
    }

    #[test]
    fn a_setting_that_cannot_work_is_named() {
        let good = settings("https://a");
        let wrong = [
            (CarsafeSettings { secret: "".into(), ..good.clone() }, "carsafe.secret is empty"),
            (CarsafeSettings { from: String::new(), ..good.clone() }, "carsafe.from is empty"),
            (CarsafeSettings { page_size: 0, ..good.clone() }, "carsafe.page_size must be 1 to 1000"),
            (CarsafeSettings { page_size: 1_001, ..good }, "carsafe.page_size must be 1 to 1000"),
        ];
        for (settings, problem) in wrong {
            assert_eq!(settings.checked_base().expect_err(problem).to_string(), problem);
        }
    }
}
