//! What an operator may set: the defaults, a file over them, the environment over both.

mod auth;
mod cache;
mod carsafe;
mod database;
mod demo;
mod limits;
mod log;
mod parts;
mod server;
mod simulators;
mod sms;
mod switch;
mod unknown;
mod vault;
mod wechat;

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use config::{Config, ConfigError, Environment, File, FileFormat};
use mail::MailSettings;
use secrecy::ExposeSecret;
use serde::Deserialize;

pub use self::{
    auth::Auth,
    cache::Cache,
    carsafe::Carsafe,
    database::Database,
    demo::{Demo, DemoDriver},
    limits::Limits,
    log::Log,
    server::Server,
    simulators::Simulators,
    sms::{Sms, SmsVendor},
    switch::Switch,
    vault::Vault,
    wechat::Wechat,
};

/// Every setting with its default; `kaimen.toml` says what each does.
const DEFAULTS: &str = include_str!("../../../../kaimen.toml");

/// What an operator may set.
#[derive(Clone, Debug, Deserialize)]
pub struct Settings {
    pub server: Server,
    pub database: Database,
    /// The shared cache.
    pub cache: Cache,
    pub vault: Vault,
    /// WeChat.
    pub wechat: Wechat,
    pub sms: Sms,
    pub mail: MailSettings,
    /// The installed card system.
    pub carsafe: Carsafe,
    pub auth: Auth,
    pub simulators: Simulators,
    pub demo: Demo,
    /// How often is too often.
    pub limits: Limits,
    pub log: Log,
}

impl Settings {
    /// The defaults, then the file, then the environment.
    ///
    /// # Errors
    /// When one of them makes no sense, or names a setting that there is not.
    pub fn load(file: Option<&PathBuf>) -> Result<Self> {
        Self::of(file.map(PathBuf::as_path), environment())
    }

