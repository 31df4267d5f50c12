#include "server/run/trim.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

/* Whole pages of the segments that nobody can have written to. */
static int drop_clean(struct dl_phdr_info *info, size_t size, void *user)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

    (void)size;
    (void)user;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + segment->p_vaddr, end = start + segment->p_memsz;

        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W)
            continue;
        start &= ~(page - 1);
        end &= ~(page - 1);
        if (end > start)
            (void)madvise((void *)start, end - start, MADV_DONTNEED); /* a favour: what cannot be dropped stays */
    }
    return 0;
}

void trim_memory(void)
{
    (void)malloc_trim(0);
    (void)dl_iterate_phdr(drop_clean, NULL);
}
