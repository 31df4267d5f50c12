/* Feeds files, or the files of folders, to a fuzz target: the corpus as a plain test, without a fuzzer. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path, off_t size)
{
    FILE *f = fopen(path, "rb");
    uint8_t *data =
        malloc(size > 0 ? (size_t)size : 1); /* exact, so that the address sanitizer sees every step too far */
    int failed = !f || !data || fread(data, 1, (size_t)size, f) != (size_t)size;

    if (failed)
        perror(path);
    else
        (void)LLVMFuzzerTestOneInput(data, (size_t)size); /* the fuzzer reserves the result, too */
    free(data);
    if (f)
        (void)fclose(f);
    return failed;
}

static int replay(const char *path);

static int replay_folder(const char *path)
{
    struct dirent **entries = NULL;
    int n = scandir(path, &entries, NULL, alphasort), failed = n < 0;
    char *name;

    for (int i = 0; i < n; i++) {
        if (entries[i]->d_name[0] != '.' && asprintf(&name, "%s/%s", path, entries[i]->d_name) > 0) {
            printf("%s\n", name);
            (void)fflush(stdout); /* the last name before a crash is the one to look at */
            failed |= replay(name);
            free(name);
        }
        free(entries[i]);
    }
    free(entries);
    return failed;
}

static int replay(const char *path)
{
    struct stat st;

    if (stat(path, &st) < 0) {
        perror(path);
        return 1;
    }
    return S_ISDIR(st.st_mode) ? replay_folder(path) : replay_file(path, st.st_size);
}

int main(int argc, char **argv)
{
    int failed = argc < 2;

    for (int i = 1; i < argc; i++)
        failed |= replay(argv[i]);
    return failed;
}
