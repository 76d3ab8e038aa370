//! Reads the articles of a table, separated by commas, semicolons or tabs: one article per row, with columns
//! named by the first row.
//!
//! Columns have the same names as the fields of JSON objects, in any order; unknown columns are ignored. The
//! delimiter (`,`, `;` or a tab) is determined from the first row. A row ends at the end of a line, unless
//! that is inside quotation marks (RFC 4180). A row that cannot be read affects no other row: after an
//! unclosed quotation mark, reading continues with the next line. The text of an article is its cell, byte
//! for byte, except for the apostrophe of [`super::cell`].

use std::io::{BufRead, Read as _};

use csv::{ReaderBuilder, StringRecord, Terminator};

use super::budget::{LINE_BYTES, PASSED_BYTES};
use super::draft::Source;
use super::field::{Field, Fields, Value, field};
use super::{ParseError, Read, Reads, Reason, cell, decode, json};

/// Possible delimiters, the likeliest first.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// Returns the articles of a table, reading no further than the requested one and the end of its quoted
/// cells.
pub(super) fn rows<'a>(reader: Box<dyn BufRead + 'a>, source: Source) -> Reads<'a> {
    Box::new(Rows {
        reader,
        source,
        head: None,
        row: Vec::new(),
        left: Vec::new(),
        line: 1,
        next_line: 1,
        done: false,
    })
}

struct Rows<'a> {
    reader: Box<dyn BufRead + 'a>,
    source: Source,
    head: Option<Head>,
    row: Vec<u8>,
    /// Lines that were read but still have to be parsed, the next one last.
    left: Vec<Vec<u8>>,
    /// The line on which the row begins.
    line: u64,
    next_line: u64,
    done: bool,
}

/// The first row.
struct Head {
    delimiter: u8,
    names: Vec<String>,
}

impl Iterator for Rows<'_> {
    type Item = Result<Read, ParseError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            let result = match self.read() {
                Ok(true) => self.take(),
                Ok(false) => {
                    self.done = true;
                    let empty = ParseError { line: None, reason: Reason::Empty };
                    return self.head.is_none().then_some(Err(empty));
                }
                Err(reason) => Err(reason),
            };
            match result {
                Ok(None) => {}
                Ok(Some(read)) => return Some(Ok(read.on(self.line))),
                Err(reason) => {
                    self.done |= self.head.is_none() || matches!(reason, Reason::Io(_));
                    return Some(Err(ParseError { line: Some(self.line), reason }));
                }
            }
        }
        None
    }
}

impl Rows<'_> {
    /// Reads the next row; returns `false` at the end.
    fn read(&mut self) -> Result<bool, Reason> {
        self.row.clear();
        self.line = self.next_line;
        let mut place = Place::Start;
        loop {
            let start = self.row.len();
            if !self.read_line()? {
                return if self.row.is_empty() { Ok(false) } else { self.unclosed() };
            }
            let delimiter = self.head.as_ref().map(|head| head.delimiter);
            let line = self.row.get(start..).unwrap_or_default();
            place = line.iter().fold(place, |place, byte| place.after(*byte, delimiter));
            if place != Place::Quoted {
                return Ok(true);
            }
            if self.row.len() as u64 > LINE_BYTES {
                return self.unclosed();
            }
        }
    }

    /// Appends the next line to the row; returns `false` at the end.
    fn read_line(&mut self) -> Result<bool, Reason> {
        if let Some(line) = self.left.pop() {
            self.next_line += 1;
            self.row.extend_from_slice(&line);
            return Ok(true);
        }
        let start = self.row.len();
        let length = self.reader.by_ref().take(LINE_BYTES + 1).read_until(b'\n', &mut self.row)?;
        self.next_line += u64::from(length > 0);
        if length as u64 > LINE_BYTES && !self.row.ends_with(b"\n") {
            let skipped = self.reader.by_ref().take(PASSED_BYTES).skip_until(b'\n')?;
            self.done |= skipped as u64 == PASSED_BYTES;
            if start > 0 {
                // Replaces the skipped line, so that the lines after it keep their numbers.
                self.left.push(b"\n".to_vec());
            }
            self.keep(start);
            let limit = if self.done { PASSED_BYTES } else { LINE_BYTES };
            return Err(Reason::TooLarge { limit, unpacked: false });
        }
        Ok(length > 0)
    }

    /// Handles a row that does not end: only its first line is given up.
    fn unclosed(&mut self) -> Result<bool, Reason> {
        self.keep(self.row.len());
        Err(malformed("unclosed quotation marks".to_owned()))
    }

    /// Queues all lines of the row after the first, up to byte `end`, to be parsed again.
    fn keep(&mut self, end: usize) {
        let lines = self.row.get(..end).unwrap_or_default().split_inclusive(|byte| *byte == b'\n').skip(1);
        let lines: Vec<Vec<u8>> = lines.map(<[u8]>::to_vec).collect();
        self.next_line = self.line + 1;
        self.left.extend(lines.into_iter().rev());
    }

    /// Returns the article of the current row; `None` for the first row and for a blank one.
    fn take(&mut self) -> Result<Option<Read>, Reason> {
        let row = match str::from_utf8(&self.row) {
            Ok(row) => row.to_owned(),
            Err(_) => decode::text(std::mem::take(&mut self.row))?,
        };
        let row = row.trim_end_matches(['\r', '\n']);
        let Some(head) = &self.head else {
            let row = row.trim_start_matches('\u{feff}');
            if !row.trim().is_empty() {
                self.head = Some(Head::of(row)?);
            }
            return Ok(None);
        };
        let cells = cells(row, head.delimiter)?;
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(None);
        }
        let more = cells.iter().skip(head.names.len());
        if more.filter(|cell| !cell.trim().is_empty()).count() > 0 {
            return Err(malformed(format!("{} cells below {} names", cells.len(), head.names.len())));
        }
        let mut fields = Fields::default();
        for (name, text) in head.names.iter().zip(&cells) {
            fields.put(name, Value::Text(cell::plain(text).into()));
        }
        self.source.one_of_many(json::settle(fields)?).map(Some)
    }
}

