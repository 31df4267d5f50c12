/* One table between the framework's codes and CIM status codes, and their names (framework digest, section 6). Any
 * thread. */
#ifndef CIM_CORE_CODES_H
#define CIM_CORE_CODES_H

#include "cim/base/status.h"
#include "cim/provider.h"

/* The CIM status that tells a client about hr; CIM_OK for successes. */
int status_of_hresult(HRESULT hr);

/* The code for what a function of ours returned: 0, negative errno, or CIM status. */
HRESULT hresult_of_status(int status);

/* "WBEM_E_NOT_FOUND"; "WBEM_E_…" unknown ones come back as "an unknown failure". Static. */
const char *hresult_name(HRESULT hr);

#endif
