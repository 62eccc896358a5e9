//! Settings in layers: flag over environment over file over default.
