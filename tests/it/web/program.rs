//! The reading room for programs: every reply matches the description of the API.

use rapporteur::export;
use serde_json::Value;

use super::{Room, town};

/// Resolves a reference within the description.
fn resolved<'a>(description: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str().and_then(|name| name.strip_prefix('#')) {
        Some(place) => description.pointer(place).expect("it is described"),
        None => schema,
    }
}

/// Returns how a value differs from its description, if it does.
fn wrong(description: &Value, schema: &Value, value: &Value) -> Option<String> {
    let schema = resolved(description, schema);
    for of_all in schema["allOf"].as_array().into_iter().flatten() {
        if let Some(found) = wrong(description, of_all, value) {
            return Some(found);
        }
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().expect("a name");
        if value.get(name).is_none() {
            return Some(format!("no `{name}` in {value}"));
        }
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(inner) = value.get(name).filter(|inner| !inner.is_null())
            && let Some(found) = wrong(description, property, inner)
        {
            return Some(format!("{name}: {found}"));
        }
    }
    let items = value.as_array().into_iter().flatten();
    items.into_iter().find_map(|item| wrong(description, &schema["items"], item)).or_else(|| {
        let kinds: Vec<&str> = match &schema["type"] {
            Value::String(kind) => vec![kind],
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => return None,
        };
        let fits = kinds.iter().any(|kind| match *kind {
            "string" => value.is_string(),
            "integer" => value.is_u64() || value.is_i64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            _ => value.is_null(),
        });
        (!fits).then(|| format!("{value} is no {kinds:?}"))
    })
}

#[test]
fn every_path_is_described_and_replies_as_described() {
    let room = Room::listed(&town(), &super::desk::LISTS, None);
    let description = room.get("/api/v1/openapi.json").json();
    let described: Vec<&str> =
        description["paths"].as_object().expect("paths").keys().map(String::as_str).collect();
    let mut paths: Vec<&str> = rapporteur::web::paths().filter(|path| path.starts_with("/api/")).collect();
    paths.sort_unstable();
    assert_eq!(described, paths);
    let link = room.found("what+did+Lund+say+about+the+archive");
    let id = link.strip_prefix("/quote/").expect("a permalink");
    let requests = [
        ("/api/v1/ask", "/api/v1/ask?q=what+did+Lund+say".to_owned(), 200),
        (
            "/api/v1/ask",
            "/api/v1/ask?q=did+Lund+really+say+%27we+will+open+the+archive%27&limit=1".to_owned(),
            200,
        ),
        ("/api/v1/ask", "/api/v1/ask?q=how+often+has+Lund+mentioned+the+archive".to_owned(), 200),
        ("/api/v1/ask", "/api/v1/ask?q=what+did+Zzyzx+say".to_owned(), 200),
        ("/api/v1/ask", "/api/v1/ask".to_owned(), 400),
        ("/api/v1/check", "/api/v1/check?q=we+will+not+open+the+archive&speaker=Lund".to_owned(), 200),
        ("/api/v1/check", "/api/v1/check?q=the+moon+is+ours".to_owned(), 200),
        ("/api/v1/check", "/api/v1/check?speaker=Lund".to_owned(), 400),
        ("/api/v1/quotes", "/api/v1/quotes?tag=harbour&after=2025-12-01&limit=2".to_owned(), 200),
        ("/api/v1/quote/{id}", format!("/api/v1/quote/{id}"), 200),
        ("/api/v1/quote/{id}", "/api/v1/quote/0".to_owned(), 404),
        ("/api/v1/speakers", "/api/v1/speakers?q=lu".to_owned(), 200),
        ("/api/v1/positions/{matter}", "/api/v1/positions/archive".to_owned(), 200),
        ("/api/v1/positions/{matter}", "/api/v1/positions/fish".to_owned(), 404),
        ("/api/v1/rounds", "/api/v1/rounds".to_owned(), 200),
        ("/api/v1/round/{name}", "/api/v1/round/council%20talks".to_owned(), 200),
        ("/api/v1/round/{name}", "/api/v1/round/nowhere".to_owned(), 404),
        ("/api/v1/timeline", "/api/v1/timeline?speaker=Lund".to_owned(), 200),
        ("/api/v1/timeline", "/api/v1/timeline?party=Spain".to_owned(), 404),
        ("/api/v1/speaker/{name}", "/api/v1/speaker/Lund".to_owned(), 200),
        ("/api/v1/speaker/{name}", "/api/v1/speaker/Zzyzx".to_owned(), 404),
        ("/api/v1/articles/{id}", "/api/v1/articles/archive".to_owned(), 200),
        ("/api/v1/articles/{id}", "/api/v1/articles/..%2F..%2Fetc%2Fpasswd".to_owned(), 404),
        ("/api/v1/wordings/{id}", format!("/api/v1/wordings/{id}"), 200),
        ("/api/v1/wordings/{id}", "/api/v1/wordings/0".to_owned(), 404),
    ];
    let requested = |path: &&str| path.ends_with(".json") || requests.iter().any(|(own, ..)| own == path);
    assert!(paths.iter().all(requested), "each path is requested below");
    for (path, asked, status) in requests {
        let page = room.get(&asked);
        assert_eq!(page.status, status, "{asked}: {}", page.body);
        assert_eq!(page.header("content-type"), Some("application/json"), "{asked}");
        let schema = &description["paths"][path]["get"]["responses"][status.to_string()]["content"]["application/json"]
            ["schema"];
        assert!(schema.is_object(), "{asked} is not described");
        let found = wrong(&description, schema, &page.json());
        assert!(found.is_none(), "{asked}: {}", found.unwrap_or_default());
    }
    let quote = room.get(&format!("/api/v1/quote/{id}")).json();
    assert_eq!(quote["quote"], "We will open the archive in May,");
    assert_eq!(quote["link"], format!("http://{}{link}", room.address));
}

