//! Messages in and out, each on a thread of its own.

use std::{
    io::{self, BufReader, Read, Write},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
};

use lsp_server::Message;

use crate::session::log::Log;

/// The messages that come in. What is no message is passed over, for the next one may be; the end of the input is the
/// end of the messages.
pub(crate) fn incoming(input: impl Read + Send + 'static, log: Log) -> Receiver<Message> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut input = BufReader::new(input);
        loop {
            match Message::read(&mut input) {
                Ok(Some(message)) => {
                    let is_exit = matches!(&message, Message::Notification(said) if said.method == "exit");
                    if sender.send(message).is_err() || is_exit {
                        return;
                    }
                }
                Ok(None) => return,
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    log.say(&format!("no message: {}", first_line(&error.to_string())));
                }
                Err(error) => {
                    log.say(&format!("cannot read: {error}"));
                    return;
                }
            }
        }
    });
    receiver
}

/// Where messages go out. The thread ends when nobody can send any more, or when nobody reads them.
pub(crate) fn outgoing(mut output: impl Write + Send + 'static) -> (Sender<Message>, thread::JoinHandle<()>) {
    let (sender, receiver) = channel::<Message>();
    let writer = thread::spawn(move || {
        for message in receiver {
            if message.write(&mut output).is_err() {
                return;
            }
        }
    });
    (sender, writer)
}

/// The beginning of what may be long, and may hold what is in a file.
fn first_line(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    &line[..line.floor_char_boundary(80)]
}
