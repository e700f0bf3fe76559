// A disk that fails on demand, put under the server with LD_PRELOAD.
//
// Every change below DISKFAULTS_ROOT goes through here: open, write, truncate, rename, link, unlink, sync. Each is counted as
// one operation. What only looks goes through here, too (read, stat, list, map), and is not counted. The driver of the tests
// shares a page of memory with this library (DISKFAULTS_CONTROL, a file of the size of `struct control`) and asks there for a
// kill at the n-th operation, for errors of chosen calls from the n-th on, short and interrupted ones, slow syncs, and a disk that
// has so many bytes left, at any time while the server runs.
//
// With DISKFAULTS_UNDO, a directory outside the root, what was written and not yet synced can be taken back after a
// kill, as a power failure would: before each change its inverse is appended to `undo.log` there (see `powerloss.py`,
// which reads it), and a sync of the file or directory makes the earlier changes of that file or directory final.

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

// Which files a fault concerns: bits of `files`; 0 means all.
// FILE_SHARED only when it is asked for.
enum { FILE_DATABASE = 1, FILE_WAL = 2, FILE_UPLOAD = 4, FILE_OTHER = 8, FILE_SHARED = 16 };
// What an operation does.
enum { KIND_WRITE = 1, KIND_SYNC = 2, KIND_NAME = 4 };

// Which calls `call_errno` concerns: bits of `calls`.
enum {
  CALL_OPEN = 1,        // of what exists, directories included
  CALL_CREATE = 2,      // open that makes a file
  CALL_MKDIR = 4,
  CALL_RENAME = 8,
  CALL_LINK = 16,       // and symlink
  CALL_UNLINK = 32,     // and rmdir
  CALL_TRUNCATE = 64,   // and fallocate
  CALL_STAT = 128,      // by name or descriptor, and access
  CALL_LIST = 256,      // opendir
  CALL_MAP = 512,
  CALL_READ = 1024,
  CALL_WRITE = 2048,
  CALL_SYNC = 4096
};

// Shared with the driver; every field is naturally aligned and written by one side. `layout` guards against drift.
struct control {
  uint64_t layout;           // 0: sizeof(struct control), set by this library when it is ready
  uint64_t operations;       // 8: changes and syncs so far, counted by this library
  uint64_t kill_at;          // 16: the operation, counted from 1, at which the process kills itself; 0: never
  uint32_t kill_after;       // 24: 0: before it is carried out, 1: after
  uint32_t files;            // 28: the files that the faults below and kill_at count
  uint32_t write_errno;      // 32: what writes fail with; 0: they don't
  uint32_t write_short;      // 36: 1: a write of more than one byte writes half
  uint32_t sync_errno;       // 40: what syncs fail with; 0: they don't
  uint32_t sync_stall_ms;    // 44: how long a sync takes, at most until this is 0 again
  uint64_t faults;           // 48: faults so far, counted by this library
  uint32_t sync_lies;        // 56: 1: a sync returns at once and makes nothing final
  uint32_t kill_kinds;       // 60: bits of KIND_*: what `kill_at` counts; 0: everything
  uint32_t read_errno;       // 64: what reads fail with; 0: they don't
  uint32_t killed_file;      // 68: the kind of file whose operation ended the process, set by this library
  uint32_t killed_kind;      // 72: what kind of operation that was
  uint32_t call_errno;       // 76: what the chosen calls fail with; 0: they don't
  uint64_t free_bytes;       // 80: what statvfs says is free; 0: the truth
  uint32_t calls;            // 88: bits of CALL_*
  uint32_t fail_once;        // 92: 1: only the call `fail_at` fails, 0: those after it, too
  uint64_t fail_at;          // 96: the first of these calls that fails, counted from 1
  uint64_t calls_seen;       // 104: these calls so far, counted by this library
  uint64_t room;             // 112: 1 and the bytes by which files can still grow; 0: no limit
  uint32_t interrupts;       // 120: 1: two of three reads, writes, opens and truncations are interrupted
  uint32_t unused;           // 124
};