    fn of(file: Option<&Path>, environment: Environment) -> Result<Self> {
        let defaults = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml)).build()?;
        let mut builder = Config::builder().add_source(defaults.clone());
        let mut unknown = Vec::new();
        if let Some(path) = file {
            let source = Config::builder().add_source(File::from(path)).build().map_err(without_text)?;
            unknown.extend(unknown::in_file(&defaults, &source, path)?);
            builder = builder.add_source(source);
        }
        unknown.extend(unknown::in_environment(&defaults, &environment)?);
        if !unknown.is_empty() {
            bail!(unknown.join("; "));
        }
        Ok(builder.add_source(environment).build()?.try_deserialize()?)
    }

    /// The settings, if they go together.
    ///
    /// # Errors
    /// When they do not.
    pub fn checked(self) -> Result<Self> {
        if self.simulators.enabled == Switch::On && !(self.server.is_loopback() && self.has_no_vendor()) {
            bail!("simulators.enabled = true needs a loopback address and no vendor secret: they would let anybody in");
        }
        self.server.trusted_proxies()?;
        self.sms.vendors()?;
        Ok(self)
    }

    fn has_no_vendor(&self) -> bool {
        let secrets = [
            &self.wechat.api.app_secret,
            &self.wechat.push.push_aes_key,
            &self.sms.aliyun.access_key_secret,
            &self.sms.tencent.secret_key,
            &self.mail.url,
            &self.carsafe.system.secret,
        ];
        secrets.iter().all(|secret| secret.expose_secret().is_empty())
    }

    /// Whether the simulators run.
    pub fn simulated(&self) -> bool {
        match self.simulators.enabled {
            Switch::On => true,
            Switch::Off => false,
            Switch::Auto => self.server.is_loopback() && self.has_no_vendor(),
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
}

/// The variables that are settings. Those with a single underscore, such as `KAIMEN_TEST_ALLOW_SKIP`, are none.
fn environment() -> Environment {
    Environment::with_prefix("KAIMEN").prefix_separator("__").separator("__")
}

/// What is wrong with a file, without the line it is in: that may hold a secret.
fn without_text(error: ConfigError) -> anyhow::Error {
    match error {
        ConfigError::FileParse { uri, cause } => {
            let said = cause.to_string();
            let place = said.lines().next().unwrap_or_default().to_owned();
            anyhow!(place).context(uri.unwrap_or_default())
        }
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From a file of this text, and these variables.
    fn loaded(file: Option<&str>, variables: &[(&str, &str)]) -> Result<Settings> {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let environment = environment().source(Some(variables));
        let Some(text) = file else { return Settings::of(None, environment) };
        let path = std::env::temp_dir()
            .join(format!("kaimen-settings-{}.toml", kernel::AuditId::new(kernel::Clock::now(&kernel::SystemClock))));
        std::fs::write(&path, text).unwrap();
        let outcome = Settings::of(Some(&path), environment);
        std::fs::remove_file(&path).unwrap();
        outcome
    }

    fn with(change: impl FnOnce(&mut Settings)) -> Settings {
        let mut settings = loaded(None, &[]).unwrap();
        change(&mut settings);
        settings
    }

    #[test]
    fn simulators_never_run_beside_a_vendor_or_in_the_open() {
        assert!(with(|_| ()).simulated());
        assert!(!with(|settings| settings.server.listen = "0.0.0.0:8080".into()).simulated());
        for secret in [
            (|settings: &mut Settings| settings.wechat.api.app_secret = "real".to_owned().into()) as fn(&mut Settings),
            |settings| settings.sms.aliyun.access_key_secret = "real".to_owned().into(),
            |settings| settings.sms.tencent.secret_key = "real".to_owned().into(),
            |settings| settings.mail.url = "smtps://mail.example.com".to_owned().into(),
        ] {
            assert!(!with(secret).simulated());
        }
        for change in [
            (|settings: &mut Settings| settings.server.listen = "0.0.0.0:80".into()) as fn(&mut Settings),
            |settings| settings.wechat.api.app_secret = "real".to_owned().into(),
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
        assert_eq!(settings.sms.vendors().unwrap(), [SmsVendor::Tencent, SmsVendor::Aliyun]);
    }

    #[test]
    fn a_proxy_that_is_no_address_is_refused() {
        assert!(with(|settings| settings.server.trusted_proxies = "proxy".into()).checked().is_err());
        let settings = with(|settings| settings.server.trusted_proxies = "10.0.0.1, ::1".into());
        assert_eq!(settings.server.trusted_proxies().unwrap().len(), 2);
    }

    #[test]
    fn a_file_stands_over_the_defaults_and_a_variable_over_the_file() {
        let file = "[server]\nlisten = \"127.0.0.1:1\"\nworkers = 3\n[sms.aliyun]\ntemplates.code = \"SMS_1\"\n";
        let variables = [
            ("KAIMEN__SERVER__LISTEN", "127.0.0.1:2"),
            ("KAIMEN__CARSAFE__ALLOW_PLAIN_HTTP", "true"),
            ("KAIMEN__CARSAFE__RECONCILE_MINUTES", "7"),
            ("KAIMEN__WECHAT__APP_ID", "0123"),
            ("KAIMEN__SMS__TENCENT__TEMPLATES__CODE", "42"),
            ("KAIMEN_TEST_ALLOW_SKIP", "1"),
            ("KAIMEN_NO__SUCH_THING", "1"),
            ("PATH", "/bin"),
        ];
        let settings = loaded(Some(file), &variables).unwrap();
        assert_eq!((settings.server.listen.as_str(), settings.server.workers), ("127.0.0.1:2", 3));
        assert_eq!(settings.sms.aliyun.templates.code, "SMS_1");
        assert_eq!(settings.sms.tencent.templates.code, "42");
        assert!(settings.carsafe.system.allow_plain_http);
        assert_eq!((settings.carsafe.reconcile_minutes, settings.carsafe.system.from.as_str()), (7, "UT"));
        assert_eq!(settings.wechat.api.app_id, "0123");
    }

    #[test]
    fn a_setting_that_there_is_not_is_named_with_the_nearest_one() {
        for (file, unknown, nearest) in [
            ("[server]\nlisten_on = \"hidden\"", "server.listen_on", "server.listen"),
            ("[sms.aliyun]\ntemplate.code = \"hidden\"", "sms.aliyun.template.code", "sms.aliyun.templates.code"),
            ("[servers]\nworkers = 1", "servers.workers", "server.workers"),
            ("[wecaht]", "wecaht", "wechat"),
            ("metrics_public = true", "metrics_public", "server.metrics_public"),
        ] {
            let error = loaded(Some(file), &[]).expect_err(file).to_string();
            assert!(error.contains(&format!("no setting {unknown}; the nearest is {nearest}")), "{error}");
            assert!(!error.contains("hidden"), "{error}");
        }
        for (variable, nearest) in [
            ("KAIMEN__SERVER__LISEN", "KAIMEN__SERVER__LISTEN"),
            ("KAIMEN__DATABSE__URL", "KAIMEN__DATABASE__URL"),
            ("KAIMEN__WECHAT__APPSECRET", "KAIMEN__WECHAT__APP_SECRET"),
            ("KAIMEN__SMS__ALIYUN__TEMPLATES_CODE", "KAIMEN__SMS__ALIYUN__TEMPLATES__CODE"),
        ] {
            let error = loaded(None, &[(variable, "hidden")]).expect_err(variable).to_string();
            assert_eq!(error, format!("there is no setting {variable}; the nearest is {nearest}"));
        }
        let several = loaded(Some("[log]\nlevel = \"info\""), &[("KAIMEN__LOG__LEVEL", "info")]).unwrap_err();
        assert_eq!(several.to_string().matches("there is no setting").count(), 2, "{several}");
    }

    #[test]
    fn a_value_that_makes_no_sense_is_named_by_its_key() {
        for (variable, key) in [
            ("KAIMEN__SERVER__WORKERS", "server.workers"),
            ("KAIMEN__SIMULATORS__ENABLED", "simulators.enabled"),
            ("KAIMEN__CARSAFE__ALLOW_PLAIN_HTTP", "carsafe.allow_plain_http"),
            ("KAIMEN__CARSAFE__RECONCILE_MINUTES", "carsafe.reconcile_minutes"),
        ] {
            let error = loaded(None, &[(variable, "perhaps")]).expect_err(variable);
            assert!(key.split('.').all(|part| format!("{error:#}").contains(part)), "{error:#}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_is_told_without_its_text() {
        let error = loaded(Some("[wechat]\napp_secret = \"hidden\napp_id = 1"), &[]).unwrap_err();
        let told = format!("{error:#}");
        assert!(told.contains("line 2") && !told.contains("hidden"), "{told}");
    }
}
