/* A registry with a small schema in memory, for the tests of the framework. */
#ifndef TESTS_UNIT_FIXTURE_H
#define TESTS_UNIT_FIXTURE_H

#include "cim/core/context.h"

/* Qualifier declarations and some classes:
 *   T_Base (abstract, key Id: string) ← T_A (key, Size: uint32, Note: string) ← T_A1, T_A2 ← T_A2x … ; T_B; T_Lonely (nobody serves it)
 *   T_Deep0 ← T_Deep1 ← … ← T_Deep10 below T_Base
 */
struct core *fixture_core(void);

/* Registers a provider; the test fails if that fails. */
void fixture_register(struct core *c, Provider *p);

/* Compiles more classes on top of the namespace. */
void fixture_add_mof(struct core *c, const char *namespace, const char *mof);

#endif
