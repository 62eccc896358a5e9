//! Killed at every step, and with somebody who swaps folders meanwhile: no mail is lost, none is doubled, nothing
//! outside is touched.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::text::latin_words;

const STEPS: [Step; 3] = [Step::Intended, Step::Renamed, Step::Synced];

struct World {
    root: tempfile::TempDir,
}

impl World {
    /// A Maildir `in` with this many mails.
    fn new(mails: usize) -> Self {
        let root = tempfile::tempdir().unwrap();
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(root.path().join("in").join(part)).unwrap();
        }
        for n in 0..mails {
            let name = if n % 2 == 0 { format!("cur/{n}.x:2,S") } else { format!("new/{n}.x") };
            fs::write(root.path().join("in").join(name), mail(n)).unwrap();
        }
        Self { root }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// A folder on another file system; `None` where the machine has none that is known.
    fn elsewhere(&self) -> Option<tempfile::TempDir> {
        let device = |path: &Path| fs::metadata(path).unwrap().dev();
        tempfile::tempdir_in("/dev/shm").ok().filter(|other| device(other.path()) != device(self.root.path()))
    }

    fn start(&self) -> Quarantine {
        Quarantine::open(&self.path("data"), 1).unwrap().0
    }

    /// Which mail is how often in `in` and how often in `out`, as a Maildir reader sees it.
    fn count(&self) -> BTreeMap<Vec<u8>, (usize, usize)> {
        let mut found: BTreeMap<Vec<u8>, (usize, usize)> = BTreeMap::new();
        for (at, place) in ["in", "out"].iter().enumerate() {
            for part in ["cur", "new"] {
                let Ok(files) = fs::read_dir(self.path(place).join(part)) else { continue };
                for file in files {
                    let file = file.unwrap();
                    if file.file_name().as_bytes().starts_with(b".") {
                        continue;
                    }
                    let count = found.entry(fs::read(file.path()).unwrap()).or_default();
                    if at == 0 { count.0 += 1 } else { count.1 += 1 }
                }
            }
        }
        found
    }
}

fn mail(n: usize) -> Vec<u8> {
    format!("From: a@b.example\nSubject: {n}\n\nhi\n").into_bytes()
}

fn entries(opened: &Opened) -> Vec<(Entry, Identity)> {
    let mut found = Vec::new();
    for folder in 0..opened.folders().len() as u16 {
        opened
            .index(folder, &mut |entries, _| {
                found.extend(entries);
                ControlFlow::Continue(())
            })
            .unwrap();
    }
    found.into_iter().filter_map(|entry| Some((entry.clone(), opened.identify(&entry).ok()?))).collect()
}

/// Stops the program at the `nth` step of a kind.
fn killed_at(step: Step, mut nth: usize) -> Probe {
    Box::new(move |here| {
        if here == step {
            if nth == 0 {
                return Err(io::Error::other("killed"));
            }
            nth -= 1;
        }
        Ok(())
    })
}

#[test]
fn mails_are_moved_with_their_names_and_come_back() {
    let world = World::new(4);
    let opened = mailbox::open(&[world.path("in")]).unwrap();
    let mut quarantine = world.start();
    for (entry, identity) in entries(&opened) {
        let taken = quarantine.take(&opened, &entry, identity, &world.path("out")).unwrap();
        assert!(matches!(taken, Taken::Moved(..)));
    }
    assert!(world.count().values().all(|count| *count == (0, 1)));
    assert!(world.path("out/cur/0.x:2,S").exists() && world.path("out/cur/1.x").exists());
    drop(quarantine);
    let mut again = world.start();
    assert_eq!(again.settle().unwrap(), []);
    assert_eq!(again.undo().unwrap().into_iter().filter(|(_, back)| back.is_ok()).count(), 4);
    assert!(world.count().values().all(|count| *count == (1, 0)));
    assert!(world.path("in/cur/0.x:2,S").exists() && world.path("in/new/1.x").exists());
    assert!(again.undo().unwrap().is_empty(), "taken back once");
}

