//! placeholder, replaced below
pub async fn play(_: &str) -> anyhow::Result<()> {
    Ok(())
}
