//! Promises and requests in German, French and Spanish, sentence by sentence.

use std::collections::BTreeMap;

use super::super::{BuiltInReader, HeardIn, Marked, Reading, Setting, Talk, join};
use crate::domain::account::AccountRecord;
use crate::domain::activity::{Call, Email, Participant, Side, SpokenTurn};
use crate::domain::unheard::Unheard;

/// A call on Wednesday, 4 November 2026: lines of the customer begin with `>`, the others are ours.
fn read(lines: &[&str]) -> Reading {
    let participant = |name: &str, side| Participant { name: name.to_owned(), email: None, side };
    let turn = |line: &&str| {
        let (speaker, text) = line.strip_prefix('>').map_or(("Kim Larsen", *line), |text| ("Lena Vey", text.trim()));
        SpokenTurn { speaker: speaker.to_owned(), text: text.to_owned(), at_seconds: None }
    };
    let call = Call {
        id: "k".to_owned(),
        account: "vey.example".to_owned(),
        title: "Stand".to_owned(),
        started_at: "2026-11-04T10:00:00Z".parse().unwrap(),
        duration_seconds: 0,
        participants: vec![
            participant("Kim Larsen", Side::Team),
            participant("Jana Riedel", Side::Team),
            participant("Lena Vey", Side::Customer),
        ],
        transcript: lines.iter().map(turn).collect(),
        summary: None,
        url: None,
    };
    let account =
        AccountRecord { domain: "vey.example".to_owned(), name: "Vey".to_owned(), ..AccountRecord::default() };
    let talks = [Talk::Call(&call)];
    let setting = Setting::new(&account, &talks);
    let heard = BuiltInReader.hear_now(talks[0], &setting);
    let key = setting.key(talks[0], "").unwrap();
    join(&setting, vec![HeardIn { talk: talks[0], key, heard }], &[], &[], &BTreeMap::default()).unwrap()
}

/// The day of the only promise: `-` without a day, nothing where there is no promise.
fn promised(line: &str) -> Option<String> {
    let commitments = read(&[line]).commitments;
    assert!(commitments.len() < 2, "{line}: {commitments:?}");
    let day = |marked: &Marked| marked.commitment.due.map_or("-".to_owned(), |day| day.to_string());
    commitments.first().map(day)
}

fn asked(line: &str) -> Option<String> {
    read(&[&format!("> {line}")]).requests.into_iter().next().map(|request| request.what)
}

#[test]
fn promises_are_read_in_german() {
    for (line, day) in [
        ("Ich schicke Ihnen die Preisliste bis Freitag.", "2026-11-06"),
        ("Wir werden die Schnittstelle bis Ende des Monats freischalten.", "2026-11-30"),
        ("Morgen früh melde ich mich bei Ihnen mit den Zahlen aus dem Test.", "2026-11-05"),
        ("Um das Rechteproblem kümmere ich mich noch heute.", "2026-11-04"),
        ("Sie bekommen von uns bis zum 12. November ein überarbeitetes Angebot.", "2026-11-12"),
        ("Der Fehler in der Zeiterfassung wird bis nächsten Dienstag behoben.", "2026-11-10"),
        ("Jana schickt euch die Zugangsdaten bis morgen.", "2026-11-05"),
        ("Unser Support wird Ihnen die Anleitung zuschicken.", "-"),
        ("Sobald der Vertrag unterschrieben ist, richten wir Ihnen den Mandanten ein.", "-"),
        ("Ich kann dir bis Montag einen Entwurf schicken.", "2026-11-09"),
        ("Ich leite das an unsere Technik weiter und melde mich bis Donnerstag bei euch.", "2026-11-05"),
    ] {
        assert_eq!(promised(line).as_deref(), Some(day), "{line}");
    }
}

