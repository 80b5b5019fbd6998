//! Uploaded files.

use serde_json::{Value, json};

use super::super::app::TEAM;
use super::World;

/// The most bytes that are kept of all files; the oldest go first.
const MOST_BYTES: usize = 64 << 20;

/// An uploaded file.
#[derive(Clone, Debug)]
pub struct StoredFile {
    /// The id.
    pub id: String,
    /// The file's name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its content type.
    pub mimetype: String,
    /// Who uploaded it.
    pub user: String,
    /// Its bytes; none before they were uploaded.
    pub bytes: Option<Vec<u8>>,
    /// When it was made, in seconds since 1970.
    pub created: u64,
}

impl StoredFile {
    /// As `files.info` shows it.
    pub fn json(&self, origin: &str) -> Value {
        let kind = self.name.rsplit_once('.').map_or("text", |(_, end)| end);
        json!({
            "id": self.id, "created": self.created, "timestamp": self.created, "name": self.name, "title": self.title,
            "mimetype": self.mimetype, "filetype": kind, "pretty_type": kind.to_uppercase(), "user": self.user,
            "user_team": TEAM, "editable": false, "size": self.bytes.as_ref().map_or(0, Vec::len), "mode": "hosted",
            "is_external": false, "is_public": false, "url_private": format!("{origin}/files/{}", self.id),
            "url_private_download": format!("{origin}/files/{}/download", self.id),
            "permalink": format!("{origin}/files/{}", self.id), "file_access": "visible"
        })
    }
}

impl World {
    /// Makes place for a file and gives its id.
    pub fn add_file(&mut self, name: &str, user: &str, bytes: Option<Vec<u8>>) -> String {
        let id = self.next_id("F");
        let ending = name.rsplit_once('.').map(|(_, end)| end.to_lowercase());
        let mimetype = match ending.as_deref() {
            Some("csv") => "text/csv",
            Some("json") => "application/json",
            Some("pdf") => "application/pdf",
            Some("png") => "image/png",
            Some("jpg" | "jpeg") => "image/jpeg",
            Some("txt" | "md" | "eml") | None => "text/plain",
            Some(_) => "application/octet-stream",
        };
        self.files.push(StoredFile {
            id: id.clone(),
            name: name.to_owned(),
            title: name.to_owned(),
            mimetype: mimetype.to_owned(),
            user: user.to_owned(),
            bytes,
            created: self.now / super::SECOND,
        });
        while self.files.len() > 1
            && self.files.iter().map(|file| file.bytes.as_ref().map_or(0, Vec::len)).sum::<usize>() > MOST_BYTES
        {
            self.files.remove(0);
        }
        id
    }

    /// The file with this id.
    pub fn file(&self, id: &str) -> Option<&StoredFile> {
        self.files.iter().find(|file| file.id == id)
    }
}
