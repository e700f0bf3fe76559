// Tells ThreadSanitizer of the standard library's Mutex. Loaded with LD_PRELOAD into programs that it instruments.
//
// An uncontended lock is a compare-and-exchange that is compiled into our own code, so ThreadSanitizer sees it. A
// contended one is taken and given back in libswiftSynchronization, which is not instrumented: every such lock would
// look like no lock at all. These functions stand before the library's and say what they do. The atomic word and the
// annotations share one address, so both ways of locking order each other. Nothing is hidden: a variable that is not
// behind a mutex still races.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void lock_slow(uint32_t owner, SELF void *mutex) __asm__(LOCK);
SWIFT bool try_lock_slow(SELF void *mutex) __asm__(TRY_LOCK);
SWIFT void unlock_slow(SELF void *mutex) __asm__(UNLOCK);

// Absent from programs that are not instrumented, such as the shell that starts them.
extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

static void *next(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) {
    fprintf(stderr, "the standard library has no %s any more\n", name);
    abort();
  }
  return found;
}

SWIFT void lock_slow(uint32_t owner, SELF void *mutex) {
  static SWIFT void (*lock)(uint32_t, SELF void *);
  if (!lock) lock = (SWIFT void (*)(uint32_t, SELF void *))next(LOCK);
  lock(owner, mutex);
  if (__tsan_acquire) __tsan_acquire(mutex);
}

SWIFT bool try_lock_slow(SELF void *mutex) {
  static SWIFT bool (*try_lock)(SELF void *);
  if (!try_lock) try_lock = (SWIFT bool (*)(SELF void *))next(TRY_LOCK);
  bool taken = try_lock(mutex);
  if (taken && __tsan_acquire) __tsan_acquire(mutex);
  return taken;
}

SWIFT void unlock_slow(SELF void *mutex) {
  static SWIFT void (*unlock)(SELF void *);
  if (!unlock) unlock = (SWIFT void (*)(SELF void *))next(UNLOCK);
  if (__tsan_release) __tsan_release(mutex);
  unlock(mutex);
}