impl Head {
    /// Parses the first row. Uses the delimiter that yields the most known column names.
    fn of(row: &str) -> Result<Self, Reason> {
        let mut best = (0, Self { delimiter: b',', names: Vec::new() });
        for delimiter in DELIMITERS {
            let cells = cells(row, delimiter)?;
            let names: Vec<String> = cells.iter().map(|name| name.trim().to_owned()).collect();
            let known = names.iter().filter(|name| field(name).is_some()).count();
            if known > best.0 || best.1.names.is_empty() {
                best = (known, Self { delimiter, names });
            }
        }
        let (_, head) = best;
        let has = |name: &str| head.names.iter().any(|known| known.eq_ignore_ascii_case(name));
        if has("article") && has("quote") {
            return Err(malformed(
                "a table of quotes, as `rapporteur export` writes it, not of articles".to_owned(),
            ));
        }
        if head.names.iter().any(|name| matches!(field(name), Some(Field::Text | Field::Html))) {
            Ok(head)
        } else {
            Err(malformed("no column is named `text` or `body` in the first row".to_owned()))
        }
    }
}

/// Splits one row, without its line break, into cells.
fn cells(row: &str, delimiter: u8) -> Result<StringRecord, Reason> {
    let mut record = StringRecord::new();
    ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .terminator(Terminator::Any(b'\n'))
        .buffer_capacity(row.len().clamp(64, 1 << 16))
        .from_reader(row.as_bytes())
        .read_record(&mut record)
        .map_err(|error| malformed(error.to_string()))?;
    Ok(record)
}

fn malformed(message: String) -> Reason {
    Reason::Malformed { what: "table", message }
}

/// The state of a byte in a row, as the CSV parser sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// At the start of a cell.
    Start,
    /// In a cell without quotation marks, or after the closing one.
    Plain,
    /// Inside quotation marks.
    Quoted,
    /// After a quotation mark that closes the cell or is the first of a doubled one.
    Ended,
}

impl Place {
    /// Returns the state after `byte`. In the first row any possible delimiter separates cells.
    fn after(self, byte: u8, delimiter: Option<u8>) -> Self {
        let parts = delimiter.map_or_else(|| DELIMITERS.contains(&byte), |known| byte == known);
        match (self, byte) {
            (Self::Quoted, b'"') => Self::Ended,
            (Self::Quoted, _) | (Self::Start | Self::Ended, b'"') => Self::Quoted,
            (_, _) if parts => Self::Start,
            (_, _) => Self::Plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::article::{Format, Origin, read};

    #[track_caller]
    fn check(table: &str, expected: &[&str]) {
        let origin = Origin { path: "a.csv", format: Some(Format::Csv), sidecar: None };
        let told = read(table.as_bytes(), origin).map(|article| match article {
            Ok(article) => format!("{}: {}", article.id.0.split('-').next().unwrap(), article.text),
            Err(error) => error.to_string(),
        });
        assert_eq!(told.collect::<Vec<_>>(), expected, "{table}");
    }

    #[test]
    fn the_first_row_shows_the_delimiter() {
        check("id,text\n1,a\n2,\"b, c\"\n", &["1: a", "2: b, c"]);
        check("id;text\r\n1;a, b\r\n", &["1: a, b"]);
        check("\u{feff}ID\tBody\n1\ta; b\n", &["1: a; b"]);
        check("text\nwords, and words\n", &["line 2: table: 2 cells below 1 names"]);
        check("\"id\",\"text\"\n\"1\",\"a\nb \"\"c\"\"\"\n", &["1: a\nb \"c\""]);
    }

    #[test]
    fn a_bad_row_affects_no_other() {
        check(
            "id,text\n1,a\n2,b,c\n\n3\n4,\"d\n5,e\n6,f\n",
            &[
                "1: a",
                "line 3: table: 3 cells below 2 names",
                "line 5: no `text`",
                "line 6: table: unclosed quotation marks",
                "5: e",
                "6: f",
            ],
        );
        check("id,text\n1,5\" pipe\n2,a\n", &["1: 5\" pipe", "2: a"]);
    }

    #[test]
    fn a_table_without_articles_is_reported() {
        check("Words\nand words\n", &["line 1: table: no column is named `text` or `body` in the first row"]);
        check("\n \n", &["no text"]);
        check(
            "id,speaker,quote,article,content\n",
            &["line 1: table: a table of quotes, as `rapporteur export` writes it, not of articles"],
        );
    }

    #[test]
    fn the_apostrophe_before_a_formula_is_removed() {
        check(
            "id,text\n\"'=1\",\"'=1+1 she said\"\n2,''=a\n3,'Tis\n",
            &["=1: =1+1 she said", "2: '=a", "3: 'Tis"],
        );
    }
}
