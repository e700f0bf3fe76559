#include <malloc.h>
#include <pthread.h>
#include <sys/socket.h>
#include <uv.h>

/* glibc declares these under _GNU_SOURCE only, which is not set when Swift imports its headers. */
extern int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);
extern int pthread_setname_np(pthread_t thread, const char *name);
