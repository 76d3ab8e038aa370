//! A real headless browser for the pages: Chromium, controlled by `chromedriver`.
//!
//! If either is missing, the tests that need it report on standard error that they were skipped, and pass.
//! The browser can reach only this machine: it cannot resolve any other name.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::http::Method;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::Url;
use serde_json::{Value, json};

/// The names of Chromium on different systems.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// Longer than a page takes on a busy machine.
const SOON: Duration = Duration::from_secs(30);

/// A browser with one page open; it ends when this is dropped.
pub(crate) struct Browser {
    pub(crate) client: Client,
    driver: Child,
}

/// What the page wrote to the browser's console.
#[derive(Debug)]
struct Log;

impl WebDriverCompatibleCommand for Log {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as std::str::FromStr>::Err> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({"type": "browser"}).to_string()))
    }
}

/// Starts `chromedriver` on a free port and returns it with that port; `None` if it ends before it says which.
fn start_driver() -> io::Result<Option<(Child, u16)>> {
    let mut driver =
        Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let mut said = BufReader::new(driver.stdout.take().expect("it is piped"));
    let port = (&mut said).lines().map_while(Result::ok).find_map(|line| {
        line.split(" successfully on port ").nth(1)?.trim_end_matches('.').parse::<u16>().ok()
    });
    driver.stdout = Some(said.into_inner());
    if port.is_none() {
        driver.wait()?;
    }
    Ok(port.map(|port| (driver, port)))
}

impl Browser {
    /// Opens an address in a window of this size in pixels; `None` if there is no browser or driver.
    pub(crate) async fn open(address: &str, (width, height): (u32, u32)) -> Option<Browser> {
        let has =
            |name: &&&str| Command::new(name).arg("--version").output().is_ok_and(|run| run.status.success());
        let browser = BROWSERS.iter().find(has);
        // A driver ends without a word if somebody else has just taken its port.
        let driver = (0..3).find_map(|_| start_driver().transpose()).transpose();
        let (Some(browser), Ok(driver)) = (browser, driver) else {
            let test = std::thread::current().name().unwrap_or("a test").to_owned();
            let _ =
                writeln!(io::stderr(), "left out, because chromium or chromedriver is not installed: {test}");
            return None;
        };
        let (driver, port) = driver.expect("the driver says where it is");
        let program =
            Command::new("sh").args(["-c", &format!("command -v {browser}")]).output().expect("sh runs");
        let program = String::from_utf8(program.stdout).expect("a path").trim().to_owned();
        let arguments = json!([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            format!("--window-size={width},{height}"),
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        ]);
        let Value::Object(wanted) = json!({
            "goog:chromeOptions": {"args": arguments, "binary": program}, "goog:loggingPrefs": {"browser": "ALL"},
        }) else {
            unreachable!("it is an object")
        };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(wanted).connect(&format!("http://127.0.0.1:{port}")).await;
        let client = client.expect("a session of the browser");
        client.goto(address).await.expect("the page opens");
        Some(Browser { client, driver })
    }

    /// Runs a script in the page and returns what it returns.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.expect("the script runs")
    }

    /// Waits until a script in the page returns something that is not false or null.
    pub(crate) async fn until(&self, script: &str) -> Value {
        let begun = std::time::Instant::now();
        loop {
            let found = self.run(script).await;
            if !matches!(found, Value::Null | Value::Bool(false)) {
                return found;
            }
            if begun.elapsed() > SOON {
                let page = self.run("return document.body.innerText").await;
                panic!("never: {script}\n{}", page.as_str().unwrap_or_default());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the page shows `words`.
    pub(crate) async fn shows(&self, words: &str) {
        self.until(&format!("return document.body.innerText.includes({})", json!(words))).await;
    }

    /// Types into the focused element, as with a keyboard.
    pub(crate) async fn keys(&self, keys: &str) {
        self.client
            .active_element()
            .await
            .expect("something has the focus")
            .send_keys(keys)
            .await
            .expect("typed");
    }

    /// Clicks the last element that matches a selector and whose text or label begins with `label`.
    pub(crate) async fn click(&self, selector: &str, label: &str) {
        let script = format!(
            "const all = [...document.querySelectorAll({})].filter((one) => (one.innerText || one.ariaLabel || '').startsWith({}));
             all.at(-1)?.scrollIntoView({{block: 'center'}}); document.querySelectorAll('[data-clicked]').forEach((one) => one.removeAttribute('data-clicked'));
             all.at(-1)?.setAttribute('data-clicked', ''); return all.length > 0",
            json!(selector),
            json!(label),
        );
        self.until(&script).await;
        let found = self.client.find(Locator::Css("[data-clicked]")).await.expect("it is there");
        found.click().await.expect("it can be clicked");
    }

    /// Returns the serious and critical findings of axe-core for the page as it is now.
    pub(crate) async fn serious(&self) -> Vec<Value> {
        let axe = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/axe/axe.min.js"))
            .expect("it is there");
        // The page's content security policy does not apply to scripts run by the driver.
        let look = "window.found = null; axe.run().then((found) => { window.found = found.violations; }); return true";
        self.run(&format!("{axe}; {look}")).await;
        let Value::Array(mut found) = self.until("return window.found").await else {
            unreachable!("axe-core gives a list")
        };
        found.retain(|one| matches!(one["impact"].as_str(), Some("serious" | "critical")));
        found
    }

    /// Ends the browser, and checks that its console is empty and that it requested nothing except from
    /// `address`.
    pub(crate) async fn end(mut self, address: &str) {
        let log = self.client.issue_cmd(Log).await.expect("the console's lines");
        let wrong: Vec<&Value> = log.as_array().into_iter().flatten().collect();
        assert!(wrong.is_empty(), "in the console: {wrong:#?}");
        let script = "return performance.getEntriesByType('resource').map((one) => one.name)";
        for asked in self.run(script).await.as_array().into_iter().flatten() {
            assert!(asked.as_str().is_some_and(|asked| asked.starts_with(address)), "asked: {asked}");
        }
        let _ = self.client.clone().close().await;
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
