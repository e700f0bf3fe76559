// Gives the calling thread a table of open files of its own, in which only the standard streams are left. Returns 0, or
// -1 with errno set where the system does not let it.
int descriptor_table_separate(void);