#[test]
fn killed_at_any_step_no_mail_is_lost_or_doubled() {
    for step in STEPS {
        for nth in 0..5 {
            for undoing in [false, true] {
                let world = World::new(5);
                let opened = mailbox::open(&[world.path("in")]).unwrap();
                let mails = entries(&opened);
                let into = world.path("out");
                if undoing {
                    let mut quarantine = world.start();
                    for (entry, identity) in &mails {
                        quarantine.take(&opened, entry, *identity, &into).unwrap();
                    }
                }
                let mut quarantine = world.start_after(undoing).probed(killed_at(step, nth));
                if undoing {
                    let done = quarantine.undo().unwrap();
                    assert!(done.iter().any(|(_, back)| back.is_err()));
                } else {
                    let done = mails.iter().map(|(entry, identity)| quarantine.take(&opened, entry, *identity, &into));
                    assert!(done.take_while(Result::is_ok).count() < 5);
                }
                drop(quarantine);
                let check = |when: &str| {
                    let count = world.count();
                    assert_eq!(count.len(), 5, "{step:?} {nth} {when}");
                    assert!(count.values().all(|count| count.0 + count.1 == 1), "{step:?} {nth} {when}: {count:?}");
                };
                check("after the kill");
                let mut next = world.start();
                assert!(!next.settle().unwrap().is_empty());
                check("after the recovery");
                assert_eq!(next.settle().unwrap(), []);
                // Whatever was done can be taken back, one run after the other.
                for _ in 0..3 {
                    next.undo().unwrap();
                }
                check("after taking back");
                assert!(world.count().values().all(|count| *count == (1, 0)), "{step:?} {nth} {undoing}");
            }
        }
    }
}

impl World {
    fn start_after(&self, undoing: bool) -> Quarantine {
        let mut quarantine = self.start();
        if undoing {
            assert_eq!(quarantine.settle().unwrap(), []);
        }
        quarantine
    }
}

#[test]
fn mails_of_an_mbox_are_copied_once_and_the_mbox_stays_as_it_is() {
    for step in [None, Some(Step::Intended), Some(Step::Copied), Some(Step::Linked)] {
        let world = World::new(0);
        let text = "From a Mon Mar  2 10:00:00 2026\nSubject: one\n\n>From here\n\nFrom b Mon Mar  2 10:00:01 2026\nSubject: two\n\nx\n";
        fs::write(world.path("box"), text).unwrap();
        let opened = mailbox::open(&[world.path("box")]).unwrap();
        let mails = entries(&opened);
        assert_eq!(mails.len(), 2);
        let into = world.path("out");
        if let Some(step) = step {
            let mut quarantine = world.start().probed(killed_at(step, 0));
            let (entry, identity) = &mails[0];
            assert!(quarantine.take(&opened, entry, *identity, &into).is_err());
        }
        let mut quarantine = world.start();
        quarantine.settle().unwrap();
        for (entry, identity) in mails.iter().chain(&mails) {
            quarantine.take(&opened, entry, *identity, &into).unwrap();
        }
        let count = world.count();
        assert_eq!(count.len(), 2, "{step:?}");
        assert!(count.values().all(|count| *count == (0, 1)), "{step:?}: {count:?}");
        assert_eq!(fs::read_dir(into.join("tmp")).unwrap().count(), 0, "{step:?}");
        assert_eq!(fs::read_to_string(world.path("box")).unwrap(), text);
        assert!(quarantine.undo().unwrap().is_empty(), "copies stay");
        assert_eq!(world.count().len(), 2);
    }
}

#[test]
fn between_file_systems_a_kill_loses_and_doubles_nothing_once_settled() {
    for step in
        [None, Some(Step::Intended), Some(Step::Copied), Some(Step::Linked), Some(Step::Hidden), Some(Step::Removed)]
    {
        let world = World::new(3);
        let Some(other) = world.elsewhere() else { return };
        let out = other.path().join(format!("{step:?}"));
        symlink(&out, world.path("out")).unwrap();
        let opened = mailbox::open(&[world.path("in")]).unwrap();
        let mails = entries(&opened);
        let mut quarantine = world.start();
        if let Some(step) = step {
            quarantine = quarantine.probed(killed_at(step, 1));
        }
        let done = mails.iter().map(|(entry, identity)| quarantine.take(&opened, entry, *identity, &out));
        assert_eq!(done.take_while(Result::is_ok).count(), if step.is_some() { 1 } else { 3 }, "{step:?}");
        drop(quarantine);
        let lost = |count: &BTreeMap<Vec<u8>, (usize, usize)>| count.len() != 3;
        assert!(!lost(&world.count()), "{step:?}");
        let mut next = world.start();
        next.settle().unwrap();
        let count = world.count();
        assert!(!lost(&count) && count.values().all(|count| count.0 + count.1 == 1), "{step:?}: {count:?}");
        assert_eq!(fs::read_dir(out.join("tmp")).unwrap().count(), 0);
        next.undo().unwrap();
        let count = world.count();
        assert!(count.values().all(|count| *count == (1, 0)), "{step:?}: {count:?}");
        let hidden = fs::read_dir(world.path("in/cur")).unwrap().chain(fs::read_dir(world.path("in/new")).unwrap());
        assert!(hidden.map(|file| file.unwrap().file_name()).all(|name| !name.as_bytes().starts_with(b".")));
    }
}

