/* The client of `make bench`: as little work as a client can do, so that the server is what is measured.
 *
 *   client PORT stream FILE     one request (head and body in FILE), the answer read to its end
 *   client PORT small FILE S    the same request on one connection again and again for S seconds
 *
 * Prints one line: seconds, time to the first byte in seconds, bytes, requests. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 256 << 10 };

static char in[ROOM + 1], request[1 << 16];
static size_t request_n;

static double now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int dial(const char *port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

    to.sin_port = htons((unsigned short)strtoul(port, NULL, 10));
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
        perror("connect");
        exit(1);
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return fd;
}

static void load(const char *file)
{
    FILE *f = fopen(file, "rb");

    if (!f) {
        perror(file);
        exit(1);
    }
    request_n = fread(request, 1, sizeof(request), f);
    fclose(f);
}

static void send_request(int fd)
{
    if (send(fd, request, request_n, 0) != (ssize_t)request_n) {
        perror("send");
        exit(1);
    }
}

static size_t receive(int fd, char *to, size_t room)
{
    ssize_t n = recv(fd, to, room, 0);

    if (n <= 0) {
        fprintf(stderr, "the connection ended early\n");
        exit(1);
    }
    return (size_t)n;
}

/* How many bytes the answer at the start of `in` has in all; 0 while that cannot be said. */
static size_t answer_size(size_t have)
{
    char *head, *length;

    in[have] = '\0';
    head = strstr(in, "\r\n\r\n");
    if (!head)
        return 0;
    length = strcasestr(in, "Content-Length:");
    if (length && length < head)
        return (size_t)(head + 4 - in) + strtoul(length + 15, NULL, 10);
    return have > 7 && memcmp(in + have - 7, "\r\n0\r\n\r\n", 7) == 0 ? have
                                                                      : 0; /* chunked: when it was not quick enough */
}

/* A chunked answer ends with its last chunk, "0\r\n\r\n"; a whole one where its length says. */
static void stream(int fd)
{
    double start = now(), first = 0;
    unsigned long long bytes = 0, need = 0;
    char end[8] = "";

    send_request(fd);
    while (need ? bytes < need : memcmp(end + 1, "\r\n0\r\n\r\n", 7) != 0) {
        size_t n = receive(fd, in, ROOM), tail = n < 8 ? n : 8;

        if (!first) {
            first = now() - start;
            need = answer_size(n);
        }
        bytes += n;
        memmove(end, end + tail, 8 - tail);
        memcpy(end + 8 - tail, in + n - tail, tail);
    }
    printf("%.6f %.6f %llu 1\n", now() - start, first, bytes);
}

static void one_small(int fd)
{
    size_t have = 0, need = 0;

    send_request(fd);
    while (!need || have < need) {
        have += receive(fd, in + have, ROOM - have);
        need = answer_size(have);
    }
}

static void small(int fd, double seconds)
{
    double start = now(), end = start + seconds;
    unsigned long long n = 0;

    while (now() < end) {
        one_small(fd);
        n++;
    }
    printf("%.6f 0 0 %llu\n", now() - start, n);
}

int main(int argc, char **argv)
{
    int fd;

    if (argc < 4) {
        fprintf(stderr, "usage: client PORT stream FILE | client PORT small FILE SECONDS\n");
        return 2;
    }
    load(argv[3]);
    fd = dial(argv[1]);
    if (strcmp(argv[2], "stream") == 0)
        stream(fd);
    else
        small(fd, argc > 4 ? strtod(argv[4], NULL) : 1);
    close(fd);
    return 0;
}
