//! Where the description is narrower than what Discord documents and takes.

use crate::schema::Problem;

struct Difference {
    /// The beginning of method, path and status.
    place: &'static str,
    /// What the problem tells, in pieces.
    texts: &'static [&'static str],
    /// Why it is none.
    #[expect(dead_code, reason = "for people")]
    reason: &'static str,
}

const KNOWN: &[Difference] = &[
    Difference {
        place: "PUT /applications/{application_id}/commands",
        texts: &["/default_member_permissions: "],
        reason: "documented as a string of bits, and answered as one: \
            <https://discord.com/developers/docs/interactions/application-commands#application-command-object>",
    },
    Difference {
        place: "POST /",
        texts: &["attachments/", "/id: ", " is not of type \"string\""],
        reason: "a file that is being sent goes by its number, as the documentation shows: \
            <https://discord.com/developers/docs/reference#uploading-files>",
    },
];

pub(crate) fn is_known(place: &str, problem: &Problem) -> bool {
    let told = format!("{}: {}", problem.place, problem.text);
    KNOWN.iter().any(|known| {
        place.starts_with(known.place) && known.texts.iter().all(|text| told.contains(text))
    })
}