enum { DESCRIPTORS = 65536 };

static struct control *control;
static const char *root, *undo;
static size_t root_length;
static int log_descriptor = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint8_t classes[DESCRIPTORS];  // bits of FILE_*, and DIRECTORY; 0: not ours

enum { DIRECTORY = 128 };

static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static ssize_t (*real_read)(int, void *, size_t);
static ssize_t (*real_pread)(int, void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_link)(const char *, const char *);
static int (*real_unlink)(const char *);
static int (*real_close)(int);
static int (*real_fstat)(int, struct stat *);
static int (*real_lstat)(const char *, struct stat *);
static int (*real_access)(const char *, int);

static void fail(const char *what) {
  dprintf(2, "diskfaults: %s: %s\n", what, strerror(errno));
  _exit(125);
}

static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) fail(name);
  return found;
}

// What the library replaces, for calls that may come before the constructor.
#define NEXT(name)                 \
  static __typeof__(&name) next;   \
  if (!next) next = real(#name)

__attribute__((constructor)) static void set_up(void) {
  real_open = real("open64");
  real_openat = real("openat64");
  real_read = real("read");
  real_pread = real("pread64");
  real_write = real("write");
  real_pwrite = real("pwrite64");
  real_writev = real("writev");
  real_ftruncate = real("ftruncate64");
  real_fsync = real("fsync");
  real_fdatasync = real("fdatasync");
  real_rename = real("rename");
  real_link = real("link");
  real_unlink = real("unlink");
  real_close = real("close");
  real_fstat = real("fstat");
  real_lstat = real("lstat");
  real_access = real("access");
  root = getenv("DISKFAULTS_ROOT");
  const char *path = getenv("DISKFAULTS_CONTROL");
  undo = getenv("DISKFAULTS_UNDO");
  if (!root || !path) {
    root = NULL;
    return;
  }
  root_length = strlen(root);
  int file = real_open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) fail(path);
  control = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (control == MAP_FAILED) fail("mmap");
  real_close(file);
  if (undo) {
    char name[PATH_MAX];
    snprintf(name, sizeof name, "%s/undo.log", undo);
    log_descriptor = real_open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_descriptor < 0) fail(name);
  }
  control->layout = sizeof *control;
}

// --- what a path is -------------------------------------------------------------------------------------------------

static int ends_with(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

static int is_ours(const char *path) {
  return root && path && strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || path[root_length] == 0);
}

static uint8_t class_of(const char *path) {
  if (ends_with(path, "-shm")) return FILE_SHARED;
  if (ends_with(path, "-wal") || ends_with(path, "-journal")) return FILE_WAL;
  if (ends_with(path, ".db")) return FILE_DATABASE;
  if (strstr(path + root_length, "/uploads")) return FILE_UPLOAD;
  return FILE_OTHER;
}

// What changes are counted and noted: not those of the shared-memory index, which is a cache. SQLite builds it anew
// after every crash.
static uint8_t durable_class_of(const char *path) {
  uint8_t class = class_of(path);
  return class == FILE_SHARED ? 0 : class;
}

// Nothing for the shared-memory index, unless a fault is to be there.
static uint8_t class_of_descriptor(int descriptor) {
  if (!root || descriptor < 0 || descriptor >= DESCRIPTORS) return 0;
  uint8_t class = classes[descriptor];
  return class == FILE_SHARED && !(control->files & FILE_SHARED) ? 0 : class;
}

// --- the operations, under the lock -----------------------------------------------------------------------------------

