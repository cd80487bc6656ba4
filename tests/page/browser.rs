//! A real Chromium, spoken to over its own protocol: <https://chromedevtools.github.io/devtools-protocol/>.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// The browser, where there is one; CI must have it.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the test command says where the browser is, and is told where it does not"
)]
pub(crate) fn chromium() -> Option<String> {
    let chromium = std::env::var("CHROMIUM").ok();
    assert!(
        chromium.is_some() || std::env::var_os("CI").is_none(),
        "CHROMIUM is not set; run .ci/test"
    );
    if chromium.is_none() {
        println!("CHROMIUM is not set, so the page was NOT tested; .ci/test sets it");
    }
    chromium
}

/// The rules of axe-core, where they are there: <https://github.com/dequelabs/axe-core>.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the test command says where the rules are, and is told where it does not"
)]
pub(crate) fn axe() -> Option<String> {
    let Some(file) = std::env::var_os("AXE_CORE") else {
        println!("AXE_CORE is not set, so axe-core's rules were NOT checked; .ci/test sets it");
        return None;
    };
    Some(std::fs::read_to_string(file).unwrap())
}

/// Where pictures of the pages are to be kept, for people to look at.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever wants to look says where"
)]
pub(crate) fn pictures() -> Option<std::path::PathBuf> {
    std::env::var_os("PAGE_PICTURES").map(Into::into)
}

/// A tab of a browser.
pub(crate) struct Browser {
    process: Child,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    session: Option<String>,
    calls: u64,
    /// What happened and nobody has asked for yet.
    events: Vec<Value>,
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Browser {
    pub(crate) async fn open(chromium: &str, profile: &Path) -> Self {
        let mut process = Command::new(chromium)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
            ])
            .args([
                "--disable-sync",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
            ])
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg("about:blank")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let address = tokio::task::spawn_blocking(move || {
            let address = lines.find_map(|line| {
                let line = line.unwrap();
                line.strip_prefix("DevTools listening on ")
                    .map(str::to_owned)
            });
            // What else it has to say is read, so that it never waits for a reader.
            std::thread::spawn(move || lines.for_each(drop));
            address.unwrap()
        })
        .await
        .unwrap();
        let (socket, _) = tokio_tungstenite::connect_async(&address).await.unwrap();
        let mut browser = Self {
            process,
            socket,
            session: None,
            calls: 0,
            events: Vec::new(),
        };
        let target = browser
            .call("Target.createTarget", json!({"url": "about:blank"}))
            .await;
        let options = json!({"targetId": target["targetId"], "flatten": true});
        let attached = browser.call("Target.attachToTarget", options).await;
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page.enable", "Runtime.enable", "Log.enable"] {
            browser.call(domain, json!({})).await;
        }
        browser
    }

    pub(crate) async fn call(&mut self, method: &str, params: Value) -> Value {
        self.calls += 1;
        let id = self.calls;
        let mut call = json!({"id": id, "method": method, "params": params});
        if let Some(session) = &self.session {
            call["sessionId"] = json!(session);
        }
        self.socket
            .send(Message::text(call.to_string()))
            .await
            .unwrap();
        loop {
            let message = self.next().await;
            if message["id"] == id {
                assert!(message["error"].is_null(), "{method}: {message}");
                return message["result"].clone();
            }
            self.events.push(message);
        }
    }

    async fn next(&mut self) -> Value {
        loop {
            let message = self.socket.next().await.unwrap().unwrap();
            if let Message::Text(text) = message {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }

    /// Goes to a page, and waits until it is there.
    pub(crate) async fn goes_to(&mut self, url: &str) {
        self.events.clear();
        self.call("Page.navigate", json!({"url": url})).await;
        let is_there = |event: &Value| event["method"] == "Page.loadEventFired";
        while !self.events.iter().any(is_there) {
            let event = self.next().await;
            self.events.push(event);
        }
    }

    /// What the page complained of since it was gone to, such as what its policy forbids.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let entries = self
            .events
            .iter()
            .filter(|event| event["method"] == "Log.entryAdded");
        let texts = entries.map(|event| event["params"]["entry"]["text"].to_string());
        texts.collect()
    }

    /// What an expression comes to in the page.
    pub(crate) async fn evaluates(&mut self, expression: &str) -> Value {
        let options =
            json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let result = self.call("Runtime.evaluate", options).await;
        assert!(result["exceptionDetails"].is_null(), "{result}");
        result["result"]["value"].clone()
    }

    /// Has the page so wide, as on a phone or on a desk.
    pub(crate) async fn is_wide(&mut self, width: u32) {
        let is_phone = width < 600;
        let metrics = json!({
            "width": width, "height": 800, "deviceScaleFactor": if is_phone { 2 } else { 1 },
            "mobile": is_phone,
        });
        self.call("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// Has the page as on a screen or on paper (`print`), in light or in dark.
    pub(crate) async fn looks(&mut self, media: &str, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        let media = json!({"media": media, "features": features});
        self.call("Emulation.setEmulatedMedia", media).await;
    }

    pub(crate) async fn presses(&mut self, key: &str) {
        let code = match key {
            "Tab" => 9,
            _ => 13,
        };
        for kind in ["rawKeyDown", "keyUp"] {
            let event =
                json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code});
            self.call("Input.dispatchKeyEvent", event).await;
            if key == "Enter" && kind == "rawKeyDown" {
                let event = json!({"type": "char", "text": "\r"});
                self.call("Input.dispatchKeyEvent", event).await;
            }
        }
    }

    /// Keeps a picture of the whole page.
    pub(crate) async fn draws(&mut self, file: &Path) {
        let options = json!({"captureBeyondViewport": true});
        let picture = self.call("Page.captureScreenshot", options).await;
        let bytes = BASE64_STANDARD
            .decode(picture["data"].as_str().unwrap())
            .unwrap();
        std::fs::write(file, bytes).unwrap();
    }
}
