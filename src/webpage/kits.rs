//! Marks of kits for false log-in pages, from `assets/lists/kit_marks.tsv`; folders that a server lists by itself; copies
//! that a program saved of another page; services that ask for a proof that a person looks. Pure look-ups.

use std::sync::LazyLock;

use memchr::memmem;
use url::Url;

use crate::message::clip;

/// The most files of a folder that are named.
const FILE_LIMIT: usize = 40;

/// The lines of the list, by kind.
#[derive(Debug, Default)]
struct Marks {
    place: Vec<&'static str>,
    target: Vec<&'static str>,
    sends: Vec<&'static str>,
    made: Vec<&'static str>,
}

static MARKS: LazyLock<Marks> = LazyLock::new(|| {
    let mut marks = Marks::default();
    for line in include_str!("../../assets/lists/kit_marks.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let (Some(kind), Some(pattern)) = (columns.next(), columns.next()) else { continue };
        match kind {
            "place" => marks.place.push(pattern),
            "target" => marks.target.push(pattern),
            "sends" => marks.sends.push(pattern),
            "made" => marks.made.push(pattern),
            _ => {}
        }
    }
    marks
});

/// A folder in which no page for visitors is meant to be.
pub(super) fn place(url: &Url) -> Option<&'static str> {
    let path = url.path().to_ascii_lowercase();
    MARKS.place.iter().copied().find(|place| path.contains(place))
}

/// A name of a file to which kits send what was typed.
pub(super) fn target(to: &str) -> Option<&'static str> {
    let path = clip(to, 2_000).split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    MARKS.target.iter().copied().find(|target| name.eq_ignore_ascii_case(target))
}

/// A receiver in place of a server of their own.
pub(super) fn sends(to: &str) -> Option<&'static str> {
    let low = clip(to, 2_000).to_ascii_lowercase();
    MARKS.sends.iter().copied().find(|address| low.contains(address))
}

/// What kits leave in the source; `low` is lower case.
pub(super) fn made(low: &str) -> impl Iterator<Item = &'static str> + '_ {
    MARKS.made.iter().copied().filter(|mark| memmem::find(low.as_bytes(), mark.as_bytes()).is_some())
}

/// Who asks for a proof that a person looks at the page, by the address of a script or frame.
pub(super) fn gate(source: &str) -> Option<&'static str> {
    const GATES: &[(&str, &str)] = &[
        ("challenges.cloudflare.com/turnstile", "Cloudflare Turnstile"),
        ("/cdn-cgi/challenge-platform/", "Cloudflare"),
        ("hcaptcha.com/", "hCaptcha"),
        ("google.com/recaptcha/", "reCAPTCHA"),
        ("recaptcha.net/recaptcha/", "reCAPTCHA"),
        ("captcha-delivery.com/", "DataDome"),
    ];
    let low = clip(source, 2_000).to_ascii_lowercase();
    GATES.iter().find(|(part, _)| low.contains(part)).map(|(_, name)| *name)
}

/// The address of the page that was copied, from the comment of the program that saved it.
///
/// ```text
/// saved from url=(0027)https://www.bank.example/in          browsers
/// Mirrored from www.bank.example/in by HTTrack Website ...  HTTrack
/// Page saved with SingleFile url: https://www.bank.example  SingleFile
/// ```
pub(super) fn copied(comment: &str) -> Option<String> {
    let comment = clip(comment, 2_000).trim();
    let rest = if let Some(rest) = comment.strip_prefix("saved from url=(") {
        rest.split_once(')')?.1
    } else if let Some(rest) = comment.strip_prefix("Mirrored from ") {
        rest
    } else if comment.starts_with("Page saved with SingleFile") {
        comment.split_once("url:")?.1
    } else {
        return None;
    };
    let address = rest.split_whitespace().next()?;
    source(address)
}

/// An address that a copy may have been made from.
pub(super) fn source(address: &str) -> Option<String> {
    let address = clip(address.trim(), 1_000);
    let url = Url::parse(address).or_else(|_| Url::parse(&format!("http://{address}"))).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| host.contains('.'));
    web.then(|| url.into())
}