#[test]
fn a_mail_that_is_flagged_meanwhile_is_found_again() {
    let world = World::new(4);
    let opened = mailbox::open(&[world.path("in")]).unwrap();
    let mails = entries(&opened);
    let into = world.path("out");
    // After they were listed: one flagged, one seen for the first time, one gone for good.
    fs::rename(world.path("in/cur/0.x:2,S"), world.path("in/cur/0.x:2,FS")).unwrap();
    fs::rename(world.path("in/new/1.x"), world.path("in/cur/1.x:2,S")).unwrap();
    fs::rename(world.path("in/cur/2.x:2,S"), world.path("in/cur/22.x:2,S")).unwrap();
    let mut quarantine = world.start();
    let done = mails.iter().map(|(entry, identity)| quarantine.take(&opened, entry, *identity, &into).is_ok());
    assert_eq!(done.filter(|done| *done).count(), 3);
    assert!(world.path("out/cur/0.x:2,FS").exists() && world.path("out/cur/1.x:2,S").exists());
    assert!(world.path("in/cur/22.x:2,S").exists());
    // And in quarantine.
    fs::rename(world.path("out/cur/0.x:2,FS"), world.path("out/cur/0.x:2,")).unwrap();
    assert!(quarantine.undo().unwrap().iter().all(|(_, back)| back.is_ok()));
    assert!(world.count().values().all(|count| *count == (1, 0)), "{:?}", world.count());
    assert!(world.path("in/cur/0.x:2,").exists());
    // A run that is killed, and the mail flagged before the next one.
    let mut killed = quarantine.probed(killed_at(Step::Renamed, 0));
    let opened = mailbox::open(&[world.path("in")]).unwrap();
    let (entry, identity) = entries(&opened).swap_remove(0);
    assert!(killed.take(&opened, &entry, identity, &into).is_err());
    drop(killed);
    let moved = fs::read_dir(into.join("cur")).unwrap().next().unwrap().unwrap().path();
    let base = moved.to_str().unwrap().split(':').next().unwrap().to_owned();
    fs::rename(&moved, format!("{base}:2,F")).unwrap();
    let mut next = world.start();
    assert!(matches!(&next.settle().unwrap()[..], [Settled::Done(_)]));
    assert!(next.undo().unwrap().iter().all(|(_, back)| back.is_ok()));
    assert!(world.count().values().all(|count| *count == (1, 0)), "{:?}", world.count());
}

#[test]
fn a_mail_that_is_flagged_on_its_way_to_another_file_system_is_there_once() {
    for (step, kill) in [(Step::Copied, false), (Step::Linked, false), (Step::Linked, true)] {
        let world = World::new(1);
        let Some(other) = world.elsewhere() else { return };
        let out = other.path().join(format!("{step:?}{kill}"));
        symlink(&out, world.path("out")).unwrap();
        let opened = mailbox::open(&[world.path("in")]).unwrap();
        let (entry, identity) = entries(&opened).swap_remove(0);
        let (from, to) = (world.path("in/cur/0.x:2,S"), world.path("in/cur/0.x:2,FS"));
        let mut quarantine = world.start().probed(Box::new(move |here| {
            if here == step {
                fs::rename(&from, &to)?;
            }
            if kill && here == step { Err(io::Error::other("killed")) } else { Ok(()) }
        }));
        assert_eq!(quarantine.take(&opened, &entry, identity, &out).is_err(), kill);
        drop(quarantine);
        world.start().settle().unwrap();
        assert!(world.count().values().all(|count| *count == (0, 1)), "{step:?} {kill}: {:?}", world.count());
    }
}

