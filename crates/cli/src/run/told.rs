//! What is asked, for people: on standard error, and in a file.

use crate::error::CommandError;
use ifctl_rootless::Event;
use serde_json::json;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Where it is told.
pub(super) struct Told {
    is_traced: bool,
    record: Option<Record>,
}

/// A file, or what became of it.
#[derive(Clone)]
struct Record(Arc<Mutex<io::Result<BufWriter<File>>>>);

impl Record {
    fn write(&self, line: &str) {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(writer) = &mut *file
            && let Err(error) = writeln!(writer, "{line}")
        {
            *file = Err(error);
        }
    }
}

impl Told {
    pub(super) fn open(is_traced: bool, record: Option<&Path>) -> Result<Self, CommandError> {
        let open = |path: &Path| {
            let file = File::create(path).map_err(|error| {
                CommandError::failed(format!("cannot write {}: {error}", path.display()))
            })?;
            Ok::<_, CommandError>(Record(Arc::new(Mutex::new(Ok(BufWriter::new(file))))))
        };
        Ok(Self { is_traced, record: record.map(open).transpose()? })
    }

    /// Returns whether each request is told.
    pub(super) fn wants_all(&self) -> bool {
        self.is_traced || self.record.is_some()
    }

    /// Returns the code that is told of each event.
    pub(super) fn observer(&self) -> impl FnMut(&Event) + Send + use<> {
        let (is_traced, record, start) = (self.is_traced, self.record.clone(), Instant::now());
        move |event| {
            let is_ours = event.process == 0 && event.call == "refused";
            if is_traced || is_ours {
                // Nothing is left to tell where stderr itself cannot be written.
                let _ = io::stderr().write_all(format!("{event}\n").as_bytes());
            }
            if let Some(record) = &record {
                let errno = event.outcome.and_then(Result::err);
                let line = json!({
                    "seconds": start.elapsed().as_secs_f64(),
                    "process": event.process,
                    "program": event.program,
                    "call": event.call,
                    "subject": event.subject,
                    "answered": event.outcome.is_some(),
                    "error": errno.map(|errno| format!("{errno:?}")),
                });
                record.write(&line.to_string());
            }
        }
    }

    /// Writes what is left.
    pub(super) fn close(self) -> Result<(), CommandError> {
        let Some(Record(file)) = self.record else { return Ok(()) };
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        let flushed = match &mut *file {
            Ok(writer) => writer.flush(),
            Err(error) => Err(io::Error::other(error.to_string())),
        };
        flushed.map_err(|error| CommandError::failed(format!("cannot write the record: {error}")))
    }
}
