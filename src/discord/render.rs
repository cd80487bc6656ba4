//! Our posts in Discord's form.

use serenity::all::{
    ButtonStyle, CreateActionRow, CreateAttachment, CreateButton, CreateEmbed, CreateEmbedFooter,
    CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
};

use crate::practice::post::{Card, Choice, Control, Picture, Post};

/// The colour of the line beside a card: the teal of Convener.
const COLOUR: u32 = 0x1f_8a_84;

/// The most that Discord takes: <https://discord.com/developers/docs/resources/message#embed-object-embed-limits>
const LONGEST_TITLE: usize = 256;
const LONGEST_DESCRIPTION: usize = 4_096;
const LONGEST_FIELD: usize = 1_024;

/// The card of a post.
pub(super) fn embed(card: &Card) -> CreateEmbed {
    let mut embed = CreateEmbed::new().colour(COLOUR);
    if !card.title.is_empty() {
        embed = embed.title(cut(&card.title, LONGEST_TITLE));
    }
    if !card.text.is_empty() {
        embed = embed.description(cut(&card.text, LONGEST_DESCRIPTION));
    }
    for (name, text) in &card.fields {
        embed = embed.field(cut(name, LONGEST_TITLE), cut(text, LONGEST_FIELD), false);
    }
    if !card.footer.is_empty() {
        embed = embed.footer(CreateEmbedFooter::new(&card.footer));
    }
    embed
}

/// The longest description of a picture: <https://discord.com/developers/docs/resources/message#attachment-object>
const LONGEST_ALT_TEXT: usize = 1_024;

/// The pictures of a post, with their descriptions.
pub(super) fn pictures(post: &Post) -> Vec<CreateAttachment> {
    let picture = |picture: &Picture| {
        CreateAttachment::bytes(picture.png.clone(), &picture.name)
            .description(cut(&picture.description, LONGEST_ALT_TEXT))
    };
    post.pictures.iter().map(picture).collect()
}

/// How many buttons stand in a row: <https://discord.com/developers/docs/components/reference#action-row>
const BUTTONS_IN_A_ROW: usize = 5;

/// How many lines a menu has at most, and how long each is.
/// <https://discord.com/developers/docs/components/reference#string-select>
const MOST_CHOICES: usize = 25;
const LONGEST_CHOICE: usize = 100;

/// The controls of a post: its buttons in rows of five, each menu in its own.
pub(super) fn components(post: &Post) -> Vec<CreateActionRow> {
    let mut buttons = Vec::new();
    let mut menus = Vec::new();
    for control in &post.controls {
        match control {
            Control::Button(label, action) => buttons.push(
                CreateButton::new(action.to_string())
                    .label(label)
                    .style(ButtonStyle::Secondary),
            ),
            Control::Menu(placeholder, action, choices)
            | Control::Choices(placeholder, action, choices) => {
                let options: Vec<_> = choices.iter().take(MOST_CHOICES).map(option).collect();
                let most = u8::try_from(options.len()).unwrap_or(u8::MAX);
                let kind = CreateSelectMenuKind::String { options };
                let mut menu =
                    CreateSelectMenu::new(action.to_string(), kind).placeholder(placeholder);
                if matches!(control, Control::Choices(..)) {
                    menu = menu.min_values(0).max_values(most);
                }
                menus.push(CreateActionRow::SelectMenu(menu));
            }
        }
    }
    let rows = buttons
        .chunks(BUTTONS_IN_A_ROW)
        .map(|row| CreateActionRow::Buttons(row.to_vec()));
    rows.chain(menus).collect()
}

fn option(choice: &Choice) -> CreateSelectMenuOption {
    let option = CreateSelectMenuOption::new(cut(&choice.label, LONGEST_CHOICE), &choice.value);
    if choice.detail.is_empty() {
        option
    } else {
        option.description(cut(&choice.detail, LONGEST_CHOICE))
    }
}

/// Text of at most so many characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}
