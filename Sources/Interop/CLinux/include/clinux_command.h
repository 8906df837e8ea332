#pragma once
#include <stdint.h>

/// A program that runs beside this process, in a process group of its own.
typedef struct {
  /// Its number in the system, which is also that of its group.
  int process;
  /// Where its standard output comes out. Reading does not wait.
  int output;
  /// The same for its standard error.
  int errors;
  /// The writing end of a pipe that is descriptor 3 of the program: closed when this process ends, however it does.
  int life;
  /// Nanoseconds that it computed, with everything that it waited for. Known after `clinux_command_end`.
  int64_t computed_ns;
} clinux_command;

/// Starts `arguments[0]`, a path, with no input, and with none of this process's descriptors, blocked signals or
/// ignored signals.
///
/// Both lists end with NULL; `variables` ("NAME=value") take the place of those that this process inherited. Inherited
/// secrets (`ASSAY_..._USER`, `_PASSWORD`, `_TOKEN`) are left out. Nothing is copied of this process's memory. Returns
/// 0 or -errno.
int clinux_command_start(const char *_Nullable const *_Nonnull arguments,
  const char *_Nullable const *_Nonnull variables, clinux_command *_Nonnull command);

/// How it ended: its exit code, or 128 and the number of the signal that ended it; -1 while it runs, and -2 where the
/// system does not know any more.
int clinux_command_status(const clinux_command *_Nonnull command);

/// Ends it and whatever it started, unless that left its process group, and closes the descriptors.
///
/// They are asked to end (SIGTERM), and killed when they have not closed the output after `patience_ns`. A command that
/// was ended is left alone.
void clinux_command_end(clinux_command *_Nonnull command, int64_t patience_ns);