#[test]
fn a_mail_that_may_not_go_leaves_no_copy_on_another_file_system() {
    let world = World::new(1);
    let Some(other) = world.elsewhere() else { return };
    // Stands for a folder that cannot be written; the tests may run as root, whom modes do not stop.
    fs::write(world.path("in/cur/.gosanke-move-1"), "").unwrap();
    let opened = mailbox::open(&[world.path("in")]).unwrap();
    let (entry, identity) = entries(&opened).swap_remove(0);
    let mut quarantine = world.start();
    let refused = quarantine.take(&opened, &entry, identity, other.path());
    assert!(matches!(&refused, Err(Trouble::Folder(path, _)) if *path == world.path("in/cur")), "{refused:?}");
    assert_eq!(fs::read_dir(other.path().join("cur")).unwrap().count(), 0);
    assert!(world.path("in/cur/0.x:2,S").is_file());
    assert_eq!(quarantine.settle().unwrap(), []);
    fs::remove_file(world.path("in/cur/.gosanke-move-1")).unwrap();
    let moved = quarantine.take(&opened, &entry, identity, other.path()).unwrap();
    assert_eq!(moved, Taken::Moved(world.path("in/cur/0.x:2,S"), other.path().join("cur/0.x:2,S")));
}

#[test]
fn a_mail_keeps_mode_and_time_on_another_file_system_and_back() {
    let world = World::new(1);
    let Some(other) = world.elsewhere() else { return };
    let (mail, out) = (world.path("in/cur/0.x:2,S"), other.path().join("cur/0.x:2,S"));
    let arrived = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    fs::set_permissions(&mail, fs::Permissions::from_mode(0o640)).unwrap();
    fs::File::options().write(true).open(&mail).unwrap().set_modified(arrived).unwrap();
    let like = |path: &Path| {
        let data = fs::metadata(path).unwrap();
        (data.mode() & 0o7777, data.uid(), data.gid(), data.modified().unwrap())
    };
    let before = like(&mail);
    let opened = mailbox::open(&[world.path("in")]).unwrap();
    let (entry, identity) = entries(&opened).swap_remove(0);
    let mut quarantine = world.start();
    quarantine.take(&opened, &entry, identity, other.path()).unwrap();
    assert_eq!(like(&out), before);
    assert!(quarantine.undo().unwrap().iter().all(|(_, back)| back.is_ok()));
    assert_eq!(like(&mail), before);
}

#[test]
fn no_folder_of_mails_becomes_a_quarantine() {
    let world = World::new(1);
    let opened = mailbox::open(&[world.path("in")]).unwrap();
    let (entry, identity) = entries(&opened).swap_remove(0);
    let mut quarantine = world.start();
    for into in ["in/cur", "in/tmp", "in/new/deep"] {
        let refused = quarantine.take(&opened, &entry, identity, &world.path(into));
        assert!(matches!(&refused, Err(Trouble::Inside(path)) if *path == world.path(into)), "{refused:?}");
        assert!(!world.path(into).join("cur").exists());
    }
    symlink(world.path("in/cur"), world.path("link")).unwrap();
    let refused = quarantine.take(&opened, &entry, identity, &world.path("link"));
    assert!(matches!(&refused, Err(Trouble::Inside(_))), "{refused:?}");
    assert!(!is_inside_maildir(&world.path("in/cur/../../other")));
    // A name alone is none: this `cur` is no part of a Maildir.
    quarantine.take(&opened, &entry, identity, &world.path("out/cur")).unwrap();
}

#[test]
fn a_folder_that_refuses_is_named() {
    let world = World::new(1);
    fs::write(world.path("box"), "From a@b.example Mon Mar  2 10:00:00 2026\nSubject: 1\n\nhi\n").unwrap();
    let mut quarantine = world.start();
    let mut refused_at = |from: &str, into: &Path| {
        // A mail is written to `tmp` first, which is no folder here. Modes would not stop tests that run as root.
        fs::create_dir_all(into).unwrap();
        fs::write(into.join("tmp"), "").unwrap();
        let opened = mailbox::open(&[world.path(from)]).unwrap();
        let (entry, identity) = entries(&opened).swap_remove(0);
        match quarantine.take(&opened, &entry, identity, into) {
            Err(Trouble::Folder(path, _)) => path,
            other => panic!("{other:?}"),
        }
    };
    let out = world.path("out");
    assert_eq!(refused_at("box", &out), out.join("tmp"));
    let Some(other) = world.elsewhere() else { return };
    assert_eq!(refused_at("in", other.path()), other.path().join("tmp"));
    assert!(world.path("in/cur/0.x:2,S").is_file());
}

