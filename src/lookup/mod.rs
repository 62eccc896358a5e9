//! The only place with network and address databases: it takes a key and gives a fact, and never sees a mail.
