//! What every binary shares at its edge: arguments, output forms, errors and exit codes.