#[test]
fn what_is_denied_softened_past_or_a_habit_is_no_promise_in_german() {
    for line in [
        "Wir haben Ihnen die Preisliste am Montag geschickt.",
        "Das werden wir bis Freitag leider nicht schaffen.",
        "Vielleicht schicken wir Ihnen später noch eine Liste.",
        "Soll ich Ihnen die Liste schicken?",
        "Wir schicken jeden Montag einen Bericht an alle Kunden.",
        "Wenn Sie möchten, schicke ich Ihnen die Unterlagen.",
        "Wenn Sie heute unterschreiben, liefern wir bis Freitag.",
        "Ich bin am Freitag im Urlaub.",
        "Wir werden am Montag sehen, wie die Zahlen aussehen.",
        "Ich würde Ihnen die Liste gern schicken.",
        "Er hat gesagt, dass ihr das bis Freitag erledigt.",
        "Anbei schicke ich Ihnen das Protokoll.",
    ] {
        assert_eq!(promised(line), None, "{line}");
    }
}

#[test]
fn promises_are_read_in_french() {
    for (line, day) in [
        ("Je vous envoie la grille tarifaire d'ici vendredi.", "2026-11-06"),
        ("Nous allons activer le connecteur avant la fin du mois.", "2026-11-30"),
        ("Je reviens vers vous demain avec les résultats du test.", "2026-11-05"),
        ("Je m'en occupe dès aujourd'hui, c'est le plus simple.", "2026-11-04"),
        ("Vous recevrez une offre révisée avant le 12 novembre.", "2026-11-12"),
        ("Nous corrigerons l'erreur de saisie la semaine prochaine.", "2026-11-13"),
        ("On vous livre la nouvelle version mardi prochain.", "2026-11-10"),
        ("Jana vous enverra les accès demain matin.", "2026-11-05"),
        ("Notre équipe technique va préparer la migration.", "-"),
        ("Dès que le contrat est signé, nous vous créerons un espace.", "-"),
        ("Je peux vous envoyer un brouillon lundi.", "2026-11-09"),
    ] {
        assert_eq!(promised(line).as_deref(), Some(day), "{line}");
    }
}

#[test]
fn what_is_denied_softened_past_or_a_habit_is_no_promise_in_french() {
    for line in [
        "Nous vous avons envoyé la grille lundi.",
        "Nous ne pourrons pas livrer avant vendredi.",
        "Je vous enverrai peut-être une liste plus tard.",
        "Voulez-vous que je vous envoie la liste ?",
        "Nous envoyons un rapport à tous les clients chaque lundi.",
        "Si vous voulez, je vous envoie les documents.",
        "Si vous signez aujourd'hui, nous livrons vendredi.",
        "Je serai en congé vendredi.",
        "Nous verrons lundi ce que donnent les chiffres.",
        "Je voudrais vous envoyer la liste.",
        "Vous nous envoyez toujours les factures en retard.",
        "Je vous envoie ci-joint le compte-rendu.",
    ] {
        assert_eq!(promised(line), None, "{line}");
    }
}

#[test]
fn promises_are_read_in_spanish() {
    for (line, day) in [
        ("Les enviaremos la lista de precios antes del viernes.", "2026-11-06"),
        ("Vamos a activar el conector antes de fin de mes.", "2026-11-30"),
        ("Mañana le llamo con los resultados de la prueba.", "2026-11-05"),
        ("Yo me encargo de eso hoy mismo, es lo más sencillo.", "2026-11-04"),
        ("Recibirán una oferta revisada antes del 12 de noviembre.", "2026-11-12"),
        ("Corregiremos el error de registro la semana que viene.", "2026-11-13"),
        ("Os entregamos la nueva versión el martes que viene.", "2026-11-10"),
        ("Jana les enviará los accesos mañana por la mañana.", "2026-11-05"),
        ("Nuestro equipo técnico va a preparar la migración.", "-"),
        ("En cuanto el contrato esté firmado, les crearemos un espacio.", "-"),
        ("Puedo mandarles un borrador el lunes.", "2026-11-09"),
    ] {
        assert_eq!(promised(line).as_deref(), Some(day), "{line}");
    }
}

