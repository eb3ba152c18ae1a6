use std::{sync::Arc, time::Duration};

use kernel::{
    Result,
    port::{LOGIN_CODE_REFUSED, WECHAT_AWAY, WECHAT_BUSY, WechatLogin, WechatSubject},
};
use store::LocalCache;
use wechat::{Budget, Budgets, Class, Client, Error, simulator::Fault};

use crate::{
    counted::Counted,
    log::Log,
    platform::{PHONE, Platform, STABLE, cause, refused},
};

const SECOND: Duration = Duration::from_secs(1);
const LOGIN: &str = "/sns/jscode2session";

fn client(platform: &Platform, budgets: Budgets) -> Client {
    platform.client(Arc::new(LocalCache::default())).with_budgets(budgets)
}

async fn login(client: &Client, code: &str) -> Result<WechatSubject> {
    client.identify(&code.into()).await
}

#[tokio::test]
async fn a_call_beyond_its_budget_is_not_made_and_its_code_stays_good() {
    let platform = Platform::start().await;
    let logins = Budget { per_second: 2, burst: 3 };
    let client = client(&platform, Budgets { jscode2session: logins, ..Budgets::default() });
    for _ in 0..3 {
        refused(login(&client, "nonsense").await, LOGIN_CODE_REFUSED);
    }
    let code = platform.wechat.issue_code(None, false);
    // a clone has no budget of its own
    let fault = refused(login(&client.clone(), &code).await, WECHAT_BUSY);
    assert_eq!((fault.retry_after(), cause(&fault).map(Error::class)), (Some(SECOND), Some(Class::Throttled)));
    platform.clock.advance(SECOND / 2 - Duration::from_millis(1));
    refused(login(&client, &code).await, WECHAT_BUSY);
    assert_eq!(platform.asked(LOGIN), 3);
    platform.clock.advance(Duration::from_millis(1));
    login(&client, &code).await.expect("a good code");
    refused(login(&client, "nonsense").await, WECHAT_BUSY);
    platform.phone(&client).await.expect("a number: each API has its own budget");
}

#[tokio::test]
async fn without_a_budget_for_tokens_phones_have_to_wait_too() {
    let platform = Platform::start().await;
    let client = client(&platform, Budgets { stable_token: Budget { per_second: 1, burst: 1 }, ..Budgets::default() });
    platform.phone(&client).await.expect("a number");
    platform.wechat.drop_token();
    let fault = refused(platform.phone(&client).await, WECHAT_BUSY);
    assert_eq!(fault.retry_after(), Some(SECOND));
    assert!(matches!(cause(&fault), Some(Error::NoToken(why)) if matches!(**why, Error::OverBudget)), "{fault}");
    platform.clock.advance(SECOND);
    platform.phone(&client).await.expect("a number");
    assert_eq!((platform.asked(STABLE), platform.asked(PHONE)), (2, 3));
}

#[tokio::test]
async fn a_repeat_beyond_the_budget_is_not_made_and_the_first_failure_is_told() {
    let platform = Platform::start().await;
    let client = client(&platform, Budgets { stable_token: Budget { per_second: 1, burst: 1 }, ..Budgets::default() });
    platform.wechat.inject_at(STABLE, Fault::Errcode(-1), 4);
    let fault = refused(platform.phone(&client).await, WECHAT_AWAY);
    assert_eq!((cause(&fault).and_then(Error::errcode), platform.asked(STABLE)), (Some(-1), 1));
}

#[tokio::test]
async fn a_call_without_budget_does_not_stand_in_the_way_of_one_that_sees() {
    let platform = Platform::start().await;
    let client =
        client(&platform, Budgets { jscode2session: Budget { per_second: 0, burst: 5 }, ..Budgets::default() });
    platform.wechat.inject(Fault::Status(502), 5);
    for _ in 0..5 {
        refused(login(&client, "nonsense").await, WECHAT_AWAY);
    }
    refused(login(&client, "nonsense").await, WECHAT_AWAY);
    platform.clock.advance(10 * SECOND);
    for _ in 0..3 {
        refused(login(&client, "nonsense").await, WECHAT_BUSY);
    }
    platform.phone(&client).await.expect("a number");
}

#[tokio::test]
async fn by_default_there_are_two_hundred_logins_a_second_and_without_limit_all_that_come() {
    let platform = Platform::start().await;
    let client = platform.client(Arc::new(LocalCache::default()));
    for _ in 0..200 {
        refused(login(&client, "nonsense").await, LOGIN_CODE_REFUSED);
    }
    refused(login(&client, "nonsense").await, WECHAT_BUSY);
    let client = client.with_budgets(Budgets::UNLIMITED);
    for _ in 0..300 {
        refused(login(&client, "nonsense").await, LOGIN_CODE_REFUSED);
    }
    assert_eq!(platform.asked(LOGIN), 500);
    let defaults =
        Budgets { jscode2session: Budget::of(200), getuserphonenumber: Budget::of(100), stable_token: Budget::of(10) };
    assert_eq!(Budgets::default(), defaults);
}

#[tokio::test]
async fn calls_beyond_a_budget_are_counted_and_fill_no_log() {
    let counted = Counted::default();
    let _recorder = metrics::set_default_local_recorder(&counted);
    let (log, _guard) = Log::listen();
    let platform = Platform::start().await;
    let client = client(&platform, Budgets { jscode2session: Budget::of(1), ..Budgets::default() });
    login(&client, &platform.wechat.issue_code(None, false)).await.expect("a good code");
    for _ in 0..4 {
        refused(login(&client, "nonsense").await, WECHAT_BUSY);
    }
    let expected = [("kaimen_wechat_total jscode2session budget", 4), ("kaimen_wechat_total jscode2session ok", 1)];
    assert_eq!(counted.all(), expected.map(|(name, count)| (name.to_owned(), count)));
    let logged = log.text();
    assert!(!logged.contains("WARN") && !logged.contains("ERROR"), "{logged}");
}
