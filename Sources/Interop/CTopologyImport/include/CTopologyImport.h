#pragma once
#include <hwloc.h>
#include <stddef.h>

/// The highest number of a PU or a NUMA node that a machine can have; Linux can be built for 8,192 CPUs.
enum { CTOPOLOGY_HIGHEST = 65535 };

/// What came of an import.
enum ctopology_outcome {
  /// hwloc read the source.
  CTOPOLOGY_READ = 0,
  /// hwloc refused the source, or complained about what it made of it.
  CTOPOLOGY_REFUSED = 1,
  /// hwloc crashed, or took more than 256 MiB of memory, 20 seconds of CPU time or a minute.
  CTOPOLOGY_DIED = 2,
};

/// A machine's description, read and written again by hwloc.
struct ctopology_import {
  /// hwloc's XML with the zero at its end, to be freed by the caller; NULL unless the outcome is CTOPOLOGY_READ.
  char *text;
  /// Bytes of `text`, the zero included.
  size_t length;
  /// The signal that ended hwloc where the outcome is CTOPOLOGY_DIED, or 0 where no signal did.
  int signal;
};

/// Lets hwloc read a description of a machine in a process of its own and write it as XML.
///
/// hwloc trusts what it reads: an attribute that is missing from an XML file ends the process in which it reads. What
/// the child process writes has passed through hwloc twice, so that this process may read it.
///
/// Two topologies are needed that are initialised and configured alike, but not loaded, and are not changed here: the
/// child must not initialise one, because it could wait forever for a lock that another thread held when the process
/// was copied. For the same reason no other thread may be inside hwloc during the call.
///
/// `path` names an XML file, or is NULL and `synthetic` is a description in hwloc's words. Returns a ctopology_outcome,
/// or -errno where there can be no child process.
int ctopology_import(hwloc_topology_t first, hwloc_topology_t second, const char *path, const char *synthetic,
  struct ctopology_import *result);