#[test]
fn what_is_denied_softened_past_or_a_habit_is_no_promise_in_spanish() {
    for line in [
        "Les enviamos la lista el lunes pasado.",
        "No podremos entregarlo antes del viernes.",
        "Quizás les mandemos una lista más adelante.",
        "¿Quieren que les envíe la lista?",
        "Enviamos un informe a todos los clientes cada lunes.",
        "Si quieren, les mando los documentos.",
        "Si firman hoy, entregamos el viernes.",
        "El viernes estaré de vacaciones.",
        "Vamos a ver el lunes qué dicen los números.",
        "Me gustaría enviarles la lista.",
        "Ya preparé el informe para la reunión.",
        "Le adjunto el acta de la reunión.",
    ] {
        assert_eq!(promised(line), None, "{line}");
    }
}

#[test]
fn requests_are_read_in_each_of_the_languages() {
    for (line, what) in [
        ("Könnten Sie uns bis Freitag ein Angebot schicken?", "bis Freitag ein Angebot schicken"),
        ("Wir brauchen dringend eine Anbindung an unser Lagersystem.", "dringend eine Anbindung an unser Lagersystem"),
        ("Wir hätten gern einen Export nach Excel.", "einen Export nach Excel"),
        ("Bitte schicken Sie uns die neue Rechnung.", "schicken Sie uns die neue Rechnung"),
        ("Pourriez-vous nous transmettre le contrat signé ?", "transmettre le contrat signé"),
        ("Il nous faudrait un export vers Excel.", "un export vers Excel"),
        ("Nous aurions besoin de trois licences de plus.", "de trois licences de plus"),
        ("Merci de nous envoyer la nouvelle facture.", "envoyer la nouvelle facture"),
        ("¿Podrían enviarnos el contrato firmado?", "enviarnos el contrato firmado"),
        ("Necesitamos una conexión con nuestro almacén.", "una conexión con nuestro almacén"),
        ("Nos gustaría exportar los datos a Excel.", "exportar los datos a Excel"),
        ("Por favor, envíennos la nueva factura.", "envíennos la nueva factura"),
    ] {
        assert_eq!(asked(line).as_deref(), Some(what), "{line}");
    }
}

#[test]
fn courtesies_and_small_talk_ask_for_nothing() {
    for line in [
        "Wir möchten uns ganz herzlich für die Hilfe bedanken.",
        "Können Sie mich gut hören?",
        "Wir brauchen keine weiteren Lizenzen.",
        "Die Umstellung hat gut geklappt.",
        "Nous voudrions vous remercier pour votre aide.",
        "Vous m'entendez bien ?",
        "Nous n'avons pas besoin de licences supplémentaires.",
        "Merci de votre retour rapide.",
        "La migration s'est bien passée.",
        "Queremos agradecerles toda la ayuda.",
        "¿Me oyen bien?",
        "No necesitamos más licencias.",
        "La migración ha ido bien.",
    ] {
        assert_eq!(asked(line), None, "{line}");
    }
}

#[test]
fn only_the_customer_asks_and_whoever_speaks_promises() {
    let ours = read(&["Könnten Sie uns bitte die Zahlen schicken?"]);
    assert!(ours.requests.is_empty());
    let theirs = read(&["> Wir schicken Ihnen die Zahlen bis Freitag."]);
    assert_eq!(theirs.commitments[0].commitment.side, Side::Customer);
    assert_eq!(theirs.commitments[0].commitment.who, "Lena Vey");
    let colleague = read(&["Jana schickt euch die Zugangsdaten bis morgen."]);
    assert_eq!(colleague.commitments[0].commitment.who, "Jana Riedel");
}

#[test]
fn a_yes_takes_on_what_was_asked_for() {
    let read = read(&["> Könnt ihr uns bis Freitag eine Testumgebung einrichten?", "Ja, gerne."]);
    let promise = &read.commitments[0].commitment;
    assert_eq!((promise.side, promise.due), (Side::Team, Some("2026-11-06".parse().unwrap())));
}

#[test]
fn two_promises_of_one_call_stay_two() {
    let read = read(&[
        "Ich schicke Ihnen morgen das Angebot für die Lizenzen.",
        "> Danke.",
        "Und ich schicke Ihnen nächste Woche den Entwurf für die Schulung.",
    ]);
    assert_eq!(read.commitments.len(), 2, "{:?}", read.commitments);
}

