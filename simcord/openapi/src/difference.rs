//! Where the description is narrower than what Discord documents and takes.

use crate::schema::Problem;

struct Difference {
    /// The beginning of method, path and status.
    place: &'static str,
    /// What the problem tells.
    text: &'static str,
    /// Why it is none.
    #[expect(dead_code, reason = "for people")]
    reason: &'static str,
}

const KNOWN: &[Difference] = &[
    Difference {
        place: "PUT /applications/{application_id}/commands",
        text: "/default_member_permissions: ",
        reason: "documented as a string of bits, and answered as one: \
            <https://discord.com/developers/docs/interactions/application-commands#application-command-object>",
    },
    Difference {
        place: "POST /",
        text: "attachments/0/id: 0 is not of type",
        reason: "a file that is being sent goes by its number, as the documentation shows: \
            <https://discord.com/developers/docs/reference#uploading-files>",
    },
];

pub(crate) fn is_known(place: &str, problem: &Problem) -> bool {
    let told = format!("{}: {}", problem.place, problem.text);
    KNOWN
        .iter()
        .any(|known| place.starts_with(known.place) && told.contains(known.text))
}
