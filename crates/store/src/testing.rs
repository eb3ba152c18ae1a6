//! One suite, every database: `on_every_database!` turns one async test into three. A database that is missing fails
//! the test; `KAIMEN_TEST_ALLOW_SKIP=1` lets it be skipped, which `make test` never does.

use std::{path::PathBuf, sync::OnceLock};

use kernel::{Clock, MessageId, SystemClock, sha256};
use sea_orm::ConnectionTrait;

use crate::{
    Db,
    connect::{Role, UNHURRIED, pool},
};

pub use crate::{
    faults::{Faults, How, Step},
    statements::statements,
};

/// A product the suite runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    /// `KAIMEN_TEST_POSTGRES_URL`
    Postgres,
    /// `KAIMEN_TEST_MYSQL_URL`
    Mysql,
}

/// The value of a variable that names a test server, or `None` where skipping is allowed.
///
/// # Panics
/// When it is not set and skipping is not allowed.
pub fn server(variable: &str) -> Option<String> {
    match std::env::var(variable) {
        Ok(url) => Some(url),
        Err(_) if std::env::var("KAIMEN_TEST_ALLOW_SKIP").is_ok_and(|value| value == "1") => {
            eprintln!("skipped: {variable} is not set");
            None
        }
        Err(_) => panic!("{variable} is not set: run `make test`, or set KAIMEN_TEST_ALLOW_SKIP=1 to skip"),
    }
}

/// A database of a test's own.
pub struct TestDatabase {
    pub url: String,
    pub backend: Backend,
    folder: Option<PathBuf>,
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

fn fresh_name() -> String {
    format!("t{}", MessageId::new(SystemClock.now()).uuid().simple())
}

async fn execute(server: &str, sql: &str) -> Result<(), kernel::Fault> {
    let admin = pool(server, Role::Server, UNHURRIED).await?;
    admin.execute_unprepared(sql).await?;
    Ok(admin.close().await?)
}

fn named(server: &str, name: &str) -> String {
    let (base, _) = server.rsplit_once('/').expect("the URL names a database");
    format!("{base}/{name}")
}

static TEMPLATE: OnceLock<String> = OnceLock::new();

/// PostgreSQL copies a migrated template several times faster than it migrates.
async fn template(server: &str) -> String {
    if let Some(name) = TEMPLATE.get() {
        return name.clone();
    }
    // every test is a process of its own under nextest: the first one makes the template for all
    let digest = sha256(crate::migrations::SOURCES.concat().as_bytes());
    let name = format!("kaimen_template_{}", digest[..8].iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let admin = pool(server, Role::Server, UNHURRIED).await.expect("the test server answers");
    let is_there = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
    let (making, tries) = (format!("{name}_{}", std::process::id()), 0..3);
    for _ in tries {
        if admin.execute_unprepared(&is_there).await.expect("asked").rows_affected() > 0 {
            break;
        }
        admin.execute_unprepared(&format!("CREATE DATABASE {making}")).await.expect("a database");
        Db::migrate(&named(server, &making)).await.expect("the template migrates");
        if admin.execute_unprepared(&format!("ALTER DATABASE {making} RENAME TO {name}")).await.is_err() {
            // another test was faster
            admin.execute_unprepared(&format!("DROP DATABASE {making}")).await.expect("dropped");
        }
    }
    admin.close().await.expect("closed");
    TEMPLATE.get_or_init(|| name).clone()
}

/// A fresh, migrated database for one test; `None` where that product is missing and skipping is allowed.
///
/// # Panics
/// When it cannot be made.
pub async fn database(backend: Backend) -> Option<TestDatabase> {
    let name = fresh_name();
    let (url, folder) = match backend {
        Backend::Sqlite => {
            let folder = std::env::temp_dir().join(format!("kaimen-{name}"));
            std::fs::create_dir_all(&folder).expect("a temporary folder");
            (format!("sqlite://{}", folder.join("kaimen.db").display()), Some(folder))
        }
        Backend::Postgres => {
            let server = server("KAIMEN_TEST_POSTGRES_URL")?;
            let template = template(&server).await;
            execute(&server, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await.expect("a database");
            (named(&server, &name), None)
        }
        Backend::Mysql => {
            let server = server("KAIMEN_TEST_MYSQL_URL")?;
            execute(&server, &format!("CREATE DATABASE {name}")).await.expect("a database");
            (named(&server, &name), None)
        }
    };
    if backend != Backend::Postgres {
        Db::migrate(&url).await.expect("it migrates");
    }
    Some(TestDatabase { url, backend, folder })
}

/// Runs each test on every database: `async fn name(db: &TestDatabase) { … }`.
#[macro_export]
macro_rules! on_every_database {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident) $body:block)+) => {
        $(mod $name {
            #[allow(unused_imports, reason = "a test may need nothing of what stands around it")]
            use super::*;
            $(#[$meta])*
            async fn run($db: &$crate::testing::TestDatabase) $body
            $crate::on_every_database!(@one sqlite Sqlite);
            $crate::on_every_database!(@one postgres Postgres);
            $crate::on_every_database!(@one mariadb Mysql);
        })+
    };
    (@one $name:ident $backend:ident) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            if let Some(database) = $crate::testing::database($crate::testing::Backend::$backend).await {
                run(&database).await;
            }
        }
    };
}
