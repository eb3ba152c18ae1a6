use std::{net::Ipv4Addr, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use auth::{Named, Role, RoleGrant};
use clap::{Parser, Subcommand};
use kernel::{AccountNumber, Clock, Kind, Phone, SiteId, SystemClock};
use secrecy::SecretString;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::{App, Settings, failed::Failed, root_key, start};

/// 开门 Kaimen: door access for WeChat.
#[derive(Parser)]
#[command(name = "kaimen", version)]
struct Cli {
    /// File of settings that override the defaults; see kaimen.toml
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server (the default command)
    Serve {
        /// Address and port to listen on; default: server.listen
        #[arg(long)]
        listen: Option<String>,
        /// Data folder: SQLite database, root key, uploaded files
        #[arg(long)]
        data: Option<PathBuf>,
    },
    /// Migrate the database and exit
    Migrate,
    /// Print the OpenAPI description (YAML)
    Openapi,
    /// Manage administrators and guards
    #[command(subcommand)]
    Admin(Admin),
    /// Create a sign-in for an account, for testing and support, and print its access token (10 minutes); audited
    Token {
        /// 车安通 ID of the account
        #[arg(long)]
        number: String,
    },
    /// Run the demo against a server with simulators, as a phone and a reader
    Demo {
        /// URL of the server
        #[arg(long, default_value = "http://127.0.0.1:8080")]
        url: String,
    },
}

#[derive(Subcommand)]
enum Admin {
    /// Grant a role to an account; creates an account for an unknown phone
    Create {
        /// Phone of the account
        #[arg(long, required_unless_present = "number", conflicts_with = "number")]
        phone: Option<String>,
        /// 车安通 ID of the account
        #[arg(long)]
        number: Option<String>,
        /// Role to grant
        #[arg(long, value_enum, default_value = "platform-admin")]
        role: RoleName,
        /// Site id; required for guards and site administrators
        #[arg(long)]
        site: Option<String>,
        /// Set the password of the account from the first line of standard input
        #[arg(long)]
        password_stdin: bool,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum RoleName {
    /// 平台管理员
    PlatformAdmin,
    /// 场区管理员
    SiteAdmin,
    /// 保安
    Guard,
}

/// sysexits.h: a required service is unavailable.
const UNAVAILABLE: u8 = 69;
/// sysexits.h: the settings are invalid.
const CONFIG: u8 = 78;

pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut settings = match Settings::load(cli.config.as_ref()) {
        Ok(settings) => settings,
        Err(error) => {
            eprintln!("kaimen: 设置有误 (settings): {error:#}");
            return ExitCode::from(CONFIG);
        }
    };
    if let Some(Command::Serve { listen, data }) = &cli.command {
        settings.server.listen = listen.clone().unwrap_or(settings.server.listen);
        settings.server.data_dir = data.clone().unwrap_or(settings.server.data_dir);
    }
    let settings = match settings.checked() {
        Ok(settings) => settings,
        Err(error) => {
            eprintln!("kaimen: 设置有误 (settings): {error:#}");
            return ExitCode::from(CONFIG);
        }
    };
    let _ = rustls::crypto::ring::default_provider().install_default(); // Err only if it is installed already
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("kaimen: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(async {
        match cli.command.unwrap_or(Command::Serve { listen: None, data: None }) {
            Command::Serve { .. } => serve(&settings).await,
            Command::Migrate => migrate(&settings).await,
            Command::Openapi => openapi(settings).await,
            Command::Admin(command) => admin(&settings, command).await,
            Command::Token { number } => token(&settings, &number).await,
            Command::Demo { url } => crate::demo::play(&url).await,
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kaimen: {error:#}");
            ExitCode::from(exit_code(&error))
        }
    }
}

fn exit_code(error: &anyhow::Error) -> u8 {
    match error.downcast_ref::<Ended>() {
        Some(Ended::Unavailable(_)) => UNAVAILABLE,
        Some(Ended::Config(_)) => CONFIG,
        None => 1,
    }
}

/// Why a command ended, where the exit code must say so.
#[derive(Debug)]
enum Ended {
    Unavailable(String),
    Config(String),
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unavailable(why) => write!(f, "数据库连不上 (the database cannot be reached): {why}"),
            Self::Config(why) => write!(f, "设置有误 (settings): {why}"),
        }
    }
}

impl std::error::Error for Ended {}

/// What a failure at start means to whoever started us.
fn named(error: anyhow::Error) -> anyhow::Error {
    let Some(fault) = error.downcast_ref::<Failed>() else { return error };
    match fault.0.code() {
        code if code.kind == Kind::Unavailable => Ended::Unavailable(fault.0.to_string()).into(),
        code if code.name == "vault-refused" => {
            Ended::Config("vault.root_key_file is not the key this database was sealed with".into()).into()
        }
        _ => error,
    }
}

fn log(settings: &Settings) {
    let filter = EnvFilter::try_new(&settings.log.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if settings.log.json { builder.json().init() } else { builder.init() }
}

async fn serve(settings: &Settings) -> Result<()> {
    log(settings);
    let mut running = start(settings, Arc::new(SystemClock)).await.map_err(named)?;
    greet(settings, &running);
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let drain = tokio::select! {
        outcome = running.ended() => return outcome,
        _ = terminate.recv() => Duration::from_secs(settings.server.drain_seconds),
        _ = interrupt.recv() => Duration::ZERO,
    };
    tracing::info!("stopping");
    running.stop(drain).await
}

fn greet(settings: &Settings, running: &crate::Running) {
    tracing::info!(server.address = %running.address, database.product = running.app.base.db.product(), "serving");
    if !running.simulated {
        return;
    }
    let url = format!("http://{}", running.address);
    println!("\n开门 Kaimen   {url}");
    if crate::browser::is_built(&settings.server.app_dir) {
        println!("  小程序 in a browser   {url}/app/");
    } else {
        println!("  小程序 in a browser   not built: needs Node 20, then make run");
    }
    println!("  接口文档 API viewer   {url}/docs/");
    println!("  健康检查 readiness    {url}/readyz");
    println!("  数据目录 data         {}", settings.server.data_dir.display());
    println!("  模拟短信 SMS sent     {url}/_sim/sms");
    println!("  模拟邮件 mail sent    {url}/_sim/mail");
    println!("  模拟微信 WeChat       simulated, loopback only");
    println!("\n试一试 try, in a second terminal:");
    println!("  cargo run -- demo --url {url}     登录 → 绑卡 → 出示二维码 → 开门 → 重放被拒 → 解绑\n");
}

async fn migrate(settings: &Settings) -> Result<()> {
    store::Db::migrate(&settings.database_url()).await.map_err(|fault| named(Failed(fault).into()))?;
    println!("数据库已是最新 (the tables are up to date)");
    Ok(())
}

/// The server without its doors open: what an operator does by hand.
async fn closed_server(settings: &Settings) -> Result<App> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let root = root_key::open(&settings.root_key_file())?;
    let cache = crate::deps::cache(settings).await.map_err(Failed)?;
    let doors = Arc::new(controllers::sim::Doors::new(clock.clone()));
    let parts = crate::vendors::parts(settings, doors, root, cache, clock)?;
    App::build(settings, parts).await.map_err(|fault| named(Failed(fault).into()))
}

async fn admin(settings: &Settings, Admin::Create { phone, number, role, site, password_stdin }: Admin) -> Result<()> {
    let named = match (phone, number) {
        (Some(phone), _) => Named::Phone(Phone::parse(&phone).context("--phone: 不是手机号 (no mobile number)")?),
        (None, number) => Named::Number(account_number(&number.unwrap_or_default())?),
    };
    let site = site.map(|site| site.parse::<SiteId>()).transpose().context("--site: no site id")?;
    let role = match role {
        RoleName::PlatformAdmin => Role::PlatformAdmin,
        RoleName::SiteAdmin => Role::SiteAdmin,
        RoleName::Guard => Role::Guard,
    };
    let post = RoleGrant::new(role, site).context("--site: 平台管理员不属于场区，其他权限必须指定场区")?;
    let password = match password_stdin {
        true => {
            let line = std::io::stdin().lines().next().transpose()?.unwrap_or_default();
            Some(SecretString::from(line))
        }
        false => None,
    };
    let app = closed_server(settings).await?;
    if let Some(site) = site {
        app.sites.find(site).await.map_err(Failed)?;
    }
    let (_, number) = app.accounts.appoint(named, post, password.as_ref()).await.map_err(Failed)?;
    println!("车安通ID {}  已授权 (appointed)", number.as_str());
    Ok(())
}

fn account_number(text: &str) -> Result<AccountNumber> {
    AccountNumber::parse(text).context("--number: 不是车安通ID (no 车安通 ID)")
}

async fn token(settings: &Settings, number: &str) -> Result<()> {
    let app = closed_server(settings).await?;
    let address = edge::Address(Ipv4Addr::LOCALHOST.into());
    let origin = auth::Origin { address, device: Some("kaimen token".to_owned()) };
    let entered = app.accounts.enter_as(account_number(number)?, &origin).await.map_err(Failed)?;
    println!("{}", entered.access);
    Ok(())
}

/// Needs neither database nor network: a server of its own in a folder that goes away.
async fn openapi(mut settings: Settings) -> Result<()> {
    let folder = std::env::temp_dir().join(format!("kaimen-openapi-{}", std::process::id()));
    settings.server.data_dir = folder.clone();
    settings.server.listen = "127.0.0.1:0".into();
    settings.database.url = String::new().into();
    settings.cache.url = String::new().into();
    settings.demo.seed = crate::settings::Switch::Off;
    let running = start(&settings, Arc::new(SystemClock)).await?;
    print!("{}", running.app.clone().http().1.to_yaml()?);
    running.stop(Duration::ZERO).await?;
    Ok(std::fs::remove_dir_all(folder)?)
}
