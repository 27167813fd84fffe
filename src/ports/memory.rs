//! Where memory comes from: in static binaries for Linux not from the C library, which has one lock for all threads and gives back to the
//! system what is asked for again at once.

#[cfg(target_env = "musl")]
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;
