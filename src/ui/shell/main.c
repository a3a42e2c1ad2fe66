/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-application.h"
#include "cht-process.h"

int
main (int argc, char **argv)
{
  g_autoptr (ChtApplication) application = NULL;

  cht_process_start (CHT_PROCESS_NONE);
  application = cht_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
