/* The floor: a WebSocket broadcaster that does nothing but broadcast.
 *
 * What arrives as a message at /pub goes to every socket at /sub. Each frame is encoded once and appended to every
 * subscriber's output; at the end of the turn of the epoll loop each subscriber gets its output with one system call.
 * A server whose subscribers do not all want the same can hardly do less on one thread, so the CPU per delivery of this
 * program is what other servers are compared with.
 *
 *   broadcast PORT            coalesce the frames of a turn per subscriber
 *   broadcast PORT --shared   encode a turn into one buffer for all, which only works when all want the same
 *   broadcast PORT --each     one send per frame and subscriber
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { EVENTS_MAX = 1024, INPUT_MAX = 1 << 20, BACKLOG_MAX = 8 << 20, HEAD_MAX = 16 << 10, LISTEN_QUEUE = 4096 };

enum role { HANDSHAKE, SUBSCRIBER, PUBLISHER };

struct connection {
  int fd;
  enum role role;
  size_t place;      /* index among the subscribers */
  uint8_t *input;    /* unfinished input; publishers and handshakes only */
  size_t input_size, input_capacity;
  uint8_t *output;   /* frames of this turn */
  size_t output_size, output_capacity;
  uint8_t *backlog;  /* what the socket did not take */
  size_t backlog_size, backlog_start, backlog_capacity;
  bool dead;
};

static int epoll_fd;
static enum { COALESCE, SHARED, EACH } mode = COALESCE;
static struct connection **subscribers;
static size_t subscriber_count, subscriber_capacity;
static uint8_t *turn; /* encoded frames of this turn */
static size_t turn_size, turn_capacity;
static bool turn_had_frames;
static uint8_t input_buffer[INPUT_MAX];

static void *grow(void *memory, size_t *capacity, size_t needed) {
  if (needed <= *capacity) return memory;
  size_t size = *capacity ? *capacity : 1024;
  while (size < needed) size *= 2;
  memory = realloc(memory, size);
  if (!memory) { perror("realloc"); exit(1); }
  *capacity = size;
  return memory;
}

/* SHA-1 (RFC 3174) of a short text: the handshake needs it (RFC 6455, section 4.2.2). */
static uint32_t rotate(uint32_t value, int bits) { return value << bits | value >> (32 - bits); }

static void sha1(const char *text, size_t size, uint8_t digest[20]) {
  uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  uint8_t block[256] = {0};
  size_t padded = (size + 8) / 64 * 64 + 64;
  memcpy(block, text, size);
  block[size] = 0x80;
  uint64_t bits = (uint64_t)size * 8;
  for (int i = 0; i < 8; i++) block[padded - 1 - i] = (uint8_t)(bits >> (8 * i));
  for (size_t start = 0; start < padded; start += 64) {
    uint32_t w[80];
    for (int i = 0; i < 16; i++) {
      const uint8_t *b = block + start + i * 4;
      w[i] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    }
    for (int i = 16; i < 80; i++) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (int i = 0; i < 80; i++) {
      uint32_t f, k;
      if (i < 20) { f = (b & c) | (~b & d); k = 0x5A827999; }
      else if (i < 40) { f = b ^ c ^ d; k = 0x6ED9EBA1; }
      else if (i < 60) { f = (b & c) | (b & d) | (c & d); k = 0x8F1BBCDC; }
      else { f = b ^ c ^ d; k = 0xCA62C1D6; }
      uint32_t next = rotate(a, 5) + f + e + k + w[i];
      e = d; d = c; c = rotate(b, 30); b = a; a = next;
    }
    h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e;
  }
  for (int i = 0; i < 20; i++) digest[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}

static void accept_key(const char *key, size_t size, char out[29]) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  char text[128];
  uint8_t digest[21] = {0};
  size_t length = (size_t)snprintf(text, sizeof text, "%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", (int)size, key);
  sha1(text, length, digest);
  for (int i = 0; i < 7; i++) {
    uint32_t three = (uint32_t)digest[i * 3] << 16 | (uint32_t)digest[i * 3 + 1] << 8 | digest[i * 3 + 2];
    for (int j = 0; j < 4; j++) out[i * 4 + j] = alphabet[three >> (18 - 6 * j) & 63];
  }
  out[27] = '=';
  out[28] = 0;
}

static void watch(struct connection *c, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  epoll_ctl(epoll_fd, operation, c->fd, &event);
}

