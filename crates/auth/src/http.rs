//! Logging in over HTTP.

use actix_web::{
    get, post,
    web::{Data, Json},
};
use edge::{Address, Answer, Caller, Valid};
use garde::Validate;
use kernel::{AccountId, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{Account, Accounts, Entered};

/// The routes.
pub fn routes(accounts: Accounts) -> impl FnOnce(&mut ServiceConfig<'_>) {
    |config| {
        config.app_data(Data::new(accounts)).service(log_in_with_wechat).service(refresh_tokens).service(me);
    }
}

fn token_length(secret: &SecretString, _: &()) -> garde::Result {
    if (1..=256).contains(&secret.expose_secret().len()) {
        Ok(())
    } else {
        Err(garde::Error::new("应为 1 到 256 个字符"))
    }
}

/// A login with WeChat.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewWechatLogin {
    /// What `wx.login` gave.
    #[schema(value_type = String, min_length = 1, max_length = 256)]
    #[garde(custom(token_length))]
    code: SecretString,
}

/// A refresh.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewRefresh {
    /// The newest refresh token.
    #[schema(value_type = String, min_length = 1, max_length = 256)]
    #[garde(custom(token_length))]
    refresh_token: SecretString,
}

/// The tokens of a sign-in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokensView {
    /// Goes into `Authorization: Bearer …`.
    access_token: String,
    /// Good for one refresh.
    refresh_token: String,
    /// Seconds the access token lives.
    expires_in: u64,
    /// Who logged in.
    account_id: AccountId,
}

impl From<Entered> for TokensView {
    fn from(entered: Entered) -> Self {
        let Entered { account: account_id, access: access_token, refresh, expires_in } = entered;
        Self { access_token, refresh_token: refresh.expose_secret().to_owned(), expires_in, account_id }
    }
}

/// One's own account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Account)]
pub struct AccountView {
    /// Its id.
    id: AccountId,
    /// Since when it exists.
    created_at: Timestamp,
}

impl From<Account> for AccountView {
    fn from(Account { id, created_at }: Account) -> Self {
        Self { id, created_at }
    }
}

/// Log in with WeChat
#[utoipa::path(request_body = NewWechatLogin, responses((status = OK, body = TokensView), edge::Problems), tag = "auth")]
#[post("/auth/login/wechat")]
async fn log_in_with_wechat(
    accounts: Data<Accounts>,
    address: Address,
    body: Valid<NewWechatLogin>,
) -> Answer<Json<TokensView>> {
    Ok(Json(accounts.log_in_with_wechat(&body.0.code, address).await?.into()))
}

/// Get the next pair of tokens
#[utoipa::path(request_body = NewRefresh, responses((status = OK, body = TokensView), edge::Problems), tag = "auth")]
#[post("/auth/refresh")]
async fn refresh_tokens(
    accounts: Data<Accounts>,
    address: Address,
    body: Valid<NewRefresh>,
) -> Answer<Json<TokensView>> {
    Ok(Json(accounts.refresh(&body.0.refresh_token, address).await?.into()))
}

/// See one's own account
#[utoipa::path(responses((status = OK, body = AccountView), edge::Problems), tag = "auth", security(("bearer" = [])))]
#[get("/me")]
async fn me(caller: Caller, accounts: Data<Accounts>) -> Answer<Json<AccountView>> {
    Ok(Json(accounts.me(caller).await?.into()))
}
