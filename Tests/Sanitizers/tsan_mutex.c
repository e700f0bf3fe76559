// Tells ThreadSanitizer of the standard library's Mutex. Loaded with LD_PRELOAD into programs that it instruments.
//
// An uncontended lock is a compare-and-exchange that is compiled into our own code, and seen. A contended one is taken
// and given back inside libswiftSynchronization, which is not instrumented: it would look as if there were no lock.
// These functions stand before the library's own and say what those do. The atomic word and the annotations share one
// address, so both ways of locking order each other. Nothing is hidden: a variable that is not behind a mutex races as
// before, which `make test-tsan` makes sure of.

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

// Absent from programs that are not instrumented, such as the shell that starts them.
extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

static void acquire(void *address) {
  if (__tsan_acquire) __tsan_acquire(address);
}

static void release(void *address) {
  if (__tsan_release) __tsan_release(address);
}

static void *next(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) {
    fprintf(stderr, "Swift's libraries have no %s any more\n", name);
    abort();
  }
  return found;
}

// Looked up at each call: contention is rare, and a variable that remembers would itself be shared.
#define NEXT(name, type) ((type)next(name))

typedef SWIFT void (*lock_function)(uint32_t, SELF void *);
typedef SWIFT bool (*try_lock_function)(SELF void *);
typedef SWIFT void (*unlock_function)(SELF void *);

SWIFT void lock_slow(uint32_t owner, SELF void *mutex) __asm__(LOCK);
SWIFT bool try_lock_slow(SELF void *mutex) __asm__(TRY_LOCK);
SWIFT void unlock_slow(SELF void *mutex) __asm__(UNLOCK);

SWIFT void lock_slow(uint32_t owner, SELF void *mutex) {
  NEXT(LOCK, lock_function)(owner, mutex);
  acquire(mutex);
}

SWIFT bool try_lock_slow(SELF void *mutex) {
  bool taken = NEXT(TRY_LOCK, try_lock_function)(mutex);
  if (taken) acquire(mutex);
  return taken;
}

SWIFT void unlock_slow(SELF void *mutex) {
  release(mutex);
  NEXT(UNLOCK, unlock_function)(mutex);
}
