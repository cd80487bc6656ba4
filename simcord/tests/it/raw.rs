//! Requests as bytes, for routes and bodies that the client library would not send.

use discord_openapi::Description;
use serde_json::Value;
use simcord::Simcord;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Sends a request of the bot and gives the status and the JSON of the answer.
pub(crate) async fn call(
    discord: &Simcord,
    method: &str,
    path: &str,
    sent: &Value,
) -> (u16, Value) {
    let address = discord.base_url().replace("http://", "");
    let body = if sent.is_null() {
        String::new()
    } else {
        sent.to_string()
    };
    let head = format!(
        "{method} /api/v10{path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bot {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        discord.token(),
        body.len()
    );
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let answer = serde_json::from_str(body).unwrap_or_default();
    if (200..300).contains(&status) {
        is_described(method, path, sent, status, &answer);
    }
    (status, answer)
}

/// What is taken and how it is answered must be as Discord describes it.
fn is_described(method: &str, path: &str, body: &Value, status: u16, answer: &Value) {
    let Some(description) = Description::from_environment() else {
        return;
    };
    let mut problems = description.problems_of_request(method, path, body);
    problems.extend(description.problems_of_answer(method, path, status, answer));
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
