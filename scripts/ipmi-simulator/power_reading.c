// Teaches ipmi_sim of OpenIPMI, which knows no DCMI, the command Get Power Reading (DCMI).
//
// lan.conf: loadlib "/path/power_reading.so" "/path/reading". That file holds three numbers, which are read at every
// request: the watts, 1 or 0 for whether power is measured, and the completion code (0 for success).
#include <OpenIPMI/mcserv.h>
#include <OpenIPMI/serv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DCMI = 0xdc, GET_POWER_READING = 0x02, INVALID_COMMAND = 0xc1, UNSPECIFIED = 0xff };

static char *path;

static void put(unsigned char *place, int count, unsigned long value) {
  for (int i = 0; i < count; i++) place[i] = value >> (8 * i) & 0xff;
}

static void answer(lmc_data_t *controller, msg_t *request, unsigned char *data, unsigned int *length, void *context) {
  (void)controller;
  (void)context;
  unsigned watts = 0, is_active = 0, code = UNSPECIFIED;
  FILE *file = fopen(path, "re");
  if (file != NULL) {
    if (fscanf(file, "%u %u %u", &watts, &is_active, &code) != 3) code = UNSPECIFIED;
    fclose(file);
  }
  data[0] = request->cmd == GET_POWER_READING ? code : INVALID_COMMAND;
  data[1] = DCMI;
  *length = 2;
  if (data[0] != 0) return;
  // Now, least, greatest and mean; the time; the time over which the latter three are taken, in ms; bit 6 of the state.
  for (int i = 0; i < 4; i++) put(data + 2 + 2 * i, 2, watts);
  put(data + 10, 4, (unsigned long)time(NULL));
  put(data + 14, 4, 1000);
  data[18] = is_active ? 0x40 : 0;
  *length = 19;
}

int ipmi_sim_module_init(sys_data_t *system, const char *options) {
  (void)system;
  path = strdup(options);
  if (path == NULL) return 12;
  ipmi_emu_register_group_extension_handler(DCMI, answer, NULL);
  return 0;
}

int ipmi_sim_module_print_version(sys_data_t *system, char *options) {
  (void)system;
  (void)options;
  puts("DCMI Get Power Reading for tests");
  return 0;
}
