//! The only place with a terminal: guard, input, update, keymap, theme, layout, panes and layers.
