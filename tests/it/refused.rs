//! An index that cannot be read, or only in part: the problem is reported, nothing intact is overwritten, and
//! no signal ends the process.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cli::{GOOD, finish, rapporteur, run, write_good};
use crate::ingest::{copy, snapshot};

/// A user without privileges, because root can read everything.
const NOBODY: u32 = 65_534;

/// A folder with a corpus and an index, owned by a user without privileges.
struct Home {
    folder: tempfile::TempDir,
    binary: PathBuf,
    root: bool,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().metadata().unwrap().uid() == 0;
        allow(folder.path(), 0o777);
        write_good(&folder.path().join("corpus"));
        // Other users may have no access to the folder that the binary was built in. It is large, so it is
        // copied only from another file system, and by another process: a child started by a concurrent test
        // would inherit the file being written here, and a file open for writing cannot be executed.
        let built = env!("CARGO_BIN_EXE_rapporteur");
        let binary = folder.path().join("rapporteur");
        if fs::hard_link(built, &binary).is_err() {
            let copied = Command::new("cp").arg(built).arg(&binary).output().unwrap();
            assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
        }
        let home = Self { folder, binary, root };
        assert_eq!(home.run(&["index"]).0, 0);
        home
    }

    fn index(&self) -> PathBuf {
        self.folder.path().join(".rapporteur/index")
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(&self.binary);
        command.current_dir(self.folder.path()).env_clear().args(arguments).stdin(Stdio::null());
        if self.root {
            command.uid(NOBODY).gid(NOBODY);
        }
        let output = finish(command, "");
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn an_unreadable_file_is_not_called_damaged() {
    let home = Home::new();
    let index = home.index();
    let generation = index.join("g-1");
    let mut closed = vec![index.clone(), index.join("CURRENT"), generation.clone()];
    let files = fs::read_dir(&generation).unwrap().map(|entry| entry.unwrap().path());
    closed.extend(files.filter(|path| path.extension().is_none_or(|ending| ending != "lock")));
    assert!(closed.len() > 9, "{closed:?}");
    let before = snapshot(&index);
    for path in closed {
        let mode = path.metadata().unwrap().mode();
        allow(&path, 0);
        for arguments in
            [&["ask", GOOD[0].0][..], &["index"], &["verify"], &["verify", "--repair"], &["export"]]
        {
            let (status, out, errors) = home.run(arguments);
            let what = format!("{} {arguments:?}: {out}{errors}", path.display());
            assert_eq!((status, out.as_str()), (3, ""), "{what}");
            let inside = path.strip_prefix(home.folder.path()).unwrap().display().to_string();
            assert!(errors.contains(&inside), "{what}");
            assert!(errors.contains("Permission denied") && errors.contains("RAPPORTEUR_INDEX"), "{what}");
            assert!(!errors.contains("damaged"), "{what}");
        }
        let (_, out, _) = home.run(&["check"]);
        assert!(out.contains("Permission denied") && !out.contains("damaged"), "{}: {out}", path.display());
        allow(&path, mode);
    }
    assert_eq!(snapshot(&index), before);
    assert_eq!(home.run(&["ask", GOOD[0].0]).0, 0);
}

#[test]
fn an_unwritable_place_is_reported() {
    let home = Home::new();
    let parent = home.folder.path().join("shelf");
    fs::create_dir(&parent).unwrap();
    allow(&parent, 0o555);
    for (index, named) in [("shelf/index", "shelf/index"), ("corpus/lee.md/index", "corpus/lee.md/index")] {
        for command in ["ask", "index"] {
            let arguments =
                [&[command, "--index", index][..], if command == "ask" { &[GOOD[0].0] } else { &[] }]
                    .concat();
            let (status, out, errors) = home.run(&arguments);
            assert_eq!((status, out.as_str()), (3, ""), "{errors}");
            assert!(errors.contains(&format!("`{named}")) && !errors.contains("damaged"), "{errors}");
        }
    }
    // A read-only index answers, and says why it is not updated.
    let index = home.index();
    allow(&index.join("lock"), 0o444);
    fs::write(home.folder.path().join("corpus/new.txt"), "New\n\n“We will see,” Omar Okafor said.\n")
        .unwrap();
    assert_eq!(home.run(&["ask", GOOD[0].0]).0, 0);
    let (status, _, errors) = home.run(&["index"]);
    assert_eq!(status, 3);
    assert!(errors.contains("index/lock` cannot be used") && errors.contains("RAPPORTEUR_INDEX"), "{errors}");
}

/// Returns a folder with a corpus and its index, at the default paths.
fn town() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_good(&folder.path().join("corpus"));
    assert_eq!(run(folder.path(), &["index"], "").0, 0);
    folder
}

