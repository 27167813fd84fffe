//! Git: objects are read with libgit2, and the `git` program does what the user's configuration must govern.
