//! The only place that names SQLite: triage marks, notes and kept look-up answers.