/// The files of a folder that the server lists by itself: those that tell something; `None` where it is no such list.
pub(super) fn folder<'a>(title: &str, targets: impl Iterator<Item = &'a str>) -> Option<Vec<String>> {
    let low = title.to_ascii_lowercase();
    if !["index of /", "directory listing for /", "listing directory /"].iter().any(|start| low.starts_with(start)) {
        return None;
    }
    let telling =
        [".zip", ".rar", ".7z", ".tar", ".tgz", ".gz", ".php", ".html", ".htm", ".txt", ".log", ".sql", ".exe"];
    let mut files: Vec<String> = Vec::new();
    for target in targets {
        let name = target.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
        let tells = telling.iter().any(|end| name.len() > end.len() && name.to_ascii_lowercase().ends_with(end));
        if tells && files.len() < FILE_LIMIT && !files.iter().any(|known| known == name) {
            files.push(clip(name, 120).to_owned());
        }
    }
    Some(files)
}

/// A packed file, as kits come in.
pub(super) fn is_packed(name: &str) -> bool {
    let low = name.to_ascii_lowercase();
    [".zip", ".rar", ".7z", ".tar", ".tgz", ".gz"].iter().any(|end| low.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_read_and_lower_case() {
        let lines = include_str!("../../assets/lists/kit_marks.tsv").lines().filter(|line| !line.starts_with('#'));
        let mut count = 0;
        for line in lines {
            let columns: Vec<&str> = line.split('\t').collect();
            assert_eq!(columns.len(), 3, "{line}");
            assert_eq!(columns[1], columns[1].to_lowercase(), "{line}");
            assert!(!columns[2].is_empty(), "{line} has no source");
            count += 1;
        }
        let marks = &*MARKS;
        assert_eq!(count, marks.place.len() + marks.target.len() + marks.sends.len() + marks.made.len());
    }

    #[test]
    fn marks_are_found_where_they_count() {
        let at = |url: &str| place(&Url::parse(url).unwrap());
        assert_eq!(at("https://shop.example/WP-includes/fonts/login.php"), Some("/wp-includes/"));
        assert_eq!(at("https://shop.example/.well-known/acc/"), Some("/.well-known/"));
        assert_eq!(at("https://shop.example/wp-login.php"), None);
        assert_eq!(at("https://shop.example/wp-admin/index.php"), None);
        assert_eq!(target("https://a.example/x/Next.php?x=1"), Some("next.php"));
        assert_eq!(target("next.php"), Some("next.php"));
        for other in ["https://a.example/login.php", "blog-post.php", "next.php/x", "https://post.php.example/"] {
            assert_eq!(target(other), None, "{other}");
        }
        assert_eq!(sends("https://api.telegram.org/bot123:AA/sendMessage"), Some("api.telegram.org/bot"));
        assert_eq!(sends("https://telegram.org/"), None);
        assert_eq!(made("var f=atob('bmv4dc5waha=')").next(), Some("bmv4dc5waha="));
        assert_eq!(gate("https://www.google.com/recaptcha/api.js"), Some("reCAPTCHA"));
        assert_eq!(gate("https://www.google.com/"), None);
    }

    #[test]
    fn copies_tell_where_they_were_made() {
        for (comment, from) in [
            (" saved from url=(0028)https://www.bank.example/in ", Some("https://www.bank.example/in")),
            (
                " Mirrored from www.bank.example/in.html by HTTrack Website Copier/3.x [XR&CO'2014], Mon ",
                Some("http://www.bank.example/in.html"),
            ),
            (
                "\n Page saved with SingleFile \n url: https://www.bank.example/in \n saved date: Mon",
                Some("https://www.bank.example/in"),
            ),
            (" saved from url=(0014)about:internet ", None),
            (" saved from url=(0011)file:///C:/ ", None),
            ("Mirrored from ", None),
            (" a comment ", None),
        ] {
            assert_eq!(copied(comment).as_deref(), from, "{comment}");
        }
    }

    #[test]
    fn folders_that_servers_list_are_known() {
        let names = ["../", "?C=N;O=D", "kit.zip", "office/", "login.php", "logo.png", "/x/kit.zip"];
        let files = folder("Index of /wp-includes/css", names.into_iter()).unwrap();
        assert_eq!(files, ["kit.zip", "login.php"]);
        assert!(is_packed(&files[0]) && !is_packed(&files[1]));
        assert_eq!(folder("Index of all articles", names.into_iter()), None);
    }
}
