//! Writers over `view` and the one place that opens files and stdout for them.