static void die(uint8_t class, uint32_t kind) {
  control->killed_file = class & 127;
  control->killed_kind = kind;
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

static int concerns(uint8_t class) { return !control->files || (control->files & class & 127); }

// Counts an operation; `before` and `after` surround carrying it out.
static int is_fatal;
static uint8_t last_class;
static uint32_t last_kind;
static void before(uint8_t class, uint32_t kind) {
  is_fatal = 0;
  last_class = class;
  last_kind = kind;
  if (!concerns(class) || (control->kill_kinds && !(control->kill_kinds & kind))) return;
  uint64_t number = __atomic_add_fetch(&control->operations, 1, __ATOMIC_SEQ_CST);
  uint64_t wanted = __atomic_load_n(&control->kill_at, __ATOMIC_SEQ_CST);
  if (wanted && number >= wanted) {
    if (!control->kill_after) die(class, kind);
    is_fatal = 1;
  }
}
static void after(void) {
  if (is_fatal) die(last_class, last_kind);
}

static void count_fault(void) { __atomic_add_fetch(&control->faults, 1, __ATOMIC_SEQ_CST); }

// Whether this call is to fail; sets `errno` then.
static int call_fails(uint8_t class, uint32_t call) {
  if (!class || !control->call_errno || !(control->calls & call) || !concerns(class)) return 0;
  uint64_t number = __atomic_add_fetch(&control->calls_seen, 1, __ATOMIC_SEQ_CST);
  if (number < control->fail_at || (control->fail_once && number > control->fail_at)) return 0;
  count_fault();
  errno = control->call_errno;
  return 1;
}

// The same for a path. The shared-memory index only when it is asked for.
static int path_fails(const char *path, uint32_t call) {
  if (!is_ours(path)) return 0;
  uint8_t class = class_of(path);
  return class == FILE_SHARED && !(control->files & FILE_SHARED) ? 0 : call_fails(class, call);
}

// Whether a signal interrupts this call, which its caller is to repeat.
static int is_interrupted(uint8_t class) {
  static __thread unsigned attempts;
  if (!class || !control->interrupts || !concerns(class) || ++attempts % 3 == 0) return 0;
  count_fault();
  errno = EINTR;
  return 1;
}

// --- a disk that fills up -----------------------------------------------------------------------------------------------

// How much of a write there is room for: less than was asked for, then nothing.
static size_t fitting(int descriptor, off_t place, size_t count) {
  uint64_t room = __atomic_load_n(&control->room, __ATOMIC_SEQ_CST);
  struct stat info;
  if (!room || real_fstat(descriptor, &info) != 0) return count;
  off_t growth = place + (off_t)count - info.st_size;
  if (growth <= 0 || (uint64_t)growth < room) return count;
  uint64_t lacking = (uint64_t)growth - (room - 1);
  return lacking < count ? count - lacking : 0;
}

// Takes what a file grew by, or gives back what it lost.
static void account(off_t before, off_t after) {
  if (__atomic_load_n(&control->room, __ATOMIC_SEQ_CST))
    __atomic_sub_fetch(&control->room, (uint64_t)(after - before), __ATOMIC_SEQ_CST);
}

static off_t size_of(int descriptor) {
  struct stat info;
  return real_fstat(descriptor, &info) == 0 ? info.st_size : 0;
}

// --- the undo log -----------------------------------------------------------------------------------------------------

// One record: this header, then `path_length` bytes of path, then `data_length` bytes of data.
struct record {
  uint32_t kind;         // one of the kinds below
  uint32_t path_length;  // the path whose directory entry changed, or of the directory that was synced
  uint64_t inode;        // the file that changed or was synced
  uint64_t offset;       // where it was written
  uint64_t size;         // the size of the file before
  uint64_t data_length;  // what stood there before, or the name of a kept copy
};
enum { WRITE = 1, TRUNCATE, SYNC, CREATE, RENAME, UNLINK, SYNC_DIRECTORY };


static void append(const void *bytes, size_t count) {
  const char *rest = bytes;
  while (count > 0) {
    ssize_t done = real_write(log_descriptor, rest, count);
    if (done < 0) fail("undo.log");
    rest += done;
    count -= done;
  }
}

static void log_record(uint32_t kind, uint64_t inode, const char *path, uint64_t offset, uint64_t size, const void *data,
                       uint64_t length) {
  struct record record = {kind, path ? strlen(path) : 0, inode, offset, size, length};
  append(&record, sizeof record);
  append(path ? path : "", record.path_length);
  append(data ? data : "", length);
}

// Notes a part of a file as it is before it changes: up to `length` bytes from `offset`, as far as the file goes.
static void log_change(uint32_t kind, int descriptor, off_t offset, size_t length) {
  if (log_descriptor < 0 || classes[descriptor] == FILE_SHARED) return;
  struct stat info;
  if (real_fstat(descriptor, &info) != 0) fail("fstat");
  size_t behind = offset < info.st_size ? (size_t)(info.st_size - offset) : 0;
  size_t old = behind < length ? behind : length;
  char *data = malloc(old ? old : 1);
  if (!data) fail("malloc");
  // The file may be open for writing only, so it is read through its name in /proc.
  char name[64];
  snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
  if (old) {
    int reader = real_open(name, O_RDONLY | O_CLOEXEC);
    if (reader < 0 || real_pread(reader, data, old, offset) != (ssize_t)old) fail("reading what will change");
    real_close(reader);
  }
  log_record(kind, info.st_ino, NULL, offset, info.st_size, data, old);
  free(data);
}

static void log_write(int descriptor, off_t offset, size_t length) { log_change(WRITE, descriptor, offset, length); }

static void log_truncate(int descriptor, off_t length) { log_change(TRUNCATE, descriptor, length, SIZE_MAX); }

static void log_sync(int descriptor, uint8_t class) {
  if (log_descriptor < 0) return;
  struct stat info;
  if (real_fstat(descriptor, &info) != 0) fail("fstat");
  if (class & DIRECTORY) {
    char name[64], path[PATH_MAX];
    snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(name, path, sizeof path - 1);
    if (length < 0) fail("readlink");
    path[length] = 0;
    log_record(SYNC_DIRECTORY, info.st_ino, path, 0, 0, NULL, 0);
  } else {
    log_record(SYNC, info.st_ino, NULL, 0, 0, NULL, 0);
  }
}

// Keeps the file that a name is about to lose; its copy is a hard link in the undo directory, named by its inode.
static void keep(const char *path, uint32_t kind, const char *other) {
  if (log_descriptor < 0) return;
  struct stat info;
  char copy[PATH_MAX] = "";
  if (real_lstat(path, &info) == 0 && S_ISREG(info.st_mode)) {
    static uint64_t copies;
    snprintf(copy, sizeof copy, "%s/kept-%d-%llu", undo, getpid(), (unsigned long long)++copies);
    if (real_link(path, copy) != 0) fail(copy);
  } else {
    info.st_ino = 0;
  }
  // For a rename the data is "copy of what stood at the target\0old name".
  char data[2 * PATH_MAX];
  size_t length = snprintf(data, sizeof data, "%s", copy) + 1;
  if (other) length += snprintf(data + length, sizeof data - length, "%s", other) + 1;
  log_record(kind, info.st_ino, path, 0, 0, data, length);
}

// --- what the server calls -------------------------------------------------------------------------------------------

static int opened(int descriptor, const char *path, int flags, int existed) {
  if (descriptor < 0 || descriptor >= DESCRIPTORS) return descriptor;
  classes[descriptor] = 0;
  if (!is_ours(path)) return descriptor;
  struct stat info;
  if (real_fstat(descriptor, &info) != 0) return descriptor;
  classes[descriptor] = S_ISDIR(info.st_mode) ? FILE_OTHER | DIRECTORY : class_of(path);
  if ((flags & O_CREAT) && !existed && classes[descriptor] && classes[descriptor] != FILE_SHARED && log_descriptor >= 0)
    log_record(CREATE, info.st_ino, path, 0, 0, NULL, 0);
  return descriptor;
}

static int open_file(const char *path, int flags, mode_t mode) {
  if (!is_ours(path)) return opened(real_open(path, flags, mode), path, flags, 1);
  if (is_interrupted(class_of(path))) return -1;
  pthread_mutex_lock(&lock);
  int existed = real_access(path, F_OK) == 0;
  int result;
  int error = 0;
  if (path_fails(path, (flags & O_CREAT) && !existed ? CALL_CREATE : CALL_OPEN)) {
    result = -1;
    error = errno;
  } else if ((flags & O_CREAT) && !existed && durable_class_of(path)) {
    before(class_of(path), KIND_NAME);
    if (control->write_errno && concerns(class_of(path))) {
      count_fault();
      result = -1;
      error = control->write_errno;
    } else {
      result = opened(real_open(path, flags, mode), path, flags, existed);
      error = errno;
    }
    after();
  } else {
    if ((flags & O_TRUNC) && existed && durable_class_of(path) && log_descriptor >= 0) {
      int file = real_open(path, O_RDWR | O_CLOEXEC);
      if (file >= 0) {
        log_truncate(file, 0);
        real_close(file);
      }
    }
    result = opened(real_open(path, flags, mode), path, flags, existed);
    error = errno;
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_file(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_file(path, flags, mode);
}

int openat(int directory, const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (path[0] == '/' || directory == AT_FDCWD) return open_file(path, flags, mode);
  return real_openat(directory, path, flags, mode);
}

int openat64(int directory, const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (path[0] == '/' || directory == AT_FDCWD) return open_file(path, flags, mode);
  return real_openat(directory, path, flags, mode);
}

// Mode strings of fopen that write are rare in the server; those that read need no counting.
int close(int descriptor) {
  if (descriptor >= 0 && descriptor < DESCRIPTORS) classes[descriptor] = 0;
  return real_close(descriptor);
}

// Whether this read is to fail. A read changes nothing, so there is nothing to count or to note.
static int read_fails(int descriptor) {
  uint8_t class = class_of_descriptor(descriptor);
  if (is_interrupted(class) || call_fails(class, CALL_READ)) return 1;
  if (!class || !control->read_errno || !concerns(class)) return 0;
  count_fault();
  errno = control->read_errno;
  return 1;
}

ssize_t read(int descriptor, void *bytes, size_t count) {
  return read_fails(descriptor) ? -1 : real_read(descriptor, bytes, count);
}

ssize_t pread(int descriptor, void *bytes, size_t count, off_t offset) {
  return read_fails(descriptor) ? -1 : real_pread(descriptor, bytes, count, offset);
}

ssize_t pread64(int descriptor, void *bytes, size_t count, off64_t offset) {
  return read_fails(descriptor) ? -1 : real_pread(descriptor, bytes, count, offset);
}

static ssize_t write_at(int descriptor, const void *bytes, size_t count, off_t offset, int is_positioned) {
  uint8_t class = class_of_descriptor(descriptor);
  if (!class) return is_positioned ? real_pwrite(descriptor, bytes, count, offset) : real_write(descriptor, bytes, count);
  if (is_interrupted(class)) return -1;
  pthread_mutex_lock(&lock);
  ssize_t done = -1;
  int error;
  before(class, KIND_WRITE);
  if (control->write_errno && concerns(class)) {
    count_fault();
    error = control->write_errno;
  } else if (call_fails(class, CALL_WRITE)) {
    error = errno;
  } else {
    if (control->write_short && concerns(class) && count > 1) {
      count_fault();
      count /= 2;
    }
    off_t place = offset;
    if (!is_positioned) {
      place = fcntl(descriptor, F_GETFL) & O_APPEND ? lseek(descriptor, 0, SEEK_END) : lseek(descriptor, 0, SEEK_CUR);
    }
    size_t fits = fitting(descriptor, place, count);
    if (fits < count) count_fault();
    if (count && !fits) {
      error = ENOSPC;
    } else {
      off_t size = size_of(descriptor);
      log_write(descriptor, place, fits);
      done = is_positioned ? real_pwrite(descriptor, bytes, fits, offset) : real_write(descriptor, bytes, fits);
      error = errno;
      account(size, size_of(descriptor));
    }
  }
  after();
  pthread_mutex_unlock(&lock);
  errno = error;
  return done;
}

ssize_t write(int descriptor, const void *bytes, size_t count) { return write_at(descriptor, bytes, count, 0, 0); }

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  return write_at(descriptor, bytes, count, offset, 1);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
  return write_at(descriptor, bytes, count, offset, 1);
}

ssize_t writev(int descriptor, const struct iovec *pieces, int count) {
  if (!class_of_descriptor(descriptor)) return real_writev(descriptor, pieces, count);
  // A short count is a legal answer, so the first piece that has bytes is enough.
  for (int index = 0; index < count; index++)
    if (pieces[index].iov_len) return write_at(descriptor, pieces[index].iov_base, pieces[index].iov_len, 0, 0);
  return 0;
}

static int truncate_to(int descriptor, off_t length) {
  uint8_t class = class_of_descriptor(descriptor);
  if (!class) return real_ftruncate(descriptor, length);
  if (is_interrupted(class)) return -1;
  pthread_mutex_lock(&lock);
  int result = -1;
  int error;
  before(class, KIND_WRITE);
  if (control->write_errno && concerns(class)) {
    count_fault();
    error = control->write_errno;
  } else if (call_fails(class, CALL_TRUNCATE)) {
    error = errno;
  } else {
    off_t size = size_of(descriptor);
    log_truncate(descriptor, length);
    result = real_ftruncate(descriptor, length);
    error = errno;
    // A longer file has a hole there, which takes no room.
    if (length < size) account(size, size_of(descriptor));
  }
  after();
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int ftruncate(int descriptor, off_t length) { return truncate_to(descriptor, length); }
int ftruncate64(int descriptor, off64_t length) { return truncate_to(descriptor, length); }

int posix_fallocate64(int descriptor, off64_t offset, off64_t length) {
  NEXT(posix_fallocate64);
  return call_fails(class_of_descriptor(descriptor), CALL_TRUNCATE) ? errno : next(descriptor, offset, length);
}
int posix_fallocate(int descriptor, off_t offset, off_t length) { return posix_fallocate64(descriptor, offset, length); }

int fallocate64(int descriptor, int mode, off64_t offset, off64_t length) {
  NEXT(fallocate64);
  return call_fails(class_of_descriptor(descriptor), CALL_TRUNCATE) ? -1 : next(descriptor, mode, offset, length);
}
int fallocate(int descriptor, int mode, off_t offset, off_t length) {
  return fallocate64(descriptor, mode, offset, length);
}

static int sync_file(int descriptor, int (*synchronise)(int)) {
  uint8_t class = class_of_descriptor(descriptor);
  if (!class) return synchronise(descriptor);
  if (control->sync_stall_ms && concerns(class)) {
    count_fault();
    // In steps, so that the driver can end it.
    struct timespec step = {0, 5000000L};
    for (uint32_t done = 0; done < __atomic_load_n(&control->sync_stall_ms, __ATOMIC_SEQ_CST); done += 5) nanosleep(&step, NULL);
  }
  pthread_mutex_lock(&lock);
  int result = -1;
  int error = 0;
  before(class, KIND_SYNC);
  if (control->sync_errno && concerns(class)) {
    count_fault();
    error = control->sync_errno;
  } else if (call_fails(class, CALL_SYNC)) {
    error = errno;
  } else if (control->sync_lies && concerns(class)) {
    result = 0;
  } else {
    result = synchronise(descriptor);
    error = errno;
    if (result == 0) log_sync(descriptor, class);
  }
  after();
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int fsync(int descriptor) { return sync_file(descriptor, real_fsync); }
int fdatasync(int descriptor) { return sync_file(descriptor, real_fdatasync); }

int rename(const char *from, const char *to) {
  if (!is_ours(from) && !is_ours(to)) return real_rename(from, to);
  pthread_mutex_lock(&lock);
  int result = -1;
  int error;
  uint8_t class = class_of(to);
  before(class, KIND_NAME);
  if (control->write_errno && concerns(class)) {
    count_fault();
    error = control->write_errno;
  } else if (call_fails(class == FILE_SHARED ? 0 : class, CALL_RENAME)) {
    error = errno;
  } else {
    keep(to, RENAME, from);
    result = real_rename(from, to);
    error = errno;
  }
  after();
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int link(const char *from, const char *to) {
  if (!is_ours(to)) return real_link(from, to);
  pthread_mutex_lock(&lock);
  int result = -1;
  before(class_of(to), KIND_NAME);
  if (!path_fails(to, CALL_LINK)) result = real_link(from, to);
  int error = errno;
  struct stat info;
  if (result == 0 && log_descriptor >= 0 && real_lstat(to, &info) == 0)
    log_record(CREATE, info.st_ino, to, 0, 0, NULL, 0);
  after();
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int symlink(const char *target, const char *path) {
  NEXT(symlink);
  return path_fails(path, CALL_LINK) ? -1 : next(target, path);
}

int mkdir(const char *path, mode_t mode) {
  NEXT(mkdir);
  return path_fails(path, CALL_MKDIR) ? -1 : next(path, mode);
}

int rmdir(const char *path) {
  NEXT(rmdir);
  return path_fails(path, CALL_UNLINK) ? -1 : next(path);
}

DIR *opendir(const char *path) {
  NEXT(opendir);
  return path_fails(path, CALL_LIST) ? NULL : next(path);
}

int access(const char *path, int mode) {
  NEXT(access);
  return path_fails(path, CALL_STAT) ? -1 : next(path, mode);
}

int stat(const char *path, struct stat *info) {
  NEXT(stat);
  return path_fails(path, CALL_STAT) ? -1 : next(path, info);
}
int stat64(const char *path, struct stat64 *info) {
  NEXT(stat64);
  return path_fails(path, CALL_STAT) ? -1 : next(path, info);
}
int lstat(const char *path, struct stat *info) {
  NEXT(lstat);
  return path_fails(path, CALL_STAT) ? -1 : next(path, info);
}
int lstat64(const char *path, struct stat64 *info) {
  NEXT(lstat64);
  return path_fails(path, CALL_STAT) ? -1 : next(path, info);
}
int fstat(int descriptor, struct stat *info) {
  NEXT(fstat);
  return call_fails(class_of_descriptor(descriptor), CALL_STAT) ? -1 : next(descriptor, info);
}
int fstat64(int descriptor, struct stat64 *info) {
  NEXT(fstat64);
  return call_fails(class_of_descriptor(descriptor), CALL_STAT) ? -1 : next(descriptor, info);
}

static int map_fails(int descriptor) { return call_fails(class_of_descriptor(descriptor), CALL_MAP); }

void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
  if (map_fails(descriptor)) return MAP_FAILED;
  return (void *)syscall(SYS_mmap, address, length, protection, flags, descriptor, offset);
}
void *mmap64(void *address, size_t length, int protection, int flags, int descriptor, off64_t offset) {
  return mmap(address, length, protection, flags, descriptor, offset);
}

static int describe_file_system(const char *name, const char *path, void *found) {
  int (*real_statvfs)(const char *, struct statvfs64 *) = real(name);
  struct statvfs64 *info = found;
  int result = real_statvfs(path, info);
  if (result == 0 && is_ours(path) && control->free_bytes) info->f_bavail = control->free_bytes / info->f_frsize;
  return result;
}

// On 64-bit machines both have the same layout.
int statvfs(const char *path, struct statvfs *info) { return describe_file_system("statvfs", path, info); }
int statvfs64(const char *path, struct statvfs64 *info) { return describe_file_system("statvfs64", path, info); }

int unlink(const char *path) {
  if (!is_ours(path)) return real_unlink(path);
  if (path_fails(path, CALL_UNLINK)) return -1;
  if (!durable_class_of(path)) return real_unlink(path);
  pthread_mutex_lock(&lock);
  before(class_of(path), KIND_NAME);
  struct stat info;
  off_t freed = real_lstat(path, &info) == 0 && info.st_nlink == 1 ? info.st_size : 0;
  keep(path, UNLINK, NULL);
  int result = real_unlink(path);
  int error = errno;
  if (result == 0) account(freed, 0);
  after();
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}
