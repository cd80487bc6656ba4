//! Answers and errors in Discord's words:
//! <https://discord.com/developers/docs/topics/opcodes-and-status-codes#json>.

use std::borrow::Cow;

use serde_json::{Value, json};

/// A good answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "they end a route, which may have failed before"
)]
impl Answer {
    pub(crate) fn ok(body: Value) -> Answered {
        Ok(Self { status: 200, body })
    }

    pub(crate) fn created(body: Value) -> Answered {
        Ok(Self { status: 201, body })
    }

    pub(crate) fn no_content() -> Answered {
        Ok(Self {
            status: 204,
            body: Value::Null,
        })
    }
}

pub(crate) type Answered = Result<Answer, ApiError>;

/// Why Discord refuses.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    code: u64,
    message: Cow<'static, str>,
    errors: Option<Value>,
}

macro_rules! errors {
    ($($name:ident = $status:literal, $code:literal, $message:literal;)*) => {
        impl ApiError {
            $(pub(crate) const $name: Self = Self::new($status, $code, $message);)*
        }
    };
}

errors! {
    NO_ROUTE = 404, 0, "404: Not Found";
    UNAUTHORIZED = 401, 0, "401: Unauthorized";
    UNKNOWN_CHANNEL = 404, 10003, "Unknown Channel";
    UNKNOWN_GUILD = 404, 10004, "Unknown Guild";
    UNKNOWN_MEMBER = 404, 10007, "Unknown Member";
    UNKNOWN_MESSAGE = 404, 10008, "Unknown Message";
    UNKNOWN_ROLE = 404, 10011, "Unknown Role";
    UNKNOWN_USER = 404, 10013, "Unknown User";
    UNKNOWN_EMOJI = 400, 10014, "Unknown Emoji";
    UNKNOWN_WEBHOOK = 404, 10015, "Unknown Webhook";
    UNKNOWN_INTERACTION = 404, 10062, "Unknown interaction";
    UNKNOWN_VOICE_STATE = 404, 10065, "Unknown Voice State";
    UNKNOWN_SCHEDULED_EVENT = 404, 10070, "Unknown Guild Scheduled Event";
    UNKNOWN_TAG = 404, 10087, "Unknown tag";
    UNKNOWN_COMMAND = 404, 10063, "Unknown application command";
    TOO_MANY_COMMANDS = 400, 30032, "Maximum number of application commands reached (100)";
    TOO_MANY_PINS = 400, 30003, "Maximum number of pins reached for the channel (250)";
    TOO_MANY_EVENTS = 400, 30038, "Maximum number of uncompleted guild scheduled events reached (100)";
    ALREADY_ACKNOWLEDGED = 400, 40060, "Interaction has already been acknowledged.";
    TAG_NAMES_NOT_UNIQUE = 400, 40061, "Tag names must be unique";
    TAG_REQUIRED = 400, 40067, "A tag is required to create a forum post in this channel";
    MISSING_ACCESS = 403, 50001, "Missing Access";
    NOT_IN_DIRECT_MESSAGES = 400, 50003, "Cannot execute action on a DM channel";
    NOT_YOUR_MESSAGE = 403, 50005, "Cannot edit a message authored by another user";
    EMPTY_MESSAGE = 400, 50006, "Cannot send an empty message";
    CANNOT_SEND_TO_USER = 403, 50007, "Cannot send messages to this user";
    NO_MUTUAL_GUILDS = 403, 50278, "Cannot send messages to this user due to having no mutual guilds";
    NOT_A_TEXT_CHANNEL = 400, 50008, "Cannot send messages in a non-text channel";
    MISSING_PERMISSIONS = 403, 50013, "Missing Permissions";
    WRONG_DELETE_COUNT = 400, 50016, "Provided too few or too many messages to delete. Must provide at least 2 and at most 100 messages to delete";
    SYSTEM_MESSAGE = 403, 50021, "Cannot execute action on a system message";
    WRONG_CHANNEL_TYPE = 400, 50024, "Cannot execute action on this channel type";
    INVALID_WEBHOOK_TOKEN = 401, 50027, "Invalid Webhook Token";
    TOO_OLD_TO_BULK_DELETE = 400, 50034, "You can only bulk delete messages that are under 14 days old.";
    THREAD_ALREADY_CREATED = 400, 160_004, "A thread has already been created for this message";
    THREAD_ARCHIVED = 400, 50083, "Thread is archived";
    EVENT_IS_OVER = 400, 180_000, "Cannot update a finished event";
    INVALID_JSON = 400, 50109, "The request body contains invalid JSON.";
}

impl ApiError {
    pub(crate) const fn new(status: u16, code: u64, message: &'static str) -> Self {
        Self {
            status,
            code,
            message: Cow::Borrowed(message),
            errors: None,
        }
    }

    pub(crate) fn planned(status: u16, code: u64, message: String) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            errors: None,
        }
    }

    /// An invalid form with its nested errors:
    /// <https://discord.com/developers/docs/reference#error-messages>.
    pub(crate) fn form(errors: Value) -> Self {
        Self {
            status: 400,
            code: 50035,
            message: "Invalid Form Body".into(),
            errors: Some(errors),
        }
    }

    /// An invalid form with one error.
    pub(crate) fn field(field: &str, code: &str, message: &str) -> Self {
        let mut problems = crate::validate::Problems::default();
        problems.add(field, code, message);
        Self::form(problems.nested())
    }

    pub(crate) fn body(&self) -> Value {
        let mut body = json!({"message": self.message, "code": self.code});
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}
