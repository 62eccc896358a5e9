#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| gosanke_fuzz::run(gosanke_fuzz::shown, data));
