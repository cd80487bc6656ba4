//! How does it read? Values into the words that people see.
//!
//! Everything that members, the core group and the leads read is written here: short, warm, exact,
//! never scolding. What members wrote is escaped where it is quoted.

pub mod activity;
pub mod archive;
pub mod board;
pub mod calendar;
pub mod chart;
pub mod community;
pub mod digest;
pub mod digest_export;
pub mod markdown;
pub mod measure;
pub mod meetup;
pub mod page;
pub mod preference;
pub mod privacy;
pub mod refusal;
pub mod request;
pub mod when;
