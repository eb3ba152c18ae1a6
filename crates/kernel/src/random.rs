/// Fills `bytes` from the operating system's generator: the only place that draws randomness.
///
/// # Panics
/// When the system has no randomness to give; nothing safe can be done without it.
#[expect(clippy::disallowed_methods, reason = "the one place that may ask")]
pub fn fill_random(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives randomness");
}

/// `N` random bytes.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill_random(&mut bytes);
    bytes
}
