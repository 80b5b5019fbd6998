//! What is asked of a made-up workspace, each time about another account.

use super::world::{WRITES, World};
use crate::random::Random;

/// How an account comes into a question.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// The chat is opened on it.
    Pinned,
    /// Its name stands in the words.
    Named,
    /// The same with a slip in it.
    Misspelled,
    /// It is about all accounts.
    List,
}

/// A question.
pub struct Question {
    /// The words.
    pub words: String,
    /// The account the chat is opened on.
    pub pinned: Option<String>,
    /// The account an answer has to be about.
    pub about: Option<String>,
    /// Which of its kind it is.
    pub form: &'static str,
}

const SAID: &str = "what was said";

/// Asked of one account; `{}` is its name, or “they” where the chat is opened on it.
const OF_ONE: [(&str, &str, &str); 6] = [
    ("renewal", "When do they renew?", "When does {} renew?"),
    ("ARR", "How much ARR do they bring?", "How much ARR does {} bring?"),
    ("owner", "Who owns this account?", "Who owns {}?"),
    ("usage", "How many of the seats are used?", "How many seats does {} use?"),
    ("payments", "Which payments failed?", "Which payments of {} failed?"),
    (SAID, "What did they say about the export?", "What did {} say about the export?"),
];

const LISTS: [(&str, &str); 5] = [
    ("renewals", "Which accounts renew in the next 60 days?"),
    ("top", "What are the top 10 accounts by ARR?"),
    ("count", "How many accounts are critical?"),
    ("total", "What is our total ARR?"),
    ("past due", "Which accounts are past due?"),
];

/// The forms questions of this kind have.
pub fn forms(asking: Asking) -> Vec<&'static str> {
    match asking {
        Asking::List => LISTS.iter().map(|(form, _)| *form).collect(),
        _ => OF_ONE.iter().map(|(form, ..)| *form).collect(),
    }
}

/// So many questions, each form as often as the others.
pub fn make(asking: Asking, count: usize, world: &World, random: &mut Random) -> Vec<Question> {
    (0..count)
        .map(|number| {
            if asking == Asking::List {
                let (form, words) = LISTS[number % LISTS.len()];
                return Question { words: words.to_owned(), pinned: None, about: None, form };
            }
            let (form, pinned, named) = OF_ONE[number % OF_ONE.len()];
            let any = random.below(world.accounts);
            // One that wrote, where it is asked what was said.
            let account = if form == SAID { any - any % WRITES } else { any };
            let domain = world.domain(account);
            let name = match asking {
                Asking::Misspelled => slipped(&world.name(account), random),
                _ => world.name(account),
            };
            match asking {
                Asking::Pinned => {
                    Question { words: pinned.to_owned(), pinned: Some(domain.clone()), about: Some(domain), form }
                }
                _ => Question { words: named.replace("{}", &name), pinned: None, about: Some(domain), form },
            }
        })
        .collect()
}

/// The name with two letters of its first word in the wrong order, or one of them missing.
fn slipped(name: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let word = letters.iter().position(|letter| *letter == ' ').unwrap_or(letters.len());
    let at = 1 + random.below(word.saturating_sub(2));
    if letters[at] == letters[at + 1] || random.below(2) == 0 {
        letters.remove(at);
    } else {
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}
