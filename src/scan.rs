//! The headless driver: the same rooms as the screen, one JSON line a message.
