//! What a sentence in another language tells of promises made before it: that something was done, received, put off, or
//! never came.

use super::super::telling::Telling;
use super::kind::Kind;
use super::sentence::Sentence;
use crate::language::Language;

/// What a sentence in `language` tells; none where the words of that language are not known. In a record of ours who did
/// something goes without saying: "Vertrag an Frau Vey geschickt".
pub(in super::super) fn telling(language: Language, text: &str, of_work: bool) -> Option<Telling> {
    let sentence = Sentence::new(language, text)?;
    let says = |kind| sentence.says(kind);
    let not_done = says(Kind::NotDone);
    // "Wir haben die Liste gestern geschickt", "l'erreur est corrigée", "ya está activado".
    let did = (says(Kind::Have) || of_work) && says(Kind::Done) && !not_done && !says(Kind::Not);
    let handed_over = says(Kind::Handed) || says(Kind::Attached);
    Some(Telling {
        asks: sentence.is_question(),
        done: handed_over || did,
        did,
        ahead: says(Kind::Will) || says(Kind::Will3),
        handed_over,
        received: says(Kind::Received) && !not_done && !says(Kind::Not),
        not_done,
        settled: false,
        pending: says(Kind::Pending),
        denied: says(Kind::Denied),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_promise_is_told_in_each_language() {
        let of = |language, text: &str| telling(language, text, false).unwrap();
        for (language, text) in [
            (Language::German, "Wie versprochen schicke ich Ihnen die Preisliste."),
            (Language::German, "Anbei die Preisliste."),
            (Language::French, "Vous trouverez ci-joint la grille tarifaire."),
            (Language::Spanish, "Le adjunto la lista de precios."),
        ] {
            assert!(of(language, text).handed_over, "{text}");
        }
        for (language, text) in [
            (Language::German, "Der Fehler ist behoben."),
            (Language::French, "L'erreur est corrigée."),
            (Language::Spanish, "El conector ya está activado."),
        ] {
            assert!(of(language, text).did, "{text}");
        }
        for (language, text) in [
            (Language::German, "Vielen Dank für die Preisliste."),
            (Language::French, "Merci pour la grille tarifaire."),
            (Language::Spanish, "Gracias por la lista de precios."),
        ] {
            assert!(of(language, text).received, "{text}");
        }
        for (language, text) in [
            (Language::German, "Wir haben die Preisliste immer noch nicht bekommen."),
            (Language::French, "Nous n'avons toujours pas reçu la grille tarifaire."),
            (Language::Spanish, "Todavía no hemos recibido la lista de precios."),
        ] {
            let told = of(language, text);
            assert!(told.denied && told.not_done && !told.received && !told.did, "{text}");
        }
        assert!(telling(Language::Polish, "Faktura jest opłacona.", false).is_none());
        let note = "Vertrag an Frau Vey geschickt.";
        assert!(telling(Language::German, note, true).unwrap().did && !of(Language::German, note).did);
    }
}
