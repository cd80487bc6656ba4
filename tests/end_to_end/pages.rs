//! Pages, fetched over a real socket as a browser does.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::world::World;

/// An answer, taken apart.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) status: u16,
    pub(crate) headers: String,
    pub(crate) body: String,
}

impl Fetched {
    pub(crate) fn header(&self, name: &str) -> String {
        let line = self.headers.lines().find(|line| {
            let (key, _) = line.split_once(": ").unwrap_or_default();
            key.eq_ignore_ascii_case(name)
        });
        let (_, value) = line.unwrap().split_once(": ").unwrap();
        value.to_owned()
    }
}

/// Pages over this world, reached at `https://example.org`.
pub(crate) async fn pages(world: &World) -> SocketAddr {
    let facilitation = Arc::clone(world.simulation.facilitation());
    facilitation
        .public_url
        .get_or_init(|| "https://example.org".to_owned());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = convener::web::router(facilitation);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

pub(crate) async fn fetch(address: SocketAddr, path: &str, header: &str) -> Fetched {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{header}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (headers, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = headers.split(' ').nth(1).unwrap().parse().unwrap();
    Fetched {
        status,
        headers: headers.to_owned(),
        body: body.to_owned(),
    }
}
