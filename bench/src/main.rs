//! `bench`: see `bench --help`.

use std::process::ExitCode;

use bench::{
    cpus, hello,
    options::{Command, Options},
    report, suite,
};
use clap::Parser;
use tokio::{
    runtime::Builder,
    signal::unix::{SignalKind, signal},
};

fn main() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    if let Some(Command::HelloServer { listen }) = options.command {
        hello::serve(listen)?;
        return Ok(ExitCode::SUCCESS);
    }
    let cpus = if options.spread { None } else { cpus::settle()? };
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        // whatever ends this ends the measurement too, and that takes down all it started
        let results = tokio::select! {
            results = suite::run(&options, cpus) => results?,
            _ = interrupt.recv() => return Ok(ExitCode::from(130)),
            _ = terminate.recv() => return Ok(ExitCode::from(143)),
        };
        let page = report::page(&results);
        println!("{page}");
        if let Some(file) = &options.markdown {
            std::fs::write(file, &page)?;
        }
        Ok(if results.bad() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}
