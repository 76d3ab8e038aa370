//! What is attached to a message?

/// A file to attach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, without folders.
    pub name: String,
    /// Its media type, such as `text/plain`.
    pub kind: String,
    /// Its alternative text.
    pub description: Option<String>,
    /// Its contents.
    pub bytes: Vec<u8>,
}

impl File {
    /// Returns a text file.
    #[must_use]
    pub fn text(name: &str, text: &str) -> File {
        File {
            name: name.to_owned(),
            kind: "text/plain; charset=utf-8".to_owned(),
            description: None,
            bytes: text.as_bytes().to_vec(),
        }
    }
}
