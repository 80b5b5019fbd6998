//! Requests as Slack would sign them and as someone else would try, with what Bolt for Python answers to each.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use super::slack_validators::python;

/// One request of the battery.
pub struct Signed {
    /// What is special about it.
    pub name: String,
    /// Where it goes, after the scheme of `/slack/events`, `/slack/commands` and `/slack/interactivity`.
    pub path: String,
    /// Its headers, by their names in small letters.
    pub headers: Vec<(String, String)>,
    /// Its body, byte for byte.
    pub body: Vec<u8>,
    /// The status it must get: Bolt's, or ours where there is a reason to differ.
    pub status: u16,
    /// What Bolt answers.
    pub bolt: (u16, String),
}

impl Signed {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// The battery, signed with this secret at that time, in seconds since 1970.
pub fn battery(secret: &str, time: i64) -> Vec<Signed> {
    let given = ["--secret".to_owned(), secret.to_owned(), "--time".to_owned(), time.to_string()];
    let requests = python("battery.py").args(&given).stderr(Stdio::inherit()).output().unwrap().stdout;
    let mut bolt = python("bolt_oracle.py").args(&given).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut asking = bolt.stdin.take().unwrap();
    let asked = requests.clone();
    // While it reads, it answers; a pipe holds only so much.
    let writer = std::thread::spawn(move || asking.write_all(&asked).unwrap());
    let answers = bolt.wait_with_output().unwrap().stdout;
    writer.join().unwrap();
    let (requests, answers) = (lines(&requests), lines(&answers));
    assert!(!requests.is_empty() && requests.len() == answers.len(), "{} of {}", answers.len(), requests.len());
    requests.iter().zip(&answers).map(|(request, answer)| signed(request, answer)).collect()
}

fn lines(text: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(text).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn signed(request: &Value, answer: &Value) -> Signed {
    assert_eq!(request["name"], answer["name"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let status = |value: &Value| value.as_u64().map(|status| u16::try_from(status).unwrap());
    let bolt = status(&answer["status"]).unwrap();
    let headers = request["headers"].as_object().unwrap();
    Signed {
        name: text(&request["name"]),
        path: text(&request["path"]),
        headers: headers.iter().map(|(name, value)| (name.clone(), text(value))).collect(),
        body: from_base64(request["body"].as_str().unwrap()),
        status: status(&request["ours"]).unwrap_or(bolt),
        bolt: (bolt, text(&answer["body"])),
    }
}

/// The bytes that base64 stands for.
fn from_base64(text: &str) -> Vec<u8> {
    let digit = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => panic!("not base64"),
    };
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        held = (held << 6) | u32::from(digit(letter));
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    bytes
}
