//! The chat page at `/`.

use std::sync::Arc;

/// What the host does when somebody presses *skip ahead*.
pub(crate) type Skip = Arc<dyn Fn() + Send + Sync>;