#[test]
fn quotes_can_be_had_as_a_table() {
    let room = Room::open(&town());
    for asked in ["/api/v1/ask?q=what+did+Lund+say", "/api/v1/quotes?speaker=Lund"] {
        let table = room.get(&format!("{asked}&format=csv"));
        assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
        assert_eq!(table.header("content-disposition"), Some("attachment; filename=\"quotes.csv\""));
        let mut lines = table.body.split("\r\n");
        assert_eq!(lines.next(), Some(export::CSV_COLUMNS));
        assert!(lines.all(|line| line.is_empty() || line.contains(",\"Pia Lund\",")), "{}", table.body);
        let json = room.get(asked);
        let quotes = json.json().get("total").and_then(Value::as_u64).expect("a number");
        assert_eq!(table.body.matches("\r\n").count() as u64, quotes + 1, "{}", table.body);
        let accepted = room.get_with(asked, "Accept: text/csv;q=0.9, text/plain\r\n");
        assert_eq!((&accepted.body, accepted.header("vary")), (&table.body, Some("accept")));
        let other = "Accept: application/json, text/csv\r\n";
        assert_eq!(room.get_with(asked, other).body, json.body);
        let said = room.get_with(&format!("{asked}&format=json"), "Accept: text/csv\r\n");
        assert_eq!(said.body, json.body);
    }
    assert_eq!(room.get("/api/v1/ask?q=zzyzx&format=csv").body, format!("{}\r\n", export::CSV_COLUMNS));
    assert_eq!(room.get("/api/v1/quotes?format=xml").status, 400);
    let all: Vec<String> = Room::links(&room.get("/search?q=ferry"), "/api/");
    assert_eq!(
        all,
        ["/api/v1/ask?q=ferry&#38;limit=100", "/api/v1/ask?q=ferry&#38;limit=100&#38;format=csv"]
    );
}
