use anyhow::{Result, anyhow};
use kernel::random;
use reqwest::{Method, RequestBuilder};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    screen::{expect, otherwise},
    server::{Answer, Paged, Server, ask, fresh_key, soon},
};

const PASSWORD: &str = "demo: correct horse";
const SECOND_PASSWORD: &str = "demo: another horse";

/// Somebody with a 车安通 account.
pub struct Account<'a> {
    server: &'a Server,
    token: String,
    number: String,
    phone: String,
    email: String,
    openid: String,
    email_challenge: Value,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tokens {
    access_token: String,
    email_challenge_id: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    challenge_id: Value,
    sent_to: String,
}

impl<'a> Account<'a> {
    /// Registers with the phone number WeChat knows, a password and an address.
    pub async fn register(server: &'a Server) -> Result<(Self, String)> {
        let dice = u32::from_be_bytes(random()) % 100_000_000;
        let (phone, email) = (format!("139{dice:08}"), format!("demo-{dice}@kaimen.test"));
        let mut account = Self {
            server,
            token: String::new(),
            number: String::new(),
            openid: format!("openid-of-{dice}"),
            phone,
            email,
            email_challenge: Value::Null,
        };
        let phone_code = json!({ "phone": account.phone, "openid": account.openid });
        let Code { code: phone_code } = server.simulate("wechat/phone-codes", &phone_code).await?;
        let new = json!({
            "wechatCode": account.wechat_code().await?, "phoneCode": phone_code, "password": PASSWORD,
            "email": account.email, "agreements": server.agreements().await?, "device": "演示手机",
        });
        let request = server.request(Method::POST, "/v1/auth/register").header("Idempotency-Key", fresh_key());
        let tokens: Tokens = ask(request.json(&new)).await?.json()?;
        account.token = tokens.access_token;
        account.email_challenge = tokens.email_challenge_id.unwrap_or_default();
        let me = account.me().await?;
        account.number = text(&me, "number")?;
        let shown = format!("车安通ID {} · 手机 {}", account.number, text(&me, "phone")?);
        Ok((account, shown))
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.server.request(method, path).bearer_auth(&self.token)
    }

    async fn me(&self) -> Result<Value> {
        ask(self.request(Method::GET, "/v1/me")).await?.json()
    }

    async fn wechat_code(&self) -> Result<String> {
        let Code { code } = self.server.simulate("wechat/codes", &json!({ "openid": self.openid })).await?;
        Ok(code)
    }

    /// Enters the code that came by mail.
    pub async fn verify_email(&self) -> Result<((), String)> {
        let code = soon("the mail", async || {
            let mails: Paged<Code> = self.server.simulators("mail", &[("email", &self.email)]).await?;
            Ok(mails.items.into_iter().next().map(|mail| mail.code))
        })
        .await?;
        let new = json!({ "email": self.email, "challengeId": self.email_challenge, "code": code });
        ask(self.request(Method::PUT, "/v1/me/email").json(&new)).await?.empty()?;
        Ok(((), format!("邮箱 {}", text(&self.me().await?, "email")?)))
    }

    async fn try_password(&self, identifier: &str, password: &str) -> Result<Answer> {
        let login = json!({ "identifier": identifier, "password": password, "device": "演示电脑" });
        ask(self.server.request(Method::POST, "/v1/auth/login/password").json(&login)).await
    }

    /// Logs in by 车安通 ID, and by no other password.
    pub async fn log_in_by_number(&mut self) -> Result<((), String)> {
        let wrong = self.try_password(&self.number, "demo: no horse at all").await?;
        let problem = wrong.problem("wrong-credentials").ok_or_else(|| otherwise("wrong-credentials", &wrong))?;
        let tokens: Tokens = self.try_password(&self.number, PASSWORD).await?.json()?;
        self.token = tokens.access_token;
        Ok(((), format!("{} 登录成功；输错密码：{}", self.number, problem.detail)))
    }

