/* The one place that says which version this is; the Makefile may say another for a package. */
#ifndef CIM_BASE_VERSION_H
#define CIM_BASE_VERSION_H

#ifndef CIMSTREAM_VERSION
#define CIMSTREAM_VERSION "0.1.0"
#endif

#endif
