//! Convener facilitates a community of practice on Discord.
//!
//! The house is drawn in `docs/architecture.md`: layers that depend downwards only, and in each
//! layer the same nouns as file names.

pub mod agenda;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod discord;
pub mod facilitation;
pub mod import;
pub mod listening;
pub mod outbox;
pub mod practice;
pub mod simulation;
pub mod storage;
pub mod telemetry;
pub mod view;
pub mod web;
