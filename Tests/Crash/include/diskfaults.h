// Nothing to call: the library replaces functions of the C library when it is loaded with LD_PRELOAD.
