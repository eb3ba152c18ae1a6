use std::{net::IpAddr, path::PathBuf};

use anyhow::{Context, Result, bail};
use config::{Config, Environment, File, FileFormat};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// Every setting with its default; `kaimen.toml` says what each does.
const DEFAULTS: &str = include_str!("../../../kaimen.toml");

/// What an operator may set.
#[derive(Clone, Debug, Deserialize)]
pub struct Settings {
    pub server: Server,
    pub database: Place,
    /// The shared cache.
    pub cache: Cache,
    pub vault: Vault,
    /// WeChat.
    pub wechat: Wechat,
    pub sms: Sms,
    pub mail: Mail,
    /// The installed card system.
    pub carsafe: Carsafe,
    pub auth: Auth,
    pub simulators: Simulators,
    pub demo: Demo,
    /// How often is too often.
    pub limits: Limits,
    pub log: Log,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
pub struct Server {
    pub listen: String,
    /// Folder for what is kept.
    pub data_dir: PathBuf,
    /// Folder of the mini-program built for browsers; it is served at `/app` where it is there.
    pub app_dir: PathBuf,
    /// How the outside reaches us.
    pub public_url: String,
    /// Addresses of our proxies, comma separated.
    pub trusted_proxies: String,
    /// Worker threads; 0: one a core.
    pub workers: usize,
    /// Seconds between the end's announcement and the end.
    pub drain_seconds: u64,
    pub metrics_public: bool,
}

/// A place to connect to.
#[derive(Clone, Deserialize)]
pub struct Place {
    /// Its URL; empty: the built-in one. May hold a password.
    pub url: SecretString,
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Place(..)")
    }
}

/// `[cache]`
#[derive(Clone, Debug, Deserialize)]
pub struct Cache {
    /// Its URL; empty: in this process. May hold a password.
    pub url: SecretString,
    /// What every key begins with.
    pub prefix: String,
}

/// `[vault]`
#[derive(Clone, Debug, Deserialize)]
pub struct Vault {
    /// The root key's file.
    pub root_key_file: PathBuf,
}

/// `[wechat]`
#[derive(Clone, Debug, Deserialize)]
pub struct Wechat {
    /// Where WeChat is.
    pub base_url: String,
    pub app_id: String,
    pub app_secret: SecretString,
    /// Token of the message push.
    pub push_token: SecretString,
    pub push_aes_key: SecretString,
}

/// `[sms]`
#[derive(Clone, Debug, Deserialize)]
pub struct Sms {
    pub order: String,
    /// Alibaba Cloud.
    pub aliyun: Aliyun,
    /// Tencent Cloud.
    pub tencent: Tencent,
}

/// A vendor of SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsVendor {
    /// Alibaba Cloud.
    Aliyun,
    /// Tencent Cloud.
    Tencent,
}

/// `[sms.aliyun]`
#[derive(Clone, Debug, Deserialize)]
pub struct Aliyun {
    pub endpoint: String,
    /// Who we are there.
    pub access_key_id: String,
    pub access_key_secret: SecretString,
    /// 短信签名
    pub sign_name: String,
    pub templates: SmsTemplates,
}

/// `[sms.tencent]`
#[derive(Clone, Debug, Deserialize)]
pub struct Tencent {
    pub endpoint: String,
    /// Who we are there.
    pub secret_id: String,
    pub secret_key: SecretString,
    pub app_id: String,
    /// 短信签名
    pub sign_name: String,
    pub region: String,
    pub templates: SmsTemplates,
}

/// Ids of the approved templates.
#[derive(Clone, Debug, Deserialize)]
pub struct SmsTemplates {
    pub code: String,
}

/// `[mail]`
#[derive(Clone, Debug, Deserialize)]
pub struct Mail {
    /// The mail server; may hold a password.
    pub url: SecretString,
    /// Who our mail is from.
    pub from: String,
}

/// `[carsafe]`
#[derive(Clone, Debug, Deserialize)]
pub struct Carsafe {
    /// Where it is; empty: nowhere.
    pub base_url: String,
    /// Who we are there.
    pub from: String,
    /// What requests are signed with.
    pub secret: SecretString,
    /// Plain HTTP will do.
    pub allow_plain_http: bool,
    /// Minutes between comparisons.
    pub reconcile_minutes: u64,
}

