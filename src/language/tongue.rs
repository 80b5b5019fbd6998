//! The language of a text, told by its script and by the words every text of a language is full of.
//!
//! A second opinion comes from `whichlang`, which goes by letters that follow each other. It knows sixteen languages, always
//! names one and never says how sure it is: so it tells nothing by itself. A text of which too little can be told is of no
//! language.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use whichlang::{Lang, detect_language};

use super::{Word, words};

/// A language that texts are told to be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Language {
    English,
    German,
    French,
    Spanish,
    Italian,
    Portuguese,
    Dutch,
    Swedish,
    Danish,
    Norwegian,
    Finnish,
    Polish,
    Czech,
    Slovak,
    Hungarian,
    Romanian,
    Turkish,
    Croatian,
    Vietnamese,
    Russian,
    Ukrainian,
    Bulgarian,
    Greek,
    Hebrew,
    Arabic,
    Persian,
    Hindi,
    Thai,
    Chinese,
    Japanese,
    Korean,
}

/// Each language, in the order they are listed above, with its code (ISO 639-1), its name, and what `whichlang` calls it.
const LANGUAGES: [(Language, &str, &str, Option<Lang>); 31] = [
    (Language::English, "en", "English", Some(Lang::Eng)),
    (Language::German, "de", "German", Some(Lang::Deu)),
    (Language::French, "fr", "French", Some(Lang::Fra)),
    (Language::Spanish, "es", "Spanish", Some(Lang::Spa)),
    (Language::Italian, "it", "Italian", Some(Lang::Ita)),
    (Language::Portuguese, "pt", "Portuguese", Some(Lang::Por)),
    (Language::Dutch, "nl", "Dutch", Some(Lang::Nld)),
    (Language::Swedish, "sv", "Swedish", Some(Lang::Swe)),
    (Language::Danish, "da", "Danish", None),
    (Language::Norwegian, "nb", "Norwegian", None),
    (Language::Finnish, "fi", "Finnish", None),
    (Language::Polish, "pl", "Polish", None),
    (Language::Czech, "cs", "Czech", None),
    (Language::Slovak, "sk", "Slovak", None),
    (Language::Hungarian, "hu", "Hungarian", None),
    (Language::Romanian, "ro", "Romanian", None),
    (Language::Turkish, "tr", "Turkish", Some(Lang::Tur)),
    (Language::Croatian, "hr", "Croatian", None),
    (Language::Vietnamese, "vi", "Vietnamese", Some(Lang::Vie)),
    (Language::Russian, "ru", "Russian", Some(Lang::Rus)),
    (Language::Ukrainian, "uk", "Ukrainian", None),
    (Language::Bulgarian, "bg", "Bulgarian", None),
    (Language::Greek, "el", "Greek", None),
    (Language::Hebrew, "he", "Hebrew", None),
    (Language::Arabic, "ar", "Arabic", Some(Lang::Ara)),
    (Language::Persian, "fa", "Persian", None),
    (Language::Hindi, "hi", "Hindi", Some(Lang::Hin)),
    (Language::Thai, "th", "Thai", None),
    (Language::Chinese, "zh", "Chinese", Some(Lang::Cmn)),
    (Language::Japanese, "ja", "Japanese", Some(Lang::Jpn)),
    (Language::Korean, "ko", "Korean", Some(Lang::Kor)),
];

impl Language {
    fn row(self) -> (&'static str, &'static str, Option<Lang>) {
        let row = LANGUAGES.iter().find(|(language, ..)| *language == self);
        row.map_or(("", "", None), |(_, code, name, lang)| (code, name, *lang))
    }

    /// Its code, two letters (ISO 639-1).
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// Its English name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// The language of this code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        LANGUAGES.iter().find(|(_, known, ..)| *known == code).map(|(language, ..)| *language)
    }

    /// Whether a word, in small letters, is one that every text of the language has.
    #[must_use]
    pub fn has_function_word(self, word: &str) -> bool {
        WORDS.get(word).is_some_and(|known| known.languages.contains(&self))
    }

    /// The language that `text` is in; none where too little tells.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        match by_script(text) {
            Script::Latin => by_words(text),
            Script::Other(language) => Some(language),
            Script::Unknown => None,
        }
    }
}

