//! The ways a person is named: with titles and marks, or without.

/// Words that stand before a name without being part of it.
const HONORIFICS: [&str; 12] =
    ["dr", "mr", "mrs", "ms", "miss", "prof", "professor", "sir", "dame", "herr", "frau", "ing"];

/// A person's name without "Dr" and the like.
pub fn plain_name(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let titles = words
        .iter()
        .take_while(|word| HONORIFICS.contains(&word.trim_end_matches('.').to_lowercase().as_str()))
        .count();
    if titles < words.len() { words[titles..].join(" ") } else { name.trim().to_owned() }
}

/// The ways a name is typed by who has no such letters: `jürgen` as `jurgen` and `juergen`.
pub fn typed(name: &str) -> Vec<String> {
    let with = |of: fn(char) -> &'static str| {
        name.chars().fold(String::with_capacity(name.len()), |mut typed, letter| {
            match of(letter) {
                "" => typed.push(letter),
                plain => typed.push_str(plain),
            }
            typed
        })
    };
    let mut ways = vec![name.to_owned(), with(bare), with(spelled_out)];
    ways.sort_unstable();
    ways.dedup();
    ways
}

/// The letter without its mark; empty where it has none.
fn bare(letter: char) -> &'static str {
    match letter {
        'ä' | 'á' | 'à' | 'â' | 'ã' | 'å' => "a",
        'ö' | 'ó' | 'ò' | 'ô' | 'õ' | 'ø' => "o",
        'ü' | 'ú' | 'ù' | 'û' => "u",
        'é' | 'è' | 'ê' | 'ë' => "e",
        'í' | 'ì' | 'î' | 'ï' => "i",
        'ç' | 'ć' | 'č' => "c",
        'ñ' | 'ń' => "n",
        'š' | 'ś' => "s",
        'ž' | 'ź' | 'ż' => "z",
        'ł' => "l",
        'ß' => "ss",
        _ => "",
    }
}

/// The letters that stand for one with a mark; empty where there are none.
fn spelled_out(letter: char) -> &'static str {
    match letter {
        'ä' | 'æ' => "ae",
        'ö' | 'ø' => "oe",
        'ü' => "ue",
        'å' => "aa",
        other => bare(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_no_part_of_a_name() {
        assert_eq!(plain_name("Dr. Huw Pritchard"), "Huw Pritchard");
        assert_eq!(plain_name("Frau Dr. Ida Ahrens"), "Ida Ahrens");
        assert_eq!(plain_name("Sir"), "Sir");
    }

    #[test]
    fn names_with_marks_are_typed_without_them_in_two_ways() {
        assert_eq!(typed("jürgen"), ["juergen", "jurgen", "jürgen"]);
        assert_eq!(typed("dana"), ["dana"]);
    }
}
