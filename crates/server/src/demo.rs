//! `kaimen demo`: plays the main job as a phone and a reader would, over HTTP only, through the public API and the
//! simulators' control side, and says what it expected wherever something else came.
//!
//! `server` speaks to the server, `person` is the phone, `account` somebody with a password, `gate` the reader and its door, `desk` who
//! runs the site, `screen` what is printed.

mod account;
mod desk;
mod gate;
mod person;
mod screen;
mod server;

use std::time::Instant;

use anyhow::Result;
use kernel::Reason;
use serde_json::json;

use account::Account;
use desk::Desk;
use gate::Gate;
use person::Person;
use screen::Screen;
use server::Server;

/// Plays the demo against the server at `url`, printing every step.
///
/// # Errors
/// When a step went otherwise than expected; it has been printed.
pub async fn play(url: &str) -> Result<()> {
    let mut screen = Screen::on_stdout();
    screen.title(url)?;
    let begun = Instant::now();
    let server = Server::at(url)?;
    let person = bind_a_card(&mut screen, &server).await?;
    open_a_door(&mut screen, &server, person).await?;
    do_without_the_card_system(&mut screen, &server).await?;
    have_an_account(&mut screen, &server).await?;
    screen.summary(begun.elapsed())
}

/// From the login to a bound card.
async fn bind_a_card<'a>(screen: &mut Screen, server: &'a Server) -> Result<Person<'a>> {
    let mut person = screen.step("微信登录", "Log in as a new WeChat user", Person::log_in(server)).await?;
    let site = screen.step("场区列表", "List the sites, page by page", person.find_site()).await?;
    screen.step("搜索场区", "Find it by its initials", person.search("cszt", "测试Z停车场")).await?;
    screen.step("选择场区", "Make it the current site", person.choose(&site)).await?;
    let asked =
        screen.step("申请绑卡", "Ask to bind a card; a code goes out by SMS", person.ask_to_bind(&site)).await?;
    screen.step("输错验证码", "Enter a wrong code: refused", person.enter_wrong_code(&asked)).await?;
    screen.step("输入验证码", "Enter the right code: bound", person.enter_code(&asked)).await?;
    screen.step("获取凭证", "Fetch the keys for making codes", person.fetch_credential(&site, asked)).await?;
    Ok(person)
}

/// From a bound card to a dead code.
async fn open_a_door(screen: &mut Screen, server: &Server, mut person: Person<'_>) -> Result<()> {
    let site = person.site()?;
    let gate = screen.step("登记读头", "Enrol a reader by its claim code", Gate::enroll(server, site, "大门")).await?;
    let code = screen.step("出示二维码", "Make a code on the phone, offline (KM1)", person.show_code()).await?;
    let first = screen.step("扫码开门", "Scan it: the door opens", gate.opens(&code)).await?;
    let again = gate.refuses(&code, Reason::Replayed);
    screen.step("同一个码再扫", "The same code again: refused", again).await?;
    screen.step("同一次扫码重发", "The same scan resent: same answer, no pulse", gate.repeats(&first)).await?;
    let forged = async { gate.refuses(&person.forge()?, Reason::BadCode).await };
    screen.step("伪造的码", "A forged code: refused", forged).await?;
    let old = async { gate.refuses(&person.old_code().await?, Reason::StaleCode).await };
    screen.step("两分钟前的码", "A code of two minutes ago: refused", old).await?;
    let next = async { gate.opens(&person.next_code()?).await };
    screen.step("换一个新码", "The next code: the door opens", next).await?;
    screen.step("用卡记录", "See the uses of the card", person.see_uses(gate.door())).await?;
    screen.step("收到通知", "The notice of the bound card has come", person.see_notice()).await?;
    screen.step("卡片详情", "See the card in full, and the doors it opens", person.see_card()).await?;
    run_the_site(screen, server, &mut person, &gate).await?;
    screen.step("撤回同意", "Withdraw the consent: no keys any more", person.withdraw_consent()).await?;
    let ended = async { gate.refuses(&person.next_code()?, Reason::Revoked).await };
    screen.step("撤回后的码", "A code of the keys of before: refused", ended).await?;
    screen.step("重新同意", "Agree again: the same card has keys again", person.agree_again()).await?;
    let again = async { gate.opens(&person.next_code()?).await };
    screen.step("恢复使用", "Its codes open again", again).await?;
    screen.step("解除绑定", "Let the card go", person.unbind()).await?;
    let dead = async { gate.refuses(&person.next_code()?, Reason::Revoked).await };
    screen.step("解绑后的码", "A code made after that: refused", dead).await?;
    Ok(())
}

