/* The one place that says which version this is. */
#ifndef CIM_BASE_VERSION_H
#define CIM_BASE_VERSION_H

#define CIMSTREAM_VERSION "0.1.0"

#endif
