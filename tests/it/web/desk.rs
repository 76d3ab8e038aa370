//! Positions, rounds of talks and cards of speakers as pages.

use super::{Room, town};

/// The lists of people, rounds and matters for the articles of [`town`].
pub(super) const LISTS: [(&str, &str); 3] = [
    (
        "people.toml",
        "[[person]]\nname = \"Pia Lund\"\nside = \"Council\"\nroles = [{ title = \"Mayor\", org = \"Northport\", from = 2024-01-01 }]\n\n[[person]]\nname = \"Omar Okafor\"\nside = \"Harbour Board\"\n\n[[person]]\nname = \"Lea Quiet\"\nside = \"Union\"\nroles = [{ title = \"Secretary\", org = \"Union\", to = 2025-06-30 }]\n",
    ),
    (
        "rounds.toml",
        "[[round]]\nname = \"the council talks\"\nplaces = [\"Northport\"]\nfirst = 2025-12-03\nlast = 2025-12-03\nmet = [\"Council\", \"Harbour Board\"]\n",
    ),
    (
        "matters.toml",
        "[[matter]]\nname = \"the archive\"\nwords = [\"archive\", \"building\"]\nsure = [\"archive\"]\n\n[[matter]]\nname = \"the ferry\"\nwords = [\"ferry\", \"sail\"]\n",
    ),
];

#[test]
fn a_matter_has_a_page_with_each_party_in_its_own_words() {
    let room = Room::listed(&town(), &LISTS, None);
    let all = room.get("/positions");
    assert_eq!(Room::links(&all, "/positions/"), ["/positions/the%20archive", "/positions/the%20ferry"]);
    let page = room.get("/positions/the%20archive");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("We will open the archive in May,"), "{}", page.body);
    assert!(page.body.contains("Nothing on record: Harbour Board, Union."), "{}", page.body);
    assert!(page.body.contains("<th scope=\"row\">Council</th>"), "{}", page.body);
    assert!(!page.body.contains("Nobody will pay"), "it is not about the archive: {}", page.body);
    let moved = room.get("/positions/archive");
    assert_eq!((moved.status, moved.header("location")), (308, Some("/positions/the%20archive")));
    let other = room.get("/positions/the%20ferry?party=Council");
    assert!(other.body.contains("Nothing on record: Council."), "{}", other.body);
    let none = room.get("/positions/fish");
    assert_eq!(none.status, 404);
    assert!(none.body.contains("/positions/the%20ferry"), "it names what there is: {}", none.body);
}

#[test]
fn a_round_shows_who_met_and_what_each_side_said() {
    let room = Room::listed(&town(), &LISTS, None);
    assert_eq!(Room::links(&room.get("/rounds"), "/round/"), ["/round/the%20council%20talks"]);
    let page = room.get("/round/the%20council%20talks");
    assert_eq!(page.status, 200);
    for part in [
        "Held in Northport on 3 December 2025.",
        "Who met: Council, Harbour Board.",
        "Before, 2 December 2025",
        "At the talks, 3 December 2025",
        "After, 5 December 2025",
        "The ferry will sail on Sundays too,",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert_eq!(room.get("/round/northport").status, 308);
    assert_eq!(room.get("/round/nowhere").status, 404);
}

#[test]
fn a_speaker_has_a_card_even_without_a_quote() {
    let room = Room::listed(&town(), &LISTS, None);
    let page = room.get("/speaker/Pia%20Lund");
    for part in
        ["Mayor, Northport (since 1 January 2024).", "Speaks for: Council.", "Spoke on: the archive 1."]
    {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert!(
        page.body.contains("<img src=\"/timeline.svg?speaker=Pia%20Lund\" alt=\"Pia Lund: "),
        "{}",
        page.body
    );
    let picture = room.get("/timeline.svg?speaker=Pia%20Lund");
    assert_eq!(picture.header("content-type"), Some("image/svg+xml"));
    assert!(picture.body.starts_with("<svg ") && picture.body.contains("the archive"), "{}", picture.body);
    let quote = Room::links(&page, "/quote/").first().cloned().expect("a quote");
    let card = room.get(&format!("{quote}/card.svg"));
    assert!(card.status == 200 && card.body.contains("Coast Gazette"), "{}", card.body);
    let quiet = room.get("/speaker/Lea%20Quiet");
    assert_eq!(quiet.status, 200);
    assert!(quiet.body.contains("Named, but never quoted on record."), "{}", quiet.body);
    assert!(quiet.body.contains("Secretary, Union (until 30 June 2025)."), "{}", quiet.body);
    let who = room.get("/search?q=who+is+Pia+Lund");
    assert!(who.body.contains("Spoke on: the archive 1."), "{}", who.body);
}
