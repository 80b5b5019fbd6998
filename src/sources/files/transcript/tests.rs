//! Transcripts as recorders write them.

use proptest::prelude::*;

use super::cue::seconds;
use super::*;
use crate::domain::activity::Side;

fn details() -> CallDetails {
    let started_at = Some("2026-01-05T15:00:00+01:00".parse().unwrap());
    CallDetails { started_at, domain: Some("quarz.example".to_owned()), ..CallDetails::default() }
}

fn found(piece: &Piece) -> (Vec<Whose>, Call) {
    match piece.outcome.as_deref() {
        Ok([Found::Record(whose, record)]) => match record.as_ref() {
            Record::Call(call) => (whose.clone(), call.clone()),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn read(kind: FileKind, text: &str) -> Call {
    let pieces = read_transcript(kind, "call.vtt", text.as_bytes(), &details(), Zone::UTC);
    assert_eq!(pieces.len(), 1);
    found(&pieces[0]).1
}

fn turns(call: &Call) -> Vec<(&str, &str, Option<f64>)> {
    call.transcript.iter().map(|turn| (turn.speaker.as_str(), turn.text.as_str(), turn.at_seconds)).collect()
}

#[test]
fn voice_tags_become_turns_and_a_row_of_one_speaker_is_one() {
    let call = read(
        FileKind::WebVtt,
        "\u{feff}WEBVTT\r\nKind: captions\r\n\r\nNOTE made by a program\r\nKim: not said\r\n\r\n1\r\n00:01.000 --> 00:02.500 align:start\r\n\
         <v.first Ida Moor>We like <i>it</i> &amp; use it.</v>\r\n\r\n2\r\n00:02.500 --> 00:04.000\r\n<v Ida Moor>Every day.</v>\r\n\r\n\
         1:00:00.000 --> 1:00:01.250\r\n<v Bo (Tarn)>Good.</v> <v Ida Moor>Yes.\r\n",
    );
    assert_eq!(
        turns(&call),
        [
            ("Ida Moor", "We like it & use it. Every day.", Some(1.0)),
            ("Bo (Tarn)", "Good.", Some(3600.0)),
            ("Ida Moor", "Yes.", Some(3600.0))
        ]
    );
    assert_eq!((call.duration_seconds, call.title.as_str()), (3601, "call"));
}

#[test]
fn names_before_a_colon_are_speakers_where_many_cues_have_them() {
    let call = read(
        FileKind::SubRip,
        "1\n00:00:01,000 --> 00:00:02,000\nIda Moor: There is one thing: the export.\n2\n00:00:02,000 --> 00:00:03,000\n\
         kim doe [host]: Which one?\nOn Monday?\n\n3\n00:00:03,500 --> 00:00:04,000\nSpeaker 2: See https://quarz.example\n",
    );
    assert_eq!(
        turns(&call),
        [
            ("Ida Moor", "There is one thing: the export.", Some(1.0)),
            ("kim doe [host]", "Which one? On Monday?", Some(2.0)),
            ("Speaker 2", "See https://quarz.example", Some(3.5))
        ]
    );
    let prose = "1\n00:01 --> 00:02\nWe have a plan\n\n2\n00:02 --> 00:03\nand it begins.\n\n3\n00:03 --> 00:04\nAt noon\n\n\
                 4\n00:04 --> 00:05\nNote: that is early\n";
    let call = read(FileKind::SubRip, prose);
    assert_eq!(
        turns(&call),
        [("Unknown speaker", "We have a plan and it begins. At noon Note: that is early", Some(1.0))]
    );
}

#[test]
fn captions_that_roll_or_grow_are_there_once_and_what_people_repeat_stays() {
    let call = read(
        FileKind::WebVtt,
        "WEBVTT\n\n00:01.000 --> 00:02.000\nthe export takes\n\n00:02.000 --> 00:03.000\nthe export takes\nfar too long\n\n\
         00:03.000 --> 00:04.000\nfar too long\nfor all of us\n\n00:04.000 --> 00:05.000\nfor all of us here\n\n\
         00:05.000 --> 00:06.000\nYes.\n\n00:06.000 --> 00:07.000\nYes.\n",
    );
    assert_eq!(call.transcript[0].text, "the export takes far too long for all of us for all of us here Yes. Yes.");
    let grows =
        "WEBVTT\n\n00:01.000 --> 00:02.000\nit takes far too\n\n00:02.000 --> 00:03.000\nit takes far too long\n";
    assert_eq!(read(FileKind::WebVtt, grows).transcript[0].text, "it takes far too long");
}

#[test]
fn names_above_the_times_and_cues_of_json_are_read() {
    let above = "WEBVTT\n\n1 \"Ida Moor\" (77)\n00:01.000 --> 00:02.000\nWe are done.\n";
    assert_eq!(turns(&read(FileKind::WebVtt, above)), [("Ida Moor", "We are done.", Some(1.0))]);
    let object = "WEBVTT\n\n00:01.000 --> 00:02.000\n{\"speakerName\":\"Ida Moor\",\"spokenText\":\"We are done.\"}\n";
    assert_eq!(turns(&read(FileKind::WebVtt, object)), [("Ida Moor", "We are done.", Some(1.0))]);
}

#[test]
fn what_a_blank_line_cuts_off_is_kept() {
    let call = read(
        FileKind::SubRip,
        "1\n00:00:01,000 --> 00:00:02,000\nfirst part,\n\nsecond part\n\n2\nno --> time\nthird\n",
    );
    assert_eq!(call.transcript[0].text, "first part, second part third");
}

#[test]
fn the_json_of_recorders_is_read_by_its_fields() {
    let wanted = [("Ida Moor", "It is slow. Very slow.", Some(1.5)), ("Kim Lund", "Since when?", Some(4.0))];
    for json in [
        r#"[{"speaker":"Ida Moor","text":"It is slow.","start":1.5},{"speaker":"Ida Moor","text":"Very slow."},{"speaker":"Kim Lund","text":"Since when?","start":"00:00:04"}]"#,
        r#"{"data":{"transcript":{"title":"Talk","sentences":[{"index":0,"speaker_name":"Ida Moor","speaker_id":0,"text":"It is slow.","start_time":1.5,"end_time":2.0},{"speaker_name":"Ida Moor","text":"Very slow.","start_time":2.5},{"speaker_name":"Kim Lund","text":"Since when?","start_time":4.0}]}}}"#,
        r#"{"transcript":[{"speakerId":"91","topic":"x","sentences":[{"start":1500,"end":2000,"text":"It is slow."},{"start":2500,"end":3000,"text":"Very slow."}]},{"speakerId":"92","sentences":[{"start":4000,"end":90000,"text":"Since when?"}]}],"parties":[{"speakerId":"91","name":"Ida Moor","emailAddress":"ida@quarz.example","affiliation":"External"},{"speakerId":"92","name":"Kim Lund","affiliation":"Internal"}]}"#,
        r#"{"speakers":[{"id":0,"name":"Ida Moor"},{"id":1,"name":"Kim Lund"}],"monologues":[{"speaker":0,"elements":[{"type":"text","value":"It","ts":1.5},{"type":"punct","value":" "},{"type":"text","value":"is slow. Very slow."}]},{"speaker":1,"elements":[{"type":"text","value":"Since when?","ts":4.0}]}]}"#,
        r#"{"started_at":"2026-01-05T15:00:00Z","transcriptEntries":[{"participant":"Ida Moor","text":"It is slow. Very slow.","startTime":"2026-01-05T15:00:01.500Z"},{"participant":"Kim Lund","text":"Since when?","startTime":"2026-01-05T15:00:04Z"}]}"#,
        r#"{"utterances":[{"speaker":{"name":"Ida Moor"},"start_ms":1500,"text":"It is slow. Very slow."},{"speaker":{"name":"Kim Lund"},"start_ms":4000,"text":"Since when?"}]}"#,
    ] {
        assert_eq!(turns(&read(FileKind::Transcript, json)), wanted, "{json}");
    }
}

#[test]
fn what_the_json_says_of_its_calls_is_kept() {
    let json = r#"{"callTranscripts":[
        {"callId":"c1","metaData":{"title":"Kick-off","started":"2026-02-01T10:00:00Z"},"transcript":[{"speakerId":"9","sentences":[{"start":0,"text":"Hello there."}]}]},
        {"callId":"c2","transcript":[]}],
        "parties":[{"speakerId":"9","name":"Ida","emailAddress":"ida@quarz.example","affiliation":"External"},{"speakerId":"10","name":"Bo","emailAddress":"bo@sill.example"}]}"#;
    let pieces =
        read_transcript(FileKind::Transcript, "calls.json", json.as_bytes(), &CallDetails::default(), Zone::UTC);
    let (whose, call) = found(&pieces[0]);
    assert_eq!((call.id.as_str(), call.title.as_str()), ("c1", "Kick-off"));
    assert_eq!(call.started_at.to_string(), "2026-02-01T10:00:00Z");
    assert_eq!((call.participants.len(), call.participants[0].side), (1, Side::Customer));
    assert_eq!(whose, [Whose::Addresses(vec!["ida@quarz.example".to_owned(), "bo@sill.example".to_owned()])]);
    assert!(pieces[0].made.contains("1 of those who took part"), "{}", pieces[0].made);
    assert!(pieces[1].outcome.is_err() && pieces.len() == 2);
}

#[test]
fn the_name_of_a_file_says_when_a_call_began_and_what_it_was_called() {
    let berlin = Zone::named("Europe/Berlin").unwrap();
    for (name, started, title) in [
        ("GMT20260105-150000_Recording.transcript.vtt", Some("2026-01-05T15:00:00Z"), None),
        (
            "in/Kick-off with Quarz-20260105_150000-Meeting Recording.vtt",
            Some("2026-01-05T15:00:00+01:00"),
            Some("Kick-off with Quarz- -Meeting"),
        ),
        ("Weekly 2026-01-05.vtt", Some("2026-01-05T00:00:00+01:00"), Some("Weekly")),
        ("2026-07-05 14.30.00 Review.srt", Some("2026-07-05T14:30:00+02:00"), Some("Review")),
        ("transcript.vtt", None, None),
    ] {
        let hints = named_in(name, berlin);
        assert_eq!(hints.started_at.map(|at| at.to_string()).as_deref(), started, "{name}");
        assert_eq!(hints.title.as_deref(), title, "{name}");
    }
}

#[test]
fn a_call_of_nobody_or_no_time_or_no_words_is_refused_with_a_sentence() {
    let text = "WEBVTT\n\n00:01.000 --> 00:02.000\nKim: Hello\n";
    let reason = |details: &CallDetails, kind, text: &str| {
        read_transcript(kind, "x.vtt", text.as_bytes(), details, Zone::UTC)[0].outcome.clone().unwrap_err()
    };
    let no_time = CallDetails { started_at: None, ..details() };
    assert!(reason(&no_time, FileKind::WebVtt, text).contains("when the call began"));
    let nobody = CallDetails { domain: None, ..details() };
    assert!(reason(&nobody, FileKind::WebVtt, text).contains("whose call it is"));
    assert!(reason(&details(), FileKind::WebVtt, "WEBVTT\n\n").contains("nobody says anything"));
    assert!(reason(&details(), FileKind::Transcript, "{\"a\": 1}").contains("lists nothing"));
    assert!(reason(&details(), FileKind::Transcript, "{").contains("not valid JSON"));
    let changed = CallDetails { started_at: None, modified_at: details().started_at, ..details() };
    let pieces = read_transcript(FileKind::WebVtt, "x.vtt", text.as_bytes(), &changed, Zone::UTC);
    assert!(pieces[0].made.contains("when the file was changed"), "{}", pieces[0].made);
}

#[test]
fn a_call_has_the_same_name_whatever_is_known_beside_it() {
    let text = "WEBVTT\n\n00:01.000 --> 00:02.000\nKim: Hello\n";
    let other = CallDetails { title: Some("Talk".to_owned()), ..details() };
    let id = |details: &CallDetails| {
        found(&read_transcript(FileKind::WebVtt, "x.vtt", text.as_bytes(), details, Zone::UTC)[0]).1.id
    };
    assert_eq!(id(&details()), id(&other));
}

proptest! {
    #[test]
    fn a_time_reads_back_as_it_was_written(thousandths in 0_u32..400_000_000, comma in any::<bool>(), hours in any::<bool>()) {
        let (whole, part) = (thousandths / 1000, thousandths % 1000);
        let (hour, minute, second) = (whole / 3600, whole / 60 % 60, whole % 60);
        let sign = if comma { ',' } else { '.' };
        let minutes = format!("{minute:02}:{second:02}{sign}{part:03}");
        let text = if hours || hour > 0 { format!("{hour:02}:{minutes}") } else { minutes };
        prop_assert!((seconds(&text).unwrap() - f64::from(thousandths) / 1000.0).abs() < 1e-6);
    }

    #[test]
    fn what_another_program_writes_is_read_as_it_was_meant(
        cues in proptest::collection::vec((0_u64..30_000, "(Ida Moor|Kim Lund|Bo)", "[a-z]{1,8}( [a-z]{1,8}){0,6}"), 1..12),
    ) {
        use subtp::vtt::{VttBlock, VttCue, VttTimestamp, VttTimings, WebVtt};
        let mut at = 0;
        let mut file = WebVtt::default();
        let mut words = Vec::new();
        for (length, speaker, text) in &cues {
            // A pause between cues: nothing rolls.
            let (start, end) = (std::time::Duration::from_millis(at), std::time::Duration::from_millis(at + length));
            at += length + 5_000;
            file.blocks.push(VttBlock::Que(VttCue {
                identifier: None,
                timings: VttTimings { start: VttTimestamp::from(start), end: VttTimestamp::from(end) },
                settings: None,
                payload: vec![format!("<v {speaker}>{text}")],
            }));
            words.push(text.clone());
        }
        let call = read(FileKind::WebVtt, &file.render());
        let read: Vec<&str> = call.transcript.iter().map(|turn| turn.text.as_str()).collect();
        prop_assert_eq!(read.join(" "), words.join(" "));
        prop_assert_eq!(&call.transcript[0].speaker, &cues[0].1);
    }

    #[test]
    fn no_bytes_make_a_reader_of_transcripts_panic(
        kind in prop::sample::select(vec![FileKind::WebVtt, FileKind::SubRip, FileKind::Transcript]),
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        pieces in proptest::collection::vec(prop_oneof![
            Just("WEBVTT\n".to_owned()), Just("00:01.000 --> 00:02.000\n".to_owned()), Just("--> \n".to_owned()), Just("\n".to_owned()),
            Just("<v Kim>".to_owned()), Just("NOTE\n".to_owned()), Just("Kim: ".to_owned()), "[ -~é]{0,20}\n",
        ], 0..20),
        json in "[\\[\\]{}:,\"0-9a-z ]{0,60}",
    ) {
        let _ = read_transcript(kind, "x", &bytes, &details(), Zone::UTC);
        let _ = read_transcript(FileKind::WebVtt, "20260105-1500", pieces.concat().as_bytes(), &details(), Zone::UTC);
        for shape in [format!("{{\"transcript\":[{{\"text\":\"a\",\"start\":{json}}}]}}"), format!("{{\"sentences\":{json}}}")] {
            let _ = read_transcript(FileKind::Transcript, &json, shape.as_bytes(), &details(), Zone::UTC);
        }
    }
}