/// What the letters of a text tell.
enum Script {
    Latin,
    Other(Language),
    Unknown,
}

/// Letters that must be of a script before it tells: one of a sentence, and one of a word of a sign a syllable.
const LETTERS: usize = 8;
const SIGNS: usize = 4;

fn by_script(text: &str) -> Script {
    if text.is_ascii() {
        return Script::Latin;
    }
    let mut letters: FxHashMap<Option<Language>, usize> = FxHashMap::default();
    for letter in text.chars().filter(|letter| letter.is_alphabetic()) {
        *letters.entry(script_of(letter)).or_default() += 1;
    }
    // Japanese writes Chinese signs among its own.
    if let Some(kana) = letters.get(&Some(Language::Japanese)).copied() {
        let han = letters.get(&Some(Language::Chinese)).copied().unwrap_or_default();
        if kana * 8 >= han {
            letters.remove(&Some(Language::Chinese));
            letters.insert(Some(Language::Japanese), kana + han);
        }
    }
    let Some((script, count)) = letters.into_iter().max_by_key(|(script, count)| (*count, *script)) else {
        return Script::Unknown;
    };
    let Some(language) = script else { return Script::Latin };
    let short = matches!(language, Language::Chinese | Language::Japanese | Language::Korean | Language::Thai);
    if count < if short { SIGNS } else { LETTERS } {
        return Script::Unknown;
    }
    Script::Other(by_letters(language, text))
}

/// The language a letter stands for, as far as its script tells; none of Latin letters.
fn script_of(letter: char) -> Option<Language> {
    match letter {
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(Language::Greek),
        '\u{400}'..='\u{52f}' => Some(Language::Russian),
        '\u{590}'..='\u{5ff}' => Some(Language::Hebrew),
        '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' => {
            Some(Language::Arabic)
        }
        '\u{900}'..='\u{97f}' => Some(Language::Hindi),
        '\u{e00}'..='\u{e7f}' => Some(Language::Thai),
        '\u{3040}'..='\u{30ff}' => Some(Language::Japanese),
        '\u{3400}'..='\u{9fff}' => Some(Language::Chinese),
        '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' => Some(Language::Korean),
        _ => None,
    }
}

/// Among the languages of one script, the one whose own letters stand in the text.
fn by_letters(language: Language, text: &str) -> Language {
    let has = |letters: &[char]| text.contains(letters);
    match language {
        Language::Russian if has(&['і', 'ї', 'є', 'ґ', 'І', 'Ї', 'Є']) => Language::Ukrainian,
        Language::Russian if has(&['ъ', 'Ъ']) && !has(&['ы', 'э', 'ё', 'Ы', 'Э']) => Language::Bulgarian,
        Language::Arabic if has(&['پ', 'چ', 'ژ', 'گ']) => Language::Persian,
        other => other,
    }
}

/// The languages that have a word, and what it counts for each of them.
struct Counted {
    languages: Vec<Language>,
    weight: f32,
}

/// The words of the languages, and the signs of their scripts.
static WORDS: LazyLock<FxHashMap<&'static str, Counted>> = LazyLock::new(|| {
    let mut listed: FxHashMap<&str, FxHashSet<Language>> = FxHashMap::default();
    for line in include_str!("function_words.tsv").lines().filter(|line| !line.starts_with('#')) {
        let Some((code, words)) = line.split_once('\t') else { continue };
        let code = code.trim_end_matches('+');
        let Some(language) = Language::of_code(code) else { continue };
        for word in words.split(' ') {
            listed.entry(word).or_default().insert(language);
        }
    }
    let counted = |languages: FxHashSet<Language>| Counted {
        weight: 1.0 / languages.len() as f32,
        languages: languages.into_iter().collect(),
    };
    listed.into_iter().map(|(word, languages)| (word, counted(languages))).collect()
});

