//! A door agent for the command line: `agent enroll` lets it in, `agent scan` reads codes as a reader at a door would.

mod state;

use std::{io::BufRead, path::PathBuf, process::ExitCode, time::Instant};

use agent::{Device, Scanned};
use anyhow::{Context, Result, ensure};
use clap::{Parser, Subcommand};
use tokio::runtime::Runtime;

use state::{Blank, State};

/// The reference door agent of 车安门禁
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show a claim code, be let in, and keep the key
    Enroll {
        /// The server, e.g. https://doors.example.cn
        #[arg(long)]
        url: String,
        /// The claim code from the back office, good for ten minutes
        #[arg(long)]
        claim: String,
        /// This device's serial number
        #[arg(long)]
        serial: String,
        #[arg(long, default_value = "kaimen-agent")]
        model: String,
        /// Where to keep what was learnt (made with mode 0600)
        #[arg(long, value_name = "FILE")]
        state: PathBuf,
    },
    /// Read codes at a door, and say what the door does
    Scan {
        /// What `enroll` kept
        #[arg(long, value_name = "FILE")]
        state: PathBuf,
        /// The device's own number for the door
        #[arg(long)]
        door: u16,
        /// One code; without it codes come line by line from standard input, as a keyboard-wedge scanner types them
        code: Option<String>,
    },
}

fn main() -> ExitCode {
    run(Arguments::parse().command).unwrap_or_else(|error| {
        eprintln!("✗ {error:#}");
        ExitCode::FAILURE
    })
}

fn run(command: Command) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    match command {
        Command::Enroll { url, claim, serial, model, state } => {
            let file = Blank::make(&state)?;
            let device = runtime.block_on(Device::enroll(agent::client()?, &url, &claim, &serial, &model))?;
            let identity = device.identity().clone();
            let kept = State { url, identity };
            file.fill(&kept)?;
            println!("✓ 已登记 enrolled as {}, kept in {}", kept.identity.device_id, state.display());
            for door in &kept.identity.doors {
                println!("  门 door {:>3}  {}", door.number, door.name);
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Scan { state, door, code } => {
            let State { url, identity } = State::read(&state)?;
            let device = Device::new(agent::client()?, &url, identity)?;
            ensure!(device.serves(door), agent::Error::NoSuchDoor(door));
            match code {
                Some(code) => {
                    Ok(if scan(&runtime, &device, door, &code) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
                }
                None => read_all(&runtime, &device, door),
            }
        }
    }
}

fn read_all(runtime: &Runtime, device: &Device, door: u16) -> Result<ExitCode> {
    for line in std::io::stdin().lock().lines() {
        let line = line.context("standard input cannot be read")?;
        let code = line.trim();
        if !code.is_empty() {
            scan(runtime, device, door, code);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what the door does; true when it opens.
fn scan(runtime: &Runtime, device: &Device, door: u16, code: &str) -> bool {
    let begun = Instant::now();
    let answer = runtime.block_on(device.scan(door, code)).map_err(anyhow::Error::from);
    let took = begun.elapsed().as_millis();
    match answer {
        Ok(scanned) if scanned.opens() => {
            println!("✓ 门 {door} 开   opens for {} ms · {} · {took} ms", scanned.pulse_ms, why(&scanned));
            true
        }
        Ok(scanned) => {
            println!("✗ 门 {door} 不开 stays shut · {} · {took} ms", why(&scanned));
            false
        }
        Err(error) => {
            println!("✗ 门 {door} 不开 stays shut · {error:#} · {took} ms");
            false
        }
    }
}

fn why(scanned: &Scanned) -> String {
    format!("{} ({})", scanned.text, scanned.reason.name())
}
