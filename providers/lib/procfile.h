/* Small text files of /proc, /sys and /etc for providers. Functions only, no state; any thread. A file that is
 * missing or may not be read is an answer, not an error: the property it feeds stays NULL.
 */
#ifndef PROVIDERS_LIB_PROCFILE_H
#define PROVIDERS_LIB_PROCFILE_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The beginning of a file, NUL-ended, in the caller's buffer. Its length, or -1 with errno. dirfd as for openat. */
static inline ssize_t procfile_read(int dirfd, const char *path, char *buf, size_t size)
{
    size_t used = 0;
    ssize_t n = 1;
    int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return -1;
    while (used + 1 < size && (n = read(fd, buf + used, size - 1 - used)) != 0) {
        if (n > 0)
            used += (size_t)n;
        else if (errno != EINTR)
            break;
    }
    if (n < 0) {
        int saved = errno;

        close(fd);
        errno = saved;
        return -1;
    }
    close(fd);
    buf[used] = '\0';
    return (ssize_t)used;
}

/* The whole of a file of at most max bytes, NUL-ended, malloc'ed; NULL with errno (EFBIG if it is longer). */
static inline char *procfile_load(const char *path, size_t max, size_t *ret_length)
{
    for (size_t size = 16384;; size *= 4) {
        char *text = malloc(size);
        ssize_t n = text ? procfile_read(AT_FDCWD, path, text, size) : -1;

        if (n >= 0 && (size_t)n < size - 1) {
            *ret_length = (size_t)n;
            return text;
        }
        if (n >= 0)
            errno = size < max ? 0 : EFBIG;
        else if (!text)
            errno = ENOMEM;
        free(text);
        if (n < 0 || size >= max)
            return NULL;
    }
}

/* The first line without blanks at its end; NULL if the file cannot be read or the line is empty. */
static inline const char *procfile_line(const char *path, char *buf, size_t size)
{
    ssize_t n = procfile_read(AT_FDCWD, path, buf, size);
    size_t used;

    if (n <= 0)
        return NULL;
    used = strcspn(buf, "\n");
    while (used > 0 && (buf[used - 1] == ' ' || buf[used - 1] == '\t'))
        used--;
    buf[used] = '\0';
    return used ? buf : NULL;
}

/* Decimal digits; moves *p behind them. false if there is none. */
static inline bool procfile_digits(const char **p, uint64_t *ret_value)
{
    const char *s = *p;
    uint64_t v = 0;

    if (*s < '0' || *s > '9')
        return false;
    for (; *s >= '0' && *s <= '9'; s++)
        v = v * 10 + (uint64_t)(*s - '0');
    *p = s;
    *ret_value = v;
    return true;
}

/* A file that holds one number. */
static inline bool procfile_number(const char *path, uint64_t *ret_value)
{
    char buf[64];
    const char *p = procfile_line(path, buf, sizeof(buf));

    return p && procfile_digits(&p, ret_value);
}

/* What follows key at the beginning of a line ("MemTotal:"), blanks skipped; NULL if no line begins so. */
static inline const char *procfile_find(const char *text, const char *key)
{
    size_t n = strlen(key);

    for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        if (strncmp(line, key, n) == 0)
            return line + n + strspn(line + n, " \t");
    return NULL;
}

/* The number that follows key. */
static inline bool procfile_field(const char *text, const char *key, uint64_t *ret_value)
{
    const char *p = procfile_find(text, key);

    return p && procfile_digits(&p, ret_value);
}

#endif