/// A text of fewer words is of no language: "Ha.", "Um.", "Ja, gerne." are words of many.
const FEWEST: usize = 3;

/// Words of a text that are looked at, at most: more tell nothing new.
const LOOKED_AT: usize = 400;
const SIGNS_LOOKED_AT: usize = 2_000;

/// What the words of a language must count for, and how many times as much as those of the next: where `whichlang` does not
/// know the language, and where it says another.
const ENOUGH: (f32, f32) = (1.8, 3.0);
const AHEAD: (f32, f32) = (1.6, 2.5);

/// What the words of the language that `whichlang` says must count for, how much of those of the first they must be, and
/// how many times as much as English words: another language is not taken for English lightly, nor English for another.
const AGREED: (f32, f32, f32) = (0.3, 0.6, 1.5);

/// Languages so near each other that what is left to tell them apart is a single word.
const NEAR: [(Language, Language); 2] = [(Language::Danish, Language::Norwegian), (Language::Czech, Language::Slovak)];

fn by_words(text: &str) -> Option<Language> {
    let words = words(text);
    let of_letters = |word: &&Word<'_>| word.lower.chars().filter(|letter| letter.is_alphabetic()).count() > 1;
    if words.iter().filter(of_letters).take(FEWEST).count() < FEWEST {
        return None;
    }
    let mut counts = [0.0_f32; LANGUAGES.len()];
    let mut count = |word: &str| {
        let known = WORDS.get(word);
        for language in known.iter().flat_map(|known| &known.languages) {
            counts[*language as usize] += known.map_or(0.0, |known| known.weight);
        }
        known.is_some()
    };
    for word in words.iter().take(LOOKED_AT) {
        // "l'offre", "pourriez-vous": the parts are words of their own.
        if !count(&word.lower) && word.lower.contains(['\'', '-']) {
            for part in word.lower.split(['\'', '-']) {
                count(part);
            }
        }
    }
    let mut buffer = [0; 4];
    let signs: FxHashSet<char> = text.chars().take(SIGNS_LOOKED_AT).filter(|letter| !letter.is_ascii()).collect();
    for sign in signs {
        count(sign.to_lowercase().next().unwrap_or(sign).encode_utf8(&mut buffer));
    }
    let counted = LANGUAGES.iter().map(|(language, ..)| (*language, counts[*language as usize]));
    let mut ranked: Vec<(Language, f32)> = counted.filter(|(_, count)| *count > 0.0).collect();
    ranked.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    let (best, score) = *ranked.first()?;
    let near = |other: Language| NEAR.contains(&(best, other)) || NEAR.contains(&(other, best));
    let next = ranked[1..].iter().find(|(other, _)| !near(*other)).map_or(0.0, |(_, score)| *score);
    let by = |(enough, ahead): (f32, f32)| (score >= enough && score >= ahead * next).then_some(best);
    // Far ahead with many words: nobody else needs to be asked.
    if let Some(sure) = by((ENOUGH.1, AHEAD.1)) {
        return Some(sure);
    }
    if best.row().2.is_none() {
        return by((ENOUGH.0, AHEAD.0));
    }
    let second = detect_language(text);
    let (enough, of_best, of_english) = AGREED;
    let score_of =
        |language: Language| ranked.iter().find(|(other, _)| *other == language).map_or(0.0, |found| found.1);
    let (agreed, ..) = LANGUAGES.iter().find(|(.., lang)| *lang == Some(second))?;
    let counts = score_of(*agreed);
    let english = if *agreed == Language::English { 0.0 } else { score_of(Language::English) };
    (counts >= enough && counts >= of_best * score && counts >= of_english * english).then_some(*agreed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_of_the_list_has_words_and_a_name_of_its_own() {
        let mut codes = FxHashSet::default();
        for (language, code, name, _) in LANGUAGES {
            assert!(codes.insert(code), "{code}");
            assert_eq!(LANGUAGES[language as usize].0, language);
            assert_eq!((language.code(), language.name(), Language::of_code(code)), (code, name, Some(language)));
        }
        for line in include_str!("function_words.tsv").lines().filter(|line| !line.starts_with('#')) {
            let (code, words) = line.split_once('\t').unwrap();
            let (code, fewest) = code.strip_suffix('+').map_or((code, 25), |code| (code, 0));
            assert!(Language::of_code(code).is_some() && words.split(' ').count() > fewest, "{line}");
        }
    }

    #[test]
    fn a_sentence_is_told_to_be_in_its_language() {
        let table = [
            (Language::English, "I'll have the figures for you by the end of the week."),
            (Language::English, "Could you ask Jürgen Müller from Düsseldorf whether the façade is done?"),
            (Language::German, "Wir haben die Rechnung heute noch nicht bekommen."),
            (Language::German, "Koennten Sie uns die Unterlagen fuer das Audit schicken?"),
            (Language::French, "Nous n'avons pas encore reçu la facture du mois dernier."),
            (Language::French, "Pourriez-vous nous rappeler demain ?"),
            (Language::Spanish, "Todavía no hemos recibido la factura del mes pasado."),
            (Language::Italian, "Non abbiamo ancora ricevuto la fattura del mese scorso."),
            (Language::Portuguese, "Ainda não recebemos a fatura do mês passado."),
            (Language::Dutch, "We hebben de factuur van vorige maand nog niet ontvangen."),
            (Language::Swedish, "Vi har inte fått fakturan för förra månaden än."),
            (Language::Danish, "Vi har ikke modtaget fakturaen for sidste måned endnu, kan I sende den til mig?"),
            (Language::Norwegian, "Vi har ikke mottatt fakturaen for forrige måned ennå, kan dere sende den til meg?"),
            (Language::Finnish, "Emme ole vielä saaneet viime kuun laskua, voisitteko lähettää sen, kiitos."),
            (Language::Polish, "Nie otrzymaliśmy jeszcze faktury za ostatni miesiąc, proszę o jej przesłanie."),
            (Language::Czech, "Ještě jsme nedostali fakturu za minulý měsíc, prosím, můžete ji poslat?"),
            (Language::Turkish, "Geçen ayın faturasını henüz almadık, lütfen bize gönderir misiniz? Teşekkürler."),
            (Language::Russian, "Мы ещё не получили счёт за прошлый месяц."),
            (Language::Ukrainian, "Ми ще не отримали рахунок за минулий місяць."),
            (Language::Greek, "Δεν έχουμε λάβει ακόμα το τιμολόγιο."),
            (Language::Hebrew, "עדיין לא קיבלנו את החשבונית."),
            (Language::Arabic, "لم نستلم الفاتورة بعد."),
            (Language::Chinese, "我们还没有收到上个月的发票。"),
            (Language::Japanese, "先月の請求書はまだ届いていません。"),
            (Language::Korean, "지난달 청구서를 아직 받지 못했습니다."),
        ];
        for (language, text) in table {
            assert_eq!(Language::of(text), Some(language), "{text}");
        }
    }

    #[test]
    fn of_too_little_nothing_is_told() {
        for text in [
            "",
            "OK",
            "Ha.",
            "Ja, gerne.",
            "Export 3 h 40 min.",
            "Zoom 14:00",
            "Hooli GmbH, Berlin",
            "v4.2 / SSO / SCIM",
            "1,200 €",
            "¡!",
            "Ω",
        ] {
            assert_eq!(Language::of(text), None, "{text}");
        }
    }

    #[test]
    fn names_and_borrowed_words_make_no_other_language_of_an_english_sentence() {
        for text in [
            "I met Van der Berg in Den Haag and he wants the same.",
            "The El Corte account and the Los Angeles team want it too.",
            "We will send it to La Poste and to Le Figaro by Monday.",
            "Does the Über rollout include Das Auto and Die Zeit?",
            "So, is it in the plan or not?",
        ] {
            assert!(matches!(Language::of(text), None | Some(Language::English)), "{text}");
        }
    }
}
