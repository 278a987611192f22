//! Reading and writing of messages, each on a thread of its own.

use std::{
    io::{self, BufReader, Read, Write},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
};

use lsp_server::Message;

use crate::log::Log;

/// Returns the messages of the input. Invalid messages are logged and skipped. The channel closes at the end of the input.
pub(crate) fn incoming(input: impl Read + Send + 'static, log: Log) -> Receiver<Message> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut input = BufReader::new(input);
        loop {
            match Message::read(&mut input) {
                Ok(Some(message)) => {
                    let is_exit = matches!(&message, Message::Notification(notification) if notification.method == "exit");
                    if sender.send(message).is_err() || is_exit {
                        return;
                    }
                }
                Ok(None) => return,
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    log.write_line(&format!("invalid message: {}", first_line(&error.to_string())));
                }
                Err(error) => {
                    log.write_line(&format!("cannot read: {error}"));
                    return;
                }
            }
        }
    });
    receiver
}

/// Returns the channel for messages to the client, and the thread that writes them. The thread ends when all senders are
/// dropped or when the output is closed.
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

/// Returns the start of a text that may be long and may contain the content of files.
fn first_line(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    &line[..line.floor_char_boundary(80)]
}
