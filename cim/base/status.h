/* Outcomes. Every function that can fail returns int: 0 is success, negative is our trouble (-ENOMEM and friends,
 * forwarded unread), positive is an answer the client sees: a CIM status code (DSP0200 section 5.2.5.2, DSP0201 table
 * of CIMError). The function that knows most writes the sentence with cim_fail; the top of the request logs or sends
 * it once.
 */
#ifndef CIM_BASE_STATUS_H
#define CIM_BASE_STATUS_H

enum cim_status {
    CIM_OK = 0,
    CIM_ERR_FAILED = 1,
    CIM_ERR_ACCESS_DENIED = 2,
    CIM_ERR_INVALID_NAMESPACE = 3,
    CIM_ERR_INVALID_PARAMETER = 4,
    CIM_ERR_INVALID_CLASS = 5,
    CIM_ERR_NOT_FOUND = 6,
    CIM_ERR_NOT_SUPPORTED = 7,
    CIM_ERR_CLASS_HAS_CHILDREN = 8,
    CIM_ERR_CLASS_HAS_INSTANCES = 9,
    CIM_ERR_INVALID_SUPERCLASS = 10,
    CIM_ERR_ALREADY_EXISTS = 11,
    CIM_ERR_NO_SUCH_PROPERTY = 12,
    CIM_ERR_TYPE_MISMATCH = 13,
    CIM_ERR_QUERY_LANGUAGE_NOT_SUPPORTED = 14,
    CIM_ERR_INVALID_QUERY = 15,
    CIM_ERR_METHOD_NOT_AVAILABLE = 16,
    CIM_ERR_METHOD_NOT_FOUND = 17,
    CIM_ERR_NAMESPACE_NOT_EMPTY = 20,
    CIM_ERR_INVALID_ENUMERATION_CONTEXT = 21,
    CIM_ERR_INVALID_OPERATION_TIMEOUT = 22,
    CIM_ERR_PULL_HAS_BEEN_ABANDONED = 23,
    CIM_ERR_PULL_CANNOT_BE_ABANDONED = 24,
    CIM_ERR_FILTERED_ENUMERATION_NOT_SUPPORTED = 25,
    CIM_ERR_CONTINUATION_ON_ERROR_NOT_SUPPORTED = 26,
    CIM_ERR_SERVER_LIMITS_EXCEEDED = 27,
    CIM_ERR_SERVER_IS_SHUTTING_DOWN = 28,
};

/* The sentence that explains a failure; caller's memory, zero-initialised. */
struct cim_error {
    int status;
    char message[256];
};

/* Keeps the first failure of err (which may be NULL) and returns status, so that it ends a function in one line. */
int cim_fail(struct cim_error *err, int status, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
