//! What goes wrong on a bad day beside the killing.

use std::time::Duration;

use fastrand::Rng;
use simcord::Failure;

use crate::process::Harness;

const SAYING: (&str, &str) = ("POST", "/channels/*/messages");
const READING: (&str, &str) = ("GET", "/channels/*/messages");
const CHANGING: (&str, &str) = ("PATCH", "/channels/*/messages/*");

/// Plans what fails next. Every other day is a good one.
pub(crate) fn begin(rng: &mut Rng, harness: &Harness) {
    let discord = &harness.discord;
    let (method, path) = *rng.choice(&[SAYING, SAYING, READING, CHANGING]).unwrap();
    match rng.u8(0..16) {
        0 | 1 => {
            let status = *rng.choice(&[500, 502, 503]).unwrap();
            discord.fail_next(method, path, status, rng.u32(1..4));
        }
        2 | 3 => {
            let pause = Duration::from_millis(rng.u64(10..200));
            discord.rate_limit_next(method, path, pause, rng.u32(1..3));
        }
        4 | 5 => discord.fail_next(method, path, Failure::AnswerLost, 1),
        6 | 7 => disturb(rng, harness),
        _ => {}
    }
}

/// Breaks a connection to the gateway.
fn disturb(rng: &mut Rng, harness: &Harness) {
    let Some(process) = rng.choice(&harness.running) else {
        return;
    };
    let gateway = process.discord.gateway();
    match rng.u8(0..8) {
        0..=3 => gateway.drop_connections(),
        4 | 5 => gateway.reconnect(),
        // A client waits for seconds after these.
        6 => gateway.invalidate_sessions(true),
        _ => gateway.invalidate_sessions(false),
    }
}
