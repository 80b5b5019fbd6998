//! What counts as a notice, what takes it back, and what only sounds like one.

use super::*;
use crate::domain::account::{AccountRecord, Contact};

fn account() -> AccountRecord {
    AccountRecord {
        domain: "fjordline.example".to_owned(),
        name: "Fjordline".to_owned(),
        contacts: vec![Contact {
            name: "Ada Holm".to_owned(),
            email: Some("ada@fjordline.example".to_owned()),
            ..Contact::default()
        }],
        ..AccountRecord::default()
    }
}

fn mail(from: &str, body: &str) -> Email {
    Email {
        id: "m1".to_owned(),
        account: "fjordline.example".to_owned(),
        sent_at: "2027-03-08T09:00:00Z".parse().unwrap(),
        from: from.to_owned(),
        to: vec!["lena@ours.example".to_owned()],
        subject: "Hello".to_owned(),
        body: body.to_owned(),
        thread_id: None,
        url: None,
    }
}

fn heard_of(from: &str, body: &str) -> Vec<Notice> {
    let (account, mail) = (account(), mail(from, body));
    let talk = Talk::Email(&mail);
    notices(talk, &Setting::new(&account, &[talk]))
}

fn heard(body: &str) -> Vec<Notice> {
    heard_of("Ada Holm <ada@fjordline.example>", body)
}

#[test]
fn a_customer_ends_a_contract_in_many_words_and_four_languages() {
    for body in [
        "We hereby give notice of termination of the service agreement.",
        "I am writing on behalf of Fjordline. We hereby terminate the master agreement with effect from 30 June 2027.",
        "Please treat this message as our formal cancellation.",
        "After a long discussion we have decided not to renew.",
        "We won't be renewing when the term is over.",
        "We would like to cancel our subscription, please.",
        "Could you please cancel our plan before the next invoice?",
        "This letter serves as written notice of non-renewal.",
        "Please cancel our licences at the end of the term.",
        "We are giving you three months notice.",
        "Hiermit kündigen wir den Rahmenvertrag fristgerecht zum 30. Juni 2027.",
        "wir kündigen unser Abo zum nächstmöglichen Termin.",
        "Wir haben uns entschieden, den Vertrag nicht zu verlängern.",
        "Bitte betrachten Sie diese Mail als Kündigung.",
        "Wir werden den Vertrag nicht verlängern.",
        "Par la présente, nous vous notifions la résiliation de notre abonnement.",
        "Nous avons décidé de ne pas renouveler.",
        "Nous résilions notre contrat au 30 juin 2027.",
        "Veuillez considérer ce message comme notre préavis.",
        "Por la presente les comunicamos la cancelación de nuestro contrato.",
        "Hemos decidido no renovar.",
        "Queremos cancelar nuestra suscripción.",
        "Les notificamos que no renovaremos el servicio.",
    ] {
        let found = heard(body);
        assert_eq!(found.iter().filter(|notice| !notice.withdrawn).count(), 1, "{body}: {found:?}");
        assert_eq!(found[0].said_by, "Ada Holm", "{body}");
    }
}

#[test]
fn a_question_a_condition_and_another_contract_are_no_notice() {
    for body in [
        "What is the notice period in our contract?",
        "If we gave notice today, when would the contract end?",
        "We might cancel our subscription if the export is not fixed.",
        "We will terminate our contract unless this is solved by Friday.",
        "How do we cancel our subscription?",
        "We are not terminating our contract.",
        "Please do not cancel our subscription.",
        "Can we cancel the call tomorrow?",
        "I have given notice at my job and will leave in May.",
        "We gave notice on our office lease.",
        "We hereby give notice of planned maintenance on Sunday.",
        "We are thinking about terminating the agreement.",
        "We cancelled our contract with the previous vendor.",
        "Wie lang ist die Kündigungsfrist?",
        "Wenn wir kündigen würden, bis wann müssten wir das tun?",
        "Wir kündigen den Vertrag nicht.",
        "Wir überlegen, ob wir den Vertrag kündigen.",
        "Quel est le délai de préavis ?",
        "Si nous résilions notre contrat, que deviennent nos données ?",
        "Nous ne résilions pas notre contrat.",
        "¿Cuál es el plazo de preaviso?",
        "Si cancelamos nuestro contrato, ¿qué pasa con los datos?",
        "No cancelamos nuestro contrato.",
        "We renew with pleasure.",
    ] {
        assert_eq!(heard(body), Vec::new(), "{body}");
    }
}

#[test]
fn a_notice_is_taken_back_in_four_languages() {
    for body in [
        "We would like to withdraw our notice of termination.",
        "Please disregard our cancellation.",
        "Good news: we are staying after all.",
        "Wir ziehen unsere Kündigung zurück.",
        "Bitte betrachten Sie unsere Kündigung als gegenstandslos.",
        "Nous retirons notre résiliation.",
        "Dejamos sin efecto la cancelación.",
    ] {
        let found = heard(body);
        assert!(found.len() == 1 && found[0].withdrawn, "{body}: {found:?}");
    }
    assert_eq!(heard("Could we withdraw our notice?"), Vec::new());
}

#[test]
fn a_notice_names_its_day_in_its_sentence_or_in_the_next() {
    let end = |body: &str| heard(body).first().and_then(|notice| notice.ends_on).map(|day| day.to_string());
    assert_eq!(
        end("We signed on 3 May 2025 and hereby terminate the agreement on 30 June 2027."),
        Some("2027-06-30".into())
    );
    assert_eq!(end("Hiermit kündigen wir den Vertrag zum 31. Mai 2027."), Some("2027-05-31".into()));
    assert_eq!(end("We will not renew. Our last day is 14 April."), Some("2027-04-14".into()));
    assert_eq!(end("We will not renew. See you on 14 April."), None);
}

#[test]
fn only_the_customers_own_words_give_notice_and_a_colleague_may_tell_of_it() {
    assert_eq!(heard_of("Lena Roth <lena@ours.example>", "We hereby terminate the agreement."), Vec::new());
    let quoted = "Thanks, we will look at it.\n\nOn Mon, Mar 1, 2027 at 9:00 AM Lena Roth <lena@ours.example> wrote:\n> We hereby terminate the agreement.\n";
    assert_eq!(heard(quoted), Vec::new());
    let account = account();
    let told = |text: &str| {
        let note = Note {
            id: "n1".to_owned(),
            account: account.domain.clone(),
            written_at: "2027-03-09T09:00:00Z".parse().unwrap(),
            author: "Lena Roth".to_owned(),
            text: text.to_owned(),
            url: None,
        };
        of_note(&note, &Setting::new(&account, &[])).into_iter().map(|notice| notice.withdrawn).collect::<Vec<_>>()
    };
    assert_eq!(told("They gave notice on the phone."), [false]);
    assert_eq!(told("Fjordline won't renew, says Ada."), [false]);
    assert_eq!(told("Kunde hat den Vertrag gekündigt."), [false]);
    assert_eq!(told("They withdrew their notice."), [true]);
    assert_eq!(told("Ada has given notice, her last day is in May."), [] as [bool; 0]);
    assert_eq!(told("Asked whether they have given notice."), [] as [bool; 0]);
}