#[test]
fn nothing_is_replaced_and_another_mail_is_not_taken() {
    let world = World::new(2);
    let opened = mailbox::open(&[world.path("in")]).unwrap();
    let mails = entries(&opened);
    fs::create_dir_all(world.path("out/cur")).unwrap();
    fs::write(world.path("out/cur/0.x:2,S"), "From: other@b.example\n\nhere before\n").unwrap();
    let mut quarantine = world.start();
    let (entry, identity) = mails.iter().find(|(entry, _)| entry.file.as_ref().unwrap().ends_with("0.x:2,S")).unwrap();
    quarantine.take(&opened, entry, *identity, &world.path("out")).unwrap();
    assert_eq!(fs::read(world.path("out/cur/0.x_2:2,S")).unwrap(), mail(0));
    assert_eq!(world.count().len(), 3);
    let (entry, _) = &mails[1];
    assert!(matches!(quarantine.take(&opened, entry, Identity([0; 32]), &world.path("out")), Err(Trouble::Changed)));
    // The quarantine itself is left alone.
    let inside = mailbox::open(&[world.path("out")]).unwrap();
    for (entry, identity) in entries(&inside) {
        let taken = quarantine.take(&inside, &entry, identity, &world.path("out")).unwrap();
        assert!(matches!(taken, Taken::There(_)));
    }
}

#[test]
fn one_run_at_a_time() {
    let world = World::new(0);
    let _one = world.start();
    assert!(matches!(Quarantine::open(&world.path("data"), 1), Err(Trouble::Log(_))));
}

#[test]
fn a_folder_swapped_for_a_link_leads_nowhere() {
    let world = World::new(60);
    let outside = tempfile::tempdir().unwrap();
    // The same names outside, with other mails: they must stay.
    for n in 0..60 {
        let name = if n % 2 == 0 { format!("{n}.x:2,S") } else { format!("{n}.x") };
        fs::write(outside.path().join(name), format!("Subject: outside {n}\n\nx\n")).unwrap();
    }
    let opened = mailbox::open(&[world.path("in")]).unwrap();
    let mails = entries(&opened);
    let into = world.path("out");
    fs::create_dir_all(into.join("cur")).unwrap();
    let mut quarantine = world.start();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                for folder in [world.path("in/cur"), world.path("out/cur"), world.path("in/new")] {
                    let away = folder.with_extension("away");
                    if fs::rename(&folder, &away).is_ok() {
                        let _ = symlink(outside.path(), &folder);
                        std::thread::yield_now();
                        let _ = fs::remove_file(&folder);
                        // Somebody may have made it anew, empty.
                        let _ = fs::remove_dir(&folder);
                        let _ = fs::rename(&away, &folder);
                    }
                }
            }
        });
        for _ in 0..20 {
            for (entry, identity) in &mails {
                let _ = quarantine.take(&opened, entry, *identity, &into);
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    drop(quarantine);
    world.start().settle().unwrap();
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 60);
    for n in 0..60 {
        let name = if n % 2 == 0 { format!("{n}.x:2,S") } else { format!("{n}.x") };
        assert_eq!(fs::read_to_string(outside.path().join(name)).unwrap(), format!("Subject: outside {n}\n\nx\n"));
    }
    // Where the swapper was stopped half-way, a folder is under its other name.
    for folder in ["in/cur", "in/new", "out/cur"] {
        let away = world.path(folder).with_extension("away");
        if away.exists() {
            for file in fs::read_dir(&away).unwrap() {
                let file = file.unwrap();
                fs::create_dir_all(world.path(folder)).unwrap();
                fs::rename(file.path(), world.path(folder).join(file.file_name())).unwrap();
            }
        }
    }
    let count = world.count();
    assert_eq!(count.len(), 60);
    assert!(count.values().all(|count| count.0 + count.1 == 1), "{count:?}");
}

#[test]
fn why_a_mail_stays_is_told_in_both_languages() {
    let log = store::Error::Held(cause(&io::ErrorKind::ReadOnlyFilesystem.into()));
    for trouble in [
        Trouble::Changed,
        Trouble::TooLarge,
        Trouble::Io(io::Error::from_raw_os_error(28)),
        Trouble::Inside(PathBuf::from("/there")),
        Trouble::Folder(PathBuf::from("/there"), io::Error::from_raw_os_error(20)),
        Trouble::Log(log),
        Trouble::Unreadable(mailbox::Problem::Empty),
    ] {
        let (en, ja) = (trouble.words(Lang::En), trouble.words(Lang::Ja));
        assert!(en.is_ascii(), "{en}");
        assert!(latin_words(&ja).iter().all(|word| ["os", "error", "there"].contains(word)), "{ja}");
    }
}