/// `[auth]`
#[derive(Clone, Debug, Deserialize)]
pub struct Auth {
    /// Threads that hash passwords.
    pub hashing_threads: usize,
    /// Of access token keys.
    pub token_generation: u32,
    /// Days a closed account may still be kept.
    pub cooling_off_days: u64,
    /// A card that somebody wants to bind is looked up after a pause of up to so many milliseconds.
    pub look_up_within_ms: u64,
}

/// A setting that can decide for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// As the rest of the settings suggest.
    Auto,
    On,
    Off,
}

impl<'de> Deserialize<'de> for Switch {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "auto" => Ok(Self::Auto),
            "true" => Ok(Self::On),
            "false" => Ok(Self::Off),
            _ => Err(serde::de::Error::custom("auto, true or false")),
        }
    }
}

/// `[simulators]`
#[derive(Clone, Debug, Deserialize)]
pub struct Simulators {
    pub enabled: Switch,
}

/// `[demo]`
#[derive(Clone, Debug, Deserialize)]
pub struct Demo {
    /// Whether to fill an empty database.
    pub seed: Switch,
    /// Cards of each site.
    pub cards_per_site: usize,
    /// What moves the doors.
    pub driver: DemoDriver,
    pub more_sites: usize,
}

/// What moves demo doors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemoDriver {
    Sim,
    /// The reader's own relay.
    Reader,
}

/// `[limits]`
#[derive(Clone, Debug, Deserialize)]
pub struct Limits {
    /// Logins and refreshes of one address in a minute.
    pub logins_per_minute: u64,
    /// SMS codes to one phone in a minute.
    pub codes_per_phone_minute: u64,
    /// SMS codes to one phone in an hour.
    pub codes_per_phone_hour: u64,
    /// SMS codes to one phone in a day.
    pub codes_per_phone_day: u64,
    /// SMS codes of one account in an hour.
    pub codes_per_account: u64,
    /// SMS codes of one address in an hour.
    pub codes_per_address: u64,
    /// SMS codes of one site in an hour.
    pub codes_per_site: u64,
    /// One-time codes of the whole server in an hour.
    pub codes_in_all: u64,
    /// Wrong passwords for one account in 15 minutes.
    pub passwords_per_account: u64,
    /// Wrong passwords from one address in 15 minutes.
    pub passwords_per_address: u64,
    /// Devices enrolled from one address in a minute.
    pub enrolments_per_minute: u64,
}

impl From<&Limits> for auth::Limits {
    fn from(limits: &Limits) -> Self {
        Self {
            logins_per_minute: limits.logins_per_minute,
            codes_per_phone: [limits.codes_per_phone_minute, limits.codes_per_phone_hour, limits.codes_per_phone_day],
            codes_per_account: limits.codes_per_account,
            codes_per_address: limits.codes_per_address,
            codes_per_site: limits.codes_per_site,
            codes_in_all: limits.codes_in_all,
            passwords_per_account: limits.passwords_per_account,
            passwords_per_address: limits.passwords_per_address,
        }
    }
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
pub struct Log {
    pub filter: String,
    /// As JSON.
    pub json: bool,
}

impl Settings {
    /// The defaults, then the file, then the environment.
    ///
    /// # Errors
    /// When one of them makes no sense.
    pub fn load(file: Option<&PathBuf>) -> Result<Self> {
        let mut builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
        if let Some(file) = file {
            builder = builder.add_source(File::from(file.as_path()));
        }
        let environment = Environment::with_prefix("KAIMEN").prefix_separator("__").separator("__");
        Ok(builder.add_source(environment).build()?.try_deserialize()?)
    }

    /// The settings, if they go together.
    ///
    /// # Errors
    /// When they do not.
    pub fn checked(self) -> Result<Self> {
        if self.simulators.enabled == Switch::On && !(self.is_loopback() && self.has_no_vendor()) {
            bail!("simulators.enabled = true needs a loopback address and no vendor secret: they would let anybody in");
        }
        self.trusted_proxies()?;
        self.sms_vendors()?;
        Ok(self)
    }

