#include "server/cli/interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t kept;
static bool held;

static void keep(int signal_number)
{
    kept = signal_number;
}

static void handle(int signal_number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};

    (void)sigaction(signal_number, &action, NULL); /* cannot fail for these */
}

void interrupt_catch(void)
{
    handle(SIGINT, keep);
    handle(SIGTERM, keep);
    handle(SIGPIPE, SIG_IGN);
}

bool interrupt_pending(void)
{
    return kept;
}

bool interrupt_stops(void)
{
    return kept && !held;
}

void interrupt_note_pipe(void)
{
    if (!kept)
        kept = SIGPIPE;
}

void interrupt_hold(void)
{
    held = true;
    handle(SIGINT, SIG_DFL);
    handle(SIGTERM, SIG_DFL);
}

void interrupt_obey(void)
{
    if (!kept)
        return;
    handle(kept, SIG_DFL);
    (void)raise(kept);
}
