//! What may be fetched?
//!
//! To add a page: a file of its noun with its route, merged in [`router`].

mod archive;
mod calendar;
mod health;
mod metrics;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::facilitation::{Facilitation, Fault};

/// Serves pages until it is told to stop.
///
/// A port that is taken is told in the log and is no reason to stop: meetups are reminded of without
/// pages, too.
pub async fn run(facilitation: Arc<Facilitation>, listen: SocketAddr, stop: CancellationToken) {
    match Pages::bind(listen).await {
        Ok(pages) => {
            tracing::info!(%listen, "serving pages");
            pages.serve(facilitation, stop).await;
        }
        Err(error) => {
            tracing::warn!(
                %listen, %error,
                "no page is served; give another address as web.listen, or leave it empty"
            );
            stop.cancelled().await;
        }
    }
}

/// Pages that have a port, before anybody is served.
#[derive(Debug)]
pub struct Pages {
    listener: TcpListener,
}

impl Pages {
    /// Takes a port; 0 is any that is free.
    pub async fn bind(listen: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        Ok(Self { listener })
    }

    /// Where they are.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves them until it is told to stop.
    pub async fn serve(self, facilitation: Arc<Facilitation>, stop: CancellationToken) {
        let stopped = stop.clone().cancelled_owned();
        let served =
            axum::serve(self.listener, router(facilitation)).with_graceful_shutdown(stopped);
        // A reader that keeps its connection open does not hold up the end.
        tokio::select! {
            served = served => {
                if let Err(error) = served {
                    tracing::error!(%error, "pages not served any more");
                }
            }
            () = stop.cancelled() => {}
        }
        stop.cancelled().await;
    }
}

/// All pages.
pub fn router(facilitation: Arc<Facilitation>) -> Router {
    Router::new()
        .merge(archive::router())
        .merge(calendar::router())
        .merge(health::router())
        .merge(metrics::router())
        .with_state(facilitation)
}

/// What is told where our own fault is the cause; the cause stands in the log.
fn fault(fault: &Fault) -> (StatusCode, &'static str) {
    tracing::error!(error = %fault, "page not made");
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something went wrong on our side. Please try again in a minute.\n",
    )
}
