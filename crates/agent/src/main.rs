//! A reader for the command line: `agent enroll` enrols it, `agent scan` scans codes at a door.

mod state;

use std::{io::BufRead, path::PathBuf, process::ExitCode, time::Instant};

use agent::{Device, Scanned};
use anyhow::{Context, Result, ensure};
use clap::{Parser, Subcommand};
use tokio::runtime::Runtime;

use state::{Blank, State};

/// Reference implementation of a Kaimen reader
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Enrol this device with a claim code and store its key
    Enroll {
        /// URL of the server, such as https://doors.example.cn
        #[arg(long)]
        url: String,
        /// Claim code, valid for ten minutes
        #[arg(long)]
        claim: String,
        /// Serial number of this device
        #[arg(long)]
        serial: String,
        /// Model of this device
        #[arg(long, default_value = "kaimen-agent")]
        model: String,
        /// File for id, key and doors (created with mode 0600)
        #[arg(long, value_name = "FILE")]
        state: PathBuf,
    },
    /// Scan codes at a door and print the decisions
    Scan {
        /// File written by `enroll`
        #[arg(long, value_name = "FILE")]
        state: PathBuf,
        /// Number of the door at this device
        #[arg(long)]
        door: u16,
        /// Code to scan; without it codes are read line by line from standard input, as from a keyboard-wedge scanner
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

/// Prints the decision; true if the door opens.
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
