//! A small SMTP server on a real socket: it takes mail, or behaves as badly as it is told to.

use std::sync::{Arc, Mutex};

use success_agent::config::{MailConfig, MailTls};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How the server behaves when a message has been handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It takes it.
    Takes,
    /// It refuses it.
    Refuses,
    /// It closes the connection without a word.
    Breaks,
}

/// A running server.
pub struct MailServer {
    port: u16,
    taken: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    /// Starts one.
    pub async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&taken);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let kept = Arc::clone(&kept);
                tokio::spawn(async move { drop(speak(stream, manner, &kept).await) });
            }
        });
        Self { port, taken }
    }

    /// How it is configured.
    pub fn config(&self) -> MailConfig {
        MailConfig {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            tls: MailTls::None,
            user: None,
            password: None,
            from: None,
        }
    }

    /// The messages that were handed over, whatever became of them.
    pub fn messages(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }
}

async fn speak(stream: TcpStream, manner: Manner, taken: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 test\r\n").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let verb = line.split_whitespace().next().unwrap_or_default().to_uppercase();
        match verb.as_str() {
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let mut message = String::new();
                loop {
                    line.clear();
                    if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
                        break;
                    }
                    message.push_str(&line);
                }
                taken.lock().unwrap().push(message);
                match manner {
                    Manner::Takes => stream.write_all(b"250 taken\r\n").await?,
                    Manner::Refuses => stream.write_all(b"554 no\r\n").await?,
                    Manner::Breaks => return Ok(()),
                }
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => stream.write_all(b"250 ok\r\n").await?,
        }
    }
}
