//! A file on its way to the forge, read from the disk while it is sent.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http_body::{Body, Frame, SizeHint};
use octocrab::{OctoBody, Octocrab};
use sha2::{Digest as _, Sha256};

use crate::model::sums::Sha256Sum;

/// So many bytes are read at once.
const PIECE: u64 = 1 << 16;
/// A connection that sends less in a second counts as broken.
const LEAST_BYTES_A_SECOND: u64 = 50_000;

/// A file to send.
#[derive(Debug)]
pub(super) struct Parcel {
    path: PathBuf,
    size: u64,
    sum: Arc<Mutex<Option<Sha256Sum>>>,
}

impl Parcel {
    pub(super) fn new(path: &Path, size: u64) -> Self {
        Self { path: path.to_owned(), size, sum: Arc::default() }
    }

    /// Returns the sum of what was sent, once all of it was.
    pub(super) fn sum(&self) -> Option<Sha256Sum> {
        self.sum.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns how much longer than for other answers to wait.
    pub(super) fn patience(&self) -> Duration {
        Duration::from_secs(self.size / LEAST_BYTES_A_SECOND)
    }

    /// Makes the request, with the file at its beginning.
    pub(super) fn request(&self, client: &Octocrab, address: &str) -> Result<http::Request<OctoBody>, String> {
        let told = |error: &dyn std::error::Error| error.to_string();
        let file = File::open(&self.path).map_err(|error| told(&error))?;
        *self.sum.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let body = FileBody { file, left: self.size, digest: Sha256::new(), sum: Arc::clone(&self.sum) };
        let head = http::request::Builder::new().method(http::Method::POST).uri(address);
        let request = client.build_request(head, None::<&()>).map_err(|error| told(&error))?;
        let (mut head, _) = request.into_parts();
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from(self.size));
        head.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        Ok(http::Request::from_parts(head, OctoBody::new(body)))
    }
}

struct FileBody {
    file: File,
    left: u64,
    digest: Sha256,
    sum: Arc<Mutex<Option<Sha256Sum>>>,
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = std::io::Error;

    // Reading blocks, and nothing else runs in the runtime meanwhile.
    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let mut piece = Vec::new();
        let most = self.left.min(PIECE);
        if let Err(error) = (&self.file).take(most).read_to_end(&mut piece) {
            return Poll::Ready(Some(Err(error)));
        }
        if piece.is_empty() {
            let short = std::io::Error::other("the file became shorter while it was sent");
            return Poll::Ready(Some(Err(short)));
        }
        self.digest.update(&piece);
        self.left -= piece.len() as u64;
        if self.left == 0 {
            let sum = Sha256Sum::finish(self.digest.clone());
            *self.sum.lock().unwrap_or_else(PoisonError::into_inner) = Some(sum);
        }
        Poll::Ready(Some(Ok(Frame::data(piece.into()))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