/// What those who run the site say is so at the door, at once.
async fn run_the_site(screen: &mut Screen, server: &Server, person: &mut Person<'_>, gate: &Gate<'_>) -> Result<()> {
    let number = person.printed()?.to_owned();
    let opened = Desk::open(server, person.site()?);
    let desk = screen.step("管理处", "Somebody is appointed to run the site", opened).await?;
    screen.step("挂失", "The card is reported lost", desk.set_state(&number, "lost")).await?;
    let lost = async { gate.refuses(&person.next_code()?, Reason::CardLost).await };
    screen.step("挂失的卡", "Its codes are refused", lost).await?;
    screen.step("解除挂失", "It is found again", desk.set_state(&number, "active")).await?;
    let found = async { gate.opens(&person.next_code()?).await };
    screen.step("恢复使用", "Its codes open again", found).await?;
    screen.step("封闭场区", "The whole site is closed", desk.set_lockdown(true)).await?;
    let closed = async { gate.refuses(&person.next_code()?, Reason::Lockdown).await };
    screen.step("封闭时扫码", "Nobody gets in", closed).await?;
    screen.step("为什么", "Ask what decided", desk.explain(&number, gate.door())).await?;
    screen.step("解除封闭", "It is opened again", desk.set_lockdown(false)).await?;
    Ok(())
}

/// A site that runs an installed card system, and a day when that is away.
async fn do_without_the_card_system(screen: &mut Screen, server: &Server) -> Result<()> {
    let (mut person, _) = Person::log_in(server).await?;
    let searched = person.search("dongligu", "株洲动力谷");
    let site = screen.step("车安一卡通", "A site whose cards an installed system keeps", searched).await?;
    let asked = screen.step("绑定其卡", "Its card is found there", person.ask_to_bind(&site)).await?;
    screen.step("输入验证码", "Enter the code: bound", person.enter_code(&asked)).await?;
    person.fetch_credential(&site, asked).await?;
    screen.step("卡片详情", "What the card system says of it", person.see_card()).await?;
    let (gate, _) = Gate::enroll(server, person.site()?, "车库门").await?;
    server.tell("carsafe/control", &json!({ "act": "stop" })).await?;
    let away = async { gate.opens(&person.next_code()?).await };
    let opened = screen.step("卡系统断开", "The card system is away: the door opens all the same", away).await;
    server.tell("carsafe/control", &json!({ "act": "start" })).await?;
    opened?;
    screen.step("解除绑定", "Let that card go", person.unbind()).await
}

/// From registering to nearly leaving.
async fn have_an_account(screen: &mut Screen, server: &Server) -> Result<()> {
    let registering = Account::register(server);
    let mut account = screen.step("注册", "Register with WeChat's phone number and a password", registering).await?;
    screen.step("验证邮箱", "Enter the code that came by mail", account.verify_email()).await?;
    screen.step("密码登录", "Log in by 车安通 ID; a wrong password is refused", account.log_in_by_number()).await?;
    let forgotten = account.reset_password();
    screen.step("忘记密码", "Set the password anew by SMS: every sign-in ends", forgotten).await?;
    screen.step("邮箱登录", "Log in by e-mail with the new password", account.log_in_by_email()).await?;
    screen.step("微信互通", "Take WeChat and the account apart, link them again", account.relink_wechat()).await?;
    screen.step("导出数据", "Take one's data along", account.export()).await?;
    screen.step("注销与撤销", "Close the account, come back, keep it", account.leave_and_stay()).await
}
