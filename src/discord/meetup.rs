//! Buttons of meetups.

use super::component::Outcome;
use crate::facilitation::meetup::{Author, Kept};
use crate::facilitation::{Facilitation, Failure};
use crate::practice::action::Action;
use crate::practice::meetup::Wish;
use crate::practice::refusal::Refusal;
use crate::view;

/// Does what a button of a meetup asks for.
pub(super) async fn act(
    facilitation: &Facilitation,
    action: Action,
    by: Author,
) -> Result<Outcome, Failure> {
    match action {
        Action::AnswerMeetup(meetup, original, wish) => {
            let shown = facilitation
                .answer_meetup(meetup, original, wish, by)
                .await?;
            let date = shown.date.ok_or(Refusal::DateGone)?;
            let post = view::meetup::announced(&shown.meetup, &date, &shown.answers);
            Ok(Outcome::Changed(post))
        }
        Action::CantAfterAll(meetup, original, _) => {
            facilitation
                .answer_meetup(meetup, original, Wish::No, by)
                .await?;
            Ok(Outcome::Private(view::meetup::cant_after_all()))
        }
        Action::WasThere(meetup, original) => {
            let people = facilitation.was_at_meetup(meetup, original, by).await?;
            Ok(Outcome::Private(view::meetup::was_there(people)))
        }
        Action::KeepMeetup(draft) => keep(facilitation, draft, false, by).await,
        Action::KeepMeetupFollowing(draft) => keep(facilitation, draft, true, by).await,
        Action::DropMeetup(draft) => {
            facilitation.drop_meetup_draft(draft, by).await?;
            Ok(Outcome::Changed(view::meetup::dropped()))
        }
        _ => Err(Refusal::UnknownControl.into()),
    }
}

async fn keep(
    facilitation: &Facilitation,
    draft: crate::practice::id::MeetupDraftId,
    following: bool,
    by: Author,
) -> Result<Outcome, Failure> {
    let kept = facilitation.keep_meetup_draft(draft, following, by).await?;
    Ok(Outcome::Changed(match kept {
        Kept::Scheduled(meetup, dates) => view::meetup::scheduled(&meetup, &dates),
        Kept::Moved(meetup, dates) => view::meetup::moved(&meetup, &dates),
        Kept::Cancelled(_) => view::meetup::cancelled(),
    }))
}
