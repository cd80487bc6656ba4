//! What is true of a community of practice: its types and its rules.
//!
//! Nothing here does I/O, awaits, reads a clock or knows a framework. Time is an argument, so a
//! rule can be tested for any day of any year.
//!
//! To add a noun: one file here with its types and rules, then the file of the same name in each
//! layer whose question it answers (`storage`, `facilitation`, `view`, `discord`).

pub mod action;
pub mod activity;
pub mod archive;
pub mod audit;
pub mod board;
pub mod community;
pub mod detection;
pub mod digest;
pub mod figure;
pub mod id;
pub mod job;
pub mod knowing;
pub mod meetup;
pub mod message;
pub mod notice;
pub mod participation;
pub mod post;
pub mod preference;
pub mod privacy;
pub mod reading;
pub mod recurrence;
pub mod refusal;
pub mod request;
pub mod rhythm;
pub mod shard;
pub mod trend;
pub mod week;
pub mod when;
pub mod words;
