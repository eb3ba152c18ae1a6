use serde::Deserialize;

/// `[auth]`
#[derive(Clone, Debug, Deserialize)]
pub struct Auth {
    /// Threads that hash passwords.
    pub hashing_threads: usize,
    /// Of access token keys.
    pub token_generation: u32,
    /// Days a closed account may still be kept.
    pub cooling_off_days: u64,
    /// A card that somebody wants to bind is looked up after a pause of up to so many milliseconds.
    pub look_up_within_ms: u64,
}