    /// Sets the password anew by a code that went to the phone on file: every sign-in ends.
    pub async fn reset_password(&mut self) -> Result<((), String)> {
        let wanted = json!({ "purpose": "reset", "identifier": self.number });
        let sent: Sent = ask(self.server.request(Method::POST, "/v1/auth/codes").json(&wanted)).await?.json()?;
        let code = soon("the SMS", async || {
            let sms: Paged<Code> = self.server.simulators("sms", &[("phone", &self.phone)]).await?;
            Ok(sms.items.into_iter().next().map(|sms| sms.code))
        })
        .await?;
        let reset = json!({
            "identifier": self.number, "challengeId": sent.challenge_id, "code": code, "password": SECOND_PASSWORD,
        });
        ask(self.server.request(Method::POST, "/v1/auth/password/reset").json(&reset)).await?.empty()?;
        let over = ask(self.request(Method::GET, "/v1/me/export")).await?;
        let problem = over.problem("session-ended").ok_or_else(|| otherwise("session-ended", &over))?;
        Ok(((), format!("验证码已发往{} · 之前的登录：{}", sent.sent_to, problem.detail)))
    }

    /// Logs in by e-mail with the new password, and sees where else one is signed in.
    pub async fn log_in_by_email(&mut self) -> Result<((), String)> {
        let tokens: Tokens = self.try_password(&self.email, SECOND_PASSWORD).await?.json()?;
        self.token = tokens.access_token;
        let sign_ins: Paged<Value> = ask(self.request(Method::GET, "/v1/me/sessions")).await?.json()?;
        expect(1, sign_ins.items.len())?;
        Ok(((), format!("{} · 登录设备 {}", self.email, text(&sign_ins.items[0], "device")?)))
    }

    /// Takes WeChat and the account apart, and links them again.
    pub async fn relink_wechat(&self) -> Result<((), String)> {
        let proof = json!({ "proof": { "password": SECOND_PASSWORD } });
        ask(self.request(Method::POST, "/v1/me/wechat/removal").json(&proof)).await?.empty()?;
        expect("false".to_owned(), self.me().await?["wechatLinked"].to_string())?;
        let link = json!({ "code": self.wechat_code().await? });
        let linked: Value = ask(self.request(Method::PUT, "/v1/me/wechat").json(&link)).await?.json()?;
        expect("true".to_owned(), linked["linked"].to_string())?;
        Ok(((), "已解除，再次关联成功".to_owned()))
    }

    /// Takes one's data along.
    pub async fn export(&self) -> Result<((), String)> {
        let whole: Value = ask(self.request(Method::GET, "/v1/me/export")).await?.json()?;
        expect(self.phone.clone(), text(&whole["account"], "phone")?)?;
        let count = |part: &str| whole[part].as_array().map_or(0, Vec::len);
        Ok(((), format!("{} 项同意、{} 条通知、{} 个登录", count("consents"), count("notices"), count("sessions"))))
    }

    /// Closes the account, comes back, and keeps it.
    pub async fn leave_and_stay(&mut self) -> Result<((), String)> {
        let proof = json!({ "proof": { "password": SECOND_PASSWORD } });
        let closing: Value = ask(self.request(Method::POST, "/v1/me/closing").json(&proof)).await?.json()?;
        let tokens: Tokens = self.try_password(&self.number, SECOND_PASSWORD).await?.json()?;
        self.token = tokens.access_token;
        ask(self.request(Method::DELETE, "/v1/me/closing")).await?.empty()?;
        expect("active".to_owned(), text(&self.me().await?, "state")?)?;
        Ok(((), format!("本应于 {} 删除，已撤销", text(&closing, "eraseAt")?)))
    }
}

fn text(value: &Value, name: &str) -> Result<String> {
    Ok(value[name].as_str().ok_or_else(|| anyhow!("no {name} in {value}"))?.to_owned())
}