#[test]
fn each_sentence_is_read_in_its_own_language() {
    let read = read(&[
        "Danke, dass Sie sich heute die Zeit nehmen, wir haben einige Punkte auf der Liste.",
        "Ich schicke Ihnen die Preisliste bis Freitag.",
        "I will send you the certificate by Monday.",
    ]);
    let days: Vec<String> =
        read.commitments.iter().filter_map(|one| one.commitment.due).map(|day| day.to_string()).collect();
    assert_eq!(days, ["2026-11-06", "2026-11-09"]);
}

#[test]
fn what_is_in_a_language_that_is_not_read_is_counted() {
    let polish =
        read(&["Dzień dobry, czy możemy porozmawiać o umowie?", "> Tak, proszę przysłać nam ofertę do piątku."]);
    let unheard = |language: &str| {
        vec![Unheard { kind: crate::domain::record::RecordKind::Call, language: language.to_owned(), records: 1 }]
    };
    assert_eq!((polish.commitments.len(), polish.requests.len(), polish.unheard), (0, 0, unheard("Polish")));
    assert_eq!(read(&["> נשמח לקבל את ההצעה עד יום שישי."]).unheard, unheard("Hebrew"));
    assert!(read(&["> Wir brauchen das Angebot bis Freitag."]).unheard.is_empty());
    assert!(read(&["> We need the offer by Friday."]).unheard.is_empty());
}

/// What became of a promise that Kim Larsen made in a call, after a mail of the given sender and words on 5 November.
fn kept(promise: &str, from: &str, subject: &str, body: &str) -> bool {
    let call = Call {
        id: "k".to_owned(),
        account: "vey.example".to_owned(),
        title: "Stand".to_owned(),
        started_at: "2026-11-04T10:00:00Z".parse().unwrap(),
        duration_seconds: 0,
        participants: vec![Participant { name: "Kim Larsen".to_owned(), email: None, side: Side::Team }],
        transcript: vec![SpokenTurn { speaker: "Kim Larsen".to_owned(), text: promise.to_owned(), at_seconds: None }],
        summary: None,
        url: None,
    };
    let email = Email {
        id: "e".to_owned(),
        account: "vey.example".to_owned(),
        sent_at: "2026-11-05T10:00:00Z".parse().unwrap(),
        from: from.to_owned(),
        to: Vec::new(),
        subject: subject.to_owned(),
        body: body.to_owned(),
        thread_id: None,
        url: None,
    };
    let account =
        AccountRecord { domain: "vey.example".to_owned(), name: "Vey".to_owned(), ..AccountRecord::default() };
    let talks = [Talk::Call(&call), Talk::Email(&email)];
    let setting = Setting::new(&account, &talks);
    let heard = |talk| {
        let heard = BuiltInReader.hear_now(talk, &setting);
        HeardIn { talk, key: setting.key(talk, "").unwrap(), heard }
    };
    let reading = join(&setting, talks.into_iter().map(heard).collect(), &[], &[], &BTreeMap::new()).unwrap();
    assert_eq!(reading.commitments.len(), 1, "{:?}", reading.commitments);
    reading.commitments[0].commitment.kept_by.is_some()
}

#[test]
fn a_promise_is_kept_by_what_is_sent_later_in_the_same_language() {
    let ours = "Kim Larsen <kim@us.example>";
    for (promise, subject, body) in [
        (
            "Ich schicke Ihnen die Preisliste bis Freitag.",
            "Preisliste",
            "Guten Tag Frau Vey, anbei die Preisliste für das neue Jahr.",
        ),
        (
            "Je vous envoie la grille tarifaire d'ici vendredi.",
            "Grille tarifaire",
            "Bonjour, vous trouverez ci-joint la grille tarifaire pour la nouvelle année.",
        ),
        (
            "Les enviaremos la lista de precios antes del viernes.",
            "Lista de precios",
            "Buenos días, les adjunto la lista de precios para el nuevo año.",
        ),
    ] {
        assert!(kept(promise, ours, subject, body), "{body}");
    }
    let waiting = "Guten Tag, wir haben die Preisliste leider noch nicht bekommen.";
    let theirs = "Lena Vey <lena@vey.example>";
    assert!(!kept("Ich schicke Ihnen die Preisliste bis Freitag.", theirs, "Stand", waiting));
}
