//! Several files read as one, so that a record may name an account of a later file; line numbers stay those of each file.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::fs::File;
use tokio::io::{AsyncBufRead, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream};

use super::super::output::Failure;
use super::convert::{Converted, Reading, convert, foreign};
use crate::app::ImportSummary;

/// Bytes moved at a time.
const CHUNK: usize = 256 * 1024;

type Reader = Box<dyn AsyncRead + Send + Unpin>;

/// A file that is open.
struct Opened {
    name: String,
    reader: Reader,
    /// What becomes of it, where it is not in the import format.
    converted: Option<Converted>,
}

/// Files that are open.
pub(super) struct Input {
    files: Vec<Opened>,
}

/// Which lines of the whole are which file's; known once the whole was read.
pub(super) struct Lines {
    read: Arc<Mutex<Read>>,
    single: bool,
    /// Files that are not in the import format, by name.
    converted: Vec<(String, Converted)>,
}

#[derive(Default)]
struct Read {
    /// Name of each file and how many lines were read before it.
    files: Vec<(String, u64)>,
    /// The file that could not be read to its end.
    broken: Option<String>,
}

impl Input {
    /// Opens `paths`; `-` is standard input.
    pub(super) async fn open(paths: Vec<PathBuf>, reading: &Reading) -> Result<Self, Failure> {
        let mut files: Vec<Opened> = Vec::with_capacity(paths.len());
        for path in paths {
            if path.as_os_str() == "-" {
                let name = "standard input".to_owned();
                files.push(Opened { name, reader: Box::new(tokio::io::stdin()), converted: None });
                continue;
            }
            let name = path.display().to_string();
            let cannot = |why: String| Failure::failed(format!("{name} cannot be read: {why}"));
            let file = File::open(&path).await.map_err(|error| cannot(error.to_string()))?;
            let metadata = file.metadata().await.map_err(|error| cannot(error.to_string()))?;
            if metadata.is_dir() {
                return Err(Failure::failed(format!(
                    "{name} is a folder; name the files in it, such as {name}/*.jsonl"
                )));
            }
            // A pipe cannot be looked into and then read from its beginning.
            let kind = if metadata.is_file() { foreign(&path).map_err(&cannot)? } else { None };
            let Some(kind) = kind else {
                files.push(Opened { name, reader: Box::new(file), converted: None });
                continue;
            };
            let (reader, converted) = convert(path, kind, reading.clone()).map_err(&cannot)?;
            files.push(Opened { name, reader: Box::new(reader), converted: Some(converted) });
        }
        Ok(Self { files })
    }

    /// The whole as one reader, the name it goes by, and what tells its lines apart afterwards.
    pub(super) fn read(self) -> (Option<String>, Box<dyn AsyncBufRead + Send + Unpin>, Lines) {
        let single = self.files.len() == 1;
        let name = if single { self.files.first().map(|file| file.name.clone()) } else { None };
        let converted =
            self.files.iter().filter_map(|file| Some((file.name.clone(), file.converted.clone()?))).collect();
        let read = Arc::new(Mutex::new(Read::default()));
        let (reading, writing) = tokio::io::duplex(CHUNK);
        tokio::spawn(copy(self.files, writing, Arc::clone(&read)));
        (name, Box::new(BufReader::with_capacity(CHUNK, reading)), Lines { read, single, converted })
    }
}

async fn copy(files: Vec<Opened>, mut writing: DuplexStream, read: Arc<Mutex<Read>>) {
    let mut lines = 0;
    let mut buffer = vec![0; CHUNK];
    for Opened { name, reader: mut file, .. } in files {
        read.lock().unwrap_or_else(PoisonError::into_inner).files.push((name.clone(), lines));
        let mut last = b'\n';
        loop {
            match file.read(&mut buffer).await {
                Ok(0) => break,
                Ok(count) => {
                    let bytes = &buffer[..count];
                    lines += newlines(bytes);
                    last = bytes[count - 1];
                    if writing.write_all(bytes).await.is_err() {
                        return;
                    }
                }
                Err(error) => {
                    read.lock().unwrap_or_else(PoisonError::into_inner).broken =
                        Some(format!("{name} could not be read to its end: {error}"));
                    return;
                }
            }
        }
        if last != b'\n' {
            lines += 1;
            if writing.write_all(b"\n").await.is_err() {
                return;
            }
        }
    }
}

/// How many lines end in `bytes`.
pub(in super::super) fn newlines(bytes: &[u8]) -> u64 {
    bytes.split(|byte| *byte == b'\n').count().saturating_sub(1) as u64
}

impl Lines {
    /// Gives the rejected lines of `summary` their file and their number in it, and says what was made of files that are not
    /// in the import format.
    pub(super) fn name(&self, summary: &mut ImportSummary) -> BTreeMap<String, u64> {
        if !self.single {
            let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
            for rejected in &mut summary.rejected {
                if let Some((name, before)) = read.files.iter().rev().find(|(_, before)| *before < rejected.line) {
                    rejected.file = Some(name.clone());
                    rejected.line -= before;
                }
            }
        }
        let mut made = BTreeMap::new();
        for (name, converted) in &self.converted {
            for (what, count) in converted.name(name, summary) {
                *made.entry(what).or_default() += count;
            }
        }
        made
    }

    /// Whether every file was read to its end.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let broken = self.read.lock().unwrap_or_else(PoisonError::into_inner).broken.take();
        let unread = |(name, file): &(String, Converted)| {
            Some(format!("{name} could not be read to its end: {}", file.broken()?))
        };
        let broken = broken.or_else(|| self.converted.iter().find_map(unread));
        broken.map_or(Ok(()), |sentence| Err(Failure::failed(sentence)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::RejectedLine;

    #[tokio::test]
    async fn a_line_of_several_files_keeps_its_file_and_number() {
        let folder = tempfile::tempdir().unwrap();
        let paths = [("a.jsonl", "one\ntwo"), ("b.jsonl", "three\nfour\n")].map(|(name, text)| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        });
        let (_, mut reader, lines) = Input::open(paths.to_vec(), &Reading::default()).await.unwrap().read();
        let mut text = String::new();
        reader.read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "one\ntwo\nthree\nfour\n");
        let rejected = |line| RejectedLine { file: None, line, reason: String::new() };
        let mut summary = ImportSummary { rejected: vec![rejected(2), rejected(4)], ..ImportSummary::default() };
        lines.name(&mut summary);
        let named: Vec<_> = summary.rejected.iter().map(|line| (line.file.as_deref().unwrap(), line.line)).collect();
        assert!(named[0].0.ends_with("a.jsonl") && named[0].1 == 2, "{named:?}");
        assert!(named[1].0.ends_with("b.jsonl") && named[1].1 == 2, "{named:?}");
    }

    #[tokio::test]
    async fn a_folder_is_refused_with_the_way_to_name_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let Err(Failure::Failed(sentence)) =
            Input::open(vec![folder.path().to_owned()], &Reading::default()).await.map(|_| ())
        else {
            panic!()
        };
        assert!(sentence.contains("*.jsonl"), "{sentence}");
    }
}