    fn is_loopback(&self) -> bool {
        let host = self.server.listen.rsplit_once(':').map_or("", |(host, _)| host);
        host == "localhost"
            || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    fn has_no_vendor(&self) -> bool {
        let secrets = [
            &self.wechat.app_secret,
            &self.wechat.push_aes_key,
            &self.sms.aliyun.access_key_secret,
            &self.sms.tencent.secret_key,
            &self.mail.url,
            &self.carsafe.secret,
        ];
        secrets.iter().all(|secret| secret.expose_secret().is_empty())
    }

    /// The SMS vendors in their order.
    ///
    /// # Errors
    /// When one is unknown.
    pub fn sms_vendors(&self) -> Result<Vec<SmsVendor>> {
        let listed = self.sms.order.split(',').map(str::trim).filter(|one| !one.is_empty());
        listed
            .map(|one| match one {
                "aliyun" => Ok(SmsVendor::Aliyun),
                "tencent" => Ok(SmsVendor::Tencent),
                other => bail!("sms.order: {other:?} is neither aliyun nor tencent"),
            })
            .collect()
    }

    /// Whether the simulators run.
    pub fn simulated(&self) -> bool {
        match self.simulators.enabled {
            Switch::On => true,
            Switch::Off => false,
            Switch::Auto => self.is_loopback() && self.has_no_vendor(),
        }
    }

    /// Whether an empty database is filled.
    pub fn seeds(&self) -> bool {
        match self.demo.seed {
            Switch::On => true,
            Switch::Off => false,
            Switch::Auto => self.simulated(),
        }
    }

    /// Whether anybody may read the metrics.
    pub fn metrics_public(&self) -> bool {
        self.server.metrics_public
    }

    /// Where the database is.
    pub fn database_url(&self) -> String {
        match self.database.url.expose_secret() {
            "" => format!("sqlite://{}", self.server.data_dir.join("kaimen.db").display()),
            url => url.to_owned(),
        }
    }

    /// Where the root key is.
    pub fn root_key_file(&self) -> PathBuf {
        if self.vault.root_key_file.as_os_str().is_empty() {
            self.server.data_dir.join("root.key")
        } else {
            self.vault.root_key_file.clone()
        }
    }

    /// Our proxies.
    ///
    /// # Errors
    /// When one is no address.
    pub fn trusted_proxies(&self) -> Result<Vec<IpAddr>> {
        let listed = self.server.trusted_proxies.split(',').map(str::trim).filter(|one| !one.is_empty());
        listed
            .map(|one| one.parse().with_context(|| format!("server.trusted_proxies: {one:?} is no address")))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(change: impl FnOnce(&mut Settings)) -> Settings {
        let mut settings: Settings = Config::builder()
            .add_source(File::from_str(DEFAULTS, FileFormat::Toml))
            .build()
            .unwrap()
            .try_deserialize()
            .unwrap();
        change(&mut settings);
        settings
    }

    #[test]
    fn simulators_never_run_beside_a_vendor_or_in_the_open() {
        assert!(with(|_| ()).simulated());
        assert!(!with(|settings| settings.server.listen = "0.0.0.0:8080".into()).simulated());
        for secret in [
            (|settings: &mut Settings| settings.wechat.app_secret = "real".to_owned().into()) as fn(&mut Settings),
            |settings| settings.sms.aliyun.access_key_secret = "real".to_owned().into(),
            |settings| settings.sms.tencent.secret_key = "real".to_owned().into(),
            |settings| settings.mail.url = "smtps://mail.example.com".to_owned().into(),
        ] {
            assert!(!with(secret).simulated());
        }
        for change in [
            (|settings: &mut Settings| settings.server.listen = "0.0.0.0:80".into()) as fn(&mut Settings),
            |settings| settings.wechat.app_secret = "real".to_owned().into(),
        ] {
            let settings = with(|settings| {
                settings.simulators.enabled = Switch::On;
                change(settings);
            });
            assert!(settings.checked().is_err());
        }
    }

    #[test]
    fn an_unknown_vendor_is_refused_and_the_order_is_kept() {
        assert!(with(|settings| settings.sms.order = "aliyun,carrier-pigeon".into()).checked().is_err());
        let settings = with(|settings| settings.sms.order = "tencent, aliyun".into());
        assert_eq!(settings.sms_vendors().unwrap(), [SmsVendor::Tencent, SmsVendor::Aliyun]);
    }

    #[test]
    fn a_proxy_that_is_no_address_is_refused() {
        assert!(with(|settings| settings.server.trusted_proxies = "proxy".into()).checked().is_err());
        let settings = with(|settings| settings.server.trusted_proxies = "10.0.0.1, ::1".into());
        assert_eq!(settings.trusted_proxies().unwrap().len(), 2);
    }
}
