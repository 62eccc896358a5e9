//! The demo mails compiled into the program. Every name and address in them is reserved or taken from a published
//! write-up; no real person's mail stands here.

/// Name and bytes of each mail, in the order of the list.
pub(super) const MAILS: &[(&str, &[u8])] = &[
    ("01-held-messages-estprime.eml", include_bytes!("../../assets/demo/01-held-messages-estprime.eml")),
    ("02-held-messages-neoplanning.eml", include_bytes!("../../assets/demo/02-held-messages-neoplanning.eml")),
    ("03-held-messages-jugiappone.eml", include_bytes!("../../assets/demo/03-held-messages-jugiappone.eml")),
    ("04-password-72-hours.eml", include_bytes!("../../assets/demo/04-password-72-hours.eml")),
    ("05-newsletter.eml", include_bytes!("../../assets/demo/05-newsletter.eml")),
    ("06-mailing-list-post.eml", include_bytes!("../../assets/demo/06-mailing-list-post.eml")),
    ("07-personal-iso-2022-jp.eml", include_bytes!("../../assets/demo/07-personal-iso-2022-jp.eml")),
    ("08-parcel-notice.eml", include_bytes!("../../assets/demo/08-parcel-notice.eml")),
    ("09-amazon-utf-8.eml", include_bytes!("../../assets/demo/09-amazon-utf-8.eml")),
    ("10-etc-iso-2022-jp.eml", include_bytes!("../../assets/demo/10-etc-iso-2022-jp.eml")),
    ("11-card-shift-jis.eml", include_bytes!("../../assets/demo/11-card-shift-jis.eml")),
    ("12-look-alike-domain.eml", include_bytes!("../../assets/demo/12-look-alike-domain.eml")),
    ("13-two-from-fields.eml", include_bytes!("../../assets/demo/13-two-from-fields.eml")),
    ("14-link-text-lies.eml", include_bytes!("../../assets/demo/14-link-text-lies.eml")),
    ("15-html-attachment.eml", include_bytes!("../../assets/demo/15-html-attachment.eml")),
    ("16-qr-code.eml", include_bytes!("../../assets/demo/16-qr-code.eml")),
    ("17-money-without-links.eml", include_bytes!("../../assets/demo/17-money-without-links.eml")),
    ("18-broken.eml", include_bytes!("../../assets/demo/18-broken.eml")),
];

#[cfg(test)]
mod tests {
    use super::MAILS;

    #[test]
    fn every_mail_of_the_folder_is_compiled_in() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/demo");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        names.sort();
        assert_eq!(names, MAILS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }
}