static void drop(struct connection *c) {
  if (c->dead) return;
  c->dead = true;
  if (c->role == SUBSCRIBER) {
    subscribers[c->place] = subscribers[--subscriber_count];
    subscribers[c->place]->place = c->place;
  }
  close(c->fd);
  /* The memory stays until the process ends: an event of this turn may still point to it. */
  free(c->input);
  free(c->output);
  free(c->backlog);
  c->input = c->output = c->backlog = NULL;
}

static void keep(struct connection *c, const uint8_t *bytes, size_t size) {
  size_t pending = c->backlog_size - c->backlog_start;
  if (pending + size > BACKLOG_MAX) { drop(c); return; }
  if (c->backlog_start) {
    memmove(c->backlog, c->backlog + c->backlog_start, pending);
    c->backlog_size = pending;
    c->backlog_start = 0;
  }
  c->backlog = grow(c->backlog, &c->backlog_capacity, pending + size);
  memcpy(c->backlog + pending, bytes, size);
  c->backlog_size += size;
  watch(c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
}

/* Writes the backlog and the given bytes with one system call; keeps what does not fit. */
static void put(struct connection *c, const uint8_t *bytes, size_t size) {
  size_t pending = c->backlog_size - c->backlog_start;
  ssize_t sent;
  if (pending == 0) {
    if (size == 0) return;
    sent = send(c->fd, bytes, size, MSG_NOSIGNAL);
  } else {
    struct iovec parts[2] = {{c->backlog + c->backlog_start, pending}, {(void *)bytes, size}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = size ? 2 : 1};
    sent = sendmsg(c->fd, &message, MSG_NOSIGNAL);
  }
  if (sent < 0) {
    if (errno != EAGAIN) { drop(c); return; }
    sent = 0;
  }
  size_t from_backlog = (size_t)sent < pending ? (size_t)sent : pending;
  c->backlog_start += from_backlog;
  size_t from_bytes = (size_t)sent - from_backlog;
  if (from_bytes < size) keep(c, bytes + from_bytes, size - from_bytes);
  else if (pending && from_backlog == pending) {
    c->backlog_start = c->backlog_size = 0;
    watch(c, EPOLL_CTL_MOD, EPOLLIN);
  }
}

static void flush_turn(void) {
  if (mode == COALESCE && turn_had_frames) {
    for (size_t i = subscriber_count; i-- > 0;) {
      struct connection *c = subscribers[i];
      size_t size = c->output_size;
      c->output_size = 0;
      put(c, c->output, size);
    }
    turn_had_frames = false;
  }
  if (turn_size == 0) return;
  for (size_t i = subscriber_count; i-- > 0;) put(subscribers[i], turn, turn_size);
  turn_size = 0;
}

static void append_to_all(const uint8_t *frame, size_t size) {
  for (size_t i = 0; i < subscriber_count; i++) {
    struct connection *c = subscribers[i];
    c->output = grow(c->output, &c->output_capacity, c->output_size + size);
    memcpy(c->output + c->output_size, frame, size);
    c->output_size += size;
  }
  turn_had_frames = true;
}

static void publish(uint8_t opcode, const uint8_t *payload, size_t size, const uint8_t key[4]) {
  turn = grow(turn, &turn_capacity, turn_size + size + 10);
  uint8_t *out = turn + turn_size;
  *out++ = 0x80 | opcode;
  if (size < 126) *out++ = (uint8_t)size;
  else if (size < 65536) { *out++ = 126; *out++ = (uint8_t)(size >> 8); *out++ = (uint8_t)size; }
  else {
    *out++ = 127;
    for (int shift = 56; shift >= 0; shift -= 8) *out++ = (uint8_t)((uint64_t)size >> shift);
  }
  for (size_t i = 0; i < size; i++) *out++ = payload[i] ^ key[i & 3];
  turn_size = (size_t)(out - turn);
  if (mode == COALESCE) {
    append_to_all(turn, turn_size);
    turn_size = 0;
  } else if (mode == EACH) {
    flush_turn();
  }
}

/* Takes complete frames of a publisher and answers how many bytes they were. */
static size_t take_frames(struct connection *c, const uint8_t *bytes, size_t size) {
  size_t position = 0;
  while (size - position >= 2) {
    const uint8_t *frame = bytes + position;
    uint64_t length = frame[1] & 127;
    size_t header = 2;
    if (length == 126) header = 4;
    else if (length == 127) header = 10;
    if (size - position < header + 4) break;
    if (header > 2) {
      length = 0;
      for (size_t i = 2; i < header; i++) length = length << 8 | frame[i];
    }
    if (length > INPUT_MAX / 2 || !(frame[1] & 128)) { drop(c); return size; }
    if (size - position < header + 4 + length) break;
    uint8_t opcode = frame[0] & 15;
    if (opcode == 8) { drop(c); return size; }
    if (opcode == 1 || opcode == 2) publish(opcode, frame + header + 4, length, frame + header);
    position += header + 4 + length;
  }
  return position;
}

static const char *find_key(const char *head, size_t *size) {
  const char *field = strcasestr(head, "\r\nsec-websocket-key:");
  if (!field) return NULL;
  field += 20;
  while (*field == ' ') field++;
  *size = strcspn(field, " \r\n");
  return *size <= 64 ? field : NULL;
}

static void shake_hands(struct connection *c) {
  c->input = grow(c->input, &c->input_capacity, c->input_size + 1);
  c->input[c->input_size] = 0;
  char *head = (char *)c->input;
  if (!strstr(head, "\r\n\r\n")) {
    if (c->input_size > HEAD_MAX) drop(c);
    return;
  }
  size_t key_size = 0;
  const char *key = find_key(head, &key_size);
  bool subscribes = strncmp(head, "GET /sub", 8) == 0;
  if (!key || (!subscribes && strncmp(head, "GET /pub", 8) != 0)) { drop(c); return; }
  char answer[29], response[256];
  accept_key(key, key_size, answer);
  int size = snprintf(response, sizeof response,
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
    answer);
  free(c->input);
  c->input = NULL;
  c->input_size = c->input_capacity = 0;
  c->role = subscribes ? SUBSCRIBER : PUBLISHER;
  if (subscribes) {
    size_t bytes = subscriber_capacity * sizeof *subscribers;
    subscribers = grow(subscribers, &bytes, (subscriber_count + 1) * sizeof *subscribers);
    subscriber_capacity = bytes / sizeof *subscribers;
    c->place = subscriber_count;
    subscribers[subscriber_count++] = c;
  }
  put(c, (const uint8_t *)response, (size_t)size);
}

static void read_from(struct connection *c) {
  ssize_t size = recv(c->fd, input_buffer, sizeof input_buffer, 0);
  if (size == 0 || (size < 0 && errno != EAGAIN)) { drop(c); return; }
  if (size < 0 || c->role == SUBSCRIBER) return;
  size_t taken = 0;
  if (c->role == PUBLISHER && c->input_size == 0) {
    taken = take_frames(c, input_buffer, (size_t)size);
    if (c->dead) return;
  }
  size_t rest = (size_t)size - taken;
  if (rest) {
    c->input = grow(c->input, &c->input_capacity, c->input_size + rest);
    memcpy(c->input + c->input_size, input_buffer + taken, rest);
    c->input_size += rest;
  }
  if (c->role == HANDSHAKE) { shake_hands(c); return; }
  if (taken == 0 && c->input_size) {
    size_t used = take_frames(c, c->input, c->input_size);
    if (c->dead) return;
    memmove(c->input, c->input + used, c->input_size - used);
    c->input_size -= used;
  }
}

static void accept_all(int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct connection *c = calloc(1, sizeof *c);
    if (!c) { close(fd); return; }
    c->fd = fd;
    watch(c, EPOLL_CTL_ADD, EPOLLIN);
  }
}

int main(int count, char **arguments) {
  if (count < 2) { fprintf(stderr, "usage: broadcast PORT [--shared | --each]\n"); return 64; }
  if (count > 2) mode = strcmp(arguments[2], "--each") == 0 ? EACH : SHARED;
  signal(SIGPIPE, SIG_IGN);
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[1]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, LISTEN_QUEUE)) {
    perror("listen");
    return 1;
  }
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event listening = {.events = EPOLLIN, .data.ptr = NULL}, events[EVENTS_MAX];
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &listening);
  for (;;) {
    int ready = epoll_wait(epoll_fd, events, EVENTS_MAX, -1);
    for (int i = 0; i < ready; i++) {
      struct connection *c = events[i].data.ptr;
      if (!c) { accept_all(listener); continue; }
      if (!c->dead && events[i].events & EPOLLOUT) put(c, NULL, 0);
      if (!c->dead && events[i].events & ~EPOLLOUT) read_from(c);
    }
    flush_turn();
  }
}