#[test]
fn anything_in_place_of_current_is_reported_and_repaired() {
    let outside = town();
    let other = outside.path().join(".rapporteur/index/g-1");
    type Damage<'a> = &'a dyn Fn(&Path);
    let write = |bytes: Vec<u8>| move |path: &Path| fs::write(path, &bytes).unwrap();
    let cases: [(&str, Damage<'_>); 10] = [
        ("a directory", &|path| fs::create_dir(path).unwrap()),
        ("a link to itself", &|path| symlink("CURRENT", path).unwrap()),
        ("a link to nowhere", &|path| symlink("none", path).unwrap()),
        ("a pipe", &|path| {
            assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
        }),
        ("empty", &write(Vec::new())),
        ("bytes", &write(vec![0xff, 0, 0x80])),
        ("long", &write(vec![b'g'; 10 << 20])),
        ("absolute", &write(other.to_str().unwrap().as_bytes().to_vec())),
        ("upwards", &write(b"../index/g-1\n".to_vec())),
        ("upwards inside", &write(b"g-1/../g-1\n".to_vec())),
    ];
    for (what, damage) in cases {
        let town = town();
        let current = town.path().join(".rapporteur/index/CURRENT");
        fs::remove_file(&current).unwrap();
        damage(&current);
        let (status, out, errors) = run(town.path(), &["verify"], "");
        assert_eq!((status, errors.as_str()), (1, ""), "{what}");
        assert!(out.contains("CURRENT`") && out.contains("--repair"), "{what}: {out}");
        let (_, out, _) = run(town.path(), &["check"], "");
        assert!(out.contains("CURRENT`") && out.contains("`rapporteur index --full`"), "{what}: {out}");
        let (status, _, errors) = run(town.path(), &["index", "--full"], "");
        assert_eq!((status, errors.as_str()), (0, ""), "{what}");
        assert_eq!(run(town.path(), &["ask", GOOD[0].0], "").0, 0, "{what}");
    }
    assert_eq!(run(outside.path(), &["ask", GOOD[0].0], "").0, 0, "the other index is as it was");
    // Other people's files there are not deleted.
    let town = town();
    let current = town.path().join(".rapporteur/index/CURRENT");
    fs::remove_file(&current).unwrap();
    fs::create_dir(&current).unwrap();
    fs::write(current.join("letter"), "dear").unwrap();
    for arguments in [&["index", "--full"][..], &["ask", GOOD[0].0]] {
        let (status, out, errors) = run(town.path(), arguments, "");
        assert_eq!((status, out.as_str()), (3, ""), "{errors}");
        assert!(errors.contains("index/CURRENT` cannot be used; move it away"), "{errors}");
    }
    assert_eq!(fs::read_to_string(current.join("letter")).unwrap(), "dear");
    fs::remove_dir_all(&current).unwrap();
    assert_eq!(run(town.path(), &["index"], "").0, 0);
}

#[test]
fn a_truncated_file_never_ends_the_process_with_a_signal() {
    let town = town();
    let index = town.path().join(".rapporteur/index");
    let saved = town.path().join("saved");
    copy(&index, &saved);
    for file in fs::read_dir(saved.join("g-1")).unwrap().map(|entry| entry.unwrap().path()) {
        let length = file.metadata().unwrap().len();
        for left in [0, 1, 7, 8, length / 2, length.saturating_sub(9), length.saturating_sub(1)] {
            if left >= length {
                continue;
            }
            fs::remove_dir_all(&index).unwrap();
            copy(&saved, &index);
            // Larger than the size up to which an index is compared with its checksums on every opening.
            fs::File::create(index.join("g-1/filler")).unwrap().set_len(100 << 20).unwrap();
            let cut = index.join("g-1").join(file.file_name().unwrap());
            fs::File::options().write(true).open(&cut).unwrap().set_len(left).unwrap();
            let what = format!("{} to {left}", file.display());
            // `finish` fails on a signal.
            let (status, out, errors) = run(town.path(), &["check"], "");
            let harmless = [".managed.json", "meta.json"].iter().any(|name| file.ends_with(name));
            assert!(status == 1 || harmless, "{what}: {out}{errors}");
            assert!(out.contains("damaged; `rapporteur index --full`") || harmless, "{what}: {out}{errors}");
            let (status, out, errors) = run(town.path(), &["ask", GOOD[0].0], "");
            assert!(status == 0 && out.contains(GOOD[0].1), "{what}: {out}{errors}");
        }
    }
}

#[test]
fn a_file_truncated_between_two_questions_is_reported() {
    let town = town();
    let saved = town.path().join("saved");
    copy(&town.path().join(".rapporteur/index"), &saved);
    let files: Vec<PathBuf> = fs::read_dir(town.path().join(".rapporteur/index/g-1"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending != "json" && ending != "lock"))
        .collect();
    assert!(files.len() >= 6, "{files:?}");
    for file in files {
        for left in [0, 100] {
            let mut child = rapporteur(town.path(), &["ask", "--json"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let mut input = child.stdin.take().unwrap();
            let mut output = BufReader::new(child.stdout.take().unwrap());
            let mut line = String::new();
            writeln!(input, "{}", GOOD[0].0).unwrap();
            output.read_line(&mut line).unwrap();
            assert!(line.contains(GOOD[0].1), "{line}");
            fs::File::options().write(true).open(&file).unwrap().set_len(left).unwrap();
            writeln!(input, "{}", GOOD[1].0).unwrap();
            drop(input);
            let mut errors = String::new();
            child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
            let status = child.wait().unwrap();
            assert_eq!(status.code(), Some(3), "{}: {status}, {errors}", file.display());
            let name = file.file_name().unwrap().to_str().unwrap();
            assert!(errors.contains(name) && errors.contains(&format!("to {left} bytes")), "{errors}");
            assert!(errors.contains("damaged; `rapporteur index --full` rebuilds it"), "{errors}");
            fs::remove_dir_all(town.path().join(".rapporteur/index")).unwrap();
            copy(&saved, &town.path().join(".rapporteur/index"));
        }
    }
}
