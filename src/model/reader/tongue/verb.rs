//! The regular forms of verbs, told from the infinitive; the lists name those that are not.

use super::kind::Kind;
use crate::language::Language;

/// The forms that a regular verb has, each with its kind. `prefixes` are what parts from a German verb.
pub(super) fn regular(language: Language, infinitive: &str, prefixes: &[&str]) -> Vec<(Kind, String)> {
    match language {
        Language::German => german(infinitive, prefixes),
        Language::French => french(infinitive),
        Language::Spanish => spanish(infinitive),
        _ => Vec::new(),
    }
}

/// "prüfen": "prüfe", "prüft", "geprüft"; "einrichten": "eingerichtet".
fn german(infinitive: &str, prefixes: &[&str]) -> Vec<(Kind, String)> {
    const UNPARTED: [&str; 8] = ["be", "er", "ver", "über", "ent", "emp", "zer", "unter"];
    let prefix = prefixes.iter().filter(|prefix| infinitive.starts_with(**prefix)).max_by_key(|prefix| prefix.len());
    let prefix = prefix.copied().filter(|prefix| infinitive.len() > prefix.len() + 3).unwrap_or_default();
    let Some(stem) = infinitive[prefix.len()..].strip_suffix("en") else { return Vec::new() };
    let e = if stem.ends_with(['t', 'd']) { "e" } else { "" };
    let ge = if UNPARTED.iter().any(|start| stem.starts_with(start)) || stem.ends_with("ier") { "" } else { "ge" };
    vec![
        (Kind::Does, format!("{stem}e")),
        // As it is spoken: "ich schick".
        (Kind::Does, stem.to_owned()),
        (Kind::They, format!("{stem}{e}t")),
        (Kind::They, format!("{stem}{e}st")),
        (Kind::Order, format!("{stem}en sie")),
        (Kind::Done, format!("{prefix}{ge}{stem}{e}t")),
    ]
}

/// "livrer": "livre", "livrons", "livrez", "livré".
fn french(infinitive: &str) -> Vec<(Kind, String)> {
    if let Some(stem) = infinitive.strip_suffix("ir") {
        // "remplir": "remplis", "remplissons", "remplissez", "rempli".
        let done = ["i", "ie", "is", "ies"].map(|ending| (Kind::Done, format!("{stem}{ending}")));
        let does = ["is", "issons"].map(|ending| (Kind::Does, format!("{stem}{ending}")));
        let they = (Kind::They, format!("{stem}it"));
        return does.into_iter().chain(done).chain([they, (Kind::Order, format!("{stem}issez"))]).collect();
    }
    if let Some(stem) = infinitive.strip_suffix("re") {
        // "rendre": "rends", "rendons", "rendez", "rendu".
        let done = ["u", "ue", "us", "ues"].map(|ending| (Kind::Done, format!("{stem}{ending}")));
        let does = ["s", "ons"].map(|ending| (Kind::Does, format!("{stem}{ending}")));
        return does.into_iter().chain(done).chain([(Kind::Order, format!("{stem}ez"))]).collect();
    }
    let Some(stem) = infinitive.strip_suffix("er") else { return Vec::new() };
    // "engager": "engageons"; "lancer": "lançons".
    let before_o = match stem.strip_suffix('c') {
        Some(start) => format!("{start}ç"),
        None if stem.ends_with('g') => format!("{stem}e"),
        None => stem.to_owned(),
    };
    let open = opened(stem);
    let mut forms = vec![
        (Kind::Does, format!("{open}e")),
        (Kind::Does, format!("{before_o}ons")),
        (Kind::They, format!("{open}e")),
        (Kind::They, format!("{open}es")),
        (Kind::They, format!("{open}ent")),
        (Kind::Order, format!("{stem}ez")),
    ];
    forms.extend(["é", "ée", "és", "ées"].map(|ending| (Kind::Done, format!("{stem}{ending}"))));
    forms
}

/// A stem before an "e" that is not spoken: "transférer" has "transfère", "acheter" "achète", "essayer" "essaie".
fn opened(stem: &str) -> String {
    if let Some(start) = stem.strip_suffix('y') {
        return format!("{start}i");
    }
    let letters: Vec<char> = stem.chars().collect();
    match letters[..] {
        [.., vowel @ ('é' | 'e'), last] if !"aeiouyéè".contains(last) => {
            let start = stem.len() - vowel.len_utf8() - last.len_utf8();
            format!("{}è{last}", &stem[..start])
        }
        _ => stem.to_owned(),
    }
}

/// "revisar": "reviso", "revisamos", "revisa", "revisen", "revisado".
fn spanish(infinitive: &str) -> Vec<(Kind, String)> {
    let ending = ["ar", "er", "ir"].into_iter().find(|ending| infinitive.ends_with(ending));
    let Some((stem, ending)) = ending.and_then(|ending| Some((infinitive.strip_suffix(ending)?, ending))) else {
        return Vec::new();
    };
    let (we, they, you, order, plural) = match ending {
        "ar" => ("amos", "a", "áis", "e", "ad"),
        "er" => ("emos", "e", "éis", "a", "ed"),
        _ => ("imos", "e", "ís", "a", "id"),
    };
    let mut forms = vec![
        (Kind::Does, format!("{stem}o")),
        (Kind::Does, format!("{stem}{we}")),
        (Kind::They, format!("{stem}{they}")),
        (Kind::They, format!("{stem}{they}n")),
        (Kind::They, format!("{stem}{they}s")),
        (Kind::They, format!("{stem}{you}")),
        (Kind::Order, format!("{stem}{they}")),
        (Kind::Order, spelled(stem, order)),
        (Kind::Order, spelled(stem, &format!("{order}n"))),
        (Kind::Order, format!("{stem}{plural}")),
    ];
    let done = if ending == "ar" { "ad" } else { "id" };
    forms.extend(["o", "a", "os", "as"].map(|last| (Kind::Done, format!("{stem}{done}{last}"))));
    forms
}

/// A stem before an "e": "bloquear" stays, "buscar" has "busque", "cargar" "cargue", "organizar" "organice".
fn spelled(stem: &str, ending: &str) -> String {
    if !ending.starts_with('e') {
        return format!("{stem}{ending}");
    }
    let (last, letters) = match stem.chars().next_back() {
        Some('c') => (1, "qu"),
        Some('g') => (1, "gu"),
        Some('z') => (1, "c"),
        _ => (0, ""),
    };
    format!("{}{letters}{ending}", &stem[..stem.len() - last])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regular_forms_are_told_from_the_infinitive() {
        let has = |language, infinitive, kind, form: &str| {
            regular(language, infinitive, &["ein", "zu"]).contains(&(kind, form.to_owned()))
        };
        assert!(has(Language::German, "einrichten", Kind::Done, "eingerichtet"));
        assert!(has(Language::German, "aktivieren", Kind::Done, "aktiviert"));
        assert!(has(Language::German, "prüfen", Kind::Does, "prüfe"));
        assert!(has(Language::French, "corriger", Kind::Does, "corrigeons"));
        assert!(has(Language::French, "livrer", Kind::Order, "livrez"));
        assert!(has(Language::French, "transférer", Kind::Does, "transfère"));
        assert!(has(Language::French, "relancer", Kind::Does, "relançons"));
        assert!(has(Language::French, "remplir", Kind::Does, "remplissons"));
        assert!(has(Language::Spanish, "buscar", Kind::Order, "busquen"));
        assert!(has(Language::Spanish, "organizar", Kind::Order, "organice"));
        assert!(has(Language::Spanish, "vender", Kind::Done, "vendido"));
    }
}
