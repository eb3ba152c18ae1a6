//! Nothing that is a secret or somebody's stands in the logs, however much is logged.

use std::process::Stdio;

use serde_json::json;
use store::testing::{Backend, database};
use tests::{Cache, PASSWORD, Person, Process, until};

const PHONE: &str = "13912345678";
const OPENID: &str = "oSecretOpenidOfSomebody";
const EMAIL: &str = "somebody.secret@example.com";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_phone_code_token_password_or_openid_is_logged_at_the_finest_level() {
    let db = database(Backend::Sqlite).await.unwrap();
    let folder = tempfile::TempDir::new().unwrap();
    let log = folder.path().join("log");
    let listen = Process::free_listen();
    let mut command = Process::command(crate::BINARY, &listen, &db.url, &Cache::Own, folder.path());
    command.env("KAIMEN__LOG__FILTER", tests::FINEST);
    command.stderr(Stdio::from(std::fs::File::create(&log).unwrap()));
    let process = Process::spawn(command, &listen).await;

    let mut secrets = vec![PHONE.to_owned(), PASSWORD.to_owned(), OPENID.to_owned(), EMAIL.to_owned()];
    let stranger = Person::stranger(&process.base);
    let wechat = stranger.wechat_code(Some(OPENID)).await;
    secrets.push(wechat.as_str().unwrap().into());
    let shadow = stranger.entered(stranger.post("/v1/auth/login/wechat", json!({ "code": wechat })).await);
    let phone_code = stranger.post("/_sim/wechat/phone-codes", json!({ "phone": PHONE, "openid": OPENID })).await;
    let phone_code = phone_code.expect(201)["code"].clone();
    secrets.push(phone_code.as_str().unwrap().into());
    let new = json!({
        "wechatCode": stranger.wechat_code(Some(OPENID)).await, "phoneCode": phone_code, "password": PASSWORD,
        "email": EMAIL, "agreements": stranger.agreements().await,
    });
    let person = stranger.entered(stranger.post("/v1/auth/register", new).await);
    secrets.push(stranger.mail(EMAIL).await);
    let (challenge, code) = stranger.code("login", PHONE, PHONE).await;
    let login = json!({ "phone": PHONE, "challengeId": challenge, "code": code });
    let by_sms = stranger.entered(stranger.post("/v1/auth/login/sms", login).await);
    secrets.push(code);
    let wrong = json!({ "identifier": PHONE, "password": "a wrong password" });
    assert_eq!(stranger.post("/v1/auth/login/password", wrong).await.code(), "wrong-credentials");
    secrets.push("a wrong password".into());
    for fault in [json!("html"), json!("truncatedJson"), json!({ "errcode": 40125 })] {
        stranger.post("/_sim/faults", json!({ "target": "wechat", "fault": fault, "times": 1 })).await.expect(204);
        let code = stranger.wechat_code(Some(OPENID)).await;
        secrets.push(code.as_str().unwrap().into());
        stranger.post("/v1/auth/login/wechat", json!({ "code": code })).await;
    }
    for fault in [json!("html"), json!("lost"), json!({ "code": "isv.OUT_OF_SERVICE" })] {
        let fault = json!({ "target": "sms", "vendor": "aliyun", "fault": fault, "times": 1 });
        stranger.post("/_sim/faults", fault).await.expect(204);
        stranger.post("/v1/auth/codes", json!({ "purpose": "login", "identifier": PHONE })).await.expect(202);
    }
    stranger.post("/_sim/faults", json!({ "target": "mail", "fault": { "data": 550 }, "times": 1 })).await.expect(204);
    stranger.post("/v1/auth/codes", json!({ "purpose": "reset", "identifier": PHONE })).await.expect(202);
    person.get("/v1/me/export").await.expect(200);
    for tokens in [&shadow, &person, &by_sms] {
        secrets.extend([tokens.token.clone(), tokens.refresh.clone()]);
    }
    until("the messages are carried", async || {
        stranger.get(&format!("/_sim/sms?phone={PHONE}")).await.expect(200)["items"].as_array().unwrap().len() >= 4
    })
    .await;
    process.kill_9();

    let text = std::fs::read_to_string(log).unwrap();
    assert!(text.len() > 20_000, "much was logged: {}", text.len());
    let lines = |secret: &str| text.lines().filter(|line| line.contains(secret)).take(3).collect::<Vec<_>>();
    for secret in secrets {
        // a code of six digits may stand in any number; alone it may not
        let found: Vec<_> = match secret.len() {
            6 => lines(&secret).into_iter().filter(|line| stands_alone(line, &secret)).collect(),
            _ => lines(&secret),
        };
        assert!(found.is_empty(), "{secret} is logged: {found:?}");
    }
}

fn stands_alone(line: &str, code: &str) -> bool {
    line.match_indices(code).any(|(at, _)| {
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit() || c == '.');
        !digit(line[..at].chars().next_back()) && !digit(line[at + code.len()..].chars().next())
    })
}
