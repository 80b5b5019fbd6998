//! The team's voice: a file in the team's own words about how it writes. A language model reads all of it; the built-in
//! writer goes by its two plain settings.

/// How the team writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Voice {
    /// Everything it says.
    pub text: String,
    /// What stands before the first name: `Hello`.
    pub greeting: Option<String>,
    /// The line above the name: `Cheers,`.
    pub sign_off: Option<String>,
}

/// Characters of a setting.
const LONGEST: usize = 40;

impl Voice {
    /// Reads `Greeting: …` and `Sign-off: …`, each on a line of its own.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let setting = |name: &str| {
            let line = text.lines().map(|line| line.trim_start_matches(['-', '*', '#', ' '])).find_map(|line| {
                let (key, value) = line.split_once(':')?;
                key.trim()
                    .eq_ignore_ascii_case(name)
                    .then(|| value.trim().trim_matches(['"', '“', '”', '`']).to_owned())
            })?;
            (!line.is_empty() && line.chars().count() <= LONGEST).then_some(line)
        };
        Self { text: text.trim().to_owned(), greeting: setting("greeting"), sign_off: setting("sign-off") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_settings_are_read_out_of_the_teams_own_words() {
        let voice = Voice::read("We write as we speak.\n\n- Greeting: Hello\nSign-off: Cheers,\n");
        assert_eq!((voice.greeting.as_deref(), voice.sign_off.as_deref()), (Some("Hello"), Some("Cheers,")));
        assert_eq!(Voice::read("Be brief: always.").sign_off, None);
    }
}
